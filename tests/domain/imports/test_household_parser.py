"""Households are read whole, and whatever is wrong is said of the row it is wrong in.

In the lists of these tests the first household begins in row 4: two captions and the header.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.imports.errors import EmptyFile, NoList, SeveralLists, UnknownSheet
from domain.imports.list_checks import CheckedList
from domain.imports.listed_household import ListedHousehold
from tests.domain.imports.conftest import HUONG_SO, PHU_SON
from tests.lists import HEADINGS, household, person, sheets, workbook

Read = Callable[..., CheckedList]
AN = person("Hồ Văn An", birth="01/05/1980", id_number="046080001234")
BINH = person("Lê Thị Bình", "Vợ", 1982, "Nữ", "046182005678")
CUC = person("Hồ Thị Cúc", "Con", "2010", "Nữ")


def said(reviewed: CheckedList) -> list[tuple[int, str, str]]:
    return [(one.row, one.code, one.field) for one in reviewed.findings]


def only(reviewed: CheckedList) -> ListedHousehold:
    assert said(reviewed) == []
    (found,) = reviewed.chunk(0, 10)
    return found


def test_a_household_is_read_with_all_that_the_list_says(reviewed: Read) -> None:
    rows = household(AN, BINH, CUC, number="TDP5-017", **{"Nguyên nhân": "2;7", "DTTS": "x"})
    found = only(reviewed(rows))
    assert (found.area, found.area_type, found.village) == (HUONG_SO, "urban", "Tổ dân phố 1")
    assert (found.number, found.class_, found.b1, found.b2) == ("TDP5-017", "poor", 150, 40)
    assert (found.decision_number, found.decision_date) == ("125/QĐ-UBND", date(2022, 12, 12))
    assert found.effective_on == date(2022, 12, 12)
    assert found.causes == ("2", "7")
    assert (found.ethnic_minority, found.no_labour_capacity, found.meritorious) == (
        True, False, False,
    )  # fmt: skip
    assert [one.relation for one in found.members] == ["head", "spouse", "child"]
    assert found.head.birth_date == date(1980, 5, 1)
    assert (found.members[1].birth_date, found.members[1].birth_year) == (None, 1982)


def test_names_come_out_in_one_form_of_unicode_and_keep_their_apostrophes(reviewed: Read) -> None:
    found = only(reviewed(household(person("Y Bha\u0306m Nie\u0302"), person("H'Hen Ê Đê", "Con"))))
    assert [one.name for one in found.members] == ["Y Bhăm Niê", "H'Hen Ê Đê"]


def test_the_effective_date_of_the_import_comes_before_that_of_the_decision(
    reviewed: Read,
) -> None:
    found = only(reviewed(household(AN), effective_on=date(2022, 12, 1)))
    assert found.effective_on == date(2022, 12, 1)
    assert found.decision_date == date(2022, 12, 12)


def test_a_tick_in_a_members_row_is_the_members(reviewed: Read) -> None:
    old = person(
        "Hồ Văn Cố", "Bố", 1940, **{"Người có công": "x", "Không có khả năng lao động": "x"}
    )
    found = only(reviewed(household(AN, old)))
    assert found.meritorious is True
    assert found.no_labour_capacity is False
    assert (found.members[1].meritorious, found.members[1].able_to_work) == (True, False)


def test_a_commune_is_found_by_its_name_alone(reviewed: Read) -> None:
    rows = household(AN, place={"district": "TX Hương Thuỷ", "commune": "xã Phú Sơn"})
    assert only(reviewed(rows)).area == PHU_SON


def test_without_any_commune_the_area_of_the_import_is_meant(reviewed: Read) -> None:
    assert only(reviewed(household(AN, place={}), area="19804")).area == HUONG_SO


def test_lists_that_repeat_the_heads_name_in_every_row_are_read(reviewed: Read) -> None:
    rows = household(AN, BINH)
    for row in rows:
        row[2] = "Hồ Văn An"
    rows[0][3] = "Hồ Văn An"
    assert len(only(reviewed(rows)).members) == 2


def test_lists_with_one_column_of_names_are_read(reviewed: Read) -> None:
    headings = ["Họ và tên", "Quan hệ", "Năm sinh", "", "Mã xã", "Phân loại", "Số QĐ", "Ngày QĐ"]
    content = sheets(
        {
            "DS": [
                headings,
                ["", "", "Nam", "Nữ"],
                ["1", "2", "3", "4", "5", "6", "7", "8"],
                ["Hồ Văn An", "Chủ hộ", 1980, "", 19804, "HN", "1/QĐ", date(2022, 12, 1)],
                ["Lê Thị Bình", "Vợ", "", 1982],
            ]
        }
    )
    result = reviewed(content=content)
    assert said(result) == [(3, "row_numbering", ""), (4, "figures_missing", "b1")]
    (found,) = result.chunk(0, 10)
    assert [one.sex for one in found.members] == ["male", "female"]
    assert found.ethnic_minority is None


def test_empty_rows_captions_and_totals_are_no_households(reviewed: Read) -> None:
    total = [["Tổng cộng", *[""] * 24, 3]]
    result = reviewed(household(AN), [[""]], total, [["Người lập biểu"]])
    assert len(result.chunk(0, 10)) == 1
    assert said(result) == [(6, "row_total", ""), (7, "row_signature", "")]
    assert (result.rows, result.left_out) == (3, 2)


CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("no name", {"name": ""}, "name_missing", "member"),
    ("a formula", {"name": "=1+1"}, "formula", "member"),
    ("signs that no name has", {"name": "<Hồ>"}, "name_malformed", "member"),
    ("an endless name", {"name": "x" * 300}, "text_too_long", "member"),
    ("an unreadable name", {"name": "Hồ\x07"}, "text_unreadable", "member"),
    ("no relation", {"relation": ""}, "relation_missing", "relation"),
    ("an unknown relation", {"relation": "hàng xóm"}, "relation_unknown", "relation"),
    ("a birth date that is none", {"birth": "31/02/2000"}, "birth_malformed", "birth"),
    ("a birth after the decision", {"birth": "13/12/2022"}, "birth_in_future", "birth"),
    ("a birth long ago", {"birth": 1880}, "birth_too_early", "birth"),
    ("an unknown sex", {"sex": "?x"}, "sex_unknown", "sex"),
    ("a short identity number", {"id_number": "123"}, "id_malformed", "id_number"),
    ("lost zeros", {"id_number": 46080001234}, "id_zeros_lost", "id_number"),
    ("an age that does not fit", {"Tuổi": 40}, "age_differs", "age"),
    ("a doubtful tick", {"Người có công": "?"}, "flag_malformed", "meritorious"),
    ("an age one more than may be", {"birth": 2010, "Tuổi": 14}, "age_differs", "age"),
    ("an age one less than may be", {"birth": 2010, "Tuổi": 10}, "age_differs", "age"),
    ("a birth one year too long ago", {"birth": 1896}, "birth_too_early", "birth"),
    ("another class than the head", {"Phân loại hộ": "Cận nghèo"}, "differs_from_head", "class"),
    ("a second head", {"relation": "Chủ hộ"}, "two_heads", "relation"),
]


@pytest.mark.parametrize(("wrong", "code", "field"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_a_member_with_something_wrong_keeps_the_household_out(
    reviewed: Read, wrong: dict[str, Any], code: str, field: str
) -> None:
    member = person(**{"name": "Hồ Thị Cúc", "birth": 2010, "sex": "Nữ", **wrong})
    result = reviewed(household(AN, member, size=2))
    assert result.chunk(0, 10) == []
    found = [one for one in said(result) if one[0] == 5]
    assert (5, code, field) in found
    assert (4, "household_refused", "") in said(result)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"relation": "hàng xóm"}, {"name": "x" * 300}])
def test_the_members_after_one_with_something_wrong_are_read_as_well(
    reviewed: Read, wrong: dict[str, Any]
) -> None:
    first = person(**{"name": "Hồ Thị Cúc", "birth": 2010, "sex": "Nữ", **wrong})
    second = person("Hồ Văn Đào", birth="31/02/2000")
    result = reviewed(household(AN, first, second, size=3))
    assert (6, "birth_malformed", "birth") in said(result)
    assert {row for row, *_ in said(result)} == {4, 5, 6}


HEADS: list[tuple[str, dict[str, Any], str, str]] = [
    ("no class", {"class_": ""}, "class_missing", "class"),
    ("an unknown class", {"class_": "giàu"}, "class_unknown", "class"),
    ("no decision", {"decision": ""}, "decision_missing", "decision_number"),
    ("no date of decision", {"decided": ""}, "decision_date_missing", "decision_date"),
    ("a date that is none", {"decided": "x"}, "decision_date_malformed", "decision_date"),
    ("a decision of tomorrow", {"decided": date(2022, 12, 16)}, "decision_in_future",
     "decision_date"),
    ("two dates of the decision", {"decision": "125/QĐ-UBND ngày 01/12/2022"},
     "decision_date_differs", "decision_date"),
    ("broken points", {"b1": 1.5}, "number_malformed", "b1"),
    ("an unknown cause", {"Nguyên nhân": "11"}, "cause_unknown", "causes"),
    ("another size", {"size": 3}, "size_differs", "size"),
    ("an unknown commune", {"place": {"commune_code": "99999"}}, "area_unknown", "commune_code"),
    ("a district", {"place": {"commune_code": "474"}}, "area_unknown", "commune_code"),
    ("no commune", {"place": {}}, "area_missing", "commune"),
    ("an unknown name", {"place": {"commune": "Phường X"}}, "area_unknown", "commune"),
    ("another name than the code's", {"place": {"commune": "Phường Vĩ Dạ",
     "commune_code": "19804"}}, "area_name_differs", "commune_code"),
    ("another district", {"place": {"district_code": "479", "commune_code": "19804"}},
     "area_parent_differs", "commune_code"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "code", "field"), [case[1:] for case in HEADS],
                         ids=[case[0] for case in HEADS])  # fmt: skip
def test_a_head_with_something_wrong_keeps_the_household_out(
    reviewed: Read, wrong: dict[str, Any], code: str, field: str
) -> None:
    result = reviewed(household(AN, CUC, **wrong))
    assert result.chunk(0, 10) == []
    assert (4, code, field) in said(result)
    assert (5, "household_refused", "") in said(result)


@pytest.mark.parametrize("age", [11, 12, 13])
def test_an_age_may_be_one_off_the_years(reviewed: Read, age: int) -> None:
    child = person("Hồ Thị Cúc", birth=2010, sex="Nữ", **{"Tuổi": age})
    assert len(only(reviewed(household(AN, child))).members) == 2


@pytest.mark.parametrize("birth", [1897, 2022, "12/12/2022"])
def test_births_up_to_the_day_of_the_decision_and_125_years_back_are_taken(
    reviewed: Read, birth: Any
) -> None:
    assert len(only(reviewed(household(AN, person("Hồ Thị Cúc", birth=birth)))).members) == 2


def test_a_year_of_birth_after_that_of_the_decision_is_refused(reviewed: Read) -> None:
    rows = household(AN, person("Hồ Thị Cúc", birth=2022), decided=date(2021, 12, 12))
    assert (5, "birth_in_future", "birth") in said(reviewed(rows))


def test_an_age_is_that_in_the_year_of_the_list(reviewed: Read) -> None:
    child = person("Hồ Thị Cúc", birth=2010, sex="Nữ", **{"Tuổi": 9})
    assert len(only(reviewed(household(AN, child, decided=date(2019, 12, 12)))).members) == 2
    dated = household(AN, child, decision="7/QĐ-UBND ngày 12/12/2019", decided="")
    assert len(only(reviewed(dated)).members) == 2


def test_a_decision_of_today_is_taken_and_a_date_said_twice_alike(reviewed: Read) -> None:
    today = date(2022, 12, 15)
    rows = household(AN, decision="125/QĐ-UBND ngày 15/12/2022", decided=today)
    found = only(reviewed(rows))
    assert (found.decision_number, found.decision_date) == ("125/QĐ-UBND", today)


def test_a_head_needs_no_relation(reviewed: Read) -> None:
    rows = household(AN)
    rows[0][4] = ""
    assert only(reviewed(rows)).head.relation == "head"


def test_a_household_has_sixty_members_at_most(reviewed: Read) -> None:
    people = [person(f"Hồ Văn {chr(65 + one // 26)}{chr(97 + one % 26)}") for one in range(60)]
    assert len(only(reviewed(household(AN, *people[1:]))).members) == 60
    assert (4, "too_many_members", "") in said(reviewed(household(AN, *people)))


def test_what_differs_from_the_heads_row_is_said_once_for_a_row(reviewed: Read) -> None:
    child = person("Hồ Thị Cúc", **{"Phân loại hộ": "Cận nghèo", "B1": 99})
    differs = [one for one in said(reviewed(household(AN, child))) if one[1] == "differs_from_head"]
    assert differs == [(5, "differs_from_head", "class")]


def test_a_number_that_does_not_fit_the_birth_is_taken_and_noted(reviewed: Read) -> None:
    child = person("Hồ Thị Cúc", birth=2010, sex="Nữ", id_number="046080001235")
    result = reviewed(household(AN, child))
    assert said(result) == [(5, "id_doubtful", "id_number")]
    assert len(result.chunk(0, 10)) == 1


def test_an_area_outside_the_import_is_refused(reviewed: Read) -> None:
    rows = household(AN, place={"commune_code": "19807"})
    assert (4, "area_outside", "commune_code") in said(reviewed(rows, area="474"))


def test_a_member_before_any_head_is_refused_and_the_next_household_read(reviewed: Read) -> None:
    result = reviewed(household(AN, CUC)[1:], household(BINH))
    assert said(result) == [
        (4, "member_before_head", "relation"),
        (4, "class_missing", "class"),
    ] or ((4, "member_before_head", "relation") in said(result))
    assert len(result.chunk(0, 10)) == 1


def test_members_of_another_number_without_a_head_are_refused(reviewed: Read) -> None:
    rows = household(AN, number="1") + household(BINH, CUC, number="2")
    rows[1][4], rows[1][2], rows[1][3] = "Vợ", "", "Lê Thị Bình"
    result = reviewed(rows)
    assert (5, "no_head", "relation") in said(result)
    assert [one.number for one in result.chunk(0, 10)] == ["1"]


def test_a_row_that_names_another_head_is_not_taken_into_the_household_above(
    reviewed: Read,
) -> None:
    rows = household(AN, CUC)
    rows[1][2] = "Lê Văn Khác"
    assert (5, "no_head", "head") in said(reviewed(rows))


def test_a_head_without_a_class_is_a_household_of_its_own_where_the_column_says_so(
    reviewed: Read,
) -> None:
    result = reviewed(household(AN), household(BINH, class_=""))
    assert [one.head.name for one in result.chunk(0, 10)] == ["Hồ Văn An"]
    assert (5, "class_missing", "class") in said(result)


def test_the_same_row_twice_counts_once_and_is_said(reviewed: Read) -> None:
    result = reviewed(household(AN, CUC, CUC, size=2))
    assert said(result) == [(6, "duplicate_row", "")]
    assert len(result.chunk(0, 10)[0].members) == 2


def test_one_identity_number_for_two_persons_of_a_household_is_refused(reviewed: Read) -> None:
    other = person("Hồ Văn Khác", "Con", 1980, id_number="046080001234")
    result = reviewed(household(AN, other))
    assert said(result) == [(4, "id_twice", "id_number"), (5, "id_twice", "id_number")]


def test_the_same_household_twice_counts_once_and_is_said(reviewed: Read) -> None:
    result = reviewed(household(AN, BINH, CUC), household(AN, CUC, BINH))
    assert [one[1] for one in said(result)] == ["duplicate_household"] * 3
    assert (len(result.chunk(0, 10)), result.repeated, result.households) == (1, 1, 2)
    (entry,) = result.entries
    assert (entry.outcome, entry.first, entry.last, entry.rows) == ("repeated", 7, 9, 3)
    assert entry.head == "Hồ Văn An"


@pytest.mark.parametrize("number", ["", "TDP5-017"])
def test_the_same_household_with_other_content_is_refused_both_times(
    reviewed: Read, number: str
) -> None:
    result = reviewed(household(AN, number=number), household(AN, b1=151, number=number))
    assert result.chunk(0, 10) == []
    assert said(result) == [(4, "household_twice", ""), (5, "household_twice", "")]
    assert [(one.outcome, one.first, one.last, one.rows) for one in result.entries] == [
        ("refused", 4, 4, 1),
        ("refused", 5, 5, 1),
    ]
    assert {(one.number, one.head) for one in result.entries} == {(number, "Hồ Văn An")}


def test_one_identity_number_in_two_households_is_refused_both_times(reviewed: Read) -> None:
    thief = person("Trần Văn Kẻ", birth=1980, id_number="046080001234", relation="Con")
    result = reviewed(household(AN, CUC), household(BINH, thief), household(person("Lê Văn Ba")))
    assert [one.head.name for one in result.chunk(0, 10)] == ["Lê Văn Ba"]
    assert said(result) == [
        (4, "id_twice", "id_number"),
        (5, "household_refused", ""),
        (6, "household_refused", ""),
        (7, "id_twice", "id_number"),
    ]


def test_a_sheet_without_rows_is_empty(reviewed: Read) -> None:
    with pytest.raises(EmptyFile):
        reviewed()


def test_a_workbook_without_a_list_says_what_is_missing(reviewed: Read) -> None:
    with pytest.raises(NoList) as refused:
        reviewed(content=sheets({"Biểu 1": [["Chủ hộ", "Phân loại", "Ghi chú"], ["a", "b", "c"]]}))
    assert refused.value.values["missing"] == ["decision_number"]


def test_of_several_lists_one_has_to_be_named(reviewed: Read) -> None:
    rows = [HEADINGS, *household(AN)]
    content = sheets({"2022": rows, "2023": rows, "Ghi chú": [["x"]]})
    with pytest.raises(SeveralLists) as refused:
        reviewed(content=content)
    assert refused.value.values["sheets"] == ["2022", "2023"]
    assert reviewed(content=content, sheet="2023").sheet == "2023"
    with pytest.raises(UnknownSheet):
        reviewed(content=content, sheet="2024")


def test_where_a_household_stands_in_the_file_is_no_part_of_what_it_is(reviewed: Read) -> None:
    first, second = household(AN, CUC), household(BINH)
    one = reviewed(first, second).chunk(0, 1)[0]
    two = reviewed(content=workbook(second, first)).chunk(1, 1)[0]
    assert one.row != two.row
    assert (one.content(), one.identity()) == (two.content(), two.identity())


def test_nothing_personal_shows_when_a_household_is_printed(reviewed: Read) -> None:
    found = only(reviewed(household(AN)))
    assert "An" not in repr(found) + repr(found.members)
