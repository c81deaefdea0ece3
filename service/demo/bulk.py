"""Carries out many commands and saves them together.

The commands are the ordinary ones, with all that they refuse; only the saving waits until the
batch is full. For one process that writes alone: households are read once for a batch, and what
one command of the batch did is seen by the next. A refusal ends the batch, and nothing of it is
saved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.application import SocaiApplication
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Release, SaveResult
from domain.eventstore.companions import CommandRecord, SubjectKey
from domain.eventstore.mapper import StampedEvent
from domain.households.commands import HouseholdCommands
from domain.households.household import Household
from domain.matching.keys import MatchKey


@dataclass(slots=True)
class _Waiting:
    """What waits to be saved."""

    households: dict[UUID, Household] = field(default_factory=dict)
    commands: list[CommandRecord] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    keys: list[SubjectKey] = field(default_factory=list)
    match_keys: dict[UUID, list[MatchKey]] = field(default_factory=dict)


class BulkApplication(SocaiApplication):
    """A SocaiApplication whose saves wait for `flush`. `begin` reads what a batch will need."""

    _waiting: _Waiting
    _read: dict[UUID, Household]
    _done: dict[UUID, CommandRecord]

    @classmethod
    def beside(cls, casework: SocaiApplication) -> "BulkApplication":
        """One on the same pool and keys as `casework`, with its directory of areas."""
        bulk = cls(
            casework.pool,
            casework.keyring,
            casework.standards,
            casework.clock,
            directory=casework.areas,
        )
        bulk.households = _BulkHouseholds(bulk, casework.areas)
        bulk._empty()
        return bulk

    def begin(self, household_ids: Iterable[UUID], command_ids: Sequence[UUID]) -> None:
        """Reads households and earlier answers for a batch, in two queries."""
        self._empty()
        recorder: Any = self.recorder
        self._done = recorder.find_commands(command_ids)
        self._read = self._load_many(list(household_ids))

    def flush(self) -> None:
        """Saves the whole batch in one transaction."""
        waiting = self._waiting
        if waiting.commands:
            self.save(
                *waiting.households.values(),
                commands=waiting.commands,
                claims=_settled(waiting.claims, waiting.releases),
                releases=waiting.releases,
                keys=waiting.keys,
                match_keys=[key for keys in waiting.match_keys.values() for key in keys],
                rematched=list(waiting.match_keys),
                wait=False,
            )
        self._empty()

    def record(
        self,
        *aggregates: Any,
        facts: CommandContext,
        digest: bytes = b"",
        answer: dict[str, Any] | None = None,
        claims: Sequence[Claim] = (),
        releases: Sequence[Release] = (),
        keys: Sequence[SubjectKey] = (),
        forget: Sequence[UUID] = (),
        match_keys: Sequence[MatchKey] = (),
        rematched: Sequence[UUID] = (),
        wait: bool = True,
    ) -> SaveResult:
        """Keeps everything for `flush`; see SocaiApplication."""
        if forget:
            raise ValueError("nobody is forgotten in a batch")
        done = SaveResult(None, {one.id: one.version for one in aggregates}, answer or {})
        waiting = self._waiting
        for one in aggregates:
            waiting.households[one.id] = self._read[one.id] = one
        waiting.commands.append(self.command_record(facts, digest, done))
        waiting.claims += claims
        waiting.releases += releases
        waiting.keys += keys
        for one in rematched:
            waiting.match_keys[one] = [key for key in match_keys if key.household == one]
        return done

    def earlier(self, facts: CommandContext, digest: bytes) -> SaveResult | None:
        """As SocaiApplication, from what `begin` has read."""
        found = self._done.get(facts.command_id)
        return self.repeated(found, digest) if found is not None else None

    def _seq(self, versions: dict[UUID, int]) -> int | None:
        return None

    def _empty(self) -> None:
        self._waiting, self._read, self._done = _Waiting(), {}, {}

    def _load_many(self, ids: list[UUID]) -> dict[UUID, Household]:
        with self.pool.connection() as conn, conn.cursor(binary=True) as cursor:
            cursor.execute(
                "select originator_id, originator_version, topic, state, recorded_at"
                " from store.events where originator_id = any(%b::uuid[])"
                " order by originator_id, originator_version",
                [ids],
            )
            rows = cursor.fetchall()
        found: dict[UUID, Any] = {}
        for row in rows:
            event: Any = self.mapper.to_domain_event(StampedEvent(*row))
            found[row[0]] = event.mutate(found.get(row[0]))
        return found


class _BulkHouseholds(HouseholdCommands):
    """The commands, on the households of the batch."""

    def load(self, household_id: UUID) -> Household:
        """A household of the batch, with what earlier commands of the batch did to it."""
        casework: Any = self._casework
        if household_id not in casework._read:
            casework._read[household_id] = super().load(household_id)
        return casework._read[household_id]


def _settled(claims: Sequence[Claim], releases: Sequence[Release]) -> list[Claim]:
    """A save lets go first and takes then: what was taken and let go in one batch is not taken."""
    gone = {(one.key, one.holder) for one in releases}
    return [one for one in claims if (one.key, one.holder) not in gone]
