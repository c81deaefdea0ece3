"""The overview of an area and the list of households, as people without scripts use them."""

import html
import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from domain.households import person as person_module
from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor
from tests.service.persons import Person

LINK = re.compile(r'href="(/ho\?[^"]+)">([\d.]+)</a>')
PERSONS = re.compile(r'data-label="Nhân khẩu">(\d+)<')
ROWS = re.compile(r'<th scope="row" translate="no">')
ROWS_ALL = re.compile(r'<th scope="row" translate="no"><a href="/ho/([0-9a-f-]{36})"')


@pytest.fixture(scope="module")
def furnished(with_passwords: Office) -> Office:
    """Some poor households, one of them with a name that a spreadsheet could take for a formula."""
    for n in range(3):
        poor(with_passwords, village=f"Tổ dân phố {n + 1}")
    member = {**REGISTER["members"][0], "name": "=cmd Ất", "id_number": "046161009999"}
    with pytest.MonkeyPatch.context() as before:  # recorded before names had a rule
        before.setattr(person_module, "person_name", lambda field, name: name)
        with_passwords.household(members=[member], village="Tổ dân phố 9", number="777")
    return with_passwords


def test_every_figure_leads_to_as_many_households(furnished: Office, person: Any) -> None:
    worker: Person = person("case_worker")
    page = worker.text(f"/dia-ban/{HUONG_SO}?as_of=20/12/2023&since=31/12/2021")
    figures: dict[str, set[int]] = {}
    for address, figure in LINK.findall(page):
        figures.setdefault(address.replace("&amp;", "&"), set()).add(int(figure.replace(".", "")))
    assert len(figures) > 6
    assert any("indicator=surveyed" in address for address in figures)
    for address, said in figures.items():
        shown = worker.text(address)
        assert said <= {len(ROWS.findall(shown)), sum(map(int, PERSONS.findall(shown)))}, address


def test_the_api_lists_the_same_households_by_the_same_filters(
    furnished: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    page = worker.text(f"/dia-ban/{HUONG_SO}?as_of=20/12/2023&since=31/12/2021")
    queries = {address.split("?")[1].replace("&amp;", "&") for address, _ in LINK.findall(page)}
    own = f"area={HUONG_SO}"
    queries |= {f"{own}&class=none", f"{own}&class=listed", f"{own}&cause=7"}
    queries |= {
        f"{own}&changed=2022-12-01",
        f"{own}&changed=2023-12-20",
        f"{own}&indicator=nowhere",
    }
    filters = {one.partition("=")[0] for query in queries for one in query.split("&")}
    assert {"class", "cause", "changed", "indicator", "movement", "of", "since"} <= filters
    counts = set()
    for query in queries:
        answer = furnished.request("case_worker", "GET", f"/api/v1/households?{query}")
        assert answer.status_code == 200, (query, answer.json)
        listed = {row["household_id"] for row in answer.json["items"]}
        assert listed == set(ROWS_ALL.findall(worker.text(f"/ho?{query}"))), query
        counts.add(len(listed))
    assert len(counts) > 2, "some keep all, some few, some none"


@pytest.mark.parametrize(
    "wrong",
    ["class=rich", "cause=9", "indicator=A%201", "movement=away", "of=average", "since=2030-01-01"],
)
def test_the_api_refuses_a_filter_that_it_does_not_know(furnished: Office, wrong: str) -> None:
    answer = furnished.request("case_worker", "GET", f"/api/v1/households?area={HUONG_SO}&{wrong}")
    assert (answer.status_code, answer.json["code"]) == (422, "fields_refused")
    assert answer.json["errors"][0]["field"] == f"query.{wrong.partition('=')[0]}"


def test_no_figure_of_households_or_persons_stands_without_its_list(
    furnished: Office, person: Any
) -> None:
    page = person("case_worker").text(f"/dia-ban/{HUONG_SO}?as_of=20/12/2023&since=31/12/2021")
    tables = page[page.index("Hộ, nhân khẩu theo phân loại") : page.index("Thiếu hụt theo chỉ số")]
    cells = re.findall(r'<td class="n">(.*?)</td>', tables)
    assert len(cells) > 50
    assert [cell for cell in cells if re.fullmatch(r"[\d.]*[1-9][\d.]*", cell)] == []


def test_the_movements_balance_and_say_since_when(furnished: Office, person: Any) -> None:
    page = person("auditor").text(f"/dia-ban/{HUE}?since=31/12/2021")
    assert "Diễn biến hộ nghèo, hộ cận nghèo từ 01/12/2022 đến 20/12/2023" in page
    assert "cuối kỳ chưa khớp" not in page


def test_before_anything_was_known_nothing_is_counted(furnished: Office, person: Any) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}?known_at=01/01/2020")
    assert "theo dữ liệu đã ghi đến hết ngày 01/01/2020" in page
    assert not LINK.findall(page)


