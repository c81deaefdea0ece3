"""Importing lists, watching the system, and keeping accounts at the pages."""

import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from projections.engine import parking
from projections.imports import import_job
from tests.lists import household, sheets, workbook
from tests.lists import person as listed
from tests.service.bodies import REGISTER
from tests.service.conftest import HUONG_SO, NOW, Office
from tests.service.persons import PASSWORD, Person

WHY = "Theo quyết định 12/QĐ-UBND"
ONE = re.compile(r"/nhap-danh-sach/([0-9a-f-]{36})")
NEXT = re.compile(r'name="after" value="([0-9a-f-]{36})"')


def upload(someone: Person, file: bytes, **values: Any) -> Any:
    given = {"file": (io.BytesIO(file), "danh sách.xlsx"), **values}
    return someone.send("/nhap-danh-sach", "/nhap-danh-sach", **given)


def let_work(office: Office, import_id: str) -> None:
    """In place of a worker."""
    import_job.run(office.services.application, UUID(import_id), office.clock)
    office.nudge.catch_up()


def each_page(worker: Person, link: str) -> Iterator[str]:
    """A list from its first page on, as somebody reads it who asks for the next each time."""
    page = worker.text(link)
    yield page
    while following := NEXT.search(page):
        page = worker.text(f"{link}&after={following[1]}")
        yield page


def test_a_list_is_tried_then_recorded_and_its_refused_rows_come_back(
    with_passwords: Office, person: Any
) -> None:
    good = household(listed("Cao Thị Mận", birth=1960, sex="Nữ"), number="N-1")
    bad = household(listed("", birth=1961), number="N-2", class_="Hộ gì đó")
    worker: Person = person("case_worker")
    first = upload(worker, workbook(good, bad), area=HUONG_SO)
    assert first.status_code == 303
    (import_id,) = ONE.findall(first.headers["Location"])
    assert ("run_import", UUID(import_id)) in with_passwords.nudge.jobs
    page = worker.text(f"/nhap-danh-sach/{import_id}")
    assert "Đang chờ" in page
    assert f'data-poll="/nhap-danh-sach/{import_id}"' in page
    let_work(with_passwords, import_id)
    tried = worker.text(f"/nhap-danh-sach/{import_id}")
    assert "Hộ sẽ thêm mới" in tried
    assert "Không nhập được" in tried
    assert "data-poll" not in tried
    assert "Không tìm thấy hộ phù hợp" in worker.search(q="cao thi man").text
    sheet = worker.get(f"/nhap-danh-sach/{import_id}/dong-bi-tu-choi")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert any("N-2" in str(cell) for row in rows for cell in row)
    second = worker.send(f"/nhap-danh-sach/{import_id}", f"/nhap-danh-sach/{import_id}/ghi")
    (recording,) = ONE.findall(second.headers["Location"])
    let_work(with_passwords, recording)
    done = worker.text(f"/nhap-danh-sach/{recording}")
    assert "Hộ đã thêm mới" in done
    assert "Xem các hộ có thay đổi từ ngày nhập" in done
    assert "Cao Thị Mận" in worker.search(q="cao thi man").text
    link = re.search(r'href="(/ho\?[^"]*changed=[^"]+)"', done)
    assert link
    assert any("Cao Thị Mận" in page for page in each_page(worker, html.unescape(link[1])))


def test_a_file_that_is_no_list_is_refused_in_words(with_passwords: Office, person: Any) -> None:
    worker: Person = person("case_worker")
    answer = upload(worker, b"", area=HUONG_SO)
    assert answer.status_code == 422
    assert 'id="e-file"' in answer.text
    sent = upload(worker, b"not a workbook", area=HUONG_SO)
    (import_id,) = ONE.findall(sent.headers["Location"])
    let_work(with_passwords, import_id)
    assert 'class="notice bad"' in worker.text(f"/nhap-danh-sach/{import_id}")


