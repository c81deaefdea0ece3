"""Recomputes the whole ledger from the stored events, without the code that made it.

The leaves are hashed here with hashlib over the raw columns as docs/proof-format.md says, not by
the database's own function. Found are: a changed event, a missing or an extra one, a gap in seq,
a changed order, a hole in an aggregate's versions. An end that was cut off, events and ledger
alike, or a ledger written anew throughout, only a checkpoint kept elsewhere can show.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from hashlib import sha256
from struct import Struct
from time import monotonic
from uuid import UUID

import msgspec

from domain.eventstore.postgres import Connection, SqlRow

_PREFIX = b"\x00socai/event/1\n"
_EPOCH_SHIFT = 946_684_800_000_000  # microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's zero
_MAX_PROBLEMS = 1_000
_PROGRESS_EVERY = 20_000


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    `kind` is changed, missing, gap, disorder, left_out or version_gap; `seq` and `originator_id`
    are None where they cannot be known.
    """

    kind: str
    seq: int | None
    originator_id: UUID | None
    version: int | None
    text: str


class Report(msgspec.Struct, frozen=True):
    """The result of a verification: ledger rows checked, events not yet in the ledger, problems.

    `complete` is false where there were more problems than are listed.
    """

    events: int
    pending: int
    problems: tuple[Problem, ...]
    complete: bool
    seconds: float

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.problems


def verify(conn: Connection, progress: Callable[[int, int], None] | None = None) -> Report:
    """Checks every ledger row against its event and every event against the ledger.

    Reads one snapshot, streaming; needs SELECT on the store only. `progress(done, total)` is
    called now and then. Call it outside a transaction.
    """
    started = monotonic()
    found: list[Problem] = []
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        total = _one(conn, "select count(*) from store.ledger")[0]
        done = 0
        with conn.transaction(force_rollback=True):
            # Row by row along the order: nothing is sorted on disk, the first row comes at once.
            conn.execute(_ALONG_THE_ORDER)
            for row in _ledger_rows(conn):
                if row and len(found) <= _MAX_PROBLEMS:
                    found.extend(row)
                done += 1
                if progress is not None and done % _PROGRESS_EVERY == 0:
                    progress(done, total)
        pending, left_out = _unsequenced(conn)
        found.extend(left_out)
        found.extend(_version_gaps(conn))
    if progress is not None:
        progress(done, total)
    return Report(
        events=done,
        pending=pending,
        problems=tuple(found[:_MAX_PROBLEMS]),
        complete=len(found) <= _MAX_PROBLEMS,
        seconds=monotonic() - started,
    )


_ALONG_THE_ORDER = """
    set local enable_sort = off; set local enable_hashjoin = off;
    set local enable_mergejoin = off; set local max_parallel_workers_per_gather = 0
"""
_COPY = """
    copy (
        select l.seq, l.leaf, l.position, e.tx, e.originator_id, e.originator_version,
               e.recorded_at, e.topic, e.state
          from store.ledger l left join store.events e using (position)
         order by l.seq
    ) to stdout (format binary)
"""
# A row of binary COPY: the number of fields, then for each its length and its bytes.
_CopiedEvent = tuple[int, bytes, bytes, int, bytes, bytes]
_CopiedRow = tuple[int, bytes, int, _CopiedEvent | None]

_LEDGER_PART = Struct(">h 4xq 4x32s 4xq i")  # seq, leaf, position, length of tx (-1: no event)
_EVENT_PART = Struct(">Q 4x16s 4x4s 4xq i")  # tx, originator, version, recorded at, topic length
_LENGTH = Struct(">i")
_TIME_AND_TOPIC_LENGTH = Struct(">qI")
_NINE_NULLS = _LEDGER_PART.size + 5 * _LENGTH.size


