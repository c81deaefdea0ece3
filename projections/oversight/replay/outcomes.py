"""Stores the outcomes of a replay, and computes their digest."""

import hashlib
from collections import Counter
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.eventstore.connections import Connection
from projections.oversight.replay.recorded_decisions import OUTCOMES, ReplayOutcome

_FORMAT = b"socai/replay/1\n"
_COPY = """
copy office.replay_outcomes
    (replay_id, seq, household_id, effective_on, recorded, outcome, detail, leaf)
from stdin (format binary)
"""
# On the wire a jsonb is its version, 1, and the text; so it goes as bytes, without a copy.
_TYPES = ("uuid", "int8", "uuid", "date", "text", "text", "bytea", "bytea")
_JSONB = b"\x01"


class Scope(NamedTuple):
    """The scope of a replay. No `units`: the whole country. Both days are included."""

    replay_id: UUID
    units: frozenset[str]
    from_on: date
    to_on: date
    seq: int
    parts: int


def write_part(conn: Connection, scope: Scope, part: int, outcomes: list[ReplayOutcome]) -> None:
    """Writes a part with its outcomes, in the caller's transaction."""
    with conn.cursor().copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for o in outcomes:
            leaf = hashlib.sha256(o.canonical()).digest()
            detail = _JSONB + msgspec.json.encode(o.detail)
            copy.write_row(
                (scope.replay_id, o.seq, o.household_id, o.effective_on, o.recorded, o.outcome,
                 detail, leaf)
            )  # fmt: skip
    counts = Counter(o.outcome for o in outcomes)
    conn.execute(
        f"insert into office.replay_parts (replay_id, part, {', '.join(OUTCOMES)})"
        " values (%s, %s, %s, %s, %s, %s)",
        [scope.replay_id, part, *(counts[name] for name in OUTCOMES)],
    )


def digest_of(conn: Connection, scope: Scope) -> bytes:
    """SHA-256 of what was asked for and of every leaf in the order of seq."""
    parameters = {
        "units": sorted(scope.units),
        "from": scope.from_on,
        "to": scope.to_on,
        "seq": scope.seq,
    }
    digest = hashlib.sha256(_FORMAT)
    digest.update(msgspec.json.encode(parameters, order="deterministic") + b"\n")
    with conn.cursor(name="leaves", binary=True) as cursor:
        cursor.itersize = 1  # a row holds up to 32 MB of leaves
        cursor.execute(
            "select string_agg(leaf, ''::bytea order by seq) from office.replay_outcomes"
            " where replay_id = %b::uuid group by seq / 1000000 order by seq / 1000000",
            [scope.replay_id],
        )
        for (leaves,) in cursor:
            digest.update(leaves)
    return digest.digest()