def test_a_list_without_a_rate_says_that_nobody_declared_a_denominator(
    furnished: Office, person: Any
) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}")
    assert "Chưa nhập tổng số hộ dân cư nên chưa tính được tỷ lệ;" in page


@pytest.mark.parametrize("typed", ["cmd at", "Ất", "777", "to dan pho 9", "046161009999"])
def test_a_household_is_found_by_name_number_village_or_identity_number(
    furnished: Office, person: Any, typed: str
) -> None:
    answer = person("case_worker").search(q=typed)
    assert answer.status_code == 200
    assert "=cmd Ất" in answer.text


# Both words: three letters may stand in any token.
SEARCHED = re.compile(r"cmd( |\+|%20)at")


def test_a_search_has_an_address_that_tells_nothing_and_comes_back(
    furnished: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    address = worker.send("/ho", "/ho", q="cmd at").headers["Location"]
    assert not SEARCHED.search(address)
    assert address == worker.send("/ho", "/ho", q="cmd at").headers["Location"]
    page = worker.text(address)  # as by Back, or by a reload
    assert 'value="cmd at"' in page
    assert len(ROWS.findall(page)) == 1
    found = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert found
    assert not [one for one in found if SEARCHED.search(one)]
    shorter = worker.send("/ho", "/ho", q="c").headers["Location"]
    assert len(shorter) == len(address), "not even how long the words are"


def test_a_search_of_another_session_is_said_to_be_lost(furnished: Office, person: Any) -> None:
    address = person("case_worker").send("/ho", "/ho", q="cmd at").headers["Location"]
    for account in ("case_worker", "surveyor"):
        page = person(account).text(address)
        assert not SEARCHED.search(page)
        assert "Hãy gõ lại để tìm" in page
        assert len(ROWS.findall(page)) > 1


def test_the_list_says_how_many_which_page_and_what_it_is_filtered_by(
    furnished: Office, person: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.households.list_results.PAGE", 2)
    worker: Person = person("case_worker")
    page = worker.text(f"/ho?area={HUONG_SO}&class=poor&as_of=20/12/2023")
    count = re.search(r'<p class="count"[^>]*>(.*?)</p>', page, re.S)
    assert count
    assert "Hộ 1–2 trong 3 hộ, trang 1/2" in count[1]
    assert "Phân loại: Hộ nghèo" in count[1]
    assert "Tính đến ngày 20/12/2023" in count[1]
    on = html.unescape(re.search(r'href="([^"]+)" rel="next"', page)[1])  # type: ignore[index]
    second = worker.text(on)
    assert "Hộ 3–3 trong 3 hộ, trang 2/2" in second
    back = html.unescape(re.search(r'href="([^"]+)" rel="prev"', second)[1])  # type: ignore[index]
    assert ROWS_ALL.findall(worker.text(back)) == ROWS_ALL.findall(page)


def test_the_list_is_sorted_by_a_column_both_ways(furnished: Office, person: Any) -> None:
    worker: Person = person("case_worker")
    for sort in ("number", "village", "class", "persons", "since", "name"):
        up = ROWS_ALL.findall(worker.text(f"/ho?area={HUONG_SO}&sort={sort}"))
        down = ROWS_ALL.findall(worker.text(f"/ho?area={HUONG_SO}&sort={sort}&down=1"))
        assert len(up) > 3
        assert up == down[::-1]
    page = worker.text(f"/ho?area={HUONG_SO}&sort=village")
    assert 'aria-sort="ascending"' in page


def test_a_page_of_another_account_or_made_up_is_no_page(
    furnished: Office, person: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.households.list_results.PAGE", 2)
    page = person("case_worker").text("/ho")
    on = html.unescape(re.search(r'href="([^"]+)" rel="next"', page)[1])  # type: ignore[index]
    assert person("surveyor").get(on).status_code == 400
    assert person("case_worker").get("/ho?after=abc").status_code == 400
    assert person("case_worker").get(f"{on}&sort=number").status_code == 400


def test_the_member_whom_a_search_found_is_named(furnished: Office, person: Any) -> None:
    page = person("case_worker").search(q="ho van cam").text
    assert "Khớp thành viên: Hồ Văn Cam" in page
    assert "Khớp thành viên" not in person("case_worker").search(q="ho thi buoi").text


def test_a_printed_list_is_the_whole_list_and_says_what_of(
    furnished: Office, person: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.households.list_results.PAGE", 2)
    worker: Person = person("case_worker")
    page = worker.text(f"/ho?area={HUONG_SO}&class=poor")
    address = html.unescape(re.search(r'href="(/ho/in[^"]*)"', page)[1])  # type: ignore[index]
    paper = worker.text(address)
    assert len(ROWS.findall(paper)) == 3
    for said in ("Phường Hương Sơ", "20/12/2023", "Phân loại: Hộ nghèo", "3 hộ", "case_worker"):
        assert said in paper


def test_filters_without_a_search_have_an_address_to_keep(furnished: Office, person: Any) -> None:
    worker: Person = person("case_worker")
    answer = worker.send("/ho", "/ho", **{"class": "poor", "as_of": "31122022", "area": HUONG_SO})
    assert answer.status_code == 303
    assert "as_of=2022-12-31" in answer.headers["Location"]
    assert "class=poor" in answer.headers["Location"]
    assert worker.get(answer.headers["Location"]).status_code == 200


def test_a_mistyped_day_is_named_beside_its_input_and_the_rest_is_found(
    furnished: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    answer = worker.send("/ho", "/ho", area=HUONG_SO, as_of="99/99/2022", village="Tổ dân phố 9")
    assert answer.status_code == 422
    assert 'value="99/99/2022"' in answer.text
    assert 'id="e-as_of"' in answer.text
    assert len(ROWS.findall(answer.text)) == 1


@pytest.mark.parametrize("typed", ["31/2/2022", "12/2022", "2022", "21/12/2023"])
@pytest.mark.parametrize("path", [f"/dia-ban/{HUONG_SO}", "/ho"])
def test_a_day_in_an_address_that_is_none_is_named(
    furnished: Office, person: Any, path: str, typed: str
) -> None:
    page = person("case_worker").text(f"{path}?as_of={typed}")
    notice = re.search(r'role="alert">(.*?)</p>', page, re.S)
    assert notice
    assert typed in notice[1]


def test_a_search_stays_within_the_area_whatever_is_asked(furnished: Office, person: Any) -> None:
    for typed in ("Ất", "777", "046161009999"):
        answer = person("far.case_worker").search(q=typed)
        assert answer.status_code == 200
        assert "=cmd" not in answer.text
        assert "Không tìm thấy hộ phù hợp" in answer.text
    assert person("far.case_worker").search(q="Ất", area=HUONG_SO).status_code == 403


def test_a_search_by_identity_number_is_on_record(furnished: Office, person: Any) -> None:
    def noted() -> int:
        with furnished.services.pool.connection() as conn:
            row = conn.execute(
                "select count(*) from office.read_log where what = 'search' and account = 'auditor'"
            ).fetchone()
        return int(row[0])

    before = noted()
    person("auditor").search(q="046 161 009 999")
    assert noted() == before + 1


def test_the_workbook_has_the_rows_of_the_screen_and_no_formula(
    furnished: Office, person: Any
) -> None:
    answer = person("case_worker").send("/ho", "/ho", take="excel", q="cmd at")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    (row,) = [row for row in rows if "cmd" in str(row[1])]
    assert row[1] == "'=cmd Ất"
    assert row[0] in ("777", 777)


def test_the_workbook_says_what_it_holds_with_decisions_and_members(
    furnished: Office, person: Any
) -> None:
    answer = person("case_worker").send(
        "/ho", "/ho", take="excel", area=HUONG_SO, **{"class": "poor"}
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["Danh sách hộ", "Thành viên"]
    rows = book.get_sheet_by_index(0).to_python()
    head = [str(row[0]) for row in rows[:6]]
    assert head[0] == "Phường Hương Sơ"
    assert head[1:3] == [
        "Tính đến ngày 20/12/2023", "Dữ liệu ghi đến hết ngày 20/12/2023",
    ]  # fmt: skip
    assert head[3] == "Điều kiện lọc: Phân loại: Hộ nghèo"
    top = next(at for at, row in enumerate(rows) if "Chủ hộ" in row)
    first = dict(zip(rows[top], rows[top + 1], strict=True))
    assert first["Số quyết định"] == "12/QĐ-UBND"
    assert first["Ngày quyết định"] == first["Từ ngày"] == date(2022, 12, 1)
    members = book.get_sheet_by_index(1).to_python()
    top = next(at for at, row in enumerate(members) if "Họ và tên" in row)
    people = [dict(zip(members[top], row, strict=True)) for row in members[top + 1 :]]
    assert len(people) == 2 * (len(rows) - next(i for i, r in enumerate(rows) if "Chủ hộ" in r) - 1)
    assert {one["Tuổi"] for one in people if one["Họ và tên"] == "Hồ Văn Cam"} == {33}
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        for sheet in ("sheet1", "sheet2"):
            assert b"<autoFilter" in parts.read(f"xl/worksheets/{sheet}.xml")


def test_the_list_goes_on_page_by_page_and_leaves_nobody_out(
    furnished: Office, person: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.households.list_results.PAGE", 2)
    worker: Person = person("case_worker")
    seen: list[str] = []
    page = worker.search(q="ho thi buoi").text
    while True:
        seen += re.findall(r'href="/ho/([0-9a-f-]{36})"', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        if found is None:
            break
        page = worker.text(html.unescape(found[1]))
    assert len(seen) == len(set(seen)) >= 3


def test_figures_of_a_place_nobody_gave_are_not_shown_below_either(
    furnished: Office, person: Any
) -> None:
    assert person("case_worker").get(f"/dia-ban/{AN_HOA}").status_code == 403
    assert person("case_worker").get(f"/dia-ban/{HUE}").status_code == 403
    page = person("case_worker").text(f"/dia-ban/{HUONG_SO}")
    assert f"/dia-ban/{HUE}" not in page


def test_villages_are_sorted_by_number_and_those_of_two_former_wards_told_apart(
    furnished: Office, person: Any
) -> None:
    from service.households.list_query import village_of

    for village in ("Tổ 12", "Tổ 2", "Tổ 2A", "Tổ 1"):
        furnished.household(village=village)
    page = person("case_worker").text(f"/ho?area={HUONG_SO}")
    options = re.findall(r'<option value="(Tổ \d+A?)"', page)
    assert options == ["Tổ 1", "Tổ 2", "Tổ 2A", "Tổ 12"]
    assert village_of(f"{AN_HOA}/Tổ 2") == (AN_HOA, "Tổ 2")
    assert village_of("Tổ 2/3") == (None, "Tổ 2/3")
    sorted_ = person("case_worker").text(f"/ho?area={HUONG_SO}&sort=village&q=")
    places = re.findall(r'<td translate="no">(Tổ \d+A?), ', sorted_)
    assert places == ["Tổ 1", "Tổ 2", "Tổ 2A", "Tổ 12"]


def test_the_overview_is_taken_along_with_the_figures_of_the_screen(
    furnished: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    address = f"/dia-ban/{HUONG_SO}?as_of=19/12/2023&since=31/12/2022"
    page = worker.text(address)
    link = html.unescape(re.search(r'href="([^"]+take=excel)"', page)[1])  # type: ignore[index]
    answer = worker.get(link)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names[:2] == ["Theo phân loại", "Diễn biến"]
    rows = book.get_sheet_by_index(0).to_python()
    assert [str(row[0]) for row in rows[:3]] == [
        "Phường Hương Sơ",
        "Tính đến ngày 19/12/2023",
        "Dữ liệu ghi đến hết ngày 20/12/2023",
    ]
    poor_ = next(row for row in rows if row[0] == "Hộ nghèo")
    card = re.search(r'<dd class="big"><a href="[^"]*class=poor[^"]*">(\d+)</a>', page)
    assert card
    assert int(poor_[1]) == int(card[1])
    moved = book.get_sheet_by_index(1).to_python()
    of_poor = [row for row in moved if len(row) > 3 and row[1] == "Hộ nghèo"]
    signs = {"+": 1, "−": -1}
    change = sum(signs.get(str(row[0])[0], 0) * int(row[2] or 0) for row in of_poor)
    assert int(of_poor[0][2]) + change == int(of_poor[-1][2])
    assert "So với ngày 31/12/2022" in str(rows)


def test_a_print_of_the_overview_says_place_day_and_what_was_known(
    furnished: Office, person: Any
) -> None:
    page = person("case_worker").text(f"/dia-ban/{HUONG_SO}?as_of=19/12/2023&known_at=19/12/2023")
    printed = re.search(r'<p class="print-only">(.*?)</p>', page, re.S)
    assert printed
    for said in ("Tính đến ngày 19/12/2023", "ghi đến hết ngày 19/12/2023", "case_worker"):
        assert said in printed[1]


@pytest.mark.parametrize("page", ["/ho", f"/dia-ban/{HUONG_SO}", "/nhat-ky-doc"])
def test_an_address_with_two_readings_is_refused(furnished: Office, person: Any, page: str) -> None:
    answer = person("auditor").get(f"{page}?since=01/01/2022&since=01/01/2023")
    assert answer.status_code == 400
    assert "được gửi hai lần" in answer.text
