"""A pair of households is found, settled, opened again, and holds its households meanwhile."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.commands.command import Actor, Document
from domain.duplicates import events
from domain.duplicates.commands import (
    DuplicateCommand,
    FindDuplicate,
    FoundEvidence,
    ReopenDuplicate,
    SettleDuplicate,
)
from domain.duplicates.errors import (
    DuplicateEnded,
    DuplicateInFuture,
    DuplicateOfItself,
    DuplicateOpen,
    DuplicateReasonMissing,
    DuplicateSettled,
    DuplicateToldApart,
    DuplicateUnknown,
)
from domain.duplicates.events import Couple
from domain.duplicates.pair import pair_id
from domain.errors import Refusal, StaleVersion
from domain.eventstore.personal import Keyring
from domain.households.errors import HouseholdUnknown
from domain.households.person import NewMember
from domain.households.registration import NewHousehold, RegisterListedHousehold
from domain.matching.settlement import SOMEBODY_ELSE, Settlement
from tests.given import HUONG_SO, RURAL, Happened, Life, happened

PROVINCE = Actor("tinh", "province_officer", "46@2004-07-08")
LAN = NewMember(name="Trần Thị Lan", relation="head", sex="female", birth_year=1958)
MAI = NewMember(name="Trần Thị Mai", relation="child", sex="female", birth_year=1990)
HERE = NewHousehold(area=HUONG_SO, village="Tổ dân phố 2", members=(LAN, MAI))
THERE = NewHousehold(area=RURAL, village="Thôn Liên Bằng", members=(LAN, MAI))


@dataclass
class Two:
    """Two households in two communes, and the commands about their pair."""

    application: SocaiApplication
    here: Life
    there: Life
    refusal: Refusal | None = None
    events: list[Any] = field(default_factory=list)

    @property
    def pair(self) -> UUID:
        return pair_id(self.here.id, self.there.id)

    def history(self) -> list[Any]:
        return list(self.application.events.get(self.pair))

    def find(self, *codes: str, couples: bool = True, **also: Any) -> FindDuplicate:
        couple = Couple(self.here["lan"], self.there["lan"], codes)
        evidence = FoundEvidence(codes, (couple,) if couples else ())
        return FindDuplicate(self.here.id, self.there.id, "bulk", 970, evidence, **also)

    def run(
        self, command: DuplicateCommand, on: str = "2023-03-01", *,
        recorded: str | None = None, id_: UUID | None = None, expected: int | None = None,
    ) -> Any:  # fmt: skip
        context = self.here.context(
            on, recorded=recorded, by=PROVINCE, command_id=id_,
            document=Document("Biên bản 07/BB", None, "Nguyễn Văn Bá"),
        )  # fmt: skip
        return self.application.run(command, context, expected_version=expected)

    def when(self, command: DuplicateCommand, **how: Any) -> "Two":
        before = len(self.history())
        self.refusal = None
        try:
            self.run(command, **how)
        except Refusal as refused:
            self.refusal = refused
        self.events = self.history()[before:]
        return self

    def then(self, *expected: Happened | type[Refusal]) -> "Two":
        if expected and isinstance(expected[0], type):
            assert type(self.refusal) is expected[0], (self.refusal, self.events)
            assert self.events == []
            return self
        assert self.refusal is None, self.refusal
        assert len(self.events) == len(expected), self.events
        for one, wanted in zip(self.events, expected, strict=True):
            assert isinstance(wanted, Happened)
            assert not wanted.differs(one), wanted.differs(one)
        return self

    def unsettled(self) -> set[str]:
        ids = {self.here.id: "here", self.there.id: "there"}
        return {ids[one] for one in self.application.duplicates.unsettled([*ids, uuid4()])}


@pytest.fixture
def two(application: SocaiApplication) -> Two:
    here, there = Life(application), Life(application)
    here.register("2022-11-15", HERE)
    there.register("2022-11-16", THERE)
    return Two(application, here, there)


Prepared = Callable[..., Two]


@pytest.fixture
def given(two: Two) -> Prepared:
    """given(command, ...): the two households after these commands about their pair."""

    def at(*commands: Callable[[Two], DuplicateCommand]) -> Two:
        for command in commands:
            two.run(command(two))
        return two

    return at


def found(two: Two) -> FindDuplicate:
    return two.find("name", "birth")


def settled(verdict: str) -> Callable[[Two], SettleDuplicate]:
    return lambda two: SettleDuplicate(two.pair, verdict, "Đã hỏi hai thôn")


def test_a_pair_is_found_once_from_whichever_side(given: Prepared) -> None:
    two = given()
    two.when(found(two)).then(
        happened(events.Found, how="bulk", score=970, evidence=("birth", "name"))
    )
    turned = FindDuplicate(
        two.there.id,
        two.here.id,
        "bulk",
        970,
        FoundEvidence(
            ("birth", "name"), (Couple(two.there["lan"], two.here["lan"], ("name", "birth")),)
        ),
    )
    two.when(turned).then()
    assert (two.history()[0].first, two.history()[0].second) == tuple(
        sorted((two.here.id, two.there.id))
    )


def test_less_evidence_records_nothing_and_more_is_recorded(given: Prepared) -> None:
    two = given(found)
    two.when(two.find("name")).then()
    two.when(two.find("name", "birth", "village")).then(
        happened(events.FoundAgain, evidence=("birth", "name", "village"))
    )


def test_what_is_settled_as_different_is_not_proposed_again_on_the_same_evidence(
    given: Prepared,
) -> None:
    two = given(found)
    two.when(SettleDuplicate(two.pair, "different", "Hai bà khác nhau")).then(
        happened(events.Settled, verdict="different", reason="Hai bà khác nhau")
    )
    two.when(found(two)).then()
    two.when(two.find("name")).then()
    assert two.unsettled() == set()


def test_what_is_settled_is_open_again_where_what_mattered_changed(given: Prepared) -> None:
    two = given(lambda two: two.find("name", "not:birth"), settled("different"))
    two.when(two.find("name", "birth")).then(happened(events.FoundAgain))
    pair = two.application.duplicates.load(two.pair)
    assert pair.is_open
    assert two.unsettled() == {"here", "there"}


def test_a_pair_takes_another_answer_only_after_it_was_opened_again(given: Prepared) -> None:
    two = given(found, settled("different"))
    two.when(SettleDuplicate(two.pair, "same_household", "Một nhà")).then(DuplicateSettled)
    two.when(SettleDuplicate(two.pair, "different", "Nói lại")).then()
    two.when(ReopenDuplicate(two.pair, "Ghi nhầm cặp")).then(
        happened(events.Reopened, reason="Ghi nhầm cặp")
    )
    two.when(ReopenDuplicate(two.pair, "Lần nữa")).then(DuplicateOpen)
    two.when(SettleDuplicate(two.pair, "same_household", "Một nhà")).then(happened(events.Settled))


@pytest.mark.parametrize(
    ("reason", "on", "refusal"),
    [("  ", "2023-03-01", DuplicateReasonMissing), ("Vì sao", "2023-03-02", DuplicateInFuture)],
)
def test_an_answer_needs_a_reason_and_a_day_that_has_come(
    given: Prepared, reason: str, on: str, refusal: type[Refusal]
) -> None:
    two = given(found)
    two.when(SettleDuplicate(two.pair, "different", reason), on=on, recorded="2023-03-01").then(
        refusal
    )


def test_an_answer_on_what_has_changed_since_is_refused(given: Prepared) -> None:
    two = given(found, lambda two: two.find("name", "birth", "village"))
    two.when(SettleDuplicate(two.pair, "different", "Khác"), expected=1).then(StaleVersion)


def test_there_is_no_pair_of_one_household_nor_of_one_that_is_not_on_record(two: Two) -> None:
    evidence = FoundEvidence(("name",))
    with pytest.raises(DuplicateOfItself):
        two.run(FindDuplicate(two.here.id, two.here.id, "bulk", None, evidence))
    with pytest.raises(HouseholdUnknown):
        two.run(FindDuplicate(two.here.id, uuid4(), "bulk", None, evidence))
    with pytest.raises(DuplicateUnknown):
        two.run(SettleDuplicate(two.pair, "different", "Khác"))


def test_a_household_that_has_ended_is_in_no_new_pair(two: Two) -> None:
    two.there.do("dissolve", "2023-01-01", reason="moved_away")
    two.when(found(two)).then(DuplicateEnded)


def test_an_officers_answer_of_an_entry_before_there_were_pairs_stands(
    application: SocaiApplication,
) -> None:
    here, there = Life(application), Life(application)
    here.register("2022-11-15", HERE)
    codes = ("name", "birth", "village")
    said = Settlement(here.id, SOMEBODY_ELSE, codes, "Hai bà trùng tên")
    entry = replace(HERE, number="X-9", source="import:2022")
    there.outcome = application.run(
        RegisterListedHousehold(entry, settled=(said,)), there.context("2022-11-16")
    )
    there.id = there.outcome.aggregate_id
    there.know(there.outcome.persons, HERE.members)
    two = Two(application, here, there)
    two.when(two.find(*codes)).then(DuplicateToldApart)
    two.when(two.find(*codes, "id_number")).then(happened(events.Found))


def test_a_repeat_of_a_command_is_answered_and_records_nothing(two: Two) -> None:
    id_ = uuid4()
    first = two.run(found(two), id_=id_)
    again = two.run(found(two), id_=id_)
    assert (again.aggregate_id, again.version) == (first.aggregate_id, first.version)
    assert again.repeated
    assert len(two.history()) == 1


# What keeps a household from being signed for.


def test_both_households_of_an_open_pair_are_unsettled(given: Prepared) -> None:
    assert given().unsettled() == set()
    assert given(found).unsettled() == {"here", "there"}


def test_the_same_household_stays_unsettled_until_one_of_the_two_has_ended(
    given: Prepared,
) -> None:
    two = given(found, settled("same_household"))
    assert two.unsettled() == {"here", "there"}
    two.there.do("dissolve", "2023-04-01", reason="moved_away")
    assert two.unsettled() == set()


def test_the_same_person_stays_unsettled_until_they_have_left_one_household(
    application: SocaiApplication,
) -> None:
    here, there = Life(application), Life(application)
    here.register("2022-11-15", HERE)
    there.register("2022-11-16", THERE)
    two = Two(application, here, there)
    couple = Couple(here["mai"], there["mai"], ("name", "birth"))
    two.run(FindDuplicate(here.id, there.id, "bulk", 900, FoundEvidence(("members",), (couple,))))
    two.run(SettleDuplicate(two.pair, "same_person", "Con đã theo mẹ"))
    assert two.unsettled() == {"here", "there"}
    there.do("leave_member", "2023-04-01", there["mai"], reason="moved_out")
    assert two.unsettled() == set()


UUIDS = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


def test_no_event_of_a_pair_holds_a_name_or_a_birth(given: Prepared, keyring: Keyring) -> None:
    two = given(found, settled("different"))
    rows = two.application.pool
    with rows.connection() as conn:
        states = conn.execute(
            "select convert_from(state, 'UTF8') from store.events where originator_id = %s",
            [two.pair],
        ).fetchall()
    assert len(states) == 2
    for (state,) in states:
        said = UUIDS.sub("", state)  # which may hold any digits
        assert said != state
        assert "Lan" not in said
        assert "1958" not in said
