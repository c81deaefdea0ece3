"""Imports and deciding again, over HTTP: asked for here, done by a worker, read here."""

import io
import secrets
import tempfile
from typing import Any
from uuid import UUID

from python_calamine import CalamineWorkbook

from projections.imports import import_job
from projections.oversight.replay import replay_job
from tests import lists
from tests.service.bodies import DECISION, SURVEY
from tests.service.conftest import HUONG_SO, NOW, Office

IMPORTS, REPLAYS = "/api/v1/imports", "/api/v1/replays"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def work(office: Office) -> None:
    """What a worker does when it is nudged."""
    services = office.services
    while office.nudge.jobs:
        task, job = office.nudge.jobs.pop(0)
        if task == "run_import":
            import_job.run(services.application, job, services.clock)
        if task == "run_replay":
            replay_job.run(services.pool, services.application.standards, job, services.clock())
    office.nudge.catch_up()


def a_list(*households: list[list[object]]) -> bytes:
    return lists.workbook(*households)


def upload(office: Office, file: bytes, *, account: str = "case_worker", **form: str) -> Any:
    headers = {"Authorization": f"Bearer {office.tokens[account]}"}
    if "key" in form:
        headers["Idempotency-Key"] = form.pop("key")
    data = {"file": (io.BytesIO(file), "danh sách.xlsx"), "area": HUONG_SO, **form}
    return office.app.test_client().post(IMPORTS, data=data, headers=headers)


GOOD = lists.household(lists.person("Hà Thị Nhãn", sex="Nữ"), number="NK-1")
BAD = lists.household(lists.person("Hà Thị Vải"), number="NK-2", class_="Hộ rất nghèo")


def test_a_list_is_uploaded_recorded_and_its_refused_rows_come_back(office: Office) -> None:
    office.nudge.jobs.clear()
    started = upload(office, a_list(GOOD, BAD))
    assert started.status_code == 202, started.json
    where = started.headers["Location"]
    assert office.request("case_worker", "GET", where).json["status"] == "waiting"
    work(office)
    done = office.request("case_worker", "GET", where).json
    assert (done["status"], done["progress"]) == ("done", 1.0)
    assert (done["recorded"], done["refused"]) == (1, 1)
    refused = [remark for remark in done["remarks"] if remark["kind"] == "refused"]
    assert refused
    assert all(remark["sentence"] for remark in refused)
    listed = office.request("case_worker", "GET", "/api/v1/households?q=nhan").json["items"]
    assert [(one["head"], one["number"], one["class"]) for one in listed] == [
        ("Hà Thị Nhãn", "NK-1", "poor")
    ]
    sheet = office.request("case_worker", "GET", f"{where}/errors")
    assert sheet.content_type == XLSX
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert any("Hà Thị Vải" in row for row in rows)


def test_a_repeated_upload_is_one_import(office: Office) -> None:
    file = a_list(GOOD)  # a workbook holds the second it was made in
    first = upload(office, file, key="k-import")
    again = upload(office, file, key="k-import")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["id"] == again.json["id"]
    other = upload(office, a_list(BAD), key="k-import")
    assert (other.status_code, other.json["code"]) == (409, "command_reused")


def test_a_dry_run_says_what_would_be_and_records_nothing(office: Office) -> None:
    office.nudge.jobs.clear()
    fresh = lists.household(lists.person("Hà Thị Hồng"), number="NK-3")
    started = upload(office, a_list(fresh), dry_run="true")
    work(office)
    done = office.request("case_worker", "GET", started.headers["Location"]).json
    assert (done["dry_run"], done["status"], done["recorded"]) == (True, "done", 1)
    assert office.request("case_worker", "GET", "/api/v1/households?q=NK-3").json["items"] == []


def test_a_file_that_is_no_list_is_refused_as_a_whole_with_its_reason(office: Office) -> None:
    office.nudge.jobs.clear()
    started = upload(office, b"PK\x03\x04 broken")
    work(office)
    where = started.headers["Location"]
    done = office.request("case_worker", "GET", where).json
    assert done["status"] == "refused"
    assert done["refusal"]["code"].startswith("import_")
    sheet = office.request("case_worker", "GET", f"{where}/errors")
    assert (sheet.status_code, sheet.json["code"]) == (422, done["refusal"]["code"])


def test_an_empty_upload_or_one_without_a_file_is_refused_at_once(office: Office) -> None:
    empty = upload(office, b"")
    assert (empty.status_code, empty.json["code"]) == (422, "import_empty_file")
    headers = {"Authorization": f"Bearer {office.tokens['case_worker']}"}
    client = office.app.test_client()
    missing = client.post(
        IMPORTS, data={"area": HUONG_SO}, headers=headers, content_type="multipart/form-data"
    )
    assert (missing.status_code, missing.json["errors"][0]["field"]) == (422, "body.file")


def test_the_template_is_a_workbook(office: Office) -> None:
    answer = office.request("case_worker", "GET", f"{IMPORTS}/template")
    assert answer.content_type == XLSX
    assert "attachment" in answer.headers["Content-Disposition"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).sheet_names


def test_an_inspector_decides_again_and_gets_the_same_digest_each_time(office: Office) -> None:
    office.nudge.jobs.clear()
    said = office.household()
    one = f"/api/v1/households/{said['household_id']}"
    surveyed = office.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1)
    body = {**DECISION, "survey_id": surveyed.json["created"]}
    decided = office.request("chairman", "POST", f"{one}/classifications", body, version=2)
    period = {"area": "46", "from": "2022-01-01", "to": "2022-12-31", "seq": decided.json["seq"]}
    digests = set()
    for _ in range(2):
        started = office.request("inspector", "POST", REPLAYS, period)
        assert started.status_code == 202, started.json
        work(office)
        done = office.request("auditor", "GET", started.headers["Location"]).json
        assert (done["status"], done["seq"]) == ("done", decided.json["seq"])
        digests.add(done["digest"])
    assert len(digests) == 1
    mine = [row for row in done["outcomes"] if row["household_id"] == said["household_id"]]
    assert [(row["recorded"], row["outcome"]) for row in mine] == [("poor", "same")]
    listed = office.request("province_officer", "GET", REPLAYS).json["items"]
    assert UUID(done["id"]) in {UUID(row["id"]) for row in listed}


def test_a_period_that_ends_before_it_begins_is_refused(office: Office) -> None:
    reversed_ = {"from": "2022-12-31", "to": "2022-01-01"}
    answer = office.request("inspector", "POST", REPLAYS, reversed_)
    assert (answer.status_code, answer.json["code"]) == (422, "period_reversed")
    late = {"from": "2022-01-01", "to": NOW.date().isoformat(), "seq": 10**9}
    answer = office.request("inspector", "POST", REPLAYS, late)
    assert (answer.status_code, answer.json["code"]) == (422, "seq_not_reached")


def by_hand(office: Office, name: str, file: bytes) -> Any:
    """A multipart form made here: the library's test client writes large files to disk itself."""
    line = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    body = b"--x\r\n" + line.encode() + b"\r\n\r\n" + file + b"\r\n--x--\r\n"
    return office.app.test_client().post(
        IMPORTS,
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {office.tokens['case_worker']}"},
    )


def test_an_upload_of_any_size_touches_no_folder_for_temporary_files(
    office: Office, monkeypatch: Any
) -> None:
    """Half a megabyte is where the library would begin to write to disk, in clear."""
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/that/could/be/written")
    started = by_hand(office, "lon.xlsx", b"PK" + secrets.token_bytes(2_000_000))
    assert started.status_code == 202, started.json
    office.nudge.jobs.clear()
