"""The directory resolves a code, a unit id or a written name to a unit on a day.

Made from units once and then only read; thousands of lookups a second cost nothing much, as
answers are kept. A refusal names what was asked, and helps: the days of a unit and what became
of it, the candidates, or the names that come close.

A process keeps the directory of its database in memory. Units change a few times a year and are
asked for thousands of times a second. So each process folds their events once, and then looks at
most once a second whether there are new ones. Events are found by their transactions: all that had
not ended by the last look count as new, so that what was written early and committed late is not
missed.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from threading import Lock
from typing import cast

from domain.areas.codes import (
    COMMUNE,
    COUNTRY,
    DISTRICT,
    PROVINCE,
    bare_name,
    parse_unit,
)
from domain.areas.errors import AreaAmbiguous, AreaNameContradictsCode, AreaUnknown, NotACommune
from domain.areas.events import AreaEvent, Established
from domain.areas.lineage import CountedUnits, Lineage, not_valid
from domain.areas.names import LEVEL_OF_KIND, Written, closeness, official, readings
from domain.areas.unit import Unit, begin, evolve
from domain.errors import Refusal
from domain.eventstore.mapper import StateMapper
from domain.eventstore.postgres import Pool, SqlRow

_WIDTHS = {PROVINCE: 2, DISTRICT: 3, COMMUNE: 5}
_CODE_AND_NAME = re.compile(r"^(\d{2}|\d{3}|\d{5})\s*[-–:.]?\s+(\D.*)$")
_PATH = re.compile(r"[,;>|/\n]")
_KEPT = 100_000


class AreaDirectory:
    """Looks units up. `lineage` holds them all and knows what became of each."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.lineage = Lineage(units)
        self._by_code: dict[str, list[Unit]] = {}
        self._by_key: dict[str, list[tuple[Unit, str]]] = {}
        for unit in self.lineage.units.values():
            self._by_code.setdefault(unit.code, []).append(unit)
            for name in {name for _, name in unit.names}:
                self._by_key.setdefault(official(bare_name(name))[0], []).append((unit, name))
        for same in self._by_code.values():
            same.sort(key=lambda unit: unit.valid_from)
        self._kept: dict[tuple[str, int, str, str], Unit | Refusal] = {}

    def covers(self, held: str, unit: str, on: date) -> bool:
        """Whether a role held in one unit reaches another one on a day; "" is the country."""
        if COUNTRY in (held, unit):
            return held == COUNTRY
        return held == unit or self.lineage.covers(held, unit, on)

    def lies_in(self, area: str, unit: str, on: date) -> bool:
        """Whether a unit lies in an area on a day; an area that has ended is its land of then.

        What a merged province decided holds on its own land, and not on that of its heir.
        """
        found = self.lineage.units.get(area)
        if found is None or unit == COUNTRY or found.valid_to is None or on < found.valid_to:
            return self.covers(area, unit, on)
        return unit in self.lineage.units and self.lineage.had(area, unit)

    def units_in(self, area: str, on: date) -> list[str] | None:
        """Every unit that lies in an area on a day, as `lies_in` says; None is the country."""
        found = self.lineage.units.get(area)
        if found is None or found.valid_to is None or on < found.valid_to:
            return self.units_within(area, on)
        return self.lineage.land_of(area)

    def units_within(self, unit: str, on: date) -> list[str] | None:
        """Every unit whose households are counted under this one on a day; None is the country.

        A unit that has ended gives those of its last day.
        """
        if unit == COUNTRY:
            return None
        return sorted(self.lineage.counted(unit, self.lineage.last_day(unit, on)).all)

    def above(self, unit: str, on: date) -> list[str]:
        """The units above one on a day, the country last.

        Of one that has ended, those of its last day.
        """
        if unit == COUNTRY:
            return []
        return [*self.lineage.path(unit, self.lineage.last_day(unit, on)), COUNTRY]

    def offices_over(self, unit: str, on: date) -> tuple[str, ...]:
        """The units whose offices answer for the households of a unit on a day, the country last.

        The nearest comes first: the unit itself while it stands, else the one where its land lies
        that day. Raises AreaUnknown.
        """
        if unit == COUNTRY:
            return (COUNTRY,)
        day = max(on, self.unit(unit).valid_from)
        node = self.lineage.place(unit, day).node
        return (COUNTRY,) if node == COUNTRY else (node, *self.lineage.path(node, day), COUNTRY)

    def offices_of(self, unit: str, on: date) -> list[str]:
        """The units whose offices may act for a unit on a day, the nearest first.

        Those of `offices_over`; of a unit that has ended, then itself with those above it on its
        last day, as money of its own may still pay.
        """
        return list(dict.fromkeys([*self.offices_over(unit, on), unit, *self.above(unit, on)]))

    def counted(self, unit: str, on: date) -> CountedUnits | None:
        """The units that figures of an area are made of on a day; None is the country.

        Raises AreaNotValidOn for a unit that is not in force that day.
        """
        return None if unit == COUNTRY else self.lineage.counted(unit, on)

    def name_of(self, unit: str, on: date) -> str:
        """The full name of a unit on a day; the id of an unknown unit."""
        found = self.lineage.units.get(unit)
        return found.name_on(on) if found else unit

    def in_force(self, unit_or_code: str, on: date) -> str:
        """The unit id that a role which begins on a day can name: of a unit in force on it, or
        the whole country. Raises AreaUnknown, and AreaNotValidOn with the successors.
        """
        return COUNTRY if unit_or_code == COUNTRY else self.unit_on(unit_or_code, on).id

    def resolved(self, unit_or_code: str, on: date) -> str:
        """The unit id of an id or a bare code. An id need not be in force that day.

        Raises AreaUnknown, and AreaNotValidOn for a code that no unit has on the day.
        """
        if "@" in unit_or_code:
            return self.unit(unit_or_code).id
        return self.unit_on(unit_or_code, on).id

    def __len__(self) -> int:
        return len(self.lineage.units)

    def unit(self, unit_id: str) -> Unit:
        """The unit of this id. Raises AreaUnknown or UnitMalformed."""
        found = self.lineage.units.get(unit_id)
        if found is None:
            parse_unit(unit_id)
            raise AreaUnknown(area=unit_id)
        return found

    def with_code(self, code: str) -> Sequence[Unit]:
        """All units that ever bore a code, by first day."""
        return self._by_code.get(code, ())

    def unit_on(self, unit_or_code: str, on: date) -> Unit:
        """The unit of an id or an official code, which must stand on that day.

        Raises AreaUnknown or AreaNotValidOn.
        """
        if "@" in unit_or_code:
            unit = self.unit(unit_or_code)
            if not unit.stands_on(on):
                raise not_valid(unit, on, self.lineage.units)
            return unit
        return self._by_code_on(unit_or_code.strip(), on, unit_or_code)

    def require(self, unit_or_code: str, on: date) -> str:
        """The id of the unit that a household can belong to on that day.

        A commune, or a district that has no communes (some islands before July 2025). Raises
        NotACommune, and what `unit_on` raises.
        """
        unit = self.unit_on(unit_or_code, on)
        if unit.level == COMMUNE or (
            unit.level == DISTRICT and not self.lineage.children(unit.id, on)
        ):
            return unit.id
        raise NotACommune(area=unit.id, name=unit.name_on(on), level=unit.level)

    def commune_of(self, unit: str, on: date) -> str:
        """The id of the commune in which the households of a unit live on a day.

        The unit itself while it stands, later the one unit that has all its land. Raises what
        `require` raises; AreaNotValidOn, with the heirs, where the land was divided.
        """
        known = self.unit(unit)
        if known.valid_from <= on:
            place = self.lineage.place(unit, on)
            if place.exact:
                return self.require(place.node, on)
        return self.require(unit, on)

    def communes_on_land_of(self, unit: str, on: date) -> tuple[str, ...]:
        """The communes that stand on a day on the land of a unit or on a part of it, by id.

        Raises AreaUnknown.
        """
        found = self.lineage.on_land_of(unit, on)
        return tuple(sorted(one for one in found if self._takes_households(one, on)))

    def _takes_households(self, unit: str, on: date) -> bool:
        try:
            return bool(self.require(unit, on))
        except NotACommune:
            return False

    def resolve(self, text: str, on: date, *, level: str = "", under: str = COUNTRY) -> Unit:
        """The unit that a code, an id, a name, or a path of names names on a day.

        A path is "Phường Hương Sơ, TP Huế, Thừa Thiên Huế", either way round. `level` and
        `under` (a unit id) narrow the search. A number that lost its zeros in a spreadsheet is
        filled up to the width of `level`. Raises AreaUnknown, AreaNotValidOn, AreaAmbiguous,
        AreaNameContradictsCode.
        """
        key = (text, self.lineage.stretch(on), level, under)
        answer = self._kept.get(key)
        if answer is None:
            try:
                answer = self._resolve(" ".join(text.split()), on, level, under)
            except Refusal as refusal:
                answer = refusal
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = answer
        if isinstance(answer, Unit):
            return answer
        raise type(answer)(answer.message, **{**answer.values, "on": on})

    def resolve_row(self, on: date, *, province: str, district: str, commune: str) -> Unit:
        """The commune of a spreadsheet row whose columns hold names or codes; blanks are skipped.

        Where the district is blank, or the commune column is, the rest must be enough. Errors as
        in `resolve`.
        """
        under = COUNTRY
        for text, level in ((province, PROVINCE), (district, DISTRICT)):
            if text.strip():
                under = self.resolve(text, on, level=level, under=under).id
        if commune.strip():
            return self.resolve(commune, on, level=COMMUNE, under=under)
        if under == COUNTRY:
            raise AreaUnknown(area="", on=on)
        return self.unit(under)

    def path_name(self, unit: str, on: date) -> str:
        """The unit's name and those above it: "Phường Hương Sơ, Thành phố Huế, ..."."""
        found = self.unit(unit)
        above = self.lineage.path(unit, on) if found.stands_on(on) else ()
        return ", ".join(self.unit(one).name_on(on) for one in (unit, *above))

    def _resolve(self, text: str, on: date, level: str, under: str) -> Unit:
        if not text:
            raise AreaUnknown(area="")
        if "@" in text:
            return self.unit_on(text, on)
        if text.isascii() and text.isdigit():
            return self._code_under(text, on, level, under)
        if both := _CODE_AND_NAME.match(text):
            return self._code_with_name(both[1], both[2], on, under)
        parts = [part.strip() for part in _PATH.split(text) if part.strip()]
        if len(parts) > 1:
            return self._along(parts, on, level, under)
        return self._named(text, on, level, under)

    def _along(self, parts: list[str], on: date, level: str, under: str) -> Unit:
        """Follows a path of names from the top, whichever end the top is at."""
        refusals = []
        for downwards in (list(reversed(parts)), parts):
            try:
                found, *rest = downwards
                unit = self._named(found, on, "", under)
                for name in rest[:-1]:
                    unit = self._named(name, on, "", unit.id)
                return self._named(rest[-1], on, level, unit.id)
            except Refusal as refusal:
                refusals.append(refusal)
        raise next((r for r in refusals if not isinstance(r, AreaUnknown)), refusals[0])

    def _by_code_on(self, code: str, on: date, given: str) -> Unit:
        same = self._by_code.get(code)
        if not same:
            raise AreaUnknown(area=given)
        for unit in same:
            if unit.stands_on(on):
                return unit
        nearest = next((unit for unit in reversed(same) if unit.valid_from <= on), same[0])
        raise not_valid(nearest, on, self.lineage.units)

    def _code_under(self, code: str, on: date, level: str, under: str) -> Unit:
        if level == COMMUNE and len(code) < 3 and under != COUNTRY:
            return self._named(code, on, level, under)  # Phường 1, its kind left out
        filled = code.zfill(_WIDTHS[level]) if level else code
        unit = self._by_code_on(filled, on, code)
        if under not in (COUNTRY, unit.id, *self.lineage.path(unit.id, on)):
            raise AreaUnknown(area=code, under=self.unit(under).name_on(on))
        return unit

    def _code_with_name(self, code: str, name: str, on: date, under: str) -> Unit:
        unit = self._code_under(code, on, "", under)
        key, syllables = official(bare_name(unit.name_on(on)))
        for reading in readings(name):
            if reading.key == key and closeness(reading, syllables) is not None:
                return unit
        raise AreaNameContradictsCode(code=code, written=name, official=unit.name_on(on))

    def _named(self, text: str, on: date, level: str, under: str) -> Unit:
        best: dict[tuple[int, int], dict[str, Unit]] = {}
        another_day: list[Unit] = []
        for reading in readings(text):
            for unit, name in self._by_key.get(reading.key, ()):
                rank = _rank(reading, unit, name, level)
                if rank is None or not self._belongs(unit, on, under):
                    continue
                if not unit.stands_on(on):
                    another_day.append(unit)
                    continue
                former = unit.name_on(on) != name
                best.setdefault((rank[0] + former, rank[1]), {})[unit.id] = unit
        if best:
            found = best[min(best)]
            if len(found) == 1:
                return next(iter(found.values()))
            raise AreaAmbiguous(
                area=text, on=on, candidates=sorted(self.path_name(one, on) for one in found)
            )
        if another_day:
            nearest = max(another_day, key=lambda one: (one.valid_from <= on, one.valid_from))
            raise not_valid(nearest, on, self.lineage.units)
        raise self._unknown(text, on, level, under)

    def _belongs(self, unit: Unit, on: date, under: str) -> bool:
        """Whether the unit, or its land where it has ended, lies in `under` on a day."""
        if under == COUNTRY:
            return True
        if unit.valid_from > on:
            return under in self.lineage.path(unit.id, unit.valid_from)
        node = self.lineage.place(unit.id, on).node
        return node != COUNTRY and under in (node, *self.lineage.path(node, on))

    def _unknown(self, text: str, on: date, level: str, under: str) -> AreaUnknown:
        """The refusal, with names of that place that come close."""
        wide = under == COUNTRY and level != COMMUNE
        names = {
            unit.name_on(on): None
            for unit in (self.unit(one) for one in self.lineage.tree(under, on) if one != COUNTRY)
            if (not level or unit.level == level) and not (wide and unit.level == COMMUNE)
        }
        values = {"under": self.unit(under).name_on(on)} if under != COUNTRY else {}
        similar = get_close_matches(text, names, n=3, cutoff=0.75)
        return AreaUnknown(area=text, similar=similar, **values)


