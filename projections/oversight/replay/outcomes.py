"""Stores the outcomes of a replay, and computes their digest."""

import hashlib
from collections import Counter
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.eventstore.postgres import (
    Connection,
    bigint_array,
    bytea_array,
    date_array,
    text_array,
    uuid_array,
)
from projections.oversight.replay.recorded_decisions import OUTCOMES, ReplayOutcome

_FORMAT = b"socai/replay/1\n"
_WRITE = f"""
with written as (
    insert into office.replay_outcomes
        (replay_id, seq, household_id, effective_on, recorded, outcome, detail, leaf)
    select %b, o.seq, o.household_id, o.effective_on, o.recorded, o.outcome, o.detail::jsonb, o.leaf
      from unnest(%b, %b, %b, %b, %b, %b, %b)
           as o (seq, household_id, effective_on, recorded, outcome, detail, leaf)
)
insert into office.replay_parts (replay_id, part, {", ".join(OUTCOMES)})
values (%b, %b::integer, {", ".join("%b::bigint" for _ in OUTCOMES)})
"""


class Scope(NamedTuple):
    """The scope of a replay. No `units`: the whole country. Both days are included."""

    replay_id: UUID
    units: frozenset[str]
    from_on: date
    to_on: date
    seq: int
    parts: int


def write_part(conn: Connection, scope: Scope, part: int, outcomes: list[ReplayOutcome]) -> None:
    """Writes a part with its outcomes, in the caller's transaction.

    One statement, which the server begins when it has all of it: a worker that freezes while it
    sends has no transaction id yet, and holds nothing back that others recorded (0103).
    """
    counts = Counter(o.outcome for o in outcomes)
    conn.execute(
        _WRITE.encode(),
        [
            scope.replay_id,
            bigint_array(o.seq for o in outcomes),
            uuid_array(o.household_id for o in outcomes),
            date_array(o.effective_on for o in outcomes),
            text_array(o.recorded for o in outcomes),
            text_array(o.outcome for o in outcomes),
            text_array(msgspec.json.encode(o.detail).decode() for o in outcomes),
            bytea_array(hashlib.sha256(o.canonical()).digest() for o in outcomes),
            scope.replay_id,
            part,
            *(counts[name] for name in OUTCOMES),
        ],
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
