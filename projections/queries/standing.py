"""How far everything is: the ledger, and each read model behind it. For `status`, /readyz and
/metrics."""

from typing import Any

from msgspec import Struct
from psycopg import Connection

from projections.ledger import OldestWriter, head, oldest_writer
from projections.registry import MODELS


class ModelStanding(Struct, frozen=True):
    """One read model: the seq it stands at, how many events it is behind, what is parked.

    `outdated` says that its rows were made by another version of its code.
    """

    name: str
    seq: int
    lag: int
    parked: int
    outdated: bool


class Standing(Struct, frozen=True):
    """The ledger's length, stored events that are not in it yet, and the read models in the order
    of the registry. `oldest_writer` is the write transaction that holds the ledger back."""

    length: int
    unsequenced: int
    models: tuple[ModelStanding, ...]
    oldest_writer: OldestWriter | None


def standing(conn: Connection[Any]) -> Standing:
    """Counted now; about a millisecond, whatever the ledger's length."""
    length = head(conn)
    rows = conn.execute(
        "select p.model, p.version, p.seq,"
        " (select count(*) from read.parked k where k.model = p.model)"
        " from read.positions p"
    ).fetchall()
    found = {name: (version, seq, parked) for name, version, seq, parked in rows}
    models = []
    for model in MODELS:
        version, seq, parked = found.get(model.name, (None, 0, 0))
        models.append(
            ModelStanding(model.name, seq, max(0, length - seq), parked, version != model.version)
        )
    return Standing(length, _unsequenced(conn), tuple(models), oldest_writer(conn))


def _unsequenced(conn: Connection[Any]) -> int:
    """Stored events past the ledger's end, found through the index of its order."""
    row = conn.execute(
        """
        with sealed as (select coalesce(max(sealed_position), 0) as position
                          from store.ledger_seals),
        last as (select e.tx, e.position from store.ledger l join store.events e using (position)
                  where l.position > (select position from sealed)
                  order by l.seq desc limit 1)
        select count(*) from store.events e
         where (e.tx, e.position) > (coalesce((select tx from last), '0'::xid8),
                                     coalesce((select position from last), 0))
           and e.position > (select position from sealed)
        """
    ).fetchone()
    return row[0] if row else 0