def _rank(reading: Written, unit: Unit, name: str, level: str) -> tuple[int, int] | None:
    """How well a unit's name answers a reading, the lowest best; None if not at all."""
    if level and unit.level != level:
        return None
    close = closeness(reading, official(bare_name(name))[1])
    if close is None:
        return None
    if reading.kinds and not any(kind in reading.kinds for _, kind in unit.kinds):
        # Another kind of the same level: xã written for what is a phường by now.
        if unit.level not in {LEVEL_OF_KIND[kind] for kind in reading.kinds}:
            return None
        return close, 1
    return close, 0


# Word for word the condition of the index area_events_by_tx, or it is not used.
_ALL = (
    "select pg_snapshot_xmin(pg_current_snapshot())::text,"
    " array(select position from store.events where topic like 'area.%')"
)
# Events restored from a dump may bear transaction ids yet to come; the first look had them all.
_SINCE = (
    "select pg_snapshot_xmin(pg_current_snapshot())::text,"
    " array(select position from store.events where topic like 'area.%'"
    " and tx >= '{}' and tx < pg_snapshot_xmax(pg_current_snapshot()))"
)
_READ = (
    "select originator_id, originator_version, topic, state, recorded_at, position"
    " from store.events where position = any(%b::bigint[])"
    " order by originator_id, originator_version"
)


