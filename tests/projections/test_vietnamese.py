"""Vietnamese text: what words are found by, and where names stand in a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.vietnamese import fold_diacritics, lexemes, search_words, sort_key, words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("PHƯỜNG HƯƠNG SƠ", "phuong huong so"),
        ("Ê Đê", "e de"),
        ("M'Nông", "m'nong"),
        ("Ngu\u0303", "ngu"),
        ("An", "an"),
    ],
)
def test_folding_leaves_no_diacritic(text: str, plain: str) -> None:
    assert fold_diacritics(text) == plain


def found(name: str, q: str) -> bool:
    """Whether a search by the beginnings of words finds the name."""
    there = [lexeme for word in words(name) for lexeme in lexemes(word)]
    return all(any(one.startswith(word) for one in there) for word in search_words(q))


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("Nguyễn Thị Hoà", "nguyen"),
        ("Nguyễn Thị Hoà", "Nguyễn"),
        ("Nguyễn Thị Hoà", "ngu"),
        ("Nguyễn Thị Hoà", "hoa nguyen"),
        ("Nguyễn Thị Hoà", "hòa"),
        ("Nguyễn Thị Hòa", "hoà"),
        ("Trần Thị Thuý", "thúy"),
        ("Lê Quý Đôn", "quý don"),
        ("H'Hen Niê", "hhen"),
        ("H'Hen Niê", "h'hen nie"),
        ("H'Hen Niê", "hen"),
        ("Điểu M’Nông", "m'nong"),
        ("Điểu M’Nông", "mnông"),
        ("Nguyễn", "Nguyê\u0303n"),
    ],
)
def test_a_name_is_found_with_and_without_diacritics(name: str, q: str) -> None:
    assert found(name, q)


@pytest.mark.parametrize(
    ("name", "q"),
    [("Nguyễn Văn Ánh", "ảnh"), ("Trần Đan", "dân"), ("Lê An", "lan"), ("Hồ Hoa", "hòa")],
)
def test_a_word_typed_with_diacritics_finds_only_that_spelling(name: str, q: str) -> None:
    assert not found(name, q)


def test_names_stand_in_the_order_of_a_vietnamese_list() -> None:
    in_order = [
        "Nguyễn An",
        "Nguyễn Thị An",
        "Nguyễn Văn An",
        "Trần Văn An",
        "Lê Văn Àn",
        "Lê Văn Ản",
        "Lê Văn Ãn",
        "Lê Văn Án",
        "Lê Văn Ạn",
        "Bùi Anh",
        "Bùi Ánh",
        "Bùi Ăn",
        "Bùi Ân",
        "Cao Bình",
        "Cao Dung",
        "Cao Dũng",
        "Cao Đức",
        "Cao Em",
        "Cao Êm",
        "Cao Oanh",
        "Cao Ôn",
        "Cao Ơn",
        "Cao Uyên",
        "Cao Ưng",
        "Cao Yến",
    ]
    assert sorted(in_order, key=sort_key) == in_order


@given(st.text(max_size=40))
def test_any_text_has_words_and_a_place(text: str) -> None:
    key = sort_key(text)
    assert key.isascii()
    assert bool(key) == bool(words(text))
    for word in [*search_words(text), *(one for w in words(text) for one in lexemes(w))]:
        assert not set(word) & set(" '\\:&|!()<>*\0")


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạễộự ", max_size=30))
def test_what_is_typed_whole_is_found(name: str) -> None:
    assert found(name, name)
    assert found(name, fold_diacritics(name))


def test_a_word_that_no_name_holds_is_looked_for_by_its_beginning() -> None:
    (word,) = search_words("a" * 5000)
    assert 50 < len(word) < 2000
