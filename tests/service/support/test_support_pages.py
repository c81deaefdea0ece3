"""Support at its pages, without JavaScript: cases, batches, money, targets."""

import io
import re
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from projections.support import grant_job
from service.access import authentication
from service.support import eligible_pages
from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, CITY, HUE, HUONG_SO, THACH_LINH, Office
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import (
    LINE,
    PAPER,
    change,
    line,
    listed,
    load,
    post,
)
from tests.service.ui.browser import PASSWORD

BENEFIT = "2021-2025/housing_repair"
LIST = f"/doi-tuong-huong?area={HUONG_SO}&on=01/06/2023"
DAY = "01/06/2023"
ROW = re.compile(r'name="household" value="([0-9a-f-]{36})"')


@pytest.fixture
def loaded(with_passwords: Office) -> Office:
    """The published programmes, a poor household, and a line with money for repaired houses."""
    load(with_passwords)
    return with_passwords


def poor(office: Office) -> str:
    id_ = str(office.household()["household_id"])
    listed(office, id_)
    office.nudge.catch_up()
    return id_


def with_money(office: Office, amount: int = 500_000_000, **key: Any) -> str:
    id_ = line(office, **key)
    change(office, id_, "allocations", amount=amount)
    return id_


def test_the_page_of_a_household_shows_its_cases_to_who_reads_cases_there(
    person: Any, loaded: Office
) -> None:
    office, household = loaded, poor(loaded)
    wanted = {"household_id": household, "programme": "2021-2025", "benefit": "housing_repair"}
    case = post(office, "cases", {"effective_on": "2023-03-01", **wanted}, by="case_worker")["id"]
    assert case in person("chairman").text(f"/ho/{household}")
    stranger: Person = person("far.case_worker")
    opening = {"area": HUONG_SO, "reason": "Hộ chuyển đến từ xã khác, cần đối chiếu hồ sơ cũ"}
    assert stranger.send("/mo-dia-ban", "/mo-dia-ban", **opening).status_code == 303
    shown = stranger.text(f"/ho/{household}")
    assert "Hồ sơ hỗ trợ" not in shown
    assert case not in shown
    assert stranger.get(f"/ho-so-ho-tro/{case}").status_code == 404


def test_a_household_that_moved_away_is_named_to_who_reaches_it_alone(
    person: Any, loaded: Office
) -> None:
    office, name = loaded, "Đoàn Thị Hiên Xa"
    head = {"name": name, "relation": "head", "sex": "female", "birth_year": 1961}
    household = str(office.household(members=[head], number="XA-01")["household_id"])
    listed(office, household)
    wanted = {"household_id": household, "programme": "2021-2025", "benefit": "housing_repair"}
    case = post(office, "cases", {"effective_on": "2023-03-01", **wanted}, by="case_worker")["id"]
    model = post(office, "models", {**PAPER, "area": HUONG_SO, "kind": "livelihood",
                 "title": "Nuôi gà", "funding_year": 2023})["id"]  # fmt: skip
    joined = {"effective_on": "2023-03-02", "household_id": household}
    post(office, f"models/{model}/households", joined, 1)
    pages = (f"/ho-so-ho-tro/{case}", f"/mo-hinh/{model}", "/ho-so-ho-tro?status=requested")
    officer: Person = person("case_worker")
    assert all(name in officer.text(page) for page in pages)
    office.account("city.mover", ("case_worker", CITY))
    move = {"effective_on": "2023-09-18", "area": AN_HOA, "village": "Tổ dân phố 1"}
    version = office.services.application.households.load(UUID(household)).version
    post(office, f"households/{household}/moves", move, version, "city.mover")
    office.nudge.catch_up()
    assert not [page for page in pages if name in officer.text(page)]
    assert "(hộ đã chuyển nơi khác)" in officer.text(pages[0])
    province: Person = person("province_officer")
    assert all(name in province.text(page) for page in pages[:2])


def test_a_batch_of_the_whole_list_leaves_nobody_out_unsaid(
    person: Any, loaded: Office, monkeypatch: Any
) -> None:
    for _ in range(2):
        poor(loaded)
    pays = with_money(loaded, programme="policies", node="electricity", source="mobilised")
    officer: Person = person("case_worker")
    monkeypatch.setattr(eligible_pages, "MOST_RECIPIENTS", 1)
    drawn = officer.send(
        f"{LIST}&benefit=policies/electricity", "/doi-tuong-huong",
        benefit="policies/electricity", on="2023-11-01", area=HUONG_SO, scope="all",
        line_id=pays, amount="165.000", effective_on=DAY,
    )  # fmt: skip
    assert drawn.status_code == 422
    assert "Hãy chọn địa bàn nhỏ hơn" in drawn.text


