"""Lists of recipients in Excel: a dry run of each row, the error sheet, then one batch."""

import io
from typing import Any
from uuid import UUID

import psycopg
import pytest
from python_calamine import CalamineWorkbook

from projections.support import grant_job, grant_list_job, grant_lists
from tests.service.bodies import REGISTER
from tests.service.conftest import THACH_LINH, Office
from tests.service.persons import Person
from tests.service.readings import lines
from tests.service.support.programmes_and_lines import (
    PAPER,
    change,
    line,
    list_file,
    list_of,
    listed,
    load,
    post,
    uploaded,
)
from tests.service.ui.browser import PASSWORD

EACH = 165_000
HEADINGS = ("Mã hộ", "Chủ hộ", "Số CCCD/CMND", "Số tiền", "Ghi chú")
OPENED: dict[tuple[str, str], str] = {}


@pytest.fixture(scope="module")
def loaded(with_passwords: Office) -> Office:
    load(with_passwords)
    return with_passwords


def money(office: Office, source: str) -> str:
    """The line of a source; it is opened once for all tests of this file."""
    at = office.database.owner_url, source
    if at not in OPENED:
        OPENED[at] = line(office, node="electricity", programme="policies", source=source)
        change(office, OPENED[at], "allocations", amount=10_000_000)
    return OPENED[at]


def home(office: Office, number: str, name: str, id_number: str, *, poor: bool = True) -> str:
    head = {
        "name": name, "relation": "head", "sex": "female", "birth_year": 1961,
        "id_number": id_number,
    }  # fmt: skip
    id_ = str(office.household(number=number, members=[head])["household_id"])
    if poor:
        listed(office, id_)
    return id_


def shown(office: Office, list_id: str, **query: Any) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = office.request("case_worker", "GET", f"/api/v1/grant-lists/{list_id}?{asked}")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_each_row_is_tried_and_the_rest_is_unharmed(loaded: Office) -> None:
    office, pays = loaded, money(loaded, "local")
    by_number = home(office, "DS-01", "Lê Thị Mai", "046161000101")
    by_identity = home(office, "DS-02", "Lê Thị Lan", "046161000102")
    home(office, "DS-03", "Lê Thị Đào", "046161000103", poor=False)
    served = home(office, "DS-04", "Lê Thị Cúc", "046161000104")
    grant = {
        "effective_on": "2023-02-01", "programme": "policies", "benefit": "electricity",
        "amount": EACH, "period_from": "2023-01-01", "period_until": "2023-03-31",
        "source": "local", "funding_year": 2023,
    }  # fmt: skip
    file = office.request("case_worker", "GET", f"/api/v1/households/{served}")
    version = int(file.headers["ETag"].strip('"'))
    post(office, f"households/{served}/support", grant, version, "case_worker")
    body = {**REGISTER, "area": THACH_LINH, "number": "DS-09", "members": [
        {"name": "Trần Thị Xa", "relation": "head", "id_number": "042161000109"}]}  # fmt: skip
    elsewhere = office.request("far.case_worker", "POST", "/api/v1/households", body)
    assert elsewhere.status_code == 201, elsewhere.json
    rows = [
        ("DS-01", "", "", EACH, ""),
        ("", "Lê Thị LAN", "046161000102", EACH, ""),
        ("DS-03", "", "", EACH, ""),
        ("DS-04", "", "", EACH, ""),
        ("DS-77", "", "", EACH, "=cmd|x"),
        ("", "Trần Thị Xa", "042161000109", EACH, ""),
        ("DS-02", "Lê Thị Mơ", "", EACH, ""),
        ("DS-01", "Lê Thị Mai", "", EACH, ""),
        ("DS-02", "", "", -5, ""),
        ("", "", "", EACH, "ghi chú"),
        ("DS-02", "", "046161000101", EACH, ""),
    ]
    list_id = list_of(office, pays, rows, HEADINGS)
    found = shown(office, list_id)
    assert (found["status"], found["fitting"], found["refused"]) == ("checked", 2, 9)
    assert [(one["row"], one["code"]) for one in found["rows"]] == [
        (2, ""), (3, ""), (4, "does_not_qualify"), (5, "double_grant"),
        (6, "grant_row_household_unknown"), (7, "grant_row_household_unknown"),
        (8, "grant_row_name_differs"), (9, "grant_row_twice"), (10, "grant_row_amount_invalid"),
        (11, "grant_row_names_none"), (12, "grant_row_name_differs"),
    ]  # fmt: skip
    assert all("Hãy" in one["sentence"] for one in found["rows"] if one["code"])
    assert found["rows"][5]["household_id"] is None  # of another place: not told
    assert len(shown(office, list_id, which="refused", skip=7, limit=5)["rows"]) == 2

    before = len(lines(office, "case_worker"))
    sheet = office.request("case_worker", "GET", f"/api/v1/grant-lists/{list_id}/errors")
    assert [what for what, _, _ in lines(office, "case_worker")[before:]] == ["export"]
    table = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert table[0][3:] == list(HEADINGS)
    assert [row[0] for row in table[1:]] == [float(number) for number in range(4, 13)]
    assert table[3][7] == "'=cmd|x"
    again = list_of(office, pays, [tuple(row) for row in table[1:]], table[0])
    assert [one["code"] for one in shown(office, again)["rows"]] == [
        one["code"] for one in found["rows"][2:7]
    ] + ["", "grant_row_amount_invalid", "grant_row_names_none", "grant_row_name_differs"]

    at = f"grant-lists/{list_id}/batches"
    drawn = post(office, at, {"effective_on": "2023-03-01"}, by="case_worker")
    assert shown(office, list_id)["batch_id"] == drawn["created"]
    post(
        office,
        f"grant-batches/{drawn['created']}/approvals",
        {**PAPER, "effective_on": "2023-03-02"},
        1,
        "chairman",
    )
    assert grant_job.run(office.services.application, UUID(drawn["created"]), office.clock)
    office.nudge.catch_up()
    done = office.request("auditor", "GET", f"/api/v1/grant-batches/{drawn['created']}").json
    assert (done["granted"], done["refused"], done["disbursed"]) == (2, [], 2 * EACH)
    for one in (by_number, by_identity):
        file = office.request("case_worker", "GET", f"/api/v1/households/{one}").json
        assert [grant["amount"] for grant in file["support"]] == [EACH]


