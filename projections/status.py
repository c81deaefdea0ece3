"""Queries the lag of the ledger and of each read model, and the worker processes, for `status`,
/readyz and /metrics."""

from msgspec import Struct

from domain.eventstore.postgres import Connection
from projections.engine.ledger import OldestWriter, head, oldest_writer
from projections.heartbeats import KINDS, Heartbeat, heartbeats
from projections.read_models import MODELS

CLOCK_SECONDS = 5  # clocks of several machines differ by less


class ModelStatus(Struct, frozen=True):
    """The position of one read model, how many events it is behind, and what is parked.

    `outdated` says that its rows were made by an older version of its code, `newer` by a newer one.
    `ahead` is how many events it has seen that the ledger does not have: an older backup of the
    database was put in place, and the read model must be rebuilt.
    """

    name: str
    seq: int
    lag: int
    parked: int
    outdated: bool
    newer: bool = False
    ahead: int = 0


class LedgerStatus(Struct, frozen=True):
    """The ledger's length, stored events that are not in it yet, and the read models in the order
    of the registry. `oldest_writer` is the write transaction that holds the ledger back.

    `unsealed` says that a dump was restored and not sealed: nothing can be recorded.
    `clock_behind` is by how many seconds the newest events lie in the future of the database's
    clock: a clock was set back, or that of a web server goes ahead.
    `processes` are those of the workers that said something in the last hour.
    """

    length: int
    unsequenced: int
    models: tuple[ModelStatus, ...]
    oldest_writer: OldestWriter | None
    unsealed: bool = False
    clock_behind: int = 0
    processes: tuple[Heartbeat, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """Kinds of processes of which none said anything: nothing is known of their work."""
        known = {kind for one in self.processes for kind in one.does}
        return tuple(kind for kind in KINDS if kind not in known)

    @property
    def wants(self) -> tuple[str, ...]:
        """The states that an operator should look at, by name; empty where all is well."""
        seen = {
            "unsealed": self.unsealed,
            "ledger_shorter_than_read_models": any(one.ahead for one in self.models),
            "parked": any(one.parked for one in self.models),
            "held_back": self.oldest_writer is not None and self.oldest_writer.held_back > 0,
            "outdated": any(one.outdated for one in self.models),
            "newer_version": any(one.newer for one in self.models),
            "clock_set_back": self.clock_behind > CLOCK_SECONDS,
            "silent_process": any(one.silent for one in self.processes),
            "unknown_process": bool(self.unknown),
        }
        return tuple(name for name, wanted in seen.items() if wanted)


def ledger_status(conn: Connection) -> LedgerStatus:
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
            ModelStatus(
                model.name,
                seq,
                max(0, length - seq),
                parked,
                outdated=(version or 0) < model.version,
                newer=(version or 0) > model.version,
                ahead=max(0, seq - length),
            )
        )
    row = conn.execute(
        "select store.is_unsealed(), coalesce((select extract(epoch from"
        " max(newest.recorded_at) - clock_timestamp()) from (select recorded_at from store.events"
        " order by position desc limit 50) as newest), 0)"
    ).fetchone()
    unsealed, behind = row if row else (False, 0)
    return LedgerStatus(
        length, _unsequenced(conn), tuple(models), oldest_writer(conn),
        unsealed=bool(unsealed), clock_behind=max(0, int(behind)), processes=heartbeats(conn),
    )  # fmt: skip


def _unsequenced(conn: Connection) -> int:
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
