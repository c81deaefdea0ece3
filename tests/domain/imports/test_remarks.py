"""Every refusal that a row of a list can meet has a remark of its own."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, cast

import pytest

import domain
from domain.errors import Refusal
from domain.households import errors
from domain.imports.listed_household import ListedHousehold, ListedMember
from domain.imports.remarks import TEXTS, Remark
from domain.imports.remarks_of_errors import REMARK_CODES, remark

if TYPE_CHECKING:
    from domain.application import SocaiApplication

WHOLE_FILE = "it refuses the whole file before any row"
AREA = "a list changes no administrative unit and declares no population"
NO_UNDO = "a list withdraws nothing"
NO_SURVEY = "a list names no survey"
NO_PERSON_MOVES = "a list moves no person between households and names no other head"
NO_WORKER = "a list recognises no low-income worker"
OTHER = {
    "refused": "the root, raised by nothing",
    "not_found": "a root, raised by nothing",
    "id_issued_in_future": "a list has no day of issue",
    "anyway_without_reason": "a list registers nothing anyway",
    "same_household": NO_PERSON_MOVES,
    "head_not_member": NO_PERSON_MOVES,
    "head_needs_successor": NO_PERSON_MOVES,
    "successor_not_needed": NO_PERSON_MOVES,
    "head_by_correction": NO_PERSON_MOVES,
    "relation_missing": NO_PERSON_MOVES,
    "period_reversed": "a list has no period",
    "double_grant": "a list grants nothing",
    "support_id_taken": "a list grants nothing",
    "survey_in_future": NO_SURVEY,
    "survey_before_household": NO_SURVEY,
    "survey_unknown": NO_SURVEY,
    "survey_later_than_decision": NO_SURVEY,
    "survey_without_figures": NO_SURVEY,
    "survey_was_withdrawn": NO_SURVEY,
    "figures_twice": NO_SURVEY,
    "answer_invalid": NO_SURVEY,
    "answers_contradict": NO_SURVEY,
    "answers_incomplete": NO_SURVEY,
    "certificate_before_decision": "a list gives no certificate",
    "certificate_ended": "a list gives no certificate",
    "certificate_in_force": "a list gives no certificate",
    "certificate_not_due": "a list gives no certificate",
    "certificate_number_invalid": "a list gives no certificate",
    "certificate_number_taken": "a list gives no certificate",
    "certificate_unknown": "a list gives no certificate",
    "low_income_status_not_then": NO_WORKER,
    "worker_recognised_already": NO_WORKER,
    "worker_not_recognised": NO_WORKER,
    "worker_of_listed_household": NO_WORKER,
    "income_above_ceiling": NO_WORKER,
    "questions_unknown": NO_SURVEY,
    "score_card_elsewhere": NO_SURVEY,
    "score_card_columns": NO_SURVEY,
    "score_card_malformed": NO_SURVEY,
    "score_card_no_sheet": NO_SURVEY,
    "score_card_too_large": NO_SURVEY,
    "score_card_version_taken": NO_SURVEY,
    "score_card_unknown": NO_SURVEY,
    "entry_unknown": NO_UNDO,
    "entry_of_another_kind": NO_UNDO,
    "entry_not_withdrawable": NO_UNDO,
    "already_withdrawn": NO_UNDO,
    "withdrawal_by_chairman": NO_UNDO,
    "exit_goes_with_decision": NO_UNDO,
    "decision_rests_on_survey": NO_UNDO,
    "exit_rests_on_decision": NO_UNDO,
    "change_of_papers": "a list changes no papers",
    "paper_outdated": "a list changes no papers",
    "malformed_standard": "it is found when standards are loaded",
    "unknown_indicator": "a list gives no indicators",
}


OF_PACKAGES = {
    "domain.reviews": "a list is no step of a review",
    "domain.support": "a list grants no support by a case and moves no money",
    "domain.duplicates": "a list settles no pair of households",
    "domain.oversight": "a list locks no report",
    "domain.own_view": "a list gives no code and is no household's own word",
}


def of_all_rooms() -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        for one in vars(importlib.import_module(module.name)).values():
            if isinstance(one, type) and issubclass(one, Refusal) and one.__module__ == module.name:
                yield one


def reason(one: type[Refusal]) -> str:
    """Why no row of a list can meet this refusal, "" if one can."""
    if one.code in REMARK_CODES:
        return ""
    if one.__module__ == "domain.imports.errors":
        return WHOLE_FILE
    if one.__module__ in ("domain.imports.area_lookup", "domain.calendar"):
        return "the reading of the cells remarks it"
    if one.__module__.startswith(("domain.areas", "domain.population")):
        return AREA
    for package, why in OF_PACKAGES.items():
        if one.__module__.startswith(package):
            return why
    return OTHER.get(one.code, "")


REFUSALS = sorted(set(of_all_rooms()), key=lambda one: (one.code, one.__name__))


@pytest.mark.parametrize("one", REFUSALS)
def test_a_refusal_has_a_remark_or_cannot_meet_a_row(one: type[Refusal]) -> None:
    assert bool(reason(one)) != (one.code in REMARK_CODES), (
        f"{one.__name__} would read as {one.code}"
    )


def person(row: int) -> ListedMember:
    return ListedMember(row, "Hồ Văn An", "head", "male", None, 1980, "", "Kinh", False, None)


DAY = date(2022, 12, 12)
HOUSEHOLD = ListedHousehold(
    5, "19804@2004-07-08", "urban", "Tổ 1", "", "1", DAY, "poor", "", 150, 40, None, "1/QĐ", DAY,
    None, None, None, (), (person(5), person(6)),
)  # fmt: skip


def of(refusal: Refusal) -> Remark:
    return remark(cast("SocaiApplication", None), HOUSEHOLD, refusal)


@pytest.mark.parametrize("one", [one for one in REFUSALS if one.code in REMARK_CODES])
def test_a_remark_is_a_sentence_in_both_languages(one: type[Refusal]) -> None:
    refusal = Refusal(
        encoding="VNI",
        proposed="poor",
        leaves="poor",
        before="near_poor",
        reason="x",
        withdrawn_on=DAY,
    )
    refusal.code = one.code
    said = of(refusal)
    assert said.code != "refused"
    assert said.kind in ("refused", "possible")
    for language in ("vi", "en"):
        assert "{" not in said.sentence(language)


@pytest.mark.parametrize(
    ("refusal", "row", "code", "field"),
    [
        (errors.NameInOldEncoding(field="name", encoding="VNI", member=1), 6,
         "legacy_encoding", "member"),
        (errors.NameHasSigns(field="name", member=0), 5, "name_malformed", "head"),
        (errors.NameInOldEncoding(field="village", encoding="?"), 5, "letters_lost", "village"),
        (errors.NameWithoutLetters(field="village"), 5, "village_unreadable", "village"),
        (errors.TextMissing(field="village"), 5, "village_missing", "village"),
        (errors.TextMissing(field="name", member=1), 6, "name_missing", "member"),
        (errors.UnknownCode(field="relation", value="x", member=1), 6, "relation_unknown",
         "relation"),
        (errors.TextTooLong(field="address", limit=1), 5, "text_too_long", "address"),
        (Refusal(), 5, "refused", ""),
    ],
)  # fmt: skip
def test_a_remark_names_row_and_column(refusal: Refusal, row: int, code: str, field: str) -> None:
    said = of(refusal)
    assert (said.row, said.code, said.field) == (row, code, field)


def test_every_remark_that_a_refusal_has_is_a_text() -> None:
    assert {code for code, _ in REMARK_CODES.values()} <= TEXTS.keys()