def test_of_a_list_one_batch_is_drawn_up_even_where_the_process_ended_in_between(
    loaded: Office,
) -> None:
    pays = money(loaded, "central")
    home(loaded, "DS-61", "Lê Thị Nhàn", "046161000161")
    list_id = list_of(loaded, pays, [("DS-61", EACH)], ("Mã hộ", "Số tiền"))
    at = f"grant-lists/{list_id}/batches"
    drawn = post(loaded, at, {"effective_on": "2023-03-01"}, by="case_worker")
    with psycopg.connect(loaded.database.owner_url) as conn:
        conn.execute("update office.grant_lists set batch_id = null where id = %s", [list_id])
    for _again in range(2):
        asked = {"effective_on": "2023-03-02"}
        second = loaded.request("case_worker", "POST", f"/api/v1/{at}", asked)
        assert (second.status_code, second.json["code"]) == (409, "grant_list_drawn")
        assert shown(loaded, list_id)["batch_id"] == drawn["created"]
    with psycopg.connect(loaded.database.owner_url) as conn:
        other = "11111111-0000-4000-8000-0000000000ba"
        conn.execute("update office.grant_lists set batch_id = %s where id = %s", [other, list_id])
    third = loaded.request("case_worker", "POST", f"/api/v1/{at}", {"effective_on": "2023-03-03"})
    assert (third.status_code, third.json["code"]) == (409, "grant_list_drawn")


def test_a_file_that_is_no_list_is_refused_as_a_whole(loaded: Office) -> None:
    pays = money(loaded, "central")
    for file, code in (
        (b"Ma ho,So tien\nDS-01,5\n", "import_not_a_workbook"),
        (list_file([("a", 5)], ("Họ", "Số tiền")), "grant_list_not_found"),
    ):
        answer = uploaded(loaded, pays, file)
        assert answer.status_code == 202, answer.json
        assert grant_list_job.run(
            loaded.services.application, UUID(answer.json["id"]), loaded.clock
        )
        found = shown(loaded, answer.json["id"])
        assert (found["status"], found["refusal"], found["rows"]) == ("refused", code, [])
        at = f"/api/v1/grant-lists/{answer.json['id']}/batches"
        drawn = loaded.request("case_worker", "POST", at, {"effective_on": "2023-03-01"})
        assert (drawn.status_code, drawn.json["code"]) == (409, "grant_list_not_ready")
    for asked, code in (
        ({"benefit": "nothing"}, "benefit_unknown"),
        ({"line_id": "11111111-0000-4000-8000-00000000000f"}, "budget_line_unknown"),
        ({"period": "2019-01-01"}, "benefit_unknown"),
        ({"amount": "-5"}, "fields_refused"),
    ):
        answer = uploaded(loaded, pays, list_file([("DS-01", 5)]), **asked)
        assert answer.json["code"] == code, answer.json
    assert uploaded(loaded, pays, b"").json["code"] == "import_empty_file"


def test_the_file_is_sealed_and_destroyed_after_a_month(loaded: Office) -> None:
    list_id = list_of(loaded, money(loaded, "credit"), [("Vũ Thị Xuyến", 5)])
    services = loaded.services
    with services.pool.connection() as conn:
        (file,) = conn.execute(
            "select file from office.grant_lists where id = %s", [list_id]
        ).fetchone() or (b"",)
        assert not bytes(file).startswith(b"PK")
        assert grant_lists.lists_holding(conn, services.keyring, "vũ thị xuyến", []) == [
            UUID(list_id)
        ]
        later = services.clock().replace(year=services.clock().year + 1)
        assert grant_list_job.expire(conn, services.keyring, later) >= 1
    answer = loaded.request("case_worker", "GET", f"/api/v1/grant-lists/{list_id}/errors")
    assert (answer.status_code, answer.json["code"]) == (404, "grant_list_file_destroyed")
    assert shown(loaded, list_id)["refused"] == 1


