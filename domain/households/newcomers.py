"""Newcomers bring persons into a household, with their sealed data and their claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from domain.commands.claims import Claim
from domain.commands.command import CommandContext, CommandResult
from domain.eventstore.personal import Sealer
from domain.households.claims import past_key, person_key
from domain.households.errors import IdentityNumberTaken, PersonInAnotherHousehold
from domain.households.events import Member
from domain.households.handler import HouseholdServices
from domain.households.household import Household
from domain.households.person import Person


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Persons as members, in the order given, and what is saved with their coming."""

    members: tuple[Member, ...]
    known: tuple[UUID, ...]
    claims: list[Claim]
    sealer: Sealer
    notes: tuple[str, ...]

    def result(self, household: Household) -> CommandResult:
        """The result of a command that brings them into a household."""
        return CommandResult(
            household,
            claims=self.claims,
            sealers=[self.sealer],
            known=self.known,
            persons=tuple(one.person_id for one in self.members),
            notes=self.notes,
        )


def newcomers(
    persons: Sequence[Person],
    household_id: UUID,
    context: CommandContext,
    services: HouseholdServices,
    fresh: tuple[UUID, ...] = (),
) -> Newcomers:
    """The persons as members with sealed data, and the claims that go with their coming.

    `fresh` are further new subjects of the sealer. Raises IdentityNumberTaken and
    PersonInAnotherHousehold with the index of the `member`.
    """
    keys = [services.identity_key(one.id_number) if one.id_number else b"" for one in persons]
    ids, known, notes = _who(persons, keys, services)
    claims = _traces(persons, ids, known, household_id, context, services)
    new = [id_ for id_ in ids if id_ not in known]
    sealer = services.keyring.sealer(known, fresh=(*new, *fresh))
    members = []
    for one, id_, key in zip(persons, ids, keys, strict=True):
        members.append(one.member(id_, sealer.seal(id_, one.private)))
        claims.append(Claim(person_key(id_), household_id, context.effective_on))
        if key:
            claims.append(Claim(key, id_, context.effective_on))
    return Newcomers(tuple(members), tuple(known), claims, sealer, tuple(notes))


def _who(
    persons: Sequence[Person], keys: Sequence[bytes], services: HouseholdServices
) -> tuple[list[UUID], list[UUID], list[str]]:
    """Who the persons are: their ids in order, those among them that are known, and notes.

    A person whose identity number is known is that person.
    """
    numbers = services.claims.look([key for key in keys if key])
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
    persons: Sequence[Person],
    ids: Sequence[UUID],
    known: Sequence[UUID],
    household_id: UUID,
    context: CommandContext,
    services: HouseholdServices,
) -> list[Claim]:
    """Where known persons were before, to be kept when their claim passes on."""
    if not known:
        return []
    before = services.claims.look([person_key(id_) for id_ in known])
    traces = []
    for index, (one, id_) in enumerate(zip(persons, ids, strict=True)):
        was = before.get(person_key(id_))
        if was is None or was.holder == household_id:
            continue
        if not was.free_for(household_id, context.effective_on):
            raise PersonInAnotherHousehold(person_id=id_, household_id=was.holder, member=index)
        if one.person_id is None:
            _check_same_person(one, id_, services.load(was.holder), index)
        traces.append(Claim(past_key(id_, was.holder), was.holder, was.since))
    return traces


def _check_same_person(given: Person, person: UUID, household: Household, member: int) -> None:
    """IdentityNumberTaken if sex or birth year say that this is another person."""
    found = household.members.get(person) or household.former.get(person)
    for what in ("sex", "birth_year"):
        then, now = getattr(found, what, None), given.clear[what]
        if then and now and then != now:
            raise IdentityNumberTaken(person_id=person, differs=what, member=member)
