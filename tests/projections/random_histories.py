"""Random histories for the read side: a few households with all kinds of events, also late ones.

Events are built straight from their classes, valid in the order in which they are recorded but
with effective dates as they come, so that a read model meets what commands would allow and more.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import StateMapper
from domain.eventstore.personal import Keyring, Personal, Sealer
from domain.eventstore.recorder import PostgresRecorder
from domain.households import events as e
from domain.households.withdrawals import KINDS
from projections.engine.ledger import LedgerEvent

AREAS = ("19753@2021-07-01", "19754@2016-01-01", "19960@2016-01-01")
CLASSES = ("poor", "near_poor", "average", "not_poor")
FIRST_DAY = date(2022, 1, 1)
DAYS = 900
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Đức Cường", "H'Hen Niê", "Hồ Thị Hoà")
BIRTH_YEARS = (None, 1960, 1985, 2010, 2020)
ETHNICITIES = ("Kinh", "Kinh", "Tà Ôi", "Cơ Tu", "")
ACTOR = Actor("canbo", "case_worker", AREAS[0])
MAPPER = StateMapper()
WITHDRAWALS: dict[type[Any], type[Any]] = {**dict(KINDS.values()), e.LeftPoverty: e.ExitWithdrawn}


@dataclass
class Home:
    """State of one household while a history is made."""

    id: UUID
    registered_on: date
    area: str
    head: UUID
    members: dict[UUID, e.Member]
    version: int = 0
    class_: str = ""
    entries: dict[int, Any] = field(default_factory=dict)
    ended_on: date | None = None


@dataclass
class World:
    """Saves in the order in which they were made; each is a list of events of one transaction."""

    rng: random.Random
    sealer: Sealer | None = None
    saves: list[list[Any]] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    now: datetime = datetime(2022, 1, 1, 3, tzinfo=UTC)

    @property
    def events(self) -> list[Any]:
        return [event for save in self.saves for event in save]

    def uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def seal(self, subject: UUID, value: dict[str, Any]) -> Personal:
        if self.sealer is not None:
            return self.sealer.seal(subject, value)
        return Personal(subject, repr(sorted(value.items())).encode())

    def member(self, relation: str) -> e.Member:
        person = self.uuid()
        private = {"name": self.rng.choice(NAMES)}
        if self.rng.random() < 0.5:
            private["id_number"] = f"{self.rng.randrange(10**11, 10**12)}"
        return e.Member(
            person, relation, self.seal(person, private), sex=self.rng.choice(("male", "female")),
            birth_year=BIRTH_YEARS[person.int % 5], ethnicity=ETHNICITIES[person.int % 7 % 5],
        )  # fmt: skip

    def make(self, home: Home, kind: type[Any], on: date, /, **what: Any) -> Any:
        home.version += 1
        event = kind(
            originator_id=home.id,
            originator_version=home.version,
            timestamp=self.now,
            effective_on=on,
            actor=ACTOR,
            command_id=self.uuid(),
            document=Document("1/QĐ", on) if self.rng.random() < 0.3 else None,
            **what,
        )
        if kind in WITHDRAWALS:
            home.entries[home.version] = event
        return event

    def day(self, home: Home | None = None) -> date:
        """Mostly late in the time of the world, sometimes long ago; within the home's life."""
        first = home.registered_on if home else FIRST_DAY
        last = max(self.now.date(), first)
        if home and home.ended_on:
            last = home.ended_on
        span = (last - first).days
        return first + timedelta(
            days=span if self.rng.random() < 0.6 else self.rng.randint(0, span)
        )


def register(world: World, split_from: UUID | None = None, **given: Any) -> Home:
    """A household begins; returned without being saved, as its first event."""
    members = given.get("members") or tuple(
        world.member("head" if i == 0 else "child") for i in range(world.rng.randint(1, 4))
    )
    on = given.get("on") or world.day()
    home = Home(
        world.uuid(), on, given.get("area") or world.rng.choice(AREAS), members[0].person_id,
        {member.person_id: member for member in members},
    )  # fmt: skip
    event = world.make(
        home, e.Registered, on, originator_topic="household",
        number=f"HN-{world.rng.randrange(1000)}", area=home.area,
        village=f"Thôn {world.rng.randrange(5)}", address=None, residence="permanent",
        head=home.head, members=members, flags=_flags(world), source="entry",
        split_from=split_from,
    )  # fmt: skip
    world.homes.append(home)
    world.saves.append([event])
    return home


def _flags(world: World) -> e.Flags:
    return e.Flags(*(world.rng.choice((None, True, False)) for _ in range(3)))


def happen(world: World) -> None:
    """One more thing happens to one of the households, or a new one begins."""
    world.now += timedelta(
        days=world.rng.choice((0, 0, 1, 20, 90)), seconds=world.rng.choice((0, 9))
    )
    alive = [home for home in world.homes if home.ended_on is None or world.rng.random() < 0.2]
    if not alive or world.rng.random() < 0.15:
        register(world)
        return
    home = world.rng.choice(alive)
    action = world.rng.choice(ACTIONS)
    save = action(world, home, world.day(home))
    if save:
        world.saves.append(save)


