"""Small saves for the tests of the event store: rows without a meaning."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from domain.commands.command import Claim, Release
from domain.eventstore.mapper import StampedEvent
from domain.eventstore.recorder import CommandRecord

NOON = datetime(2022, 12, 12, 5, 0, 0, 123456, tzinfo=UTC)


def rows(
    originator_id: UUID | None = None, count: int = 1, *, start: int = 1, state: bytes = b"{}"
) -> list[StampedEvent]:
    """`count` consecutive events of one aggregate."""
    id_ = originator_id or uuid4()
    return [
        StampedEvent(id_, version, "test.happened:1", state, NOON)
        for version in range(start, start + count)
    ]


def command(command_id: UUID | None = None, **answer: Any) -> CommandRecord:
    return CommandRecord(command_id or uuid4(), "canbo", b"digest", answer, NOON)


def claim(key: bytes, holder: UUID, since: str = "2022-01-01") -> Claim:
    return Claim(key, holder, date.fromisoformat(since))


def release(key: bytes, holder: UUID, until: str | None) -> Release:
    return Release(key, holder, date.fromisoformat(until) if until else None)


def stored(conn: psycopg.Connection[Any]) -> int:
    """How many events are stored."""
    return one(conn, "select count(*) from store.events")


def one(conn: psycopg.Connection[Any], query: str, parameters: Sequence[Any] = ()) -> Any:
    """The only value of the only row."""
    row = conn.execute(query, parameters).fetchone()
    assert row is not None
    return row[0]
