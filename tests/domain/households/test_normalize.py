"""What is typed in, made fit to be kept for ever."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import text
from domain.commands.command import Actor, CommandContext, Document
from domain.households import handler, person, registration
from domain.households.corrections import MemberCorrection
from domain.households.errors import (
    BirthImpossible,
    BirthInFuture,
    BirthYearContradicts,
    IdentityNumberMalformed,
    IssuedInFuture,
    SignedInFuture,
    TextMissing,
    TextTooLong,
    TextUnreadable,
)
from domain.households.identity import id_number, implausible
from domain.households.person import NewMember
from tests.given import Life, command_id
from tests.histories import AN, CUC, FAMILY, REGISTERED


@pytest.mark.parametrize("name", ["M'Nông", "M’Nông", "Ê Đê", "Gia Rai", "Hồ Văn Ầm", "Đỗ Thị Ổi"])
def test_names_are_kept_as_they_are_written(name):
    assert text.clean("name", name) == name


def test_decomposed_letters_become_the_composed_ones():
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Hường")
    assert decomposed != "Nguyễn Thị Hường"
    assert text.clean("name", decomposed) == "Nguyễn Thị Hường"


def test_blanks_of_every_kind_become_one():
    assert text.clean("name", "  Hồ\u00a0 Văn\t\u2003An\n") == "Hồ Văn An"


def test_invisible_marks_go():
    assert text.clean("name", "\ufeffHồ \u200bVăn\u202e An") == "Hồ Văn An"


@pytest.mark.parametrize("bad", ["a\x00b", "a\x07b", "\ud83d", "a\x7f", "\ue000"])
def test_control_and_broken_characters_are_refused_without_being_shown(bad):
    with pytest.raises(TextUnreadable) as refused:
        text.clean("name", bad)
    assert refused.value.values == {"field": "name"}


def test_a_text_too_long_is_refused_with_its_length():
    with pytest.raises(TextTooLong) as refused:
        text.clean("name", "x" * 201)
    assert refused.value.values == {"field": "name", "limit": 200, "length": 201}


def test_nothing_is_not_enough_where_something_is_required():
    with pytest.raises(TextMissing):
        text.required("name", " \u200b ")


def test_ethnic_groups_compare_whatever_apostrophe_was_typed():
    assert text.ethnicity("M’Nông") == text.ethnicity("MʼNông") == "M'Nông"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(words):
    try:
        once = text.clean("x", words, 10_000)
    except TextUnreadable:
        return
    assert text.clean("x", once, 10_000) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    once.encode("utf-8")
    assert "\x00" not in once


# Identity numbers.


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("046080001234", "046080001234"),
        ("046 080 001 234", "046080001234"),
        ("191-123.456", "191123456"),
        ("", ""),
        (" ", ""),
    ],
)
def test_an_identity_number_is_its_digits(written, kept):
    assert id_number(written) == kept


@pytest.mark.parametrize("bad", ["12345678", "0460800012345", "04608000123X", "٠٤٦٠٨٠٠٠١٢٣٤"])
def test_other_numbers_are_refused_without_being_shown(bad):
    with pytest.raises(IdentityNumberMalformed) as refused:
        id_number(bad)
    assert refused.value.values == {"length": len(bad)}


@pytest.mark.parametrize(
    ("number", "sex", "year", "notes"),
    [
        ("046080001234", "male", 1980, []),
        ("046180001234", "female", 1980, []),
        ("046210001234", "male", 2010, []),
        ("046310001234", "female", 2010, []),
        ("046080001234", "female", 1980, ["id_number_sex"]),
        ("046080001234", "male", 1981, ["id_number_birth_year"]),
        ("003080001234", "male", 1980, ["id_number_province"]),
        ("046080001234", "", None, []),
        ("191123456", "female", 1999, []),
    ],
)
def test_what_a_number_says_is_held_against_sex_and_birth_year(number, sex, year, notes):
    assert implausible(number, sex, year) == notes


# Births.

TODAY = date(2022, 11, 15)


def test_a_year_alone_is_enough_and_so_is_nothing():
    assert person.birth_year_of(None, 1950, TODAY) == 1950
    assert person.birth_year_of(None, None, TODAY) is None
    assert person.birth_year_of(date(1950, 3, 1), None, TODAY) == 1950


@pytest.mark.parametrize(
    ("day", "year", "refusal"),
    [
        (date(2022, 11, 16), None, BirthInFuture),
        (None, 2023, BirthInFuture),
        (date(1980, 1, 1), 1981, BirthYearContradicts),
        (None, 1849, BirthImpossible),
    ],
)
def test_births_that_cannot_be_are_refused(day, year, refusal):
    with pytest.raises(refusal):
        person.birth_year_of(day, year, TODAY)


# Nothing personal is shown.


def test_no_input_shows_personal_data_when_printed():
    shown = repr(FAMILY) + repr(registration.checked_registration(FAMILY, TODAY, TODAY)) + repr(AN)
    for secret in ("Hồ Văn An", "046080001234", "0905", "Nguyễn Văn Linh", "1980"):
        assert secret not in shown
    assert "Hồ" not in repr(NewMember(name="Hồ", relation="head", phone="1", health="x"))


def test_the_paper_is_normalised_too():
    context = CommandContext(
        TODAY,
        Actor("a", "b"),
        command_id("paper"),
        datetime(2022, 11, 15, 3, tzinfo=UTC),
        Document(" 12/QĐ-UBND ", TODAY, unicodedata.normalize("NFD", "Trần Sỹ")),
    )
    assert handler.clean_context(context).document == Document("12/QĐ-UBND", TODAY, "Trần Sỹ")


# The future.


def test_no_paper_is_signed_and_no_card_issued_after_the_day_of_recording(life: Life) -> None:
    tomorrow = REGISTERED + timedelta(days=1)
    late = Document("12/QĐ-UBND", tomorrow)
    with pytest.raises(SignedInFuture):
        life.register(REGISTERED, FAMILY, document=late)
    issued = replace(FAMILY, members=(replace(AN, id_issued_on=tomorrow),))
    with pytest.raises(IssuedInFuture) as refused:
        life.register(REGISTERED, issued)
    assert refused.value.values["member"] == 0
    life.register(REGISTERED, FAMILY, recorded=tomorrow, document=late)
    for command, said in (
        ("record_causes", {"causes": ["1"], "document": Document("1", date(2099, 1, 1))}),
        ("join_member", {"member": replace(CUC, name="Hồ Thị Em", id_issued_on=date(2099, 1, 1)),
                         "reason": "birth"}),
        ("correct_member", {"person_id": life["an"], "reason": "papers",
                            "correction": MemberCorrection(id_issued_on=date(2099, 1, 1))}),
    ):  # fmt: skip
        with pytest.raises((SignedInFuture, IssuedInFuture)):
            life.do(command, "2023-01-10", **said)
