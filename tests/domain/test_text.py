"""What is typed in, made fit to be kept for ever."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import text
from domain.households.errors import TextMissing, TextTooLong, TextUnreadable


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
