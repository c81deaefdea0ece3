"""Queries households by their ids, with the names of their heads, for lists of support."""

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct

from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection
from projections.households.sentences import ERASED


class NamedHousehold(Struct, frozen=True):
    """A household as it is now. `head` is "[đã xoá]" once forgotten, "" where it has ended."""

    household_id: UUID
    number: str
    area: str
    village: str
    head: str


def named_households(
    conn: Connection, keyring: Keyring, ids: Collection[UUID]
) -> dict[UUID, NamedHousehold]:
    """The households of these ids that the register has."""
    rows = conn.execute(
        "select household_id, number, area, village, head_subject, head_sealed"
        " from read.register where household_id = any(%s)",
        [list(ids)],
    ).fetchall()
    heads = {row[0]: Personal(row[4], row[5]) for row in rows if row[4] is not None}
    revealed = keyring.reveal_many(heads.values(), conn)
    found = {}
    for id_, number, area, village, _subject, _sealed in rows:
        head = heads.get(id_)
        value = revealed[head.subject, head.sealed] if head else {}
        name = ERASED if value is None else str(value.get("name", ""))
        found[id_] = NamedHousehold(id_, number, area, village, name)
    return found
