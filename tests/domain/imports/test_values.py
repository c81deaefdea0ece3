"""A cell says one thing or is refused; nothing is guessed."""

from datetime import date
from typing import Any

import pytest

from domain.imports import values
from domain.imports.values import Unusable
from domain.imports.vocabulary import Vocabulary
from domain.imports.xlsx.cells import Odd, PartOfDate


def refusal(parse: Any, *cells: Any) -> str:
    with pytest.raises(Unusable) as refused:
        parse(*cells)
    return refused.value.code


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12/03/1970", (date(1970, 3, 12), 1970)),
        ("1-3-1970", (date(1970, 3, 1), 1970)),
        ("01.03.1970", (date(1970, 3, 1), 1970)),
        ("1970-03-12", (date(1970, 3, 12), 1970)),
        (date(1970, 3, 12), (date(1970, 3, 12), 1970)),
        ("1970", (None, 1970)),
        (1970, (None, 1970)),
        ("00/00/1970", (None, 1970)),
        ("//1970", (None, 1970)),
        ("03/1970", (None, 1970)),
        (None, (None, None)),
        ("", (None, None)),
    ],
)
def test_birth_dates_and_years_are_read(cell: Any, expected: Any) -> None:
    assert values.birth(cell) == expected


@pytest.mark.parametrize("cell", ["31/02/1970", "12/13/1970", "70", "hôm qua", 25569, 0, 1.5, True])
def test_a_birth_date_that_is_none_is_refused(cell: Any) -> None:
    assert refusal(values.birth, cell) == "birth_malformed"


@pytest.mark.parametrize(
    ("cell", "sex", "year", "number"),
    [
        ("046080001234", "", None, "046080001234"),
        (" 046 080 001 234 ", "", None, "046080001234"),
        ("'046080001234", "", None, "046080001234"),
        (46080001234, "male", 1980, "046080001234"),
        ("46080001234", "", 1980, "046080001234"),
        (1182005678, "female", 1982, "001182005678"),
        (191234567, "", None, "191234567"),
        (None, "", None, ""),
    ],
)
def test_identity_numbers_are_read_and_lost_zeros_restored_where_the_row_proves_them(
    cell: Any, sex: str, year: int | None, number: str
) -> None:
    assert values.id_number(cell, sex, year) == number


@pytest.mark.parametrize(
    ("cell", "sex", "year", "code"),
    [
        (46080001234, "", None, "id_zeros_lost"),
        (46080001234, "", 1981, "id_zeros_lost"),
        (46080001234, "female", 1980, "id_zeros_lost"),
        (91234567, "", None, "id_zeros_lost"),
        ("0460800012345", "", None, "id_malformed"),
        ("1234567", "", None, "id_malformed"),
        ("04608000123A", "", None, "id_malformed"),
        (4.5, "", None, "id_malformed"),
        ("４６０８００１２３４", "", 1980, "id_malformed"),
    ],
)
def test_an_identity_number_that_may_lack_digits_is_refused(
    cell: Any, sex: str, year: int | None, code: str
) -> None:
    assert refusal(values.id_number, cell, sex, year) == code


@pytest.mark.parametrize(
    ("cell", "relation"),
    [
        ("Chủ hộ", "head"), ("Vợ", "spouse"), ("con gái", "child"), ("Con dâu", "child_in_law"),
        ("Bà", "grandparent"), ("Ba", "parent"), ("Mẹ vợ", "parent_in_law"), ("cháu", "grandchild"),
        ("Em trai", "sibling"), ("Cậu", "other_relative"), ("Khác", "other"), (None, ""),
    ],
)  # fmt: skip
def test_relations_are_read_as_lists_write_them(cell: Any, relation: str) -> None:
    assert values.relation(cell) == relation