def test_a_list_whose_file_goes_before_it_is_checked_is_refused_and_waits_no_more(
    loaded: Office,
) -> None:
    pays, services = money(loaded, "local"), loaded.services
    answer = uploaded(loaded, pays, list_file([("Vũ Thị Xuyến", 5)]))
    assert answer.status_code == 202, answer.json
    list_id = UUID(answer.json["id"])
    with services.pool.connection() as conn:
        grant_list_job.destroy_files(conn, services.keyring, [list_id])
    assert grant_list_job.run(services.application, list_id, loaded.clock)
    found = shown(loaded, str(list_id))
    assert (found["status"], found["refusal"]) == ("refused", "grant_list_file_destroyed")
    with services.pool.connection() as conn:
        assert list_id not in grant_lists.unfinished(conn)


def test_a_household_that_cannot_be_read_holds_up_no_other_row(loaded: Office) -> None:
    """A list with it would be offered to the workers again and again, and never be checked."""
    office, pays = loaded, money(loaded, "mobilised")
    home(office, "DS-51", "Lê Thị Thông", "046161000151")
    broken = home(office, "DS-52", "Lê Thị Tùng", "046161000152")
    version = office.services.application.households.load(UUID(broken)).version
    with psycopg.connect(office.database.url, autocommit=True) as conn:
        conn.execute(
            "select store.append(array[%s]::uuid[], array[%s], array['household.surveyed:99'],"
            " array['{}'::bytea], array[now()])",
            [broken, version + 1],
        )
    rows = [("DS-51", EACH), ("DS-52", EACH)]
    found = shown(office, list_of(office, pays, rows))
    assert [one["code"] for one in found["rows"]] == ["", "record_unreadable"]
    by_identity = [("Lê Thị Tùng", "046161000152", EACH)]
    headings = ("Chủ hộ", "Số CCCD/CMND", "Số tiền")
    found = shown(office, list_of(office, pays, by_identity, headings))
    assert [one["code"] for one in found["rows"]] == ["grant_row_household_unknown"]


def test_the_file_of_a_list_that_was_never_checked_goes_after_a_month_too(loaded: Office) -> None:
    services = loaded.services
    answer = uploaded(loaded, money(loaded, "central"), list_file([("Vũ Thị Xoài", 5)]))
    list_id = UUID(answer.json["id"])
    with services.pool.connection() as conn:
        later = services.clock().replace(year=services.clock().year + 1)
        grant_list_job.expire(conn, services.keyring, later)
        with pytest.raises(grant_lists.GrantListFileDestroyed):
            grant_lists.open_file(conn, services.keyring, list_id)
    assert grant_list_job.run(services.application, list_id, loaded.clock)
    loaded.nudge.jobs.clear()


def test_a_list_is_uploaded_tried_and_made_a_batch_on_the_pages(
    person: Any, loaded: Office
) -> None:
    office, pays = loaded, money(loaded, "mobilised")
    home(office, "DS-21", "Lê Thị Sen", "046161000121")
    officer: Person = person("case_worker")
    page = "/dot-chi-tra/danh-sach"
    typed = {
        "area": "", "benefit": "policies/electricity", "period": "01/07/2023",
        "effective_on": "01/07/2023", "line_id": pays, "amount": "165.000",
    }  # fmt: skip
    del typed["area"]
    file = list_file([("DS-21", ""), ("DS-78", "")])
    refused = officer.send(page, page, **typed, file=(io.BytesIO(b""), "trong.xlsx"))
    assert refused.status_code == 422
    assert 'id="e-file"' in refused.text
    sent = officer.send(page, page, **typed, file=(io.BytesIO(file), "quy3.xlsx"))
    assert sent.status_code == 303, sent.text
    at = sent.headers["Location"]
    assert "Đang kiểm tra" in officer.text(at)
    task, job = office.nudge.jobs[-1]
    assert task == "check_grant_list"
    assert grant_list_job.run(office.services.application, job, office.clock)
    found = officer.text(at)
    assert "Lê Thị Sen" in found
    assert "Không có hộ này trong địa bàn" in found
    assert "Lê Thị Sen" not in officer.text(f"{at}?which=refused")
    assert officer.get(f"{at}/dong-loi.xlsx").status_code == 200
    drawn = officer.send(at, f"{at}/ghi/lap-dot", effective_on="01/07/2023")
    assert drawn.status_code == 303, drawn.text
    batch = drawn.headers["Location"]
    assert "Chờ phê duyệt" in officer.text(batch)
    assert batch in officer.text(at)
    chairman: Person = person("chairman")
    signed = {"effective_on": "01/07/2023", "present": PASSWORD, "document.number": "11/QĐ-UBND"}
    assert chairman.send(batch, f"{batch}/phe-duyet", **signed).status_code == 303
