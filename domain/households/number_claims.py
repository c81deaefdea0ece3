"""Brings the claims to household numbers of the first release under the folded key.

The first release claimed a number as it was written, so two households of one commune could hold
"HX-0001" and "hx 1". The one that held it first keeps the number; the other keeps its record, its
number as written, and a claim that says it came second (`domain.households.claims`).
"""

from typing import NamedTuple
from uuid import UUID

from domain.eventstore.postgres import Connection
from domain.households.claims import NUMBER, number_key, second_number_key
from domain.households.number import fold_number

_DUE = "select from store.backfills where name = 'folded_numbers' and done_at is null"
_FIRST, _LAST = NUMBER.prefix, b"o"
_ROWS = 5_000


class _Old(NamedTuple):
    key: bytes
    holder: UUID


def fold_number_claims(owner: Connection) -> int:
    """Moves every claim to its folded key, once, in one transaction; returns how many moved.

    `owner` is a connection of the database's owner. A held claim goes before one that was let
    go, the older before the younger.
    """
    with owner.transaction():
        if owner.execute(_DUE + " for update").fetchone() is None:
            return 0
        owner.execute("lock table store.claims in share row exclusive mode")
        moved = _moves(owner)
        with owner.cursor() as cursor:
            for start in range(0, len(moved), _ROWS):
                part = moved[start : start + _ROWS]
                cursor.executemany(
                    "update store.claims set key = %b where key = %b",
                    [(b"m" + new, old) for old, new in part],
                )
        owner.execute(
            "update store.claims set key = substring(key from 2)"
            " where key >= 'mn'::bytea and key < 'mo'::bytea"
        )
        owner.execute("update store.backfills set done_at = now() where name = 'folded_numbers'")
    return len(moved)


def _moves(owner: Connection) -> list[tuple[bytes, bytes]]:
    """Old key and new key of the claims whose key changes."""
    rows = owner.execute(
        "select key, holder from store.claims where key >= %b and key < %b"
        " order by until is not null, since, holder",
        [_FIRST, _LAST],
    )
    taken: set[bytes] = set()
    moves = []
    for one in map(_Old._make, rows):
        unit, _, number = NUMBER.subject(one.key).decode().partition("/")
        new = number_key(unit, number)
        if not fold_number(number) or new in taken:
            new = second_number_key(unit, number, one.holder)
        taken.add(new)
        if new != one.key:
            moves.append((one.key, new))
    return moves
