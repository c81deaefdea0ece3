"""Random histories of review rounds for the read side, beside those of households.

Events are built straight from their classes. They name what was before them, and otherwise come in
more orders than commands would allow.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.commands.command import Actor, Document
from domain.eventstore.personal import Personal
from domain.reviews import events as r
from domain.reviews.round import RoundRecord, evolve
from tests.projections.random_histories import AREAS, World

OFFICER = Actor("canbo", "case_worker", AREAS[0])
CLASSES = ("poor", "near_poor", "not_poor")
VILLAGES = ("Thôn 1", "Thôn 2", "Tổ dân phố 10")


@dataclass
class RoundLife:
    """One round while its history is made."""

    rng: random.Random
    id: UUID
    now: datetime
    homes: list[UUID]
    saves: list[list[Any]] = field(default_factory=list)
    record: RoundRecord = field(default_factory=RoundRecord)
    version: int = 0

    def uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def make(self, kind: type[Any], /, **what: Any) -> Any:
        self.version += 1
        event = kind(
            originator_id=self.id,
            originator_version=self.version,
            timestamp=self.now,
            effective_on=self.now.date() - timedelta(days=self.rng.choice((0, 0, 1, 5))),
            actor=OFFICER,
            command_id=self.uuid(),
            document=Document(f"{self.version}/QĐ", self.now.date()),
            **what,
        )
        evolve(event, self.record)
        return event

    def save(self, *events: Any) -> None:
        self.saves.append(list(events))

    def some(self, most: int = 4) -> list[UUID]:
        """Some households of the round, each once."""
        known = list(self.record.households)
        return self.rng.sample(known, min(len(known), self.rng.randint(1, most)))

    def results(self, ids: list[UUID]) -> tuple[r.HouseholdResult, ...]:
        found = []
        for one in ids:
            computed = self.rng.choice((*CLASSES, ""))
            class_ = computed or "near_poor"
            proposed = tuple(
                r.ProposedClass(code, computed, class_, "" if computed else "Hộ neo đơn")
                for code in self.record.lists
            )
            attempt = self.record.households[one].attempts + 1
            votes = self.rng.randint(0, 20)
            found.append(r.HouseholdResult(one, self.uuid(), attempt, proposed, votes))
        return tuple(found)


def open_round(rng: random.Random, year: int, homes: list[UUID]) -> RoundLife:
    """A round on its first day; `homes` are households that it may review, beside unknown ones."""
    life = RoundLife(
        rng, UUID(int=rng.getrandbits(128), version=4), datetime(year, 3, 1, 3, tzinfo=UTC), homes
    )
    codes = ("result", "opening") if rng.random() < 0.3 else ("result",)
    life.save(
        life.make(
            r.RoundOpened, originator_topic="round", area=rng.choice(AREAS), track="periodic",
            year=year, month=None, procedure="2021-2025", procedure_digest="0" * 64,
            lists=tuple(r.RoundList(code, "2022-2026", "0" * 64, year, year + 1) for code in codes),
        )
    )  # fmt: skip
    return life


def take_step(life: RoundLife) -> None:
    """One more thing happens in a round."""
    life.now += timedelta(days=life.rng.choice((0, 0, 1, 3)), seconds=life.rng.choice((0, 9)))
    if not life.record.households or life.rng.random() < 0.1:
        _listed(life)
    elif life.record.closed_on is None:
        life.rng.choice(STEPS)(life)


def _listed(life: RoundLife) -> None:
    if life.record.closed_on is not None:
        return
    ids = [*life.rng.sample(life.homes, min(len(life.homes), life.rng.randint(1, 5))), life.uuid()]
    households = tuple(
        r.ListedHousehold(one, life.rng.choice(VILLAGES), life.rng.choice((*CLASSES, "")))
        for one in ids
    )
    source = life.rng.choice(("current_list", "request"))
    life.save(life.make(r.HouseholdsListed, source=source, households=households))


def _unlisted(life: RoundLife) -> None:
    ids = tuple(life.some(1))
    life.save(life.make(r.HouseholdsUnlisted, households=ids, reason="error"))


def _request(life: RoundLife) -> None:
    household = life.rng.choice([life.uuid(), *life.some(1)])
    life.save(
        life.make(
            r.RequestReceived, request_id=life.uuid(), household=household, person_id=None,
            kind=life.rng.choice(("entry", "exit")), form="form_01", reasons=("illness",),
        )
    )  # fmt: skip


def _request_answered(life: RoundLife) -> None:
    waiting = [one for one in life.record.requests.values() if one.refused_on is None]
    if not waiting:
        return
    one = life.rng.choice(waiting)
    given: dict[str, Any] = {"request_id": one.request_id, "household": one.household}
    if life.rng.random() < 0.5:
        life.save(
            life.make(
                r.RequestScreened, form="A", answers={}, signs=2, fewer_than=4, outcome="survey",
                override_reason="", **given,
            )
        )  # fmt: skip
    else:
        life.save(life.make(r.RequestRefused, reasons=("above_line",), note="", **given))


def _met(life: RoundLife) -> None:
    ids = life.some()
    meeting = life.uuid()
    held = life.make(
        r.MeetingHeld, meeting_id=meeting, village=life.rng.choice(VILLAGES), attendance=20,
        chaired_by="village_head", results=life.results(ids),
    )  # fmt: skip
    under = tuple(one.household for one in held.results if one.votes_for < 10)
    if not under:
        life.save(held)
        return
    back = life.make(r.SentBack, meeting_id=meeting, households=under, agreement_percent=50)
    life.save(held, back)


def _determined(life: RoundLife) -> None:
    life.save(life.make(r.ResultsDetermined, results=life.results(life.some())))


def _posted(life: RoundLife) -> None:
    kind = life.rng.choice((r.Posted, r.Posted, r.Reposted))
    until = life.now.date() + timedelta(days=3)
    life.save(
        life.make(
            kind, posting_id=life.uuid(), households=tuple(life.some(8)),
            places=("commune_office",), until=until,
        )
    )  # fmt: skip


def _complained(life: RoundLife) -> None:
    (household,) = life.some(1)
    late = life.rng.random() < 0.2
    life.save(
        life.make(
            r.GrievanceLodged, grievance_id=life.uuid(), household=household,
            lodged_by="household", text=Personal(household, b"sealed"), late=late,
            due_on=None if late else life.now.date() + timedelta(days=9),
        )
    )  # fmt: skip


def _reverified(life: RoundLife) -> None:
    waiting = [one for one in life.record.grievances.values() if one.is_open]
    if waiting:
        one = life.rng.choice(waiting)
        life.save(
            life.make(
                r.Reverified, grievance_id=one.grievance_id, household=one.household,
                survey_id=life.uuid(), outcome="kept", overdue=False,
            )
        )  # fmt: skip


def _consulted(life: RoundLife) -> None:
    code = life.rng.choice(list(life.record.lists))
    if code in life.record.consultations and life.rng.random() < 0.7:
        life.save(
            life.make(
                r.ConsultationAnswered, list_code=code, answered_by="province_chairman",
                opinion="agrees", note="", overdue=False,
            )
        )  # fmt: skip
        return
    life.save(
        life.make(
            r.ConsultationSent, list_code=code, list_digest="d", to="province_chairman",
            due_on=life.now.date() + timedelta(days=7),
        )
    )  # fmt: skip


def _noticed(life: RoundLife) -> None:
    households = tuple(
        r.NoticedHousehold(one, life.record.households[one].class_before, "above_near_poor")
        for one in life.some()
    )
    life.save(
        life.make(
            r.NoticeGiven, list_code=life.rng.choice(list(life.record.lists)),
            households=households, last_day=life.now.date() + timedelta(days=3), brake="2021",
        )
    )  # fmt: skip


def _signed_twice(life: RoundLife) -> None:
    code = life.rng.choice(list(life.record.lists))
    what = {"list_code": code, "kind": "exit", "list_digest": f"{life.version:064}"}
    asked = life.make(
        r.SecondSignatureRequired, removed=20, listed=100, limit_percent=10, marked=(),
        brake="2021", **what,
    )  # fmt: skip
    if life.rng.random() < 0.5:
        life.save(asked)
        return
    life.save(asked, life.make(r.SecondSignatureGiven, reason="Đã xem từng hộ", **what))


def _decided(life: RoundLife) -> None:
    households = tuple(
        r.DecidedHousehold(one, life.uuid(), life.record.households[one].class_before, "poor")
        for one in life.some(8)
    )
    life.save(
        life.make(
            r.Decided, list_code=life.rng.choice(list(life.record.lists)),
            kind=life.rng.choice(("recognition", "exit")), list_digest="d", households=households,
            also_named=(),
        )
    )  # fmt: skip


def _handed_over(life: RoundLife) -> None:
    code = life.rng.choice(("insurance", "bank"))
    earlier = life.record.handed_lists.get(code, [])
    ids = [*life.some(8), *life.rng.sample(life.homes, min(len(life.homes), 2))]
    households = tuple(
        r.HandedHousehold(one, life.rng.choice(("poor", "near_poor")), 3, "0" * 32)
        for one in dict.fromkeys(ids)
    )
    life.save(
        life.make(
            r.ListHandedOver, handed_list=code, number=len(earlier) + 1, means="post",
            list_digest=f"{life.version:064}", due_on=None, households=households,
        )
    )  # fmt: skip


def _closed(life: RoundLife) -> None:
    if life.rng.random() < 0.1:
        life.save(life.make(r.RoundClosed, outcome="completed", reason=""))


STEPS: tuple[Callable[[RoundLife], None], ...] = (
    _unlisted, _request, _request_answered, _request_answered, _met, _met, _met, _determined,
    _posted, _posted, _complained, _reverified, _consulted, _noticed, _signed_twice, _decided,
    _handed_over, _closed,
)  # fmt: skip


def with_rounds(world: World, things: int) -> World:
    """The world with two or three rounds, whose saves come between those of the households."""
    homes = [home.id for home in world.homes]
    lives = [open_round(world.rng, 2022 + at, homes) for at in range(world.rng.randint(2, 3))]
    for _ in range(things):
        take_step(world.rng.choice(lives))
    queues = [list(world.saves), *(life.saves for life in lives)]
    world.saves = []
    while any(queues):
        queue = world.rng.choice([one for one in queues if one])
        world.saves.append(queue.pop(0))
    return world