@pytest.mark.parametrize(
    ("cell", "causes"),
    [
        ("1;2", ("1", "2")),
        ("7, 2 ,2", ("2", "7")),
        (3, ("3",)),
        ("Không có đất sản xuất", ("1",)),
        ("Không có vốn sản xuất, kinh doanh", ("2",)),
        ("1. Không có đất sản xuất; 3", ("1", "3")),
        (None, ()),
    ],
)
def test_causes_are_read_as_codes_or_words(cell: Any, causes: tuple[str, ...]) -> None:
    assert values.causes(cell) == causes


def test_a_list_of_causes_that_excel_took_for_a_decimal_is_refused() -> None:
    assert refusal(values.causes, 1.2) == "cause_unknown"
    assert refusal(values.causes, "9") == "cause_unknown"


@pytest.mark.parametrize(
    ("cell", "factor", "income"),
    [
        (1_450_000, 1, 1_450_000),
        ("1.450.000", 1, 1_450_000),
        ("1,450,000 đồng", 1, 1_450_000),
        (1450, 1000, 1_450_000),
        (0, 1, 0),
        (None, 1, None),
    ],
)
def test_incomes_are_read_in_dong(cell: Any, factor: int, income: int | None) -> None:
    assert values.income(cell, factor) == income


def test_an_income_of_unclear_unit_is_refused() -> None:
    assert refusal(values.income, 1450, 1) == "income_unit"
    assert refusal(values.income, 1450000.5, 1) == "number_malformed"


@pytest.mark.parametrize("cell", ["x", "X", "Có", 1, "1", True, "✓"])
def test_a_tick_is_a_tick(cell: Any) -> None:
    assert values.flag(cell) is True


@pytest.mark.parametrize("cell", [None, "", "Không", 0, "-", False])
def test_no_tick_is_none(cell: Any) -> None:
    assert values.flag(cell) is False


def test_a_doubtful_tick_is_refused() -> None:
    assert refusal(values.flag, "?") == "flag_malformed"
    assert refusal(values.flag, 2) == "flag_malformed"


@pytest.mark.parametrize(
    ("read", "cell", "code"),
    [
        (values.relation, "Bạn thân", "relation_unknown"),
        (values.relation, "Con đầu", "relation_unknown"),
        (values.relation, "Chủ hồ", "relation_unknown"),
        (values.relation, "Bá", "relation_unknown"),
        (values.sex, "Năm", "sex_unknown"),
        (values.flag, "cỏ", "flag_malformed"),
        (values.flag, "dừng", "flag_malformed"),
        (values.flag, "không có", "flag_malformed"),
        (values.class_, "hộ nghệo", "class_unknown"),
        (values.class_, "cân nghèo", "class_unknown"),
        (values.listing, "tài", "listing_unknown"),
        (values.exit_class, "thoạt nghèo", "exit_class_unknown"),
        (values.causes, "Nguyện nhân khác", "cause_unknown"),
        (values.causes, "3; Không có lao đông", "cause_unknown"),
    ],
)  # fmt: skip
def test_a_word_with_other_diacritics_is_another_word(read: Any, cell: str, code: str) -> None:
    assert refusal(read, cell) == code


@pytest.mark.parametrize(
    ("read", "cell", "found"),
    [
        (values.relation, "Bản thân", "head"),
        (values.relation, "BAN THAN", "head"),
        (values.relation, "Chu hộ", "head"),
        (values.relation, "vợ/chong", "spouse"),
        (values.relation, "Con dau", "child_in_law"),
        (values.relation, "con rễ", "child_in_law"),
        (values.relation, "Cháu goi co, di, chu, bac", "niece_nephew"),
        (values.relation, "bà  nội", "grandparent"),
        (values.relation, "ba\u0300", "grandparent"),
        (values.relation, "Mạ", "parent"),
        (values.sex, "NU", "female"),
        (values.flag, "CO", True),
        (values.flag, "dung", True),
        (values.flag, "khong", False),
        (values.class_, "ho can ngheo", "near_poor"),
        (values.class_, "Hộ can nghèo", "near_poor"),
        (values.listing, "tai ngheo", "again"),
        (values.exit_class, "thoat ngheo", ""),
        (values.exit_class, "Hộ cận nghèo", "near_poor"),
        (values.exit_class, "ho ngheo", "poor"),
        (values.causes, "khong co lao dong; 8", ("3", "8")),
    ],
)  # fmt: skip
def test_a_word_without_diacritics_is_the_one_word_it_can_be(
    read: Any, cell: str, found: object
) -> None:
    assert read(cell) == found