def test_a_file_without_the_headings_is_told_which_are_missing_as_lists_write_them(
    with_passwords: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    rows: list[list[object]] = [["Tên", "Tuổi"], ["Hồ Văn An", 30]]
    sent = upload(worker, sheets({"Trang 1": rows}), area=HUONG_SO)
    (import_id,) = ONE.findall(sent.headers["Location"])
    let_work(with_passwords, import_id)
    page = worker.text(f"/nhap-danh-sach/{import_id}")
    assert "Trang tính: Trang 1. Cột chưa có: Chủ hộ, Phân loại hộ, Số quyết định." in page
    assert "decision_number" not in page


def test_sending_the_same_form_twice_imports_once(with_passwords: Office, person: Any) -> None:
    worker: Person = person("case_worker")
    file = workbook(household(listed("Cao Thị Ổi"), number="N-3"))
    answers = {
        upload(worker, file, area=HUONG_SO, _key="the same form").headers["Location"]
        for _ in range(2)
    }
    assert len(answers) == 1


@pytest.fixture
def parked(with_passwords: Office) -> Any:
    """A household that the register could not take, and put aside."""
    office = with_passwords
    office.nudge.awake = False
    said = office.request("case_worker", "POST", "/api/v1/households", REGISTER).json
    fault = parking.Fault(UUID(said["household_id"]), said["seq"], "ValueError in a test", "x")
    with office.services.pool.connection() as conn, conn.transaction():
        conn.execute("set local search_path to read, store")
        parking.park(conn, "register", [fault])
    office.nudge.awake = True
    office.nudge.catch_up()
    yield said["household_id"]
    with with_passwords.services.pool.connection() as conn:
        conn.execute("delete from read.parked")


def test_the_administrator_sees_what_is_parked_and_takes_it_in_again(
    with_passwords: Office, person: Any, parked: str
) -> None:
    administrator: Person = person("administrator")
    page = administrator.text("/van-hanh")
    assert parked in page
    assert "ValueError in a test" in page
    sent = administrator.send("/van-hanh", "/van-hanh/thu-lai", model="register", originator=parked)
    assert sent.status_code == 303
    page = administrator.text("/van-hanh")
    assert parked not in page
    assert "Không có hồ sơ lỗi xử lý" in page


def test_an_auditor_watches_and_cannot_mend(person: Any, parked: str) -> None:
    page = person("auditor").text("/van-hanh")
    assert parked in page
    assert "/van-hanh/thu-lai" not in page
    assert "/van-hanh/dung-lai" not in page


def test_a_table_that_there_is_not_is_refused_beside_its_input(person: Any) -> None:
    refused = person("administrator").send("/van-hanh", "/van-hanh/dung-lai", model="none")
    assert refused.status_code == 422
    assert '<a href="#f-model"><strong>Bảng tổng hợp</strong>' in refused.text
    assert '<p class="error" id="e-model">' in refused.text


def test_an_account_is_made_given_a_role_and_ended(with_passwords: Office, person: Any) -> None:
    administrator: Person = person("administrator")
    made = administrator.send(
        "/tai-khoan",
        "/tai-khoan",
        account="moi.nguoi",
        name="Người Mới",
        office="UBND",
        reason=WHY,
    )
    found = re.search(r'chỉ hiện lần này:\s*<code translate="no">([^<]+)</code>', made.text)
    assert found
    newcomer = person("")
    assert newcomer.sign_in("moi.nguoi", found[1]).status_code == 303
    own = "/tai-khoan/cua-toi"
    assert newcomer.get("/ho").headers["Location"] == f"{own}#password"
    chosen = {"present": found[1], "password": "một câu dễ nhớ"}
    assert newcomer.send(own, f"{own}/mat-khau", **chosen).status_code == 303
    assert newcomer.get("/ho").status_code == 403
    at = "/tai-khoan/moi.nguoi"
    wrong = administrator.send(
        at, f"{at}/vai-tro", role="auditor", reach="unit", area="Không Đâu", reason=WHY
    )
    assert wrong.status_code == 422
    assert 'id="e-area"' in wrong.text
    assert 'value="Không Đâu"' in wrong.text
    given = administrator.send(
        at, f"{at}/vai-tro", role="auditor", reach="unit", area="huong so", reason=WHY
    )
    assert given.status_code == 303
    assert newcomer.get("/ho").status_code == 200
    both = administrator.send(
        at, f"{at}/vai-tro", role="administrator", reach="country", reason=WHY
    )
    assert both.status_code == 422
    assert 'id="e-role"' in both.text
    role = re.search(r"/vai-tro/([0-9a-f-]{36})/het", administrator.text(at))
    assert role
    assert administrator.send(at, f"{at}/vai-tro/{role[1]}/het", reason=WHY).status_code == 303
    with_passwords.clock.now = NOW + timedelta(days=1)
    late = person("administrator")
    assert late.send(at, f"{at}/khoa", reason=WHY).status_code == 303
    assert newcomer.get("/ho").headers["Location"].startswith("/dang-nhap")


def test_the_same_name_twice_is_refused_beside_the_name(person: Any) -> None:
    answer = person("administrator").send(
        "/tai-khoan", "/tai-khoan", account="auditor", name="X", reason=WHY
    )
    assert answer.status_code == 422
    assert 'id="e-account"' in answer.text
    assert 'value="auditor"' in answer.text


def test_a_token_is_shown_once_and_can_be_ended(with_passwords: Office, person: Any) -> None:
    someone: Person = person("province_officer")
    answer = someone.send(
        "/tai-khoan/cua-toi", "/tai-khoan/cua-toi/ma", label="kịch bản", present_for_token=PASSWORD
    )
    found = re.search(r"socai_[A-Za-z0-9_-]{43}", answer.text)
    assert found
    assert found[0] not in someone.text("/tai-khoan/cua-toi")
    headers = {"Authorization": f"Bearer {found[0]}"}
    client = with_passwords.app.test_client()
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    _, _, row = someone.text("/tai-khoan/cua-toi").partition("kịch bản</th>")
    end = re.search(r"(/tai-khoan/cua-toi/ma/[^/]+/het)", row)
    assert end
    assert someone.send("/tai-khoan/cua-toi", end[1]).status_code == 303
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_changing_ones_password_needs_the_one_in_force(with_passwords: Office, person: Any) -> None:
    with_passwords.account("changing", ("auditor", HUONG_SO))
    administrator: Person = person("administrator")
    made = administrator.send("/tai-khoan/changing", "/tai-khoan/changing/mat-khau", reason=WHY)
    found = re.search(r'chỉ hiện lần này:\s*<code translate="no">([^<]+)</code>', made.text)
    assert found
    someone = person("")
    someone.sign_in("changing", found[1])
    at, new = "/tai-khoan/cua-toi", "một câu dễ nhớ"
    wrong = someone.send(at, f"{at}/mat-khau", present="guess", password=new)
    assert wrong.status_code == 422
    assert 'id="e-present"' in wrong.text
    assert someone.send(at, f"{at}/mat-khau", present=found[1], password=new).status_code == 303
    assert someone.get(at).status_code == 200
    assert person("").sign_in("changing", new).status_code == 303
