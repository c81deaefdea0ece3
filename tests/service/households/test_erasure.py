"""Erasing a person reaches the files of imports; what it cannot reach is warned of and listed."""

from typing import Any
from uuid import UUID

import pytest

from projections.imports import import_job, job_store
from projections.imports.sealed_files import FileDestroyed, open_file
from service.households import erasure, free_text
from tests import lists
from tests.service.bodies import REGISTER
from tests.service.conftest import Office
from tests.service.duplicates.found_pairs import found
from tests.service.imports.test_jobs import upload
from tests.service.reviews.commune import Commune

H = "/api/v1/households"
SETTLED = {"effective_on": "2023-03-01", "verdict": "different", "document": {"number": "7/BB"}}
BASIS = {"effective_on": "2023-12-01", "legal_basis": "Đơn ngày 1/12/2023"}


def said(answer: Any) -> Any:
    assert answer.status_code in (200, 201, 202), answer.json
    return answer.json


def imported(office: Office, *households: Any) -> str:
    """A list that was tried and not recorded; its file is kept."""
    started = said(upload(office, lists.workbook(*households), dry_run="true"))
    import_job.run(office.services.application, UUID(started["id"]), office.services.clock)
    office.nudge.jobs.clear()
    return str(started["id"])


def is_kept(office: Office, import_id: str) -> bool:
    return bool(said(office.request("case_worker", "GET", f"/api/v1/imports/{import_id}"))["kept"])


def test_a_text_with_the_name_of_a_member_is_recorded_with_a_note(office: Office) -> None:
    members = [
        {"name": "Ngô Thị Sim", "relation": "head"},
        {"name": "Lê Đức Thọ", "relation": "child"},
    ]
    made = office.household(members=members)
    at = f"{H}/{made['household_id']}"
    needs = {
        "effective_on": "2023-02-01",
        "needs": ["health"],
        "note": "Cháu LE DUC THO cần xe lăn",
    }
    done = said(office.request("case_worker", "POST", f"{at}/needs", needs, version=1))
    assert done["notes"] == ["note/names_a_member"]
    plan = {
        "effective_on": "2023-03-01",
        "goal": "Thoát nghèo",
        "steps": ["Vay vốn", "Ngô Thị Sim học nghề"],
        "responsible": "Hội phụ nữ",
        "review_on": "2024-01-01",
    }
    done = said(office.request("case_worker", "POST", f"{at}/plan", plan, version=2))
    assert done["notes"] == ["steps/1/names_a_member"]
    plain = {**needs, "effective_on": "2023-04-01", "note": "Sim thẻ, đức hạnh, thọ"}
    done = said(office.request("case_worker", "POST", f"{at}/needs", plain, version=3))
    assert done["notes"] == []


def test_a_registration_is_looked_through_as_well(office: Office) -> None:
    members = [{"name": "Võ Thị Bần", "relation": "head"}]
    body = {**REGISTER, "members": members, "address": "Nhà bà Võ Thị Bần, hẻm 2"}
    done = said(office.request("case_worker", "POST", H, body))
    assert "address/names_a_member" in done["notes"]


def test_erasing_destroys_the_files_that_hold_the_person_and_lists_the_texts(
    office: Office,
) -> None:
    number = "046161008123"
    members = [
        {"name": "Hồ Thị Na", "relation": "head", "id_number": number},
        {"name": "Hồ Văn Ổi", "relation": "child"},
    ]
    made = office.household(members=members)
    at = f"{H}/{made['household_id']}"
    by_name = imported(office, lists.household(lists.person("HỒ THỊ NA"), number="E-1"))
    by_number = imported(
        office, lists.household(lists.person("Tên Khác Hẳn", id_number=number), number="E-2")
    )
    other = imported(office, lists.household(lists.person("Hồ Thị Nam"), number="E-3"))
    needs = {"effective_on": "2023-02-01", "needs": ["health"], "note": "Hồ Thị Na cần học nghề"}
    said(office.request("case_worker", "POST", f"{at}/needs", needs, version=1))
    path = f"{at}/members/{made['persons'][0]}/forgetting"
    done = said(office.request("chairman", "POST", path, BASIS, version=2))
    assert sorted(done["notes"]) == sorted(
        [
            "events/2/note/names_a_member",
            f"imports/{by_name}/destroyed",
            f"imports/{by_number}/destroyed",
        ]
    )
    assert not is_kept(office, by_name)
    assert not is_kept(office, by_number)
    assert is_kept(office, other)
    refused = office.request("case_worker", "GET", f"/api/v1/imports/{by_name}/errors")
    assert refused.json["code"] == "import_expired"