def _joins(world: World, home: Home, on: date) -> list[Any]:
    member = world.member("child")
    home.members[member.person_id] = member
    return [world.make(home, e.MemberJoined, on, member=member, reason="birth")]


def _leaves(world: World, home: Home, on: date) -> list[Any]:
    others = [person for person in home.members if person != home.head]
    if not others:
        return []
    person = world.rng.choice(others)
    del home.members[person]
    return [world.make(home, e.MemberLeft, on, person_id=person, reason="death")]


def _head_changes(world: World, home: Home, on: date) -> list[Any]:
    others = [person for person in home.members if person != home.head]
    if not others:
        return []
    before, home.head = home.head, world.rng.choice(others)
    return [
        world.make(
            home, e.HeadChanged, on, head_before=before, head=home.head,
            relation_before="parent", reason="agreement",
        )
    ]  # fmt: skip


def _member_corrected(world: World, home: Home, on: date) -> list[Any]:
    person, member = world.rng.choice(list(home.members.items()) or [(None, None)])
    if member is None:
        return []
    after = world.seal(person, {"name": world.rng.choice(NAMES)})
    changes = (e.Change("private", member.private, after), e.Change("birth_year", None, 1970))
    return [
        world.make(home, e.MemberCorrected, on, person_id=person, changes=changes, reason="papers")
    ]


def _corrected(world: World, home: Home, on: date) -> list[Any]:
    changes = (
        e.Change("no_labour_capacity", None, world.rng.choice((True, False))),
        e.Change("village", "?", f"Thôn {world.rng.randrange(5)}"),
    )
    return [world.make(home, e.HouseholdCorrected, on, changes=changes, reason="error")]


def _moves(world: World, home: Home, on: date) -> list[Any]:
    before, home.area = home.area, world.rng.choice(AREAS)
    return [
        world.make(
            home, e.Moved, on, area_before=before, village_before="", area=home.area,
            village="Thôn mới", number="", address=None,
        )
    ]  # fmt: skip


def _classified(world: World, home: Home, on: date) -> list[Any]:
    scope = world.rng.choice(("national", "national", "national", "hcm-2021"))
    class_ = world.rng.choice(CLASSES)
    event = world.make(
        home, e.Classified, on, scope=scope, class_=class_, class_before=home.class_,
        movement="unchanged", proposed=class_, override_reason="", standard="2022-2026",
        standard_digest="0" * 64, survey_id=None, facts={"b1": 100}, comparisons=(),
        reasons=("at_or_below_line?figure=b1",),
    )  # fmt: skip
    if scope == "national":
        home.class_ = class_
    return [event]


def _surveyed_and_classified(world: World, home: Home, on: date) -> list[Any]:
    deprived = world.rng.choice((None, (), ("employment",), ("employment", "latrine")))
    survey = world.make(
        home, e.Surveyed, on, survey_id=world.uuid(), form="B", score_card="", area_type="urban",
        answers={}, income=None, b1=100, b2=40, deprived=deprived, surveyor="khaosat", place="",
        attachments=(),
    )  # fmt: skip
    was_listed = home.class_ in ("poor", "near_poor")
    save = [survey, *_classified(world, home, on)]
    if was_listed and home.class_ not in ("poor", "near_poor"):
        save.append(
            world.make(
                home, e.LeftPoverty, on, kind="above_near_poor", class_before="poor",
                newly_escaped_until=on + timedelta(days=1095),
            )
        )  # fmt: skip
    return save


def _supported(world: World, home: Home, on: date) -> list[Any]:
    support = [
        world.make(
            home, e.SupportGranted, on, support_id=world.uuid(), programme="P", benefit="card",
            person_id=None, amount=1000, quantity=None, unit="", period_from=on, period_until=on,
            source="central", funding_year=on.year,
        )
    ]  # fmt: skip
    return _with_certificate(world, home, on, support)


def _with_certificate(world: World, home: Home, on: date, save: list[Any]) -> list[Any]:
    """A save with a certificate, on some days; some are withdrawn or replaced. Nothing is drawn."""
    if on.day % 3 == 0:
        return save
    given = uuid5(home.id, f"{save[0].originator_version}")
    number = f"{on.day:02d}/GCN-HN.HCN"
    what = {"certificate_id": given, "number": number}
    save.append(
        world.make(
            home, e.CertificateIssued, on, **what, area=home.area,
            class_=home.class_ if home.class_ in ("poor", "near_poor") else "poor",
            rests_on=Document("1/QĐ-UBND", on, "chutich"), signer="Nguyễn Văn Chủ",
        )
    )  # fmt: skip
    if on.day % 5 == 0:
        save.append(world.make(home, e.CertificateWithdrawn, on, **what, reason="error"))
    elif on.day % 5 == 2:
        save += _low_income_worker(world, home, on)
    elif on.day % 5 == 1:
        other = {"replaced_by": uuid5(given, "other"), "reason": "lost"}
        save.append(world.make(home, e.CertificateReplaced, on, **what, **other))
    return save


