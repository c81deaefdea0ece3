"""Lists of households that left poverty or near-poverty: each row leads to an exit decision."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.commands.command import Document
from projections.imports import imports
from projections.imports.imports import Import
from tests.lists import HEADINGS, household, person, sheets
from tests.workers.recorded import events, names

ImportList = Callable[..., Import]
AN = person("Hồ Văn An", birth="01/05/1980", id_number="046080001234")
BINH = person("Lê Thị Bình", birth=1975, sex="Nữ", id_number="046175005678")
CUC = person("Trần Thị Cúc", birth=1960, sex="Nữ", id_number="046160000011")
DAY = date(2023, 12, 11)
LISTED = {"decision": "98/QĐ-UBND", "decided": DAY}
LEFT = {"decision": "99/QĐ-UBND", "decided": DAY}
HEAD = ("STT", "Họ tên chủ hộ", "Năm sinh", "Giới tính", "Số CCCD", "Thôn", "Số quyết định",
        "Ngày quyết định", "Phân loại sau rà soát")  # fmt: skip


@pytest.fixture(autouse=True)
def last_year(import_list: ImportList, clock: Any) -> None:
    """Two poor households and a near-poor one on record, a year ago."""
    done = import_list(
        household(AN, number="1"), household(BINH, number="2"),
        household(CUC, number="3", class_="Hộ cận nghèo", b2=20),
    )  # fmt: skip
    assert done.recorded == 3
    clock.advance(days=365)


def row(one: dict[str, Any], became: str = "", decision: str = "99/QĐ-UBND") -> list[object]:
    """A row as offices write it: the head alone."""
    return [1, one["name"], one["birth"], one["sex"], one["id_number"], "Tổ dân phố 1", decision,
            "11/12/2023", became]  # fmt: skip


def exits(*rows: list[object], sheet: str = "Thoát nghèo") -> bytes:
    return sheets({sheet: [["UBND PHƯỜNG HƯƠNG SƠ"], HEAD, *rows]})


def said(hue: Any, done: Import) -> list[tuple[int, str]]:
    with hue.pool.connection() as conn:
        return [(one.row, one.code) for one in imports.remarks(conn, hue.keyring, done.id)]


def of_exit(hue: Any) -> list[Any]:
    return [one for one in events(hue) if type(one).__name__ == "LeftPoverty"]


def test_each_row_leads_to_the_exit_decision_of_its_household(
    import_list: ImportList, hue: Any
) -> None:
    content = exits(row(AN, "Hộ cận nghèo"), row(BINH, "Vượt chuẩn cận nghèo"))
    before = names(hue)
    tried = import_list(content=content, area="19804", dry_run=True)
    assert (tried.recorded, tried.reclassified, tried.refused) == (0, 2, 0)
    assert names(hue) == before
    done = import_list(content=content, area="19804")
    assert (done.recorded, done.reclassified, done.refused, done.rows) == (0, 2, 0, 2)
    assert names(hue)[len(before) :] == ["Classified", "LeftPoverty"] * 2
    assert {one.kind for one in of_exit(hue)} == {"to_near_poor", "above_near_poor"}
    assert {one.document for one in of_exit(hue)} == {Document("99/QĐ-UBND", DAY)}
    assert {one.effective_on for one in of_exit(hue)} == {DAY}
    after = events(hue)
    again = import_list(content=content, area="19804")
    assert (again.reclassified, again.already) == (0, 2)
    assert events(hue) == after


def test_who_left_near_poverty_is_above_that_line(import_list: ImportList, hue: Any) -> None:
    done = import_list(content=exits(row(CUC), sheet="DS thoát cận nghèo"), area="19804")
    assert done.reclassified == 1
    assert [one.kind for one in of_exit(hue)] == ["above_near_poor"]


def test_the_caption_above_the_header_tells_the_kind_as_well(
    import_list: ImportList, hue: Any
) -> None:
    content = sheets({"Sheet1": [["DANH SÁCH HỘ THOÁT CẬN NGHÈO NĂM 2023"], [], HEAD, row(CUC)]})
    assert import_list(content=content, area="19804").reclassified == 1
    assert len(of_exit(hue)) == 1


REFUSED: dict[str, tuple[bytes, str]] = {
    "not on record": (
        exits(row(person("Ngô Văn Lạ", birth=1950), "Hộ cận nghèo")), "exit_household_unknown",
    ),
    "left another class": (exits(row(CUC, "Vượt chuẩn cận nghèo")), "exit_of_other_class"),
    "no result": (exits(row(AN)), "exit_class_missing"),
    "only that it left": (exits(row(AN, "Thoát nghèo")), "exit_class_missing"),
    "an unknown result": (exits(row(AN, "khá giả")), "exit_class_unknown"),
    "no decision": (exits(row(AN, "Hộ cận nghèo", decision="")), "decision_missing"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_exit_is_refused_with_its_reason(
    import_list: ImportList, hue: Any, content: bytes, code: str
) -> None:
    before = names(hue)
    for dry_run in (True, False):
        done = import_list(content=content, area="19804", dry_run=dry_run)
        assert (done.recorded, done.reclassified, done.refused) == (0, 0, 1)
        assert (3, code) in said(hue, done)
    assert names(hue) == before


def a_workbook_of_one_office() -> bytes:
    """The lists of one review: who is poor, who is near-poor now, and who left a class."""
    stays = household(BINH, number="2", **LISTED)
    near = household(AN, number="1", class_="Hộ cận nghèo", b2=20, **LISTED)
    return sheets(
        {
            "Thoát cận nghèo": [HEAD, row(CUC)],
            "Hộ nghèo": [HEADINGS, *stays],
            "Thoát nghèo": [HEAD, row(AN)],
            "Hộ cận nghèo": [HEADINGS, *near],
            "Ghi chú": [["x"]],
        }
    )


def test_the_lists_of_one_workbook_are_read_in_order(import_list: ImportList, hue: Any) -> None:
    content = a_workbook_of_one_office()
    tried = import_list(content=content, area="19804", dry_run=True)
    done = import_list(content=content, area="19804", sheet=tried.sheet)  # as the page asks for it
    assert [one["sheet"] for one in done.lists] == [
        "Hộ nghèo", "Hộ cận nghèo", "Thoát nghèo", "Thoát cận nghèo",
    ]  # fmt: skip
    assert (done.recorded, done.reclassified, done.refused, done.rows) == (0, 4, 0, 4)
    assert (tried.reclassified, tried.refused) == (4, 0)
    last = {one.originator_id: one.class_ for one in events(hue)
            if type(one).__name__ == "Classified"}  # fmt: skip
    assert sorted(last.values()) == ["near_poor", "not_poor", "poor"]
    after = events(hue)
    assert import_list(content=content, area="19804").already == 4
    assert events(hue) == after


def test_rows_of_each_list_are_told_apart(import_list: ImportList, hue: Any) -> None:
    content = sheets(
        {"Hộ nghèo": [HEADINGS, *household(BINH, number="2", class_="giàu", **LISTED)],
         "Thoát nghèo": [HEAD, row(AN)]}
    )  # fmt: skip
    done = import_list(content=content, area="19804")
    with hue.pool.connection() as conn:
        found = [
            (one.sheet, one.row, one.code, one.head)
            for one in imports.remarks(conn, hue.keyring, done.id)
        ]
    assert found == [
        (0, 2, "class_unknown", "Lê Thị Bình"),
        (1, 2, "exit_class_missing", "Hồ Văn An"),
    ]


def test_two_lists_of_one_kind_ask_which(import_list: ImportList) -> None:
    content = sheets({"Thoát nghèo": [HEAD, row(AN)], "Hộ thoát nghèo 2023": [HEAD, row(BINH)]})
    done = import_list(content=content, area="19804")
    assert done.refusal is not None
    assert done.refusal["code"] == "import_several_lists"
    assert import_list(content=content, area="19804", sheet="Thoát nghèo").refused == 1


def test_exits_below_the_poor_list_on_one_sheet_are_refused(
    import_list: ImportList, hue: Any
) -> None:
    stays = household(BINH, number="2", **LISTED)
    left = household(AN, number="1", **LISTED)
    rows = [HEADINGS, *stays, ["DANH SÁCH HỘ THOÁT NGHÈO"], HEADINGS, *left]
    done = import_list(content=sheets({"Hộ nghèo": rows}), area="19804")
    assert (done.reclassified, said(hue, done)) == (
        1, [(3, "row_caption"), (4, "row_header"), (5, "row_of_other_list")],
    )  # fmt: skip
