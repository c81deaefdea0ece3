"""Queries certificates: of a household, by a check code, and of those who have none yet."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.eventstore.postgres import Connection

_COLUMNS = (
    "certificate_id, household_id, area, number, class, issued_on, decision_number,"
    " decision_signed_on, ended_on, ended_by, check_key"
)


class Certificate(NamedTuple):
    """One certificate; valid on a day from `issued_on` up to the eve of `ended_on`."""

    certificate_id: UUID
    household_id: UUID
    area: str
    number: str
    class_: str
    issued_on: date
    decision_number: str
    decision_signed_on: date | None
    ended_on: date | None
    ended_by: str
    check_key: bytes

    def valid_on(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return self.issued_on <= day and (self.ended_on is None or day < self.ended_on)


def of_household(conn: Connection, household_id: UUID) -> list[Certificate]:
    """The certificates of a household, the newest first."""
    rows = conn.execute(
        f"select {_COLUMNS} from read.certificates where household_id = %s"
        " order by issued_on desc, seq desc",
        [household_id],
    )
    return [Certificate(*row) for row in rows]


def by_check_key(conn: Connection, key: bytes) -> Certificate | None:
    """The certificate of a check code."""
    row = conn.execute(
        f"select {_COLUMNS} from read.certificates where check_key = %s", [key]
    ).fetchone()
    return Certificate(*row) if row else None


class Entitled(NamedTuple):
    """A listed household and the decision that its class rests on."""

    household_id: UUID
    village: str


# Certificates are looked up one by one: the households of a commune are few among all of them.
_WITHOUT = """
select r.household_id, r.village
  from read.register r
  left join lateral (
       select c.certificate_id from read.certificates c
        where c.household_id = r.household_id and c.issued_on <= %(on)s
          and (c.ended_on is null or c.ended_on > %(on)s)
        limit 1) valid on true
 where r.area = any(%(units)s::text[]) and not r.ended and r.class = any(%(classes)s::text[])
   and (%(village)s::text is null or r.village = %(village)s)
   and (%(number)s::text is null or exists (
       select from read.signed_decisions d
        where d.household_id = r.household_id and d.number = %(number)s and not d.withdrawn))
   and valid.certificate_id is null
 order by r.village_key, r.name_key, r.household_id
"""


def households_without(
    conn: Connection,
    units: Sequence[str],
    classes: Sequence[str],
    *,
    on: date,
    village: str | None = None,
    decision: str | None = None,
) -> list[Entitled]:
    """Listed households of some units that have no valid certificate on a day, village by village;
    with `decision` those alone whom a decision of that number is about."""
    rows = conn.execute(
        _WITHOUT.encode(),
        {
            "units": list(units),
            "classes": list(classes),
            "village": village,
            "number": decision,
            "on": on,
        },
    )
    return [Entitled(*row) for row in rows]