def _low_income_worker(world: World, home: Home, on: date) -> list[Any]:
    """The head is recognised as a low-income worker; on even days that is withdrawn."""
    given = world.make(
        home, e.LowIncomeWorkerRecognised, on, person_id=home.head, standard="2022-2026",
        standard_digest="0" * 64, survey_id=None, round_id=None, proposed="", override_reason="",
        comparisons=(), reasons=("figures_not_recorded",),
    )  # fmt: skip
    if on.day % 2:
        return [given]
    taken = {"person_id": home.head, "reasons": ("other",)}
    return [given, world.make(home, e.LowIncomeRecognitionWithdrawn, on, **taken)]


def _causes(world: World, home: Home, on: date) -> list[Any]:
    causes = world.rng.choice((("1", "7"), ("2",), ()))
    return [world.make(home, e.CausesRecorded, on, causes=causes, note="")]


def _splits(world: World, home: Home, on: date) -> list[Any]:
    others = [person for person in home.members if person != home.head]
    if not others or home.ended_on is not None:
        return []
    person = world.rng.choice(others)
    member = home.members.pop(person)
    member = e.Member(person, "head", member.private, sex=member.sex)
    new = register(world, split_from=home.id, members=(member,), on=on, area=home.area)
    (created,) = world.saves.pop()
    split = world.make(home, e.SplitOff, on, new_household=new.id, persons=(person,))
    return [split, created]


def _merges(world: World, home: Home, on: date) -> list[Any]:
    into = world.rng.choice(world.homes)
    if into is home or into.ended_on or home.ended_on or world.rng.random() < 0.5:
        return []
    on = max(on, world.now.date(), into.registered_on)
    members = tuple(home.members.values())
    received = world.make(into, e.MembersReceived, on, merged_from=home.id, members=members)
    merged = world.make(home, e.MergedInto, on, into=into.id, persons=tuple(home.members))
    into.members |= home.members
    home.ended_on, home.members = on, {}
    return [received, merged]


def _dissolves(world: World, home: Home, on: date) -> list[Any]:
    if home.ended_on or world.rng.random() < 0.6:
        return []
    home.ended_on, home.members = on, {}
    return [world.make(home, e.Dissolved, on, reason="other")]


def _withdraws(world: World, home: Home, on: date) -> list[Any]:
    """Withdraws one or two entries of any age, also of a household that ended."""
    save = []
    for _ in range(world.rng.choice((1, 1, 2))):
        if home.entries:
            entry = home.entries.pop(world.rng.choice(sorted(home.entries)))
            what = {"withdraws": entry.originator_version, "reason": "Ghi nhầm hộ"}
            save.append(world.make(home, WITHDRAWALS[type(entry)], entry.effective_on, **what))
    return save


def _corrects_at_once(world: World, home: Home, on: date) -> list[Any]:
    """A decision and its withdrawal in one save, known at the same moment."""
    save = _classified(world, home, on)
    del home.entries[save[0].originator_version]
    what = {"withdraws": save[0].originator_version, "reason": "Ghi nhầm hộ"}
    return [*save, world.make(home, e.ClassificationWithdrawn, on, **what)]


ACTIONS = (
    _joins, _leaves, _head_changes, _member_corrected, _corrected, _moves, _classified,
    _surveyed_and_classified, _surveyed_and_classified, _supported, _causes, _splits, _merges,
    _dissolves, _withdraws, _withdraws, _withdraws, _corrects_at_once,
)  # fmt: skip


def make_world(seed: int, things: int, sealer: Sealer | None = None) -> World:
    """The same world for the same seed, seals apart."""
    world = World(random.Random(seed), sealer)
    for _ in range(2):
        register(world)
    for _ in range(things):
        happen(world)
    return world


def seeds() -> st.SearchStrategy[int]:
    """What worlds are made from."""
    return st.integers(0, 2**32)


def record(database: Any, saves: Iterable[Sequence[Any]], sealer: Sealer | None = None) -> None:
    """Stores saves as the application would, each in a transaction, and puts them in order."""
    recorder = PostgresRecorder(database.pool, wait_seconds=0)
    if sealer is not None and sealer.new_keys:
        recorder.insert_events([], keys=sealer.new_keys)
    for save in saves:
        recorder.insert_events([MAPPER.to_stored_event(event) for event in save])


def histories_in(events: Iterable[Any]) -> dict[UUID, list[LedgerEvent]]:
    """Histories as the ledger would give them, if events entered it in this order."""
    found: dict[UUID, list[LedgerEvent]] = {}
    for seq, event in enumerate(events, 1):
        found.setdefault(event.originator_id, []).append(
            LedgerEvent(
                seq, event.originator_id, event.originator_version, event.TOPIC,
                event.timestamp, event,
            )
        )  # fmt: skip
    return found


def some_keyring(pool: Any) -> Keyring:
    """A keyring with keys of its own, always the same."""
    return Keyring(pool, b"m" * 32, b"i" * 32)
