"""Finds households on record that could be the ones described, in a few queries for thousands."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from domain.commands.claims import StoredClaim, find_claims
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Pool, SqlRow, autocommitting, bytea_array
from domain.households.claims import identity_key, number_key, person_key
from domain.matching.errors import MatchingNotReady
from domain.matching.evidence import DescribedHousehold
from domain.matching.keys import fellows_looked_up, looked_up

MOST_FOR_A_KEY = 20
"""A key that more households share says nothing; its candidates are left out."""

_BY_KEY = (
    "select w.n, m.household from unnest(%b) with ordinality as w (key, n)"
    " cross join lateral (select household from store.match_keys k where k.key = w.key"
    f" limit {MOST_FOR_A_KEY + 1}) as m"
)
_BY_NUMBER = (
    "select w.n, c.holder from unnest(%b) with ordinality as w (key, n)"
    " join store.claims c on c.key >= w.key and c.key < w.key || '$'::bytea and c.until is null"
)


class Lookup:
    """Looks up who is on record under match keys, household numbers and identity numbers."""

    def __init__(self, pool: Pool, keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring
        self._ready = False

    def require_ready(self) -> None:
        """Raises MatchingNotReady while keys of older households are still being made."""
        if self._ready:
            return
        with autocommitting(self._pool) as conn:
            row = conn.execute(
                "select done_at is not null from store.backfills where name = 'match_keys'"
            ).fetchone()
        if row is None or not row[0]:
            raise MatchingNotReady
        self._ready = True

    def candidates(
        self, described: Sequence[tuple[DescribedHousehold, Sequence[str]]]
    ) -> list[list[UUID]]:
        """For each description and the units of its lineage, the households that come close.

        First those of the same household number, then those where the head's identity number
        leads, then those under shared match keys. Raises MatchingNotReady.
        """
        self.require_ready()
        found: list[dict[UUID, None]] = [{} for _ in described]
        for index, id_ in self._by_number(described):
            found[index][id_] = None
        for index, id_ in self._by_identity(described):
            found[index][id_] = None
        for index, id_ in self._by_key(
            (index, key)
            for index, (one, units) in enumerate(described)
            for key in looked_up(one, units, self._keyring.blind_text)
        ):
            found[index][id_] = None
        return [list(ids) for ids in found]

    def with_fellows(
        self, described: Sequence[tuple[DescribedHousehold, Sequence[str]]]
    ) -> list[list[UUID]]:
        """For each description, the households where one of its members other than the head may
        be, by name and birth."""
        found: list[dict[UUID, None]] = [{} for _ in described]
        for index, id_ in self._by_key(
            (index, key)
            for index, (one, units) in enumerate(described)
            for key in fellows_looked_up(one, units, self._keyring.blind_text)
        ):
            found[index][id_] = None
        return [list(ids) for ids in found]

    def _by_number(
        self, described: Sequence[tuple[DescribedHousehold, Sequence[str]]]
    ) -> list[tuple[int, UUID]]:
        keys = [
            (index, number_key(unit, one.number))
            for index, (one, units) in enumerate(described)
            if one.number
            for unit in units
        ]
        rows = self._rows(_BY_NUMBER, [key for _, key in keys])
        return [(keys[n - 1][0], holder) for n, holder in rows]

    def _by_identity(
        self, described: Sequence[tuple[DescribedHousehold, Sequence[str]]]
    ) -> list[tuple[int, UUID]]:
        numbers = {
            index: identity_key(self._keyring.blind_index(one.head.id_number))
            for index, (one, _) in enumerate(described)
            if one.head.id_number
        }
        persons = find_claims(self._pool, numbers.values())
        homes = find_claims(self._pool, [person_key(claim.holder) for claim in persons.values()])
        found = []
        for index, key in numbers.items():
            person = _holder(persons, key)
            home = _holder(homes, person_key(person)) if person else None
            if home is not None:
                found.append((index, home))
        return found

    def _by_key(self, wanted: Iterable[tuple[int, bytes]]) -> list[tuple[int, UUID]]:
        keys = list(wanted)
        rows: dict[int, list[UUID]] = {}
        for n, household in self._rows(_BY_KEY, [key for _, key in keys]):
            rows.setdefault(n, []).append(household)
        return [
            (keys[n - 1][0], id_)
            for n, ids in rows.items()
            if len(set(ids)) <= MOST_FOR_A_KEY
            for id_ in ids
        ]

    def _rows(self, query: str, keys: Iterable[bytes]) -> list[SqlRow]:
        wanted = list(keys)
        if not wanted:
            return []
        with autocommitting(self._pool) as conn, conn.cursor(binary=True) as cursor:
            cursor.execute(query, [bytea_array(wanted)])
            return cursor.fetchall()


def _holder(claims: Mapping[bytes, StoredClaim], key: bytes) -> UUID | None:
    claim = claims.get(key)
    return claim.holder if claim is not None and claim.until is None else None