def _ledger_rows(conn: Connection) -> Iterator[list[Problem]]:
    """The problems of each ledger row, in the order of seq."""
    seals = [row[0] for row in conn.execute("select sealed_position from store.ledger_seals")]
    seals.sort()
    expected = 1
    before = (0, 0, 0)
    for seq, leaf, position, event in _copied(conn):
        problems = []
        if seq != expected:
            problems.append(
                Problem("gap", seq, None, None, f"seq {expected} to {seq - 1} is missing")
            )
        expected = seq + 1
        if event is None:
            text = f"seq {seq}: the event at position {position} is missing"
            problems.append(Problem("missing", seq, None, None, text))
            yield problems
            continue
        tx, originator, version, recorded_at, topic, state = event
        entry = b"".join(
            (
                _PREFIX,
                originator,
                version,
                _TIME_AND_TOPIC_LENGTH.pack(recorded_at + _EPOCH_SHIFT, len(topic)),
                topic,
                state,
            )
        )
        order = (bisect_left(seals, position), tx, position)
        if sha256(entry).digest() != leaf or order <= before:
            about = UUID(bytes=originator), int.from_bytes(version, signed=True)
            if sha256(entry).digest() != leaf:
                text = f"seq {seq}: the event is not the one that the leaf was made of"
                problems.append(Problem("changed", seq, *about, text))
            if order <= before:
                text = f"seq {seq}: the event was recorded before the one at seq {seq - 1}"
                problems.append(Problem("disorder", seq, *about, text))
        before = order
        yield problems


def _copied(conn: Connection) -> Iterator[_CopiedRow]:
    """(seq, leaf, position, event columns or None) of each row, whatever the message borders."""
    rest = b""
    at_start = True
    with conn.cursor() as cursor, cursor.copy(_COPY) as copy:
        for block in copy:
            data = rest + bytes(block)
            at = 0
            if at_start:
                if len(data) < 19:
                    rest = data
                    continue
                at = 19 + _LENGTH.unpack_from(data, 15)[0]
                at_start = False
            while (parsed := _parse_row(data, at)) is not None:
                row, at = parsed
                yield row
            rest = data[at:]
    if rest != b"\xff\xff":
        raise EOFError("the copy of the ledger ended in the middle of a row")


def _parse_row(data: bytes, at: int) -> tuple[_CopiedRow, int] | None:
    """One row and where the next begins; None if the data does not hold a whole row."""
    size = len(data)
    if size - at < _NINE_NULLS:
        return None
    _, seq, leaf, position, tx_length = _LEDGER_PART.unpack_from(data, at)
    at += _LEDGER_PART.size
    if tx_length < 0:
        return (seq, leaf, position, None), at + 5 * _LENGTH.size
    if size - at < _EVENT_PART.size:
        return None
    tx, originator, version, recorded_at, topic_length = _EVENT_PART.unpack_from(data, at)
    at += _EVENT_PART.size
    state_at = at + topic_length + _LENGTH.size
    if size < state_at:
        return None
    end = state_at + _LENGTH.unpack_from(data, at + topic_length)[0]
    if size < end:
        return None
    event = (tx, originator, version, recorded_at, data[at : at + topic_length], data[state_at:end])
    return (seq, leaf, position, event), end


def _unsequenced(conn: Connection) -> tuple[int, list[Problem]]:
    """How many events wait for the ledger, and those that it should have taken and did not."""
    passed = """
        (e.position <= (select coalesce(max(sealed_position), 0) from store.ledger_seals)
         or (e.tx, e.position) < (
            select z.tx, z.position from store.ledger l join store.events z using (position)
             where z.position > (select coalesce(max(sealed_position), 0) from store.ledger_seals)
             order by l.seq desc limit 1))
    """
    outside = """
        from store.events e
       where not exists (select from store.ledger l where l.position = e.position)
    """
    waiting, left_out = _one(conn, f"select count(*), count(*) filter (where {passed}) {outside}")
    if not left_out:
        return waiting, []
    rows = conn.execute(
        f"select e.originator_id, e.originator_version {outside} and {passed}"
        f" order by e.position limit {_MAX_PROBLEMS}"
    )
    problems = [
        Problem("left_out", None, id_, version, f"version {version} of {id_} is not in the ledger")
        for id_, version in rows
    ]
    return waiting - left_out, problems


def _version_gaps(conn: Connection) -> list[Problem]:
    rows = conn.execute(
        "select originator_id, min(originator_version), max(originator_version), count(*)"
        "  from store.events group by originator_id"
        " having min(originator_version) > 1"
        "     or max(originator_version) - min(originator_version) + 1 <> count(*)"
        f" limit {_MAX_PROBLEMS}"
    )
    return [
        Problem("version_gap", None, id_, low, f"{count} events of {id_}, versions {low} to {high}")
        for id_, low, high, count in rows
    ]


def _one(conn: Connection, query: str) -> SqlRow:
    row = conn.execute(query).fetchone()
    if row is None:
        raise LookupError("the query gave no row")
    return row
