"""Queries free texts that hold the name of an officer, which no erasing reaches."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from projections.engine import ledger
from projections.vietnamese import fold_diacritics, words


class NamingText(Struct, frozen=True):
    """A text of an event of an officer, or of one of the trainings, that holds the name."""

    id: UUID
    version: int
    field: str


def texts_naming(conn: Connection, officer_id: UUID, name: str) -> list[NamingText]:
    """The texts about an officer and the trainings taken part in that hold the whole name.

    A name of one word is not looked for: it would be found everywhere.
    """
    wanted = words(fold_diacritics(name))
    if len(wanted) < 2:
        return []
    trainings = conn.execute(
        "select distinct activity_id from read.officer_trainings where officer_id = %s"
        " order by activity_id",
        [officer_id],
    )
    return [
        NamingText(id_, row.version, field)
        for id_ in (officer_id, *(one for (one,) in trainings))
        for row in ledger.history(conn, id_)
        if row.event is not None
        for field, text in _texts(vars(row.event))
        if f" {' '.join(wanted)} " in f" {' '.join(words(fold_diacritics(text)))} "
    ]


def _texts(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in sorted(fields.items()) if isinstance(value, str))
