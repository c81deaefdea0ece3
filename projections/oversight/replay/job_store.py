"""Stores the request of a replay, the row that its job works on."""

from datetime import date, datetime
from uuid import UUID

from domain.errors import Refusal
from domain.eventstore.postgres import Connection
from projections.oversight.replay.runs import Replay, get

MOST_UNITS = 20_000
EVENTS_A_PART = 50_000
MOST_PARTS = 4_096


class PeriodReversed(Refusal):
    """The period ends before it begins."""

    code = "period_reversed"


class SeqNotReached(Refusal):
    """The ledger is not that long yet."""

    code = "seq_not_reached"


class TooManyUnits(Refusal):
    """More units than one replay takes."""

    code = "too_many_units"


def request(
    conn: Connection,
    *,
    replay_id: UUID,
    area: str,
    units: list[str],
    from_on: date,
    to_on: date,
    requested_by: str,
    requested_at: datetime,
    seq: int | None = None,
) -> Replay:
    """Puts a replay in the table of jobs; the caller then nudges a worker.

    `area` is the unit asked for ("" the country) and `units` all the units whose decisions count
    by that: its tree, and the units that were merged into it; an empty list only with "". `seq`
    is the last ledger position that counts, by default the last there is. The same id again is
    answered with the replay as it stands.

    Raises PeriodReversed, SeqNotReached, TooManyUnits.
    """
    if to_on < from_on:
        raise PeriodReversed(from_on=from_on, to_on=to_on)
    if bool(units) != bool(area):
        raise ValueError("units are named exactly where an area is")
    if len(units) > MOST_UNITS:
        raise TooManyUnits(units=len(units), at_most=MOST_UNITS)
    with conn.transaction():
        row = conn.execute("select coalesce(max(seq), 0) from store.ledger").fetchone()
        head = row[0] if row else 0
        if seq is not None and seq > head:
            raise SeqNotReached(seq=seq, head=head)
        upto = head if seq is None else seq
        conn.execute(
            "insert into office.replays"
            " (id, area, units, from_on, to_on, seq, parts, requested_by, requested_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing",
            [
                replay_id,
                area,
                sorted(set(units)),
                from_on,
                to_on,
                upto,
                parts_for(upto),
                requested_by,
                requested_at,
            ],
        )
    return get(conn, replay_id)


def parts_for(seq: int) -> int:
    """The number of parts of a replay up to this ledger position."""
    return max(1, min(MOST_PARTS, seq // EVENTS_A_PART))