def test_a_name_in_the_reason_of_a_pair_or_in_a_note_of_a_round_is_listed_too(
    office: Office,
) -> None:
    made = office.household(members=[{"name": "Hồ Thị Quế Chi", "relation": "head"}])
    other = office.household(members=[{"name": "Hồ Văn Khế", "relation": "head"}])
    one = made["household_id"]
    pair = found(office, one, other["household_id"])
    verdict = {**SETTLED, "reason": "Đã gặp bà HỒ THỊ QUẾ CHI, là hai hộ"}
    said(office.request("case_worker", "POST", f"/api/v1/duplicates/{pair}/settlement", verdict,
                        version=1))  # fmt: skip
    commune = Commune(office)
    said(commune.open())
    said(commune.step("requests", "2023-09-07", household_id=one))
    opened = commune.path.rpartition("/")[2]
    (request,) = office.services.application.rounds.load(UUID(opened)).requests
    note = "Bà Hồ Thị Quế Chi đã chuyển đi"
    said(commune.step(f"requests/{request}/refusal", "2023-09-11", reasons=["other"], note=note))
    refused = commune.version
    office.nudge.catch_up()
    path = f"{H}/{one}/members/{made['persons'][0]}/forgetting"
    done = said(office.request("chairman", "POST", path, BASIS, version=1))
    assert f"duplicates/{pair}/2/reason/names_a_member" in done["notes"]
    assert f"rounds/{opened}/{refused}/note/names_a_member" in done["notes"]


def test_a_process_that_ends_right_after_the_record_leaves_no_file_readable(
    office: Office, monkeypatch: Any
) -> None:
    made = office.household(members=[{"name": "Hồ Thị Nghệ Vàng", "relation": "head"}])
    kept = imported(office, lists.household(lists.person("Hồ Thị Nghệ Vàng"), number="E-5"))

    def ended(*_: Any) -> None:
        raise RuntimeError("the process ended here")

    path = f"{H}/{made['household_id']}/members/{made['persons'][0]}/forgetting"
    with monkeypatch.context() as cut:
        cut.setattr(erasure, "destroy_imports", ended)
        first = office.request("chairman", "POST", path, BASIS, version=1, key="cut-short")
        assert first.status_code == 500
    services = office.services
    with services.pool.connection() as conn, pytest.raises(FileDestroyed):
        open_file(conn, services.keyring, UUID(kept))
    again = office.request("chairman", "POST", path, BASIS, version=1, key="cut-short")
    assert said(again)["repeated"]
    with services.pool.connection() as conn:
        assert job_store.expire(conn, services.keyring, services.clock()) >= 1
    assert not is_kept(office, kept)


def test_a_file_that_is_no_list_is_looked_through_too(office: Office) -> None:
    made = office.household(members=[{"name": "Tạ Thị Mít Non", "relation": "head"}])
    started = said(upload(office, "họ tên;Tạ Thị Mít Non".encode()))
    import_job.run(office.services.application, UUID(started["id"]), office.services.clock)
    office.nudge.jobs.clear()
    path = f"{H}/{made['household_id']}/members/{made['persons'][0]}/forgetting"
    done = said(office.request("chairman", "POST", path, BASIS, version=1))
    assert f"imports/{started['id']}/destroyed" in done["notes"]


def test_a_file_that_is_being_imported_is_named_and_left(office: Office) -> None:
    made = office.household(members=[{"name": "Tạ Thị Mít Ướt", "relation": "head"}])
    file = lists.workbook(lists.household(lists.person("Tạ Thị Mít Ướt"), number="E-9"))
    started = said(upload(office, file))
    path = f"{H}/{made['household_id']}/members/{made['persons'][0]}/forgetting"
    done = said(office.request("chairman", "POST", path, BASIS, version=1))
    assert f"imports/{started['id']}/still_at_work" in done["notes"]
    office.nudge.jobs.clear()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Bà Nguyễn Thị Bưởi, tổ 3", True),
        ("nguyen thi buoi", True),
        ("NGUYỄN  THỊ\nBƯỞI", True),
        ("Nguyễn Thị Bưởiii", False),
        ("Bưởi năm roi", False),
        ("Nguyễn Bưởi", False),
        ("", False),
    ],
)
def test_a_name_is_found_as_a_whole_whatever_its_case_and_marks(text: str, holds: bool) -> None:
    found = free_text._folded(["Nguyễn Thị Bưởi", "Bưởi"])
    assert free_text._holds(text, found) is holds
