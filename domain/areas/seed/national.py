"""Turns the published lists into the history of each unit.

Nothing here is guessed: what the tables leave open is left open in the events, and reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import cache
from uuid import UUID, uuid5

from domain.areas.area import AreaUnit
from domain.areas.codes import (
    COUNTRY,
    DISTRICT,
    FIRST_DAY,
    PART,
    REFORM,
    WHOLE,
    area_type_of,
    bare_name,
    kind_of,
)
from domain.areas.names import official
from domain.areas.seed.published_units import (
    STATED,
    TRANSFER,
    UNFOLLOWED,
    UNKNOWN_HEIR,
    Became,
    Change,
    PublishedUnit,
    Rename,
    changes,
    first_list,
    paper_of,
    renames,
)
from domain.commands.command import Actor, CommandContext, Document

LOADER = Actor("socai", "administrator", COUNTRY)
EDITION = "2026-11"  # of the data files; part of the ids of the commands that load them
LIST_OF_2025 = "list of units of the first half of 2025; first day not known"
_NAMESPACE = UUID("0f6b4f5a-8a27-5bd5-9d0e-8f8d3a0c61b5")
DONE = uuid5(_NAMESPACE, f"{EDITION}:done")  # the command that ends a load


@dataclass(slots=True)
class Differences:
    """Contradictions and gaps of the tables, by unit id or code."""

    without_row: list[str] = field(default_factory=list)
    rows_of_unknown_units: list[Became] = field(default_factory=list)
    without_source: list[str] = field(default_factory=list)
    heir_unknown: list[str] = field(default_factory=list)
    divided: list[str] = field(default_factory=list)
    divided_in_part: list[str] = field(default_factory=list)
    not_followed: list[Became] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """The history of every unit, and what was found on the way."""

    units: tuple[AreaUnit, ...]
    findings: Differences


def plan(recorded_at: datetime) -> Plan:
    """The histories of all units, in a fixed order; the same each time but for `recorded_at`."""
    country = _Country(recorded_at)
    country.begin(first_list())
    for change in changes():
        country.change(change)
    for rename in renames():
        country.rename(rename)
    return Plan(tuple(country.histories.values()), country.findings)


class _Country:
    """Replays the lists day by day and keeps every unit's history."""

    def __init__(self, recorded_at: datetime) -> None:
        self.histories: dict[str, AreaUnit] = {}
        self.findings = Differences()
        self._recorded_at = recorded_at
        self._listed: dict[str, PublishedUnit] = {}
        self._units: dict[str, AreaUnit] = {}

    def begin(self, units: Mapping[str, PublishedUnit]) -> None:
        """The first list; the days on which its units began are not known."""
        for listed in _top_down(units):
            self._establish(listed, FIRST_DAY, None, LIST_OF_2025, certain=False)
        self._listed = dict(units)

    def change(self, change: Change) -> None:
        """One day: what goes on, what begins, what ends."""
        leaving: dict[str, list[Became]] = {}
        sources: dict[str, list[Became]] = {}
        for row in change.rows:
            if row.extent in (WHOLE, PART):
                leaving.setdefault(row.old, []).append(row)
                sources.setdefault(row.new, []).append(row)
        self._look_over(change, sources)
        before = self._units
        lost = {row.old for row in change.rows if row.extent == UNKNOWN_HEIR}
        stays = {
            code
            for code in before.keys() & change.units.keys() - lost
            if self._goes_on(code, change, leaving.get(code, []), sources)
        }
        self._units = {}
        for listed in _top_down(change.units):
            if listed.code in stays:
                self._units[listed.code] = before[listed.code]
                self._adapt(listed, change)
            else:
                self._establish(
                    listed, change.on, paper_of(listed, change.on), change.source, certain=True
                )
        for code, unit in before.items():
            if code not in stays:
                self._end(code, unit, change, leaving.get(code, []))
        for row in change.rows:
            if row.extent == TRANSFER:
                before[row.old].transfer_part(
                    self._context(row.old, change.on, paper_of(self._listed[row.old], change.on)),
                    to=self._units[row.new].unit.id,
                    what="một phần diện tích tự nhiên",
                    source=change.source,
                )
        self._listed = dict(change.units)

    def rename(self, rename: Rename) -> None:
        """Another name or kind, and the area type that follows from it."""
        unit = self._units[rename.code]
        context = self._context(rename.code, rename.on, rename.paper)
        unit.rename(context, name=rename.name, source="resolution")
        kind = kind_of(rename.code, rename.name)
        unit.change_area_type(context, area_type=area_type_of(kind, rename.on), source="resolution")

    def _look_over(self, change: Change, sources: Mapping[str, Sequence[Became]]) -> None:
        """Notes what contradicts itself in a day's tables, and what they leave out."""
        self.findings.not_followed += [row for row in change.rows if row.extent == UNFOLLOWED]
        self.findings.rows_of_unknown_units += [
            row for row in change.rows if row.old not in self._units
        ]
        if change.on == REFORM:
            self.findings.without_source += sorted(
                code
                for code in change.units
                if not any(row.basis == "table" for row in sources.get(code, ()))
            )

    def _goes_on(
        self,
        code: str,
        change: Change,
        rows: Sequence[Became],
        sources: Mapping[str, Sequence[Became]],
    ) -> bool:
        """Whether the unit is the same land under the same code as before."""
        if not rows:
            return True
        if len(rows) > 1 or rows[0].new != code or len(sources[code]) > 1:
            return False
        # The table says "part" of every commune that was left as it was: its one source is
        # itself, and its name is the same up to spelling and kind (128 of them).
        return rows[0].extent == WHOLE or _same_name(self._listed[code], change.units[code])

    def _establish(
        self, listed: PublishedUnit, on: date, paper: Document | None, source: str, *, certain: bool
    ) -> None:
        unit = AreaUnit.establish(
            self._context(listed.code, on, paper),
            code=listed.code,
            name=listed.name,
            area_type=area_type_of(kind_of(listed.code, listed.name), on),
            parent=self._parent(listed),
            source=source,
            certain=certain,
        )
        self._units[listed.code] = unit
        self.histories[unit.unit.id] = unit

    def _adapt(self, listed: PublishedUnit, change: Change) -> None:
        unit = self._units[listed.code]
        context = self._context(listed.code, change.on, paper_of(listed, change.on))
        unit.rename(context, name=listed.name, source=change.source)
        unit.change_area_type(
            context,
            area_type=area_type_of(kind_of(listed.code, listed.name), change.on),
            source=change.source,
        )
        unit.put_under(context, parent=self._parent(listed), source=change.source)

    def _end(self, code: str, unit: AreaUnit, change: Change, rows: Sequence[Became]) -> None:
        context = self._context(code, change.on, paper_of(self._listed[code], change.on))
        certain = all(row.basis in STATED for row in rows)
        heirs = tuple(self._units[row.new].unit.id for row in rows)
        if not rows:
            self._close(code, unit, context, change)
        elif len(rows) == 1 and rows[0].extent == WHOLE:
            unit.merge_into(context, into=heirs[0], source=change.source, certain=certain)
        else:
            complete = len(rows) > 1
            (self.findings.divided if complete else self.findings.divided_in_part).append(code)
            unit.split_into(
                context, parts=heirs, complete=complete, source=change.source, certain=certain
            )

    def _close(self, code: str, unit: AreaUnit, context: CommandContext, change: Change) -> None:
        if change.on == REFORM and unit.unit.level == DISTRICT:
            unit.close(context, reason="level_abolished", source=change.source)
            return
        known_as_lost = any(row.old == code for row in change.rows)
        (self.findings.heir_unknown if known_as_lost else self.findings.without_row).append(code)
        unit.close(context, reason="heir_unknown", source=change.source, certain=False)

    def _parent(self, listed: PublishedUnit) -> str:
        return self._units[listed.parent].unit.id if listed.parent else COUNTRY

    def _context(self, code: str, on: date, paper: Document | None) -> CommandContext:
        return CommandContext(on, LOADER, command_of(code), self._recorded_at, paper)


def command_of(code: str) -> UUID:
    """The command under which a code's units are loaded; about a hundred codes share one."""
    return _command_of(bucket(code))


@cache
def _command_of(bucket_: str) -> UUID:
    return uuid5(_NAMESPACE, f"{EDITION}:{bucket_}")


def bucket(code: str) -> str:
    """The group in which a code is loaded."""
    return code.zfill(5)[:3]


def _top_down(units: Mapping[str, PublishedUnit]) -> list[PublishedUnit]:
    """Each unit after the one above it: codes of the upper levels are shorter."""
    return sorted(units.values(), key=lambda listed: (len(listed.code), listed.code))


def _same_name(unit: PublishedUnit, other: PublishedUnit) -> bool:
    first, second = (official(bare_name(listed.name))[0] for listed in (unit, other))
    return SequenceMatcher(None, first, second).ratio() >= 0.85