def test_a_word_without_diacritics_that_could_be_two_is_not_known() -> None:
    words = Vocabulary({"cô": "aunt", "cổ": "neck", "cô giáo": "teacher", "cỏ": "aunt"})
    assert words.find("co") is None
    assert words.find("Co giao") == "teacher"
    assert words.find("Cỏ") == "aunt"
    assert words.find("") is None
    assert Vocabulary({"cô": "aunt", "cỏ": "aunt"}).find("co") == "aunt"


@pytest.mark.parametrize("name", ["M'Nông Y Krông", "Ê Đê H'Hen", "H'Bia Niê", "Y Thĭm"])
def test_names_of_all_peoples_are_names(name: str) -> None:
    assert values.name(name) == name
    assert values.name(name.replace("'", "’")) == name


@pytest.mark.parametrize("name", ["=1+1", "@SUM", "+84", "-x", "12", "<b>", "???", "Иван"])
def test_what_no_name_has_is_refused(name: str) -> None:
    assert refusal(values.name, name) == "name_malformed"


def test_text_is_brought_to_one_form_of_unicode() -> None:
    assert values.text("Hồ  Va\u0306n\nAn\u200b") == "Hồ Văn An"


def test_formulas_errors_and_endless_texts_are_refused() -> None:
    assert refusal(values.text, Odd.FORMULA) == "formula"
    assert refusal(values.text, Odd.ERROR) == "cell_error"
    assert refusal(values.text, "x" * 500) == "text_too_long"
    assert refusal(values.text, "a\x00b") == "text_unreadable"


def test_a_decision_may_hold_its_date() -> None:
    assert values.decision("125/QĐ-UBND") == ("125/QĐ-UBND", None)
    assert values.decision("125/QĐ-UBND ngày 12/12/2022") == ("125/QĐ-UBND", date(2022, 12, 12))
    assert values.decision("125/QĐ-UBND, 12/12/2022") == ("125/QĐ-UBND", date(2022, 12, 12))


def test_codes_of_units_get_their_zeros_back() -> None:
    assert values.code(178, 5) == "00178"
    assert values.code("19804", 5) == "19804"
    assert values.code(None, 5) == ""


@pytest.mark.parametrize(
    ("cell", "class_"),
    [
        ("Hộ nghèo", "poor"), ("HN", "poor"), ("cận nghèo", "near_poor"), ("HCN", "near_poor"),
        ("Hộ có mức sống trung bình", "average"), ("Không nghèo", "not_poor"), (None, ""),
    ],
)  # fmt: skip
def test_classes_are_read(cell: Any, class_: str) -> None:
    assert values.class_(cell) == class_


