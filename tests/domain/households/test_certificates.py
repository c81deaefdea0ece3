"""Certificates are given to the poor and near-poor, numbered, withdrawn, replaced, and end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from domain.commands.batch import PlannedCommand
from domain.errors import Refusal
from domain.households import events
from domain.households.certificates import ENDS, IssueCertificate, validity
from domain.households.codes import CERTIFICATE_REPLACEMENTS, CERTIFICATE_WITHDRAWALS
from domain.households.decisions import ClassInput
from domain.households.errors import (
    CertificateBeforeDecision,
    CertificateEnded,
    CertificateInForce,
    CertificateNotDue,
    CertificateNumberInvalid,
    CertificateNumberTaken,
    CertificateUnknown,
    EffectiveInFuture,
    HouseholdEnded,
    OutOfOrder,
    TextMissing,
    UnknownCode,
)
from tests.given import CHAIRMAN, HUONG_SO, RURAL, Life, command_id, day, happened, paper
from tests.histories import (
    ALONE,
    NEAR_POOR,
    NOT_LISTED,
    POOR,
    REGISTERED,
    decide,
    dissolved,
    escaped,
    family,
    near_poor,
    poor,
)

SIGNER = "Nguyễn Thị Ẩn"


def issue(life: Life, on: str = "2022-12-20", **given: Any) -> Any:
    given = {"signer": SIGNER, "by": CHAIRMAN, **given}
    outcome = life.do("issue_certificate", on, **given)
    life.notes["certificate"] = outcome.created
    return outcome


def issued(life: Life) -> None:
    """Poor, with the certificate 01/GCN-HN.HCN of 20 December 2022."""
    poor(life)
    issue(life)


def withdraw(life: Life, on: str = "2023-02-01", reason: str = "error", **given: Any) -> Any:
    id_ = given.pop("certificate_id", life.notes.get("certificate"))
    return life.do(
        "withdraw_certificate", on, certificate_id=id_, reason=reason, by=CHAIRMAN, **given
    )


def replace_it(life: Life, on: str = "2023-02-01", reason: str = "lost", **given: Any) -> Any:
    id_ = given.pop("certificate_id", life.notes.get("certificate"))
    return life.do(
        "replace_certificate", on, certificate_id=id_, reason=reason, signer=SIGNER,
        by=CHAIRMAN, **given,
    )  # fmt: skip


def ended(life: Life) -> tuple[str, str]:
    """On which day the last certificate given ended, and how; "" where it is valid."""
    now = life.now()
    found = validity(now, now.certificates[life.notes["certificate"]])
    return (found.ended_on.isoformat() if found.ended_on else "", found.how)


@pytest.mark.parametrize(("history", "class_"), [(poor, "poor"), (near_poor, "near_poor")])
def test_a_listed_household_is_given_a_certificate_that_names_its_decision(given, history, class_):
    given(history).when(issue).then(
        happened(
            events.CertificateIssued,
            number="01/GCN-HN.HCN",
            area=HUONG_SO,
            class_=class_,
            rests_on=paper("12/QĐ-UBND", "2022-12-12"),
            signer=SIGNER,
        )
    )


def test_the_class_of_the_day_of_the_certificate_counts(given):
    result = given(escaped).when(lambda life: issue(life, recorded="2024-01-05"))
    life = result.then(happened(events.CertificateIssued, class_="poor"))
    assert ended(life) == ("2023-12-12", "class_changed")
    given(lambda _: None).when(lambda life: issue(life, "2023-12-12")).then(CertificateNotDue)


@pytest.mark.parametrize(
    ("history", "command", "refusal"),
    [
        (family, issue, CertificateNotDue),
        (escaped, lambda life: issue(life, "2024-01-05"), CertificateNotDue),
        (dissolved, lambda life: issue(life, "2023-06-01"), HouseholdEnded),
        (poor, lambda life: issue(life, recorded="2022-12-19"), EffectiveInFuture),
        (poor, lambda life: issue(life, signer="  "), TextMissing),
        (poor, lambda life: issue(life, serial=0), CertificateNumberInvalid),
        (poor, lambda life: issue(life, serial=1_000_000), CertificateNumberInvalid),
        (issued, issue, CertificateInForce),
        (issued, lambda life: issue(life, "2022-12-19", recorded="2023-01-01"), OutOfOrder),
        (poor, lambda life: withdraw(life, certificate_id=life.id), CertificateUnknown),
        (issued, lambda life: withdraw(life, "2022-12-19"), OutOfOrder),
        (issued, lambda life: withdraw(life, reason="lost"), UnknownCode),
        (issued, lambda life: replace_it(life, reason="moved"), UnknownCode),
    ],
)
def test_what_cannot_be_is_refused(given, history, command, refusal):
    given(history).when(command).then(refusal)


def test_a_certificate_is_not_dated_before_its_decision_was_signed(given, life):
    family(life)
    late = paper("12/QĐ-UBND", "2022-12-25")
    given(
        lambda life: life.do(
            "classify", "2022-12-12", _poor(), by=CHAIRMAN, document=late, recorded="2022-12-26"
        )
    ).when(lambda life: issue(life, recorded="2022-12-27")).then(
        CertificateBeforeDecision, signed_on=day("2022-12-25")
    )


def _poor() -> Any:
    return ClassInput(figures=POOR)


# Numbers.


def another(life: Life, **household: Any) -> Life:
    """Another household, poor by the same decision."""
    second = Life(life.application)
    village = household.setdefault("village", "Tổ dân phố 2")
    name = f"Trần Thị {['Một', 'Hai', 'Ba', 'Bốn', 'Năm'][int(village[-1])]}"
    head = replace(ALONE.members[0], name=name)
    second.register(REGISTERED, replace(ALONE, members=(head,), **household))
    decide(second, "2022-12-12", figures=POOR)
    return second


def test_numbers_follow_each_other_in_a_commune_and_year(given, life):
    issued(life)
    second, third = another(life), another(life, number="TDP2-002", village="Tổ dân phố 3")
    assert number(second, issue(second, serial=7)) == "07/GCN-HN.HCN"
    assert number(third, issue(third)) == "08/GCN-HN.HCN"


def test_a_year_and_a_commune_begin_anew(given, life):
    issued(life)
    rural = another(life, area=RURAL, number="1")
    assert number(rural, issue(rural)) == "01/GCN-HN.HCN"
    assert number(life, replace_it(life, "2023-01-10")) == "01/GCN-HN.HCN"


def test_a_number_is_taken_once_and_for_good(given, life):
    issued(life)
    withdraw(life)
    second = another(life)
    given(lambda _: None)
    with pytest.raises(CertificateNumberTaken) as refused:
        issue(second, serial=1)
    assert refused.value.values == {"area": HUONG_SO, "year": 2022, "number": "01/GCN-HN.HCN"}


def number(life: Life, outcome: Any) -> str:
    return life.now().certificates[outcome.created].number


def test_many_who_ask_at_once_get_a_number_each(life):
    lives = [another(life, number=f"N-{at}", village=f"Tổ {at}") for at in range(4)]
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(issue, lives))
    numbers = sorted(number(one, made) for one, made in zip(lives, outcomes, strict=True))
    assert numbers == [f"{serial:02d}/GCN-HN.HCN" for serial in range(1, 5)]


def test_of_two_who_ask_for_one_number_one_is_refused(life):
    lives = [another(life, number=f"N-{at}", village=f"Tổ {at}") for at in range(2)]

    def ask(one: Life) -> object:
        try:
            return issue(one, serial=5)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(ask, lives))
    assert sum(isinstance(one, CertificateNumberTaken) for one in answers) == 1


def test_a_batch_numbers_without_a_gap_where_one_is_refused(life):
    lives = [another(life, number=f"N-{at}", village=f"Tổ {at}") for at in range(4)]
    life.households.dissolve(lives[1].id, life.context("2022-12-15"), reason="error")
    groups = [
        [
            PlannedCommand(
                IssueCertificate(one.id, SIGNER),
                one.context("2022-12-20", by=CHAIRMAN, command_id=command_id("batch", at)),
            )
        ]
        for at, one in enumerate(lives)
    ]
    first = life.application.run_many(groups)
    again = life.application.run_many(groups)
    assert isinstance(first[1], HouseholdEnded)
    made = [
        number(one, answer)
        for one, answer in zip(lives, first, strict=True)
        if not isinstance(answer, Refusal)
    ]
    assert made == ["01/GCN-HN.HCN", "02/GCN-HN.HCN", "03/GCN-HN.HCN"]
    assert [one.created for one in again if not isinstance(one, Refusal)] == [
        one.created for one in first if not isinstance(one, Refusal)
    ]
    assert all(len(one.now().certificates) == 1 for one in (lives[0], *lives[2:]))


# How a certificate ends.


def test_a_certificate_of_a_household_that_stays_on_the_list_is_valid(given, life):
    issued(life)
    decide(life, "2023-12-12", number="30/QĐ-UBND", figures=POOR)
    assert ended(life) == ("", "")


def test_a_withdrawn_certificate_is_valid_up_to_that_day(given, life):
    issued(life)
    given(lambda _: None).when(withdraw).then(
        happened(events.CertificateWithdrawn, number="01/GCN-HN.HCN", reason="error")
    )
    assert ended(life) == ("2023-02-01", "withdrawn")
    given(lambda _: None).when(lambda life: withdraw(life, "2023-03-01")).then(
        CertificateEnded, how="withdrawn", number="01/GCN-HN.HCN"
    )
    given(lambda _: None).when(replace_it).then(CertificateEnded)


def test_a_replaced_certificate_gives_way_to_the_new_one(given, life):
    issued(life)
    result = given(lambda _: None).when(replace_it)
    result.then(
        happened(events.CertificateReplaced, reason="lost", replaced_by=result.outcome.created),
        happened(events.CertificateIssued, number="01/GCN-HN.HCN", class_="poor"),
    )
    assert ended(life) == ("2023-02-01", "replaced")
    life.notes["certificate"] = result.outcome.created
    assert ended(life) == ("", "")


def test_a_household_that_lost_its_class_gets_no_other_certificate(given, life):
    issued(life)
    decide(life, "2023-12-12", number="30/QĐ-UBND", figures=NOT_LISTED)
    assert ended(life) == ("2023-12-12", "class_changed")
    given(lambda _: None).when(lambda life: replace_it(life, "2024-01-05")).then(CertificateNotDue)


def test_a_class_that_comes_back_does_not_bring_the_certificate_back(life):
    issued(life)
    decide(life, "2023-12-12", number="30/QĐ-UBND", figures=NEAR_POOR)
    decide(life, "2024-12-12", number="41/QĐ-UBND", figures=POOR)
    assert ended(life) == ("2023-12-12", "class_changed")
    issue(life, "2024-12-20")
    assert ended(life) == ("", "")


def test_a_new_decision_may_bring_a_new_certificate_which_ends_the_old_one(life):
    issued(life)
    old = life.notes["certificate"]
    decide(life, "2023-12-12", number="30/QĐ-UBND", figures=POOR)
    issue(life, "2023-12-20")
    assert ended(life) == ("", "")
    life.notes["certificate"] = old
    assert ended(life) == ("2023-12-20", "renewed")


def test_a_household_that_moves_to_another_commune_leaves_its_certificate_behind(life):
    issued(life)
    life.do("move", "2023-01-10", area=HUONG_SO, village="Tổ dân phố 6")
    assert ended(life) == ("", "")
    life.do("move", "2023-03-10", area=RURAL, village="Thôn 1")
    assert ended(life) == ("2023-03-10", "moved")


def test_a_household_that_ends_ends_its_certificate(life):
    issued(life)
    life.do("dissolve", "2023-05-01", reason="moved_away")
    assert ended(life) == ("2023-05-01", "closed")


def test_a_certificate_whose_decision_is_withdrawn_was_never_founded(life):
    issued(life)
    entry = life.now().decisions[-1].originator_version
    life.do(
        "withdraw", "2023-01-05", kind="decision", entry=entry, reason="Ghi nhầm hộ",
        by=CHAIRMAN, document=paper("02/QĐ-UBND", "2023-01-05"),
    )  # fmt: skip
    assert ended(life) == ("2022-12-20", "unfounded")


def test_every_end_has_its_place_and_every_reason_its_word():
    assert len(set(ENDS)) == len(ENDS)
    assert not set(CERTIFICATE_WITHDRAWALS) & set(CERTIFICATE_REPLACEMENTS)
