"""Reads the people of some units as a search compares them; names are opened in memory only."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.eventstore.personal import Keyring, PersonalValues
from domain.eventstore.postgres import Connection
from domain.matching.names import fold_name, fold_village, plain_name
from projections.duplicates.linkage import PersonRow
from projections.households.state import HouseholdState, MemberState

AT_ONCE = 500
"""Households opened at once."""

_READ = (
    "select f.state::text from read.register r join read.household_file f using (household_id)"
    " where r.area = any(%s) and not r.ended and r.household_id > %s"
    " order by r.household_id limit %s"
)
_state = msgspec.json.Decoder(HouseholdState)
Progress = Callable[[int], None]


class PersonKey(NamedTuple):
    """The household and the person of a row."""

    household: UUID
    person: UUID


class People:
    """The people of some units, row by row; `keys` says who each row is, in the order of rows."""

    def __init__(self, conn: Connection, keyring: Keyring, units: list[str]) -> None:
        self._conn = conn
        self._keyring = keyring
        self._units = units
        self.keys: list[PersonKey] = []
        self.households = 0

    def count(self) -> int:
        """The number of households."""
        row = self._conn.execute(
            "select count(*) from read.register where area = any(%s) and not ended", [self._units]
        ).fetchone()
        return int(row[0]) if row else 0

    def rows(self, progress: Progress) -> Iterator[PersonRow]:
        """Every person once; `progress` is called with the number of households read."""
        after = UUID(int=0)
        while states := self._states(after):
            after = states[-1].household_id
            revealed = iter(
                self._keyring.reveal_each(
                    [one.private for state in states for one in state.members], self._conn
                )
            )
            for state in states:
                yield from self._household(state, [next(revealed) for _ in state.members])
            progress(self.households)

    def _states(self, after: UUID) -> list[HouseholdState]:
        rows = self._conn.execute(_READ, [self._units, after, AT_ONCE]).fetchall()
        return [_state.decode(text) for (text,) in rows]

    def _household(
        self, state: HouseholdState, values: list[PersonalValues | None]
    ) -> Iterator[PersonRow]:
        known = [
            (member, value)
            for member, value in zip(state.members, values, strict=True)
            if value is not None
        ]
        fellows = [_fellow_key(member, value) for member, value in known]
        village = fold_village(state.village)
        for place, (member, value) in enumerate(known):
            others = tuple(key for at, key in enumerate(fellows) if at != place and key)
            self.keys.append(PersonKey(state.household_id, member.person_id))
            yield self._row(member, value, state.area, village, others)
        self.households += 1

    def _row(
        self,
        member: MemberState,
        value: PersonalValues,
        unit: str,
        village: str,
        fellows: tuple[str, ...],
    ) -> PersonRow:
        name = fold_name(str(value.get("name") or ""))
        plain = plain_name(name)
        born = known_day(value.get("birth_date"))
        number = "".join(filter(str.isalnum, str(value.get("id_number") or "")))
        return PersonRow(
            row=len(self.keys) - 1,
            household=self.households,
            name=name,
            plain_name=plain,
            surname=plain.split(" ", 1)[0],
            birth_date=born.isoformat() if born else None,
            birth_swapped=swapped(born),
            birth_day=f"{born:%m-%d}" if born else None,
            birth_year=_birth_year(member, value),
            sex=member.sex,
            identity=self._keyring.blind_index(number).hex() if number else None,
            identity_length=len(number) if number else None,
            unit=unit,
            village=village,
            fellows=fellows,
        )


def known_day(written: object) -> date | None:
    """A birth date; None for a first of January, which may mean the year alone."""
    if not isinstance(written, str) or not written:
        return None
    born = date.fromisoformat(written)
    return None if (born.month, born.day) == (1, 1) else born


def swapped(born: date | None) -> str | None:
    """The date with day and month in each other's place; None where that is none or the same."""
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return born.replace(month=born.day, day=born.month).isoformat()


def _birth_year(member: MemberState, value: PersonalValues) -> int | None:
    written = value.get("birth_date")
    return date.fromisoformat(written).year if written else member.birth_year


def _fellow_key(member: MemberState, value: PersonalValues) -> str:
    """A member as the other members of a household are compared: "" where too little is known."""
    name, year = plain_name(fold_name(str(value.get("name") or ""))), _birth_year(member, value)
    return f"{name} {year}" if name and year else ""