def test_a_household_is_found_requested_approved_paid_and_confirms(
    person: Any, loaded: Office
) -> None:
    office = loaded
    household = poor(office)
    pays = with_money(office, node="5", kind="development")
    officer: Person = person("case_worker")
    shown = officer.text(f"{LIST}&benefit={BENEFIT}")
    assert "Chưa được hỗ trợ" in shown
    for kind, people in (("bao-hiem", 2), ("ngan-hang", 1)):
        where = f"{LIST}&benefit={BENEFIT}".replace("huong?", f"huong/{kind}.xlsx?")
        book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get(where).data))
        rows = [row for row in book.get_sheet_by_index(0).to_python() if isinstance(row[0], float)]
        assert rows
        assert len(rows) % people == 0
    request = f"/ho/{household}/de-nghi-ho-tro"
    assert request in shown

    made = officer.send(
        request, request, benefit=BENEFIT, period=DAY, origin="list", effective_on=DAY
    )
    assert made.status_code == 303, made.text
    case = made.headers["Location"]
    assert "Đã tiếp nhận" in officer.text(case)

    def step(who: Person, path: str, **typed: str) -> str:
        at = f"{case}/ghi/{path}"
        answer = who.send(at, at, effective_on=DAY, **typed)
        assert answer.status_code == 303, answer.text
        return who.text(case)

    assert "Đã thẩm định" in step(officer, "tham-dinh", amount="20.000.000")
    chairman: Person = person("chairman")
    at = f"{case}/ghi/phe-duyet"
    signed = {"line_id": pays, "effective_on": DAY, "document.number": "9/QĐ-UBND"}
    refused = chairman.send(at, at, **signed, present="nham mat khau")
    assert refused.status_code == 401
    assert "mật khẩu" in refused.text
    assert "Đã phê duyệt" in step(
        chairman, "phe-duyet", line_id=pays, present=PASSWORD, **{"document.number": "9/QĐ-UBND"}
    )
    assert "Đã quyết định hỗ trợ" in step(officer, "quyet-dinh")
    too_much = f"{case}/ghi/chi-tra"
    answer = officer.send(too_much, too_much, effective_on=DAY, amount="20.000.001")
    assert answer.status_code == 409
    assert "vượt phần còn lại" in answer.text
    assert "Chờ bàn giao" in step(officer, "chi-tra", amount="20.000.000")
    step(officer, "ban-giao")
    assert "Chờ đối chiếu" in step(officer, "xac-nhan", means="signature")
    step(officer, "doi-chieu")
    assert "Có tác dụng" in step(officer, "theo-doi", outcome="helped")

    assert case in officer.text(f"/ho/{household}")
    assert case not in officer.text("/ho-so-ho-tro?status=closed")
    assert household not in ROW.findall(officer.text(f"{LIST}&benefit={BENEFIT}"))
    assert "Đã hỗ trợ" in officer.text(f"{LIST}&benefit={BENEFIT}&every=yes")