class AreaDirectoryCache:
    """The units of one database. Safe to share between threads.

    `look_again_after` seconds may pass until a change made by another process is seen; changes
    made through the same object are seen at once (`look`).
    """

    def __init__(
        self,
        pool: Pool,
        look_again_after: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._mapper = StateMapper()
        self._look_again_after = look_again_after
        self._clock = clock
        self._lock = Lock()
        self._seen: set[int] = set()
        self._unsettled: int | None = None  # the oldest transaction that was open at the last look
        self._units: dict[str, Unit] = {}
        self._directory = AreaDirectory(())
        self._looked_at: float | None = None

    @property
    def directory(self) -> AreaDirectory:
        """All units as known a moment ago."""
        if self._looked_at is None or self._clock() - self._looked_at >= self._look_again_after:
            self.refresh()
        return self._directory

    def refresh(self) -> AreaDirectory:
        """All units as known now."""
        with self._lock:
            with self._pool.connection() as conn, conn.cursor(binary=True) as cursor:
                cursor.execute(_ALL if self._unsettled is None else _SINCE.format(self._unsettled))
                unsettled, positions = cursor.fetchone() or ("0", [])
                if new := set(positions) - self._seen:
                    cursor.execute(_READ, [sorted(new)])
                    self._fold(cursor.fetchall())
                    self._seen |= new
                    self._directory = AreaDirectory(self._units.values())
                self._unsettled = int(unsettled)
            self._looked_at = self._clock()
            return self._directory

    def _fold(self, rows: list[SqlRow]) -> None:
        for originator_id, version, topic, state, recorded_at, _ in rows:
            event = cast(
                "AreaEvent", self._mapper.event(topic, originator_id, version, recorded_at, state)
            )
            if isinstance(event, Established):
                self._units[event.unit] = begin(event)
            else:
                self._units[event.unit] = evolve(event, self._units[event.unit])
