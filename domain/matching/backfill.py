"""Makes the match keys of households that were recorded before there were any.

Done in steps that each stand alone, so that it can be killed and goes on where it was. While a
step runs no other save writes match keys: what it reads is what there is. Until all is done the
matcher answers nothing (MatchingNotReady), as "not on record" would be wrong.
"""

from collections.abc import Callable
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol

from domain.eventstore.mapper import StampedEvent, StateMapper, aggregate_of
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection, bytea_array, uuid_array
from domain.households.claims import person_key, person_of
from domain.households.household import Household
from domain.matching.keys import MatchKey, keys_of
from domain.matching.records import describe, persons_of

STEP = 500
"""Households in one step."""

_DUE = "select after from store.backfills where name = 'match_keys' and done_at is null"
_NEXT = (
    "select originator_id from store.events"
    " where topic = 'household.registered:1' and originator_id > %b"
    " order by originator_id limit %b"
)


def due(conn: Connection) -> bool:
    """Whether keys of older households are still missing."""
    return conn.execute(_DUE).fetchone() is not None


def fill(
    owner: Connection,
    keyring: Keyring,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Makes all keys that are missing; returns the number of households worked on.

    `owner` is an autocommit connection of the database's owner. Safe to be run beside itself.
    `progress` is called with the number of households done by this call.
    """
    done = 0
    while (step := _step(owner, keyring)) is not None:
        done += step
        if progress:
            progress(done)
    return done


def _step(owner: Connection, keyring: Keyring) -> int | None:
    """One step; None where nothing is left."""
    with owner.transaction():
        row = owner.execute(_DUE + " for update").fetchone()
        if row is None:
            return None
        owner.execute("lock table store.match_keys in share row exclusive mode")
        after = row[0] or UUID(int=0)
        ids = [one[0] for one in owner.execute(_NEXT, [after, STEP], binary=True)]
        if not ids:
            owner.execute("update store.backfills set done_at = now() where name = 'match_keys'")
            return None
        _write(owner, ids, _keys(owner, keyring, ids))
        owner.execute("update store.backfills set after = %b where name = 'match_keys'", [ids[-1]])
        return len(ids)


def _keys(owner: Connection, keyring: Keyring, ids: list[UUID]) -> list[MatchKey]:
    households = _households(owner, ids)
    homes = _homes(owner, [one.person_id for home in households for one in persons_of(home)])
    sealed = [member.private for one in households for member in persons_of(one)]
    revealed = keyring.reveal_many(sealed, owner)
    return [
        key
        for one in households
        for key in keys_of(
            one.id,
            describe(one, lambda p: revealed.get((p.subject, p.sealed))),
            one.head,
            keyring.blind_text,
        )
        if homes.get(key.person, one.id) == one.id
    ]


def _homes(owner: Connection, persons: list[UUID]) -> dict[UUID, UUID]:
    """The household that each person is in, or was in last."""
    rows = owner.execute(
        "select key, holder from store.claims where key = any(%b)",
        [bytea_array(person_key(one) for one in persons)],
        binary=True,
    )
    return {person_of(key): holder for key, holder in rows}


def _households(owner: Connection, ids: list[UUID]) -> list[Household]:
    mapper = StateMapper()
    events: dict[UUID, list[DomainEventProtocol[UUID]]] = {}
    rows = owner.execute(
        "select originator_id, originator_version, topic, state, recorded_at from store.events"
        " where originator_id = any(%b) order by originator_id, originator_version",
        [uuid_array(ids)],
        binary=True,
    )
    for row in rows:
        events.setdefault(row[0], []).append(mapper.to_domain_event(StampedEvent(*row)))
    households: list[Household] = []
    for history in events.values():
        found: object = aggregate_of(history)
        if isinstance(found, Household):
            households.append(found)
    return households


def _write(owner: Connection, ids: list[UUID], keys: list[MatchKey]) -> None:
    """Replaces the keys of these households."""
    owner.execute("delete from store.match_keys where household = any(%b)", [uuid_array(ids)])
    owner.execute(
        "insert into store.match_keys (key, person, household)"
        " select distinct on (w.key, w.person) w.key, w.person, w.household"
        " from unnest(%b, %b, %b) as w (key, person, household)"
        " order by w.key, w.person on conflict do nothing",
        [
            bytea_array(one.key for one in keys),
            uuid_array(one.person for one in keys),
            uuid_array(one.household for one in keys),
        ],
    )
