"""What all commands about households share: load, ask, save, and answer once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

from eventsourcing.application import AggregateNotFoundError, project_aggregate

from domain import text
from domain.areas.unit import Unit
from domain.commands.claims import ClaimReader, past_key, person_key
from domain.commands.context import CommandContext, Personal
from domain.commands.outcome import Claim, Outcome, Release, SaveResult
from domain.errors import Refusal, StaleVersion
from domain.eventstore.errors import ClaimTaken, SubjectKeyExists
from domain.households import normalize
from domain.households.errors import (
    HouseholdIdTaken,
    HouseholdNumberTaken,
    HouseholdUnknown,
    IdentityNumberTaken,
    PersonInAnotherHousehold,
)
from domain.households.events import Member
from domain.households.household import Household
from domain.households.normalize import Person
from domain.households.number import fold_number
from domain.matching.errors import HouseholdDescribed, not_described
from domain.matching.matcher import Matcher, warnings_about_head
from domain.matching.records import described, match_keys
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse

if TYPE_CHECKING:
    from domain.application import SocaiApplication
    from domain.eventstore.personal import Sealer

ATTEMPTS = 5


class Directory(Protocol):
    """Where areas are looked up."""

    def require(self, unit_or_code: str, on: date) -> str:
        """The unit id of a commune-level unit in force on `on`; refuses what is not."""

    def unit_on(self, unit_or_code: str, on: date) -> Unit:
        """The unit itself, which must stand on that day."""

    def commune_of(self, unit: str, on: date) -> str:
        """The id of the commune in which the households of a unit live on that day."""

    def communes_on_land_of(self, unit: str, on: date) -> tuple[str, ...]:
        """The ids of the communes that stand that day on the land of a unit."""


@dataclass(slots=True)
class CommandResult:
    """What a command wants saved beside the events of the household that it asked."""

    others: list[Household] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    sealers: list["Sealer"] = field(default_factory=list)
    forget: list[UUID] = field(default_factory=list)
    known: tuple[UUID, ...] = ()
    created: UUID | None = None
    persons: tuple[UUID, ...] = ()
    notes: tuple[str, ...] = ()


class ConcurrentSave(Exception):
    """Somebody saved something between our reading and our saving; run the command again."""

    def __init__(self, otherwise: Refusal) -> None:
        self.otherwise = otherwise
        super().__init__()


class CommandRunner:
    """Loads, asks and saves; the chapters of commands build on it."""

    def __init__(self, casework: "SocaiApplication", directory: Directory) -> None:
        self._casework = casework
        self._directory = directory
        self.matcher = Matcher(casework.pool, casework.keyring, self.load_many, self._related)

    def _related(self, unit: str) -> Sequence[str]:
        """The units of the lineage of a unit."""
        directory: Any = getattr(self._directory, "directory", self._directory)
        lineage = getattr(directory, "lineage", None)
        return (unit,) if lineage is None else lineage.related(unit)

    def _unit_now(self, unit: str, on: date) -> str:
        """The unit that a unit's land has all gone over into by a day, where there is one."""
        directory: Any = getattr(self._directory, "directory", self._directory)
        lineage = getattr(directory, "lineage", None)
        if lineage is None:
            return unit
        place = lineage.place(unit, on)
        return str(place.node) if place.exact else unit

    def load(self, household_id: UUID) -> Household:
        """The household as it is now; HouseholdUnknown if there is none."""
        try:
            found: object = self._casework.repository.get(household_id)
        except AggregateNotFoundError:
            raise HouseholdUnknown(household_id=household_id) from None
        if not isinstance(found, Household):
            raise HouseholdUnknown(household_id=household_id)
        return found

    def load_many(self, household_ids: Iterable[UUID]) -> dict[UUID, Household]:
        """The households as they are now, in one query; those that do not exist are left out."""
        recorder: Any = self._casework.recorder
        found: dict[UUID, Household] = {}
        for household_id, events in recorder.select_histories(household_ids).items():
            history = map(self._casework.mapper.to_domain_event, events)
            household: object = project_aggregate(None, history)
            if isinstance(household, Household):
                found[household_id] = household
        return found

    def version(self, household_id: UUID) -> int:
        """The version of a household as it is now; HouseholdUnknown if there is none."""
        return self.load(household_id).version

    def _ask(
        self,
        command: str,
        household_id: UUID,
        facts: CommandContext,
        arguments: dict[str, Any],
        expected_version: int | None,
        act: Callable[[Household, CommandContext], CommandResult | None],
    ) -> Outcome:
        """Runs one command on one household.

        `act` asks the aggregate; it is run again, on the household as it then is, where somebody
        else saved meanwhile (which is StaleVersion for a caller who expects a version).
        """
        digest = self._casework.digest(command, facts, {"household": household_id, **arguments})
        earlier = self._casework.earlier(facts, digest)
        if earlier is not None:
            return outcome(earlier)
        facts = normalize.context(facts)

        def attempt() -> Outcome:
            household = self.load(household_id)
            if expected_version is not None and household.version != expected_version:
                raise StaleVersion(expected=expected_version, actual=household.version)
            also = act(household, facts) or CommandResult()
            return self._save(household, facts, digest, also)

        return self._once(facts, digest, attempt)

    def _once(
        self, facts: CommandContext, digest: bytes, attempt: Callable[[], Outcome]
    ) -> Outcome:
        """Runs a command; where it is refused, it may be that the same command was done meanwhile.

        What a repeat at the same moment meets (a newer version, a member who has left, a number
        that is taken) is then the work of the first one, and the answer is that of the first one.
        """
        try:
            return retry_on_conflict(attempt)
        except Refusal:
            earlier = self._casework.earlier(facts, digest)
            if earlier is None:
                raise
            return outcome(earlier)

    def _save(
        self, household: Household, facts: CommandContext, digest: bytes, also: CommandResult
    ) -> Outcome:
        saved = (household, *also.others)
        new = [one.id for one in saved if one.version == len(one.pending_events)]
        keys, rematched = match_keys(saved, also.sealers, self._casework.keyring)
        try:
            recorded = self._casework.record(
                *saved,
                facts=facts,
                digest=digest,
                answer=answer_of(household, also),
                claims=also.claims,
                releases=also.releases,
                keys=[key for sealer in also.sealers for key in sealer.new_keys],
                forget=also.forget,
                match_keys=keys,
                rematched=rematched,
            )
        except SubjectKeyExists as known:
            raise ConcurrentSave(StaleVersion(subjects=known.subjects)) from None
        except StaleVersion as stale:
            otherwise = HouseholdIdTaken(household_id=new[0]) if new else stale
            raise ConcurrentSave(otherwise) from None
        except ClaimTaken as taken:
            refusal = refusal_of_claim(taken, [one.number for one in saved])
            if isinstance(refusal, IdentityNumberTaken | HouseholdDescribed):
                raise ConcurrentSave(refusal) from None
            raise refusal from None
        return outcome(recorded)

    def _newcomers(
        self,
        persons: Sequence[Person],
        household_id: UUID,
        facts: CommandContext,
        claims: ClaimReader | None = None,
        fresh: tuple[UUID, ...] = (),
    ) -> tuple[tuple[Member, ...], CommandResult]:
        """The persons as members with sealed data, and the claims that go with their coming.

        `claims` are those that stand; `fresh` are further new subjects of the sealer.
        """
        claims = claims or ClaimReader(self._casework.pool, self._casework.keyring)
        keys = [claims.identity(one.id_number) if one.id_number else b"" for one in persons]
        ids, known, notes = self._who(persons, keys, claims)
        traces = self._traces(persons, ids, known, household_id, facts, claims)
        new = [id_ for id_ in ids if id_ not in known]
        sealer = self._casework.keyring.sealer(known, fresh=(*new, *fresh))
        also = CommandResult(
            claims=traces,
            sealers=[sealer],
            known=tuple(known),
            persons=tuple(ids),
            notes=tuple(notes),
        )
        members = []
        for one, id_, key in zip(persons, ids, keys, strict=True):
            members.append(one.member(id_, sealer.seal(id_, one.private)))
            also.claims.append(Claim(person_key(id_), household_id, facts.effective_on))
            if key:
                also.claims.append(Claim(key, id_, facts.effective_on))
        return tuple(members), also

    def _confirm_head(
        self, household: Household, facts: CommandContext, anyway: Anyway | None
    ) -> None:
        """Records that a head who is a child was confirmed. Raises PossibleMatch with the warning,
        unless `anyway` passes it; one who can no longer be read is taken as grown up."""
        head = household.members.get(household.head) if household.ended_on is None else None
        value = self._casework.keyring.reveal(head.private) if head else None
        if head is None or value is None:
            return
        person = described(value, head.sex, head.birth_year)
        warnings = warnings_about_head(person, facts.effective_on)
        settle(household, facts, pass_or_refuse((), warnings, anyway), "entry")

    def _address(
        self, household_id: UUID, now: Personal | None, address: str
    ) -> tuple[Personal | None, list["Sealer"]]:
        """The address sealed for a household; the same text as `now` stays the same."""
        address = text.clean("address", address, text.NOTE)
        if not address:
            return None, []
        if now is not None and self._casework.keyring.reveal(now) == {"address": address}:
            return now, []
        sealer = self._casework.keyring.sealer([household_id])
        return sealer.seal(household_id, {"address": address}), [sealer]

    @staticmethod
    def _who(
        persons: Sequence[Person], keys: Sequence[bytes], claims: ClaimReader
    ) -> tuple[list[UUID], list[UUID], list[str]]:
        """Who the persons are: their ids in order, those among them that are known, and notes.

        A person whose identity number is known is that person. Raises IdentityNumberTaken, with
        the index of the `member`.
        """
        numbers = claims.look([key for key in keys if key])
        ids, known, notes = [], [], []
        for index, (one, key) in enumerate(zip(persons, keys, strict=True)):
            owner = numbers[key].holder if key in numbers else None
            if owner is not None and one.person_id is None:
                notes.append(f"members/{index}/known_person")
            elif owner is not None and one.person_id != owner:
                raise IdentityNumberTaken(person_id=owner, member=index)
            ids.append(one.person_id or owner or uuid4())
            if one.person_id or owner:
                known.append(ids[-1])
        return ids, known, notes

    def _traces(
        self,
        persons: Sequence[Person],
        ids: Sequence[UUID],
        known: Sequence[UUID],
        household_id: UUID,
        facts: CommandContext,
        claims: ClaimReader,
    ) -> list[Claim]:
        """Where known persons were before, to be kept when their claim passes on."""
        if not known:
            return []
        before = claims.look([person_key(id_) for id_ in known])
        traces = []
        for index, (one, id_) in enumerate(zip(persons, ids, strict=True)):
            was = before.get(person_key(id_))
            if was is None or was.holder == household_id:
                continue
            if not was.free_for(household_id, facts.effective_on):
                raise PersonInAnotherHousehold(person_id=id_, household_id=was.holder, member=index)
            if one.person_id is None:
                self._same_person(one, id_, was.holder, index)
            traces.append(Claim(past_key(id_, was.holder), was.holder, was.since))
        return traces

    def _same_person(self, given: Person, person: UUID, household_id: UUID, member: int) -> None:
        """IdentityNumberTaken if sex or birth year say that this is somebody else."""
        household = self.load(household_id)
        found = household.members.get(person) or household.former.get(person)
        for what in ("sex", "birth_year"):
            then, now = getattr(found, what, None), given.clear[what]
            if then and now and then != now:
                raise IdentityNumberTaken(person_id=person, differs=what, member=member)


