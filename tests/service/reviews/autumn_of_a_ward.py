"""The autumn of a ward of three villages, from the opening of its round to its closing.

Each `Kind` is so many households that are alike: their village, class before, persons, and the
class that the round gives them. The figures of the tables are worked out in the tests by hand.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from domain.commands.command import Actor, CommandContext, Document, Outcome
from domain.households.decisions import ClassifyHousehold, ClassInput, Figures
from domain.households.person import NewMember
from domain.households.registration import (
    NewHousehold,
    RegisterHousehold,
    RegisterListedHousehold,
    plan_registration,
)
from domain.matching.settlement import Anyway
from tests.service.conftest import HUONG_SO, Office
from tests.service.reviews.commune import Commune

ONE, TWO, THREE = "Tổ dân phố 1", "Tổ dân phố 2", "Tổ dân phố 3"
SCORES = {"poor": (140, 40), "near_poor": (140, 20), "": (200, 10)}
"""B1 and B2: ten points of B2 for each indicator."""
OTHERS = ("housing_quality", "floor_area", "water_source", "latrine")
SCHOOL = ("employment", "nutrition", "health_insurance", "child_attendance")
DEPRIVED = {
    (ONE, "poor"): SCHOOL,
    (TWO, "poor"): OTHERS,
    (THREE, "poor"): OTHERS,
    (ONE, "near_poor"): ("employment", "health_insurance"),
    (TWO, "near_poor"): ("employment", "health_insurance"),
    (THREE, "near_poor"): ("water_source", "latrine"),
}


class Kind(NamedTuple):
    """Households that are alike: how many, and what they are."""

    number: int
    village: str
    before: str
    after: str


KINDS = {
    "A1": Kind(50, ONE, "poor", "poor"),
    "A2": Kind(6, ONE, "poor", "near_poor"),
    "A3": Kind(4, ONE, "poor", ""),
    "A4": Kind(30, ONE, "near_poor", "near_poor"),
    "A5": Kind(5, ONE, "near_poor", "poor"),
    "A6": Kind(5, ONE, "near_poor", ""),
    "B1": Kind(45, TWO, "poor", "poor"),
    "B2": Kind(5, TWO, "poor", "near_poor"),
    "B3": Kind(36, TWO, "near_poor", "near_poor"),
    "B4": Kind(4, TWO, "near_poor", ""),
    "B5": Kind(6, TWO, "", "poor"),
    "B6": Kind(3, TWO, "", "near_poor"),
    "B7": Kind(1, TWO, "", ""),
    "C1": Kind(44, THREE, "poor", "poor"),
    "C2": Kind(6, THREE, "poor", "near_poor"),
    "C3": Kind(38, THREE, "near_poor", "near_poor"),
    "C4": Kind(2, THREE, "near_poor", ""),
    "C5": Kind(5, THREE, "", "poor"),
    "C6": Kind(5, THREE, "", "near_poor"),
}
"""280 households on the list of 2022 (160 poor, 120 near-poor) and 20 that ask: 300."""
PERSONS = {"poor": 2, "near_poor": 3, "": 4}
"""By the class before; children are one, one and two of them."""
LETTERS = "BCDGHKLMNPQRSTVX"
CASE_WORKER = Actor("case_worker", "case_worker", HUONG_SO)
CHAIRMAN = Actor("chairman", "chairman", HUONG_SO)
LISTED_ON = date(2022, 12, 20)
LISTED_BY = Document("9/QĐ-UBND", LISTED_ON, "Chủ tịch")
SIGNED_ON = "2023-10-20"


class WardAutumn(Commune):
    """The ward, with the households of each kind by its key."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.of: dict[str, list[str]] = {}
        self.requests: dict[str, str] = {}
        self.grievances: dict[str, str] = {}
        office.account("deputy", ("chairman", HUONG_SO))

    @property
    def all_households(self) -> list[tuple[str, str]]:
        """(Kind, household) of all 300."""
        return [(key, one) for key, ids in self.of.items() for one in ids]

    def village(self, village: str) -> list[str]:
        """The households of a village."""
        return [one for key, one in self.all_households if KINDS[key].village == village]

    # ---- before the autumn -------------------------------------------------------------------

    def on_record(self) -> None:
        """Households of last year's list in one save, and those that will ask."""
        application, at = self.office.services.application, _at(LISTED_ON)
        keys = [key for key, kind in KINDS.items() for _ in range(kind.number)]
        groups = []
        for n, key in enumerate(keys):
            before = KINDS[key].before
            b1, b2 = SCORES[before]
            decision = ClassInput(before, figures=Figures("urban", b1=b1, b2=b2))
            context = CommandContext(LISTED_ON, CASE_WORKER, uuid4(), at, LISTED_BY)
            entry = self._entry(key, n, len(self.of.setdefault(key, [])))
            command = RegisterListedHousehold(
                entry, decision=decision if before else None, apart=frozenset()
            )
            groups.append([plan_registration(context, command)])
            self.of[key].append("")
        made = application.run_many(groups)
        for key in self.of:
            self.of[key] = []
        for key, one in zip(keys, made, strict=True):
            assert isinstance(one, Outcome), one
            self.of[key].append(str(one.aggregate_id))
        self._poor_before()
        self.office.nudge.catch_up()

    def _entry(self, key: str, number: int, at: int) -> NewHousehold:
        kind = KINDS[key]
        ethnicity = "Tà Ôi" if key == "C1" and at < 10 else "Kinh"
        sex = "female" if kind.village == ONE else "male"
        head = NewMember(
            _name(number), "head", sex=sex, birth_year=1960 + number % 30, ethnicity=ethnicity
        )
        children = 2 if kind.before == "" else 1
        others = [
            NewMember(
                f"{_name(number)} {LETTERS[n]}a", "child", sex="male",
                birth_year=2015 if n < children else 1990, ethnicity=ethnicity,
            )
            for n in range(PERSONS[kind.before] - 1)
        ]  # fmt: skip
        return NewHousehold(
            area=HUONG_SO,
            village=kind.village,
            members=(head, *others),
            number=f"H{number}",
            ethnic_minority=ethnicity != "Kinh",
            no_labour_capacity=(key, at) == ("A3", 0) or (key == "B1" and at < 5),
            meritorious=key == "A4" and at < 4,
        )

    def _poor_before(self) -> None:
        """Two of those who ask were poor for some months of 2022: they fall back."""
        for household in self.of["C5"][:2]:
            for day, class_ in ((LISTED_ON, "poor"), (date(2023, 3, 1), "not_listed")):
                b1, b2 = SCORES["poor" if class_ == "poor" else ""]
                given = ClassInput(class_, figures=Figures("urban", b1=b1, b2=b2))
                number = "9/QĐ-UBND" if class_ == "poor" else "21/QĐ-UBND"
                context = CommandContext(
                    day, CHAIRMAN, uuid4(), _at(day), Document(number, day, "Chủ tịch")
                )
                self.office.services.application.run(
                    ClassifyHousehold(UUID(household), given), context
                )

    # ---- the autumn --------------------------------------------------------------------------

    def expect(self, answer: Any, status: int = 201) -> Any:
        """The body of an answer that was expected."""
        assert answer.status_code == status, answer.json
        return answer.json

    def listing(self) -> None:
        """The current list in one act; twenty requests by form A; one request is screened out."""
        self.expect(self.step("listings", "2023-09-06", source="current_list"))
        asking = [one for key, one in self.all_households if not KINDS[key].before]
        for household in asking:
            self._request(household, signs=2)
        self.expect(self.step("listings", "2023-09-07", source="request", households=asking))
        outside = self._register_outside()
        self._request(outside, signs=5)
        self.expect(
            self.step(
                f"requests/{self.requests[outside]}/refusal", "2023-09-08",
                reasons=["screened_out"],
            )
        )  # fmt: skip

    def _request(self, household: str, *, signs: int) -> None:
        asked = self.step("requests", "2023-09-06", household_id=household, reasons=["illness"])
        self.requests[household] = self.expect(asked)["created"]
        answers = {f"sign_{n}": n <= signs for n in range(1, 10)}
        at = f"requests/{self.requests[household]}/screening"
        self.expect(self.step(at, "2023-09-06", form="A/TT07-2021", answers=answers))

    def _register_outside(self) -> str:
        entry = NewHousehold(
            area=HUONG_SO, village=ONE, members=(NewMember("Lê Thị Ngoài", "head"),)
        )
        context = CommandContext(LISTED_ON, CASE_WORKER, uuid4(), _at(LISTED_ON))
        command = RegisterHousehold(entry, anyway=Anyway("Đã kiểm tra"))
        made = self.office.services.application.run(command, context)
        self.office.nudge.catch_up()
        return str(made.aggregate_id)

    def form_b(self, household: str, village: str, class_: str, day: str) -> None:
        """Form B of a household, by the surveyor."""
        b1, b2 = SCORES[class_]
        deprived = DEPRIVED.get((village, class_), ("employment",))
        self.survey(household, day, b1=b1, b2=b2, deprived=list(deprived))

    def survey_all(self) -> None:
        """300 surveys; two of them are put right by a grievance later."""
        first = {self.of["B6"][0]: "", self.of["C3"][0]: ""}
        for key, one in self.all_households:
            kind = KINDS[key]
            self.form_b(one, kind.village, first.get(one, kind.after), "2023-09-15")

    def meetings_and_postings(self) -> None:
        """Two villages agree; in the third all are sent back, surveyed and met again."""
        for village, day in ((ONE, "2023-09-20"), (TWO, "2023-09-21")):
            self.expect(self.meet(village, day, *self.village(village)))
        third = self.village(THREE)
        self.expect(self.meet(THREE, "2023-09-21", *third, votes=19))
        places = ["village_house", "commune_office"]
        self.expect(self.step("postings", "2023-09-22", places=places))
        assert self.read()["waiting"] == {"meeting": 100, "decision": 200}
        early = self.meet(THREE, "2023-09-22", *third)
        assert early.json["code"] == "survey_used_before"
        for key, one in self.all_households:
            if KINDS[key].village == THREE:
                class_ = "" if one == self.of["C3"][0] else KINDS[key].after
                self.form_b(one, THREE, class_, "2023-09-26")
        self.expect(self.meet(THREE, "2023-09-28", *third))
        self.expect(self.step("postings", "2023-09-29", places=places))

    def five_grievances(self) -> None:
        """Two are right, two are not, one is late: surveyed, met and posted again."""
        for key, day in (("A1", "2023-09-25"), ("B6", "2023-09-25"), ("A6", "2023-09-26"),
                         ("C3", "2023-10-02")):  # fmt: skip
            household = self.of[key][0]
            lodged = self.step("grievances", day, household_id=household, text="Nhà tôi khó khăn")
            self.grievances[household] = self.expect(lodged)["created"]
        late = self.step(
            "grievances", "2023-10-11", household_id=self.of["C4"][0], text="Xin xem lại"
        )
        assert self.expect(late)["notes"] == ["late"]
        for key, surveyed, met in (
            ("A1", "2023-10-03", "2023-10-04"), ("B6", "2023-10-03", "2023-10-04"),
            ("A6", "2023-10-03", "2023-10-04"), ("C3", "2023-10-03", "2023-10-04"),
        ):  # fmt: skip
            household, kind = self.of[key][0], KINDS[key]
            self.form_b(household, kind.village, kind.after, surveyed)
            self.expect(self.meet(kind.village, met, household))
            self.expect(self.step("reverifications", met, grievance_id=self.grievances[household]))
        self.expect(self.step("postings", "2023-10-05", places=["village_house"], again=True))

    def reported_and_noticed(self) -> None:
        """The list is reported and agreed to; notices go out; one request gives nothing."""
        self.expect(self.step("consultations", "2023-10-12"))
        self.expect(self.step("notices", "2023-10-12"))
        self.expect(
            self.step("consultations/answers", "2023-10-16", "province_officer", opinion="agrees")
        )
        nothing = self.of["B7"][0]
        at = f"requests/{self.requests[nothing]}/refusal"
        self.expect(self.step(at, "2023-10-16", reasons=["above_line"]))

    def two_decisions(self) -> None:
        """The exit of a household without labour capacity stops at the brake."""
        digests = {
            kind: self.read(f"/decisions?kind={kind}&on={SIGNED_ON}")["digest"]
            for kind in ("recognition", "exit")
        }
        exit_ = {"kind": "exit", "digest": digests["exit"]}
        stopped = self._sign("exit", digests["exit"], "89/QĐ-UBND")
        assert stopped.json["code"] == "second_signature_missing"
        self.expect(self.step("second-signature-requests", SIGNED_ON, "chairman", **exit_))
        self.expect(
            self.step("second-signatures", SIGNED_ON, "deputy", **exit_, reason="Đã đối chiếu")
        )
        self.expect(self._sign("recognition", digests["recognition"], "88/QĐ-UBND"))
        self.expect(self._sign("exit", digests["exit"], "89/QĐ-UBND"))
        self.expect(self.step("closing", "2023-10-23", "chairman"))

    def _sign(self, kind: str, digest: str, number: str) -> Any:
        paper = {"number": number, "signed_on": SIGNED_ON, "signer": "Chủ tịch"}
        return self.step(
            "decisions", SIGNED_ON, "chairman", kind=kind, digest=digest, document=paper
        )


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def _name(number: int) -> str:
    """A name that no other number has."""
    above, below = divmod(number, len(LETTERS) ** 2)
    first, last = divmod(below, len(LETTERS))
    return f"Đoàn {LETTERS[first]}ua{'inh' if above else 'ong'} {LETTERS[last]}ien"
