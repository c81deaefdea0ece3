"""Sheets of officers: tried without a trace, recorded row by row, the wrong rows named."""

import io
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.service.conftest import HUONG_SO, Office
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import PAPER, PROGRAMME, load, post

ACTIVITIES = "/hoat-dong/nhap"
HEAD = (
    "Mã địa bàn", "Loại hoạt động", "Tên hoạt động", "Năm", "Ngày thực hiện", "Số buổi",
    "Số người", "Số lượt", "Kinh phí (đồng)",
)  # fmt: skip
FAIR = ("19804", "Phiên giao dịch việc làm", "Phiên tháng 4", 2023, "01/04/2023", 2, 120, "", "")
ROWS = re.compile(r'name="rows" value="([^"]*)"')


def book(*rows: Sequence[Any]) -> io.BytesIO:
    """A workbook with these rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        page = made.add_worksheet("Danh sách")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(at, column, cell)
    content.seek(0)
    return content


def tried(who: Person, path: str, *rows: Sequence[Any]) -> Any:
    return who.send(path, path, file=(book(*rows), "danh sach.xlsx"))


def recorded(who: Person, path: str, page: str, act: str = "record") -> Any:
    found = ROWS.search(page)
    assert found, page
    return who.send(path, f"{path}/luu", rows=unescape(found[1]), act=act)


def held(office: Office, kind: str = "job_fair") -> dict[str, Any]:
    path = f"/api/v1/activities?area={HUONG_SO}&kind={kind}"
    found: dict[str, Any] = office.request("case_worker", "GET", path).json["totals"]
    return found


def reasons(page: str) -> list[str]:
    """The reasons of the refused rows, as the page lists them."""
    cells = re.findall(r'<td data-label="Lý do và cách sửa">([^<]*)</td>', page)
    return [unescape(one) for one in cells]


def test_a_file_is_tried_without_a_trace_and_then_recorded_once(
    person: Any, with_passwords: Office
) -> None:
    office, worker = with_passwords, person("case_worker")
    before = held(office)
    page = tried(worker, ACTIVITIES, HEAD, FAIR)
    assert page.status_code == 200, page.text
    assert "1 dòng nhập được, 0 dòng không nhập được" in page.text
    assert held(office) == before
    for _again in range(2):
        done = recorded(worker, ACTIVITIES, page.text)
        assert done.status_code == 303, done.text
    after = held(office)
    assert (after["held"], after["sessions"], after["persons"]) == (
        before["held"] + 1, before["sessions"] + 2, before["persons"] + 120,
    )  # fmt: skip
    assert "Phiên tháng 4" in worker.text(f"/hoat-dong?area={HUONG_SO}")


def test_each_wrong_row_is_named_and_harms_no_other(person: Any, with_passwords: Office) -> None:
    office, worker = with_passwords, person("case_worker")
    fair = ("19804", "Hội thảo", "Hội thảo xã", 2023, "01/04/2023", 1, 5, 5, 100)
    wrong = [
        (*fair[:2], "Số lượt ít", *fair[3:7], 4, 100),
        (*fair[:2], "Âm", *fair[3:6], -5, "", ""),
        (*fair[:2], "Lẻ", *fair[3:8], 100.5),
        (fair[0], "Liên hoan", "Không có loại", *fair[3:]),
        (*fair[:2], "Sai năm", 2022, *fair[4:]),
        ("42", *fair[1:2], "Nơi khác", *fair[3:]),
        fair,
    ]
    page = tried(worker, ACTIVITIES, HEAD, fair, *wrong)
    assert "1 dòng nhập được, 7 dòng không nhập được" in page.text
    said = reasons(page.text)
    assert len(said) == 7
    assert "số lượt không ít hơn số người" in said[0]
    assert "trong năm của kế hoạch" in said[4]
    assert "Trùng với dòng 2" in said[6]
    sheet = recorded(worker, ACTIVITIES, page.text, "refused")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["Mã địa bàn", "Loại hoạt động"]
    assert [row[-3] for row in rows[1:]] == [3, 4, 5, 6, 7, 8, 9]
    assert all(row[-1] for row in rows[1:])
    before = held(office, "workshop")["held"]
    done = recorded(worker, ACTIVITIES, page.text)
    assert done.status_code == 200
    assert held(office, "workshop")["held"] == before + 1


def test_a_file_that_is_no_sheet_is_refused_beside_the_file(
    person: Any, with_passwords: Office
) -> None:
    worker = person("case_worker")
    for rows, said in (
        ((HEAD,), "không có dòng nào"),
        ((HEAD[1:], FAIR), "thiếu một cột bắt buộc"),
        ((HEAD, *[FAIR] * 501), "nhiều dòng hơn"),
    ):
        answer = tried(worker, ACTIVITIES, *rows)
        assert answer.status_code == 422
        assert said in answer.text
    answer = worker.send(ACTIVITIES, ACTIVITIES, file=(io.BytesIO(b"PK no"), "x.xlsx"))
    assert answer.status_code == 422
    large = "9" * 400
    for made_up in (
        '[[2, {"password": "x"}]]',
        '[[1e999, {"title": "x"}]]',
        f'[[{large}, {{"title": "x"}}]]',
        '[[2, {"year": 1e999}]]',
        '[[2, {"year": NaN}]]',
        f'[[2, {{"year": {large}}}]]',
    ):
        for act in ("record", "refused"):
            answer = worker.send(ACTIVITIES, f"{ACTIVITIES}/luu", rows=made_up, act=act)
            assert answer.status_code == 422, made_up


def test_a_template_has_the_headings_and_explains_them(person: Any, with_passwords: Office) -> None:
    answer = person("case_worker").get(f"{ACTIVITIES}.xlsx")
    found = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert set(HEAD) <= set(found.get_sheet_by_index(0).to_python()[0])
    explained = found.get_sheet_by_index(1).to_python()
    assert any("Phiên giao dịch việc làm" in row[2] for row in explained)


def test_households_join_a_model_by_their_numbers(person: Any, with_passwords: Office) -> None:
    office, worker = with_passwords, person("case_worker")
    cows = {
        **PAPER, "area": HUONG_SO, "kind": "livelihood", "title": "Nuôi dê", "funding_year": 2023,
    }  # fmt: skip
    model = post(office, "models", cows)["id"]
    numbers = ["MH-001", "MH-002"]
    homes = [str(office.household(number=one)["household_id"]) for one in numbers]
    path = f"/mo-hinh/{model}/nhap"
    rows = [(one, "02/02/2023") for one in (*numbers, "MH-999")]
    page = tried(worker, path, ("Mã hộ", "Tham gia từ ngày"), *rows)
    assert "2 dòng nhập được, 1 dòng không nhập được" in page.text
    assert reasons(page.text)[0].startswith("Không có hộ mang mã này")
    assert recorded(worker, path, page.text).status_code == 200
    answer = office.request("case_worker", "GET", f"/api/v1/models/{model}")
    assert {one["household_id"] for one in answer.json["joined"]} == set(homes)
    shown = worker.text(f"/mo-hinh/{model}")
    assert all(f"/ho/{home}" in shown for home in homes)


BENEFITS = (
    "Mã chính sách hỗ trợ", "Mã nội dung", "Tên chính sách hỗ trợ", "Nhóm nội dung", "Tính theo",
    "Kỳ", "Loại hộ", "Văn bản quy định", "Áp dụng từ ngày", "Số văn bản ghi nhận", "Mức từ ngày",
    "Mức đến hết ngày", "Mức tính cho mỗi", "Mức cố định (đồng)",
)  # fmt: skip
CASH = (
    "cash_month", "cash", "Hỗ trợ thu nhập", "income", "Hộ", "Tháng", "Hộ nghèo; Hộ cận nghèo",
    "37/2025/NQ-HĐND", "05/01/2023", "37/2025/NQ-HĐND", "01/01/2023", "31/12/2024", "Tháng",
    500_000,
)  # fmt: skip


def test_benefits_and_rates_of_a_local_programme_come_from_excel(
    person: Any, with_passwords: Office
) -> None:
    office, officer = with_passwords, person("province_officer")
    load(office)
    post(office, "programmes", PROGRAMME)
    path = f"/chuong-trinh/{PROGRAMME['code']}/nhap"

    def row(code: str, **changed: Any) -> tuple[Any, ...]:
        values = dict(zip(BENEFITS, CASH, strict=True)) | {BENEFITS[0]: code}
        return tuple((values | changed)[heading] for heading in BENEFITS)

    wrong = [
        row("no_node", **{"Mã nội dung": "houses"}),
        row("crossed", **{"Mức đến hết ngày": "31/12/2022"}),
        row("too_early", **{"Mức từ ngày": "01/01/2020"}),
        row("negative", **{"Mức cố định (đồng)": -1}),
        row("not_whole", **{"Mức cố định (đồng)": 500_000.5}),
        row("for_none", **{"Loại hộ": ""}),
        row("cash_month"),
    ]
    page = tried(officer, path, BENEFITS, CASH, *wrong)
    assert page.status_code == 200, page.text
    assert "1 dòng nhập được, 7 dòng không nhập được" in page.text
    said = reasons(page.text)
    assert "không có dự án, nội dung này" in said[0]
    assert "Ngày cuối trước ngày đầu" in said[1]
    assert "ngoài thời gian" in said[2]
    assert "phải có đối tượng" in said[5]
    assert "Trùng với dòng 2" in said[6]
    recorded(officer, path, page.text)
    shown = office.request("auditor", "GET", f"/api/v1/programmes/{PROGRAMME['code']}").json
    [benefit] = [one for one in shown["benefits"] if one["code"] == "cash_month"]
    assert benefit["classes"] == ["poor", "near_poor"]
    assert (benefit["rate"]["amount"], benefit["rate"]["valid_until"]) == (500_000, "2024-12-31")
    assert not {"crossed", "too_early", "negative"} & {one["code"] for one in shown["benefits"]}