def refusal_of_claim(taken: ClaimTaken, numbers: Iterable[str] = ()) -> Refusal:
    """What a claim that was not had means: the refusal by name, with who has it.

    `numbers` are the household numbers asked for, as they were written.
    """
    for key, holder in taken.taken:
        if key[:1] == b"p":
            return PersonInAnotherHousehold(person_id=UUID(bytes=key[1:]), household_id=holder)
    for key, holder in taken.taken:
        if key[:1] == b"w":
            return not_described(holder)
    key, holder = taken.taken[0]
    if key[:1] == b"i":
        return IdentityNumberTaken(person_id=holder)
    unit, _, folded = key[1:].decode().partition("/")
    written = next((one for one in numbers if fold_number(one) == folded), folded)
    return HouseholdNumberTaken(area=unit, number=written, household_id=holder)


def retry_on_conflict(attempt: Callable[[], Outcome]) -> Outcome:
    """Runs a command until nobody saves in between; after some attempts, the refusal it met."""
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            return attempt()
        except ConcurrentSave as meanwhile:
            if not left:
                raise meanwhile.otherwise from None
    raise AssertionError("unreachable")


def answer_of(household: Household, also: CommandResult) -> dict[str, Any]:
    """An outcome as JSON, to be stored with the command; see `outcome`."""
    return {
        "household": str(household.id),
        "created": str(also.created) if also.created else None,
        "persons": [str(one) for one in also.persons],
        "notes": list(also.notes),
    }


def outcome(recorded: SaveResult) -> Outcome:
    """The outcome of a command that was recorded now or before."""
    answer: Any = recorded.answer
    household_id = UUID(answer["household"])
    return Outcome(
        household_id=household_id,
        version=recorded.versions[household_id],
        seq=recorded.seq,
        repeated=recorded.repeated,
        created=UUID(answer["created"]) if answer["created"] else None,
        persons=tuple(UUID(one) for one in answer["persons"]),
        notes=tuple(answer["notes"]),
    )


def settle(
    household: Household, facts: CommandContext, settled: Sequence[Settlement], source: str
) -> None:
    """Records what a person said about who the household is."""
    for one in settled:
        household.settle_match(
            facts,
            candidate=one.candidate,
            verdict=one.verdict,
            evidence=one.evidence,
            reason=one.reason,
            source=source,
        )