def test_what_is_in_no_code_list_is_refused() -> None:
    assert refusal(values.class_, "giàu") == "class_unknown"
    assert refusal(values.sex, "X") == "sex_unknown"
    assert refusal(values.relation, "hàng xóm") == "relation_unknown"
    assert refusal(values.listing, "?!x") == "listing_unknown"
    assert refusal(values.whole, -1) == "number_malformed"
    assert refusal(values.whole, 1.5) == "number_malformed"
    assert refusal(values.whole, True) == "number_malformed"
    assert refusal(values.whole, 10**12) == "number_malformed"
    assert refusal(values.birth, PartOfDate(None)) == "birth_malformed"
    assert refusal(values.date, "x") == "decision_date_malformed"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("NguyÔn V¨n Phóc", "TCVN3 (ABC)"),
        ("§inh ThÞ H\xad¬ng", "TCVN3 (ABC)"),
        ("Nguyeãn Vaên Phöôùc", "VNI"),
        ("TRAÀN VAÊN HUØNG", "VNI"),
        ("Leâ Thò Hoa", "VNI"),
        ("Tr¥n Ng÷c Ánh", "VISCII"),
        ("TrÀn Ng†c Ánh", "VPS"),
        ("Nguyá»…n VÄƒn An", "UTF-8 (cp1252)"),
        ("Pháº¡m Ă\x9d", "UTF-8 (cp1258)"),
    ],
)
def test_an_encoding_of_old_is_refused_by_its_name(name: str, encoding: str) -> None:
    for parse in (values.name, values.words, values.village):
        with pytest.raises(Unusable) as refused:
            parse(name)
        if refused.value.code != "text_unreadable":  # controls are no letters of any encoding
            assert (refused.value.code, refused.value.values) == (
                "legacy_encoding", {"encoding": encoding},
            )  # fmt: skip


@pytest.mark.parametrize("name", ["Hồ Văn An (Út Bé)", "(Út Bé)", "Hồ Văn An [Tí]"])
def test_a_second_name_in_brackets_is_said_to_be_one(name: str) -> None:
    assert refusal(values.name, name) == "name_in_brackets"


@pytest.mark.parametrize("name", ["Nguy?n V?n An", "Tr?n"])
def test_letters_that_were_lost_are_said_to_be_lost(name: str) -> None:
    assert refusal(values.name, name) == "letters_lost"


@pytest.mark.parametrize(
    "text",
    ["Kăn Tập", "A Lăng Bhuốch", "Giàng A Páo", "Pờ Ly Sừ", "Hoà", "Hòa", "Khuý", "Quyên", "Niê",
     "Buôn Čư Êbur", "Thôn Đắk Lắk", "12 đường Bến Nghé", "Ê Đê"],
)  # fmt: skip
def test_words_of_today_are_in_no_encoding_of_old(text: str) -> None:
    assert values.words(text) == text


@pytest.mark.parametrize(
    ("cell", "year"),
    [(PartOfDate(1956, as_number=True), 1956), (PartOfDate(1956, 3), 1956), ("1956.0", 1956)],
)
def test_a_cell_that_shows_a_year_gives_the_year(cell: Any, year: int) -> None:
    assert values.birth(cell) == (None, year)


@pytest.mark.parametrize(
    "cell", [PartOfDate(1905, as_number=True), PartOfDate(2022, 12), 2022, "12/2022", "2022"]
)
def test_a_decision_of_a_month_or_a_year_is_asked_for_its_day(cell: Any) -> None:
    assert refusal(values.date, cell) == "decision_day_missing"


def test_a_cell_that_excel_made_a_date_is_no_text() -> None:
    for parse in (values.text, values.number, values.words, values.village, values.decision):
        assert refusal(parse, date(2026, 5, 12)) == "date_in_text"


@pytest.mark.parametrize(
    ("cell", "number"),
    [("46080001234.0", "046080001234"), ("046080001234.0", "046080001234"), ("191234567.0",
     "191234567")],
)  # fmt: skip
def test_a_decimal_zero_is_no_digit_of_an_identity_number(cell: str, number: str) -> None:
    assert values.id_number(cell, "male", 1980) == number
    assert refusal(values.id_number, "46080001234.0", "male", 1981) == "id_zeros_lost"
    assert refusal(values.id_number, "4.6080001234E+10", "male", 1980) == "id_malformed"
    assert values.number("7.0") == "7"


def test_whole_numbers_are_read_from_nothing_to_twelve_figures() -> None:
    assert [values.whole(one) for one in (0, "0", 3.0, "3,0", 10**12 - 1, None, "")] == [
        0, 0, 3, 3, 10**12 - 1, None, None,
    ]  # fmt: skip