def test_a_batch_is_drawn_up_from_the_list_approved_and_printed_for_signatures(
    person: Any, loaded: Office
) -> None:
    office = loaded
    poor(office)
    pays = with_money(office, programme="policies", node="electricity", source="local")
    officer: Person = person("case_worker")
    where = f"{LIST}&benefit=policies/electricity"
    ids = ROW.findall(officer.text(where))
    assert ids
    typed = {
        "benefit": "policies/electricity", "on": "2023-06-01", "area": HUONG_SO,
        "scope": "all", "line_id": pays, "effective_on": DAY,
    }  # fmt: skip
    refused = officer.send(where, "/doi-tuong-huong", **typed)
    assert refused.status_code == 422
    assert "nhập số tiền" in refused.text
    drawn = officer.send(where, "/doi-tuong-huong", **typed, amount="165.000")
    assert drawn.status_code == 303, drawn.text
    batch = drawn.headers["Location"]
    assert "Chờ phê duyệt" in officer.text(batch)
    assert officer.get(f"{batch}/quyet-toan.pdf").status_code == 200

    chairman: Person = person("chairman")
    done = chairman.send(
        batch, f"{batch}/phe-duyet", effective_on=DAY, present=PASSWORD,
        **{"document.number": "10/QĐ-UBND"},
    )  # fmt: skip
    assert done.status_code == 303, done.text
    _task, job = office.nudge.jobs[-1]
    assert grant_job.run(office.services.application, job, office.clock)
    office.nudge.catch_up()
    shown = officer.text(batch)
    assert "Hoàn thành" in shown
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get(f"{batch}/quyet-toan.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()[5:]
    amounts = [row[5] for row in rows if isinstance(row[0], float)]
    assert amounts == [165_000] * len(amounts)
    assert rows[-1][5] == sum(amounts) > 0
    paper = PdfReader(io.BytesIO(officer.get(f"{batch}/quyet-toan.pdf").data))
    assert "DANH SÁCH CHI TRẢ" in paper.pages[0].extract_text()


def test_a_household_of_another_place_that_is_put_into_a_batch_is_refused_and_not_named(
    person: Any, loaded: Office
) -> None:
    office = loaded
    here = poor(office)
    body = {**REGISTER, "area": THACH_LINH}
    elsewhere = office.request("far.case_worker", "POST", "/api/v1/households", body)
    assert elsewhere.status_code == 201, elsewhere.json
    other = elsewhere.json["household_id"]
    pays = with_money(office, programme="policies", node="electricity", source="local")
    officer: Person = person("case_worker")
    drawn = officer.send(
        f"{LIST}&benefit=policies/electricity", "/doi-tuong-huong",
        benefit="policies/electricity", on="2023-09-01", area=HUONG_SO, scope="ticked",
        household=[here, other], line_id=pays, amount="165.000", effective_on=DAY,
    )  # fmt: skip
    assert drawn.status_code == 303, drawn.text
    batch = drawn.headers["Location"]
    chairman: Person = person("chairman")
    signed = {"effective_on": DAY, "present": PASSWORD, "document.number": "10/QĐ-UBND"}
    assert chairman.send(batch, f"{batch}/phe-duyet", **signed).status_code == 303
    assert grant_job.run(office.services.application, office.nudge.jobs[-1][1], office.clock)
    office.nudge.catch_up()
    shown = officer.text(batch)
    assert "Hộ không ở địa bàn của đợt chi trả" in shown
    assert "(hộ đã chuyển nơi khác)" in shown
    assert f"/ho/{other}" not in shown


def test_money_is_opened_allocated_passed_down_and_a_refusal_stands_beside_its_field(
    person: Any, loaded: Office
) -> None:
    officer: Person = person("province_officer")
    area = str(LINE["area"])
    opened = officer.send(
        "/nguon-von/mo", "/nguon-von/mo", area=area, node="2021-2025/3", source="central",
        kind="recurrent", allocation_year="2023", effective_on="01/01/2023",
    )  # fmt: skip
    assert opened.status_code == 303, opened.text
    where = opened.headers["Location"]
    paper = {"document.number": "1/QĐ-UBND", "effective_on": "01/02/2023"}
    at = f"{where}/ghi/giao-von"
    assert officer.send(at, at, amount="1.000.000", **paper).status_code == 303
    at = f"{where}/ghi/cam-ket"
    refused = officer.send(at, at, amount="1.000.001", purpose="Bò giống", **paper)
    assert refused.status_code == 409
    assert 'id="e-amount"' in refused.text
    assert officer.send(at, at, amount="400.000", purpose="Bò giống", **paper).status_code == 303
    at = f"{where}/ghi/chuyen-nguon"
    moved = officer.send(
        at, at, amount="600.000", spending_year="2024", node="2021-2025/3",
        legal_basis="Nghị quyết", **paper,
    )  # fmt: skip
    assert moved.status_code == 303, moved.text
    listed_ = officer.text(f"/nguon-von?area={area}")
    assert "Vốn chuyển nguồn" in listed_
    assert "600.000" in listed_
    programmes = officer.text(f"/chuong-trinh?programme=2021-2025&year=2023&area={area}")
    assert "Vốn theo nội dung" in programmes
    later = officer.text(f"/chuong-trinh?programme=2021-2025&year=2024&area={area}")
    assert '<span class="badge">chuyển nguồn</span>' in later


def test_a_target_is_set_passed_down_and_changed_with_its_progress_beside(
    person: Any, loaded: Office
) -> None:
    officer: Person = person("province_officer")
    paper = {"document.number": "108/KH-UBND", "effective_on": "29/03/2022"}
    new = "/chi-tieu/moi"
    given = {"area": HUE, "measure": "near_poor_households_down", "year": "2022"}
    refused = officer.send(new, new, **given, households="nhiều", **paper)
    assert refused.status_code == 422
    assert 'id="e-households"' in refused.text
    assert officer.send(new, new, **given, households="331", **paper).status_code == 303
    shown = officer.text("/chi-tieu?year=2022")
    assert "331" in shown
    found = re.search(r"/chi-tieu/([0-9a-f-]{36})/dieu-chinh", shown)
    assert found
    at = f"/chi-tieu/{found[1]}/dieu-chinh"
    changed = officer.send(at, at, households="340", reason="Theo kế hoạch mới", **paper)
    assert changed.status_code == 303, changed.text
    assert "340" in officer.text("/chi-tieu?year=2022")


def test_money_of_a_commitment_is_released_from_its_row_and_more_than_is_left_is_refused(
    person: Any, loaded: Office
) -> None:
    pays = with_money(loaded, 1_000_000, node="4", kind="development")
    officer: Person = person("province_officer")
    where = f"/nguon-von/{pays}"
    paper = {"document.number": "1/QĐ-UBND", "effective_on": "01/03/2023"}
    at = f"{where}/ghi/cam-ket"
    assert officer.send(at, at, amount="400.000", purpose="Bò giống", **paper).status_code == 303
    found = re.search(rf"{where}/ghi/tra-lai\?commitment=([0-9a-f-]{{36}})", officer.text(where))
    assert found
    form = f"{where}/ghi/tra-lai?commitment={found[1]}"
    assert 'value="400000"' in officer.text(form)
    release = {"commitment": found[1], **paper}
    at = f"{where}/ghi/tra-lai"
    for typed, status, input_ in (
        ({**release, "amount": "400.001"}, 409, "e-amount"),
        ({**release, "amount": "0"}, 422, "e-amount"),
        ({**release, "amount": "1", "commitment": pays}, 404, "e-commitment"),
    ):
        refused = officer.send(form, at, **typed)
        assert refused.status_code == status, refused.text
        assert f'id="{input_}"' in refused.text
    assert officer.send(form, at, **release, amount="300.000").status_code == 303
    shown = officer.text(where)
    assert "900.000 đồng" in shown
    assert f"{where}/ghi/cam-ket?amount=300000" in shown
    assert "Trả lại phần chưa chi: 100.000 đồng" in shown


def test_the_page_says_that_others_have_to_sign_and_who_may_not(
    person: Any, loaded: Office
) -> None:
    office = loaded
    household = poor(office)
    pays = with_money(office, node="5", kind="development", source="local")
    rules = {
        "effective_on": "2023-01-01", "document": {"number": "1/QC-UBND"}, "area": HUONG_SO,
        "tiers": [
            {"from_amount": 0, "signatures": 1},
            {"from_amount": 15_000_000, "signatures": 2},
        ],
    }  # fmt: skip
    post(office, "signing-rules", rules)
    wanted = {"household_id": household, "programme": "2021-2025", "benefit": "housing_repair"}
    made = post(office, "cases", {"effective_on": "2023-03-01", **wanted}, by="case_worker")
    assessed = {"effective_on": "2023-03-02", "amount": 20_000_000}
    post(office, f"cases/{made['id']}/assessments", assessed, 1, "case_worker")
    case = f"/ho-so-ho-tro/{made['id']}"
    at = f"{case}/ghi/phe-duyet"
    chairman: Person = person("chairman")
    signed = {
        "line_id": pays, "effective_on": DAY, "document.number": "9/QĐ-UBND", "present": PASSWORD,
    }  # fmt: skip
    assert chairman.send(at, at, **signed).status_code == 303
    shown = chairman.text(case)
    assert "cần thêm tài khoản khác ký" in shown
    assert "Đã thẩm định" in shown
    again = chairman.send(at, at, **signed)
    assert again.status_code == 409
    assert "Tài khoản này đã ký hồ sơ" in again.text
    assert "Đã thẩm định" in chairman.text(case)
    officer: Person = person("case_worker")
    assert officer.get(at).status_code == 403
    free = {**rules, "effective_on": "2023-06-02", "tiers": [{"from_amount": 0, "signatures": 1}]}
    post(office, "signing-rules", free)


def test_who_watches_the_whole_country_chooses_it_or_a_province(
    with_passwords: Office, person: Any
) -> None:
    with_passwords.account("whole.country", ("inspector", ""))
    with psycopg.connect(with_passwords.database.url) as conn:
        hashed = authentication.password_hash(PASSWORD)
        conn.execute("update office.accounts set password_hash = %s", [hashed])
    watcher = person("whole.country")
    for page in ("/chi-tieu/dau-hieu", "/ho-tro/do-bao-phu", "/chi-tieu"):
        shown = watcher.text(f"{page}?area=")
        offered = re.search(r'<select[^>]*name="area"[^>]*>(.*?)</select>', shown, re.DOTALL)
        assert offered is not None, page
        names = re.findall(r"<option[^>]*>([^<]+)</option>", offered[1])
        assert names[0] == "cả nước", page
        assert any("Huế" in name for name in names), page
