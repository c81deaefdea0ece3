"""Low-income workers by the API and at the pages, from the request to the recognised person."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.reviews.worker_decisions import SignWorkers
from service.access import authentication
from tests.low_income import BEGUN, CEILING, FOUND, SHOWN, SIGNED, VISITED, Workers
from tests.reviews import CHAIRMAN, VILLAGE, Autumn, decision_paper
from tests.service.conftest import HUONG_SO, Office
from tests.service.papers.reading import text
from tests.service.persons import Person
from tests.service.reviews.commune import Commune
from tests.service.reviews.villages import on_day
from tests.service.ui.browser import PASSWORD

DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')
CHECK_CODE = re.compile(r"/kiem-tra/((?:[A-Z2-7]{6}-){3}[A-Z2-7]{6})")
VERSION = re.compile(r'name="_version" value="([0-9]+)"')
PAPER = {"number": "41/QĐ-UBND", "signed_on": "2026-10-27", "signer": "Chủ tịch"}


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.fixture(scope="module")
def in_october(with_passwords: Office) -> Office:
    """The office on the day of the signature, with tokens of that day."""
    office = with_passwords
    on_day(office, SIGNED)
    with psycopg.connect(office.database.url) as conn:
        for name in ("case_worker", "chairman", "surveyor", "auditor"):
            _, office.tokens[name] = authentication.issue_token(
                conn, name, label="", now=office.clock.now
            )
    return office


@pytest.fixture(scope="module")
def autumn(in_october: Office) -> Autumn:
    """The ward with one round of October, which both tests use."""
    autumn = Autumn(in_october.services.application, HUONG_SO)
    autumn.open(BEGUN, track="low_income", month=10)
    return autumn


def test_a_person_who_asks_is_recognised_by_the_api(in_october: Office, autumn: Autumn) -> None:
    office, commune = in_october, Commune(in_october)
    workers = Workers(autumn, "H901", "Bưởi", "Cam")
    on_day(office, SIGNED)
    household, (head, child) = str(workers.household), map(str, (workers.an, workers.binh))
    commune.path = f"/api/v1/rounds/{autumn.round_id}"
    commune.version = autumn.now().version

    unnamed = commune.step("requests", "2026-10-15", household_id=household)
    assert (unnamed.status_code, unnamed.json["code"]) == (422, "request_person_wrong")
    assert unnamed.json["values"]["source"] == "967/QĐ-BNNMT"
    for person in (head, child):
        made = commune.step("requests", "2026-10-15", household_id=household, person_id=person)
        assert made.status_code == 201, made.json
    listed = commune.step("listings", "2026-10-15", source="request", households=[household])
    assert listed.status_code == 201, listed.json
    commune.survey(household, "2026-10-16", income=CEILING, deprived=[])
    result = {"household_id": household, "survey_id": commune.surveys[household]}
    without = {"person_id": child, "outcome": "not_recognised"}
    wrong = commune.step(
        "worker-results", "2026-10-17", results=[{**result, "outcomes": [without]}]
    )
    assert (wrong.status_code, wrong.json["code"]) == (422, "worker_outcome_contradicts")
    said = {**without, "reason": "Đang đi học"}
    done = commune.step("worker-results", "2026-10-17", results=[{**result, "outcomes": [said]}])
    assert done.status_code == 201, done.json
    posted = commune.step("postings", "2026-10-19", places=["commune_office"])
    assert posted.status_code == 201, posted.json

    (shown,) = [
        one for one in commune.read("/listings")["items"] if one["household_id"] == household
    ]
    assert {one["person_id"]: one["outcome"] for one in shown["workers"]} == {
        head: "recognised", child: "not_recognised",
    }  # fmt: skip
    early = commune.read("/decisions?on=2026-10-26")["held_up_by"]
    assert early["code"] == "posting_cut_short"
    read = commune.read("/decisions?on=2026-10-27")
    assert (read["held_up_by"], read["brake"], read["items"]) == (None, None, [])
    assert [one["person_id"] for one in read["workers"]] == [head]
    none = commune.step(
        "decisions", "2026-10-27", "chairman", kind="exit", digest=read["digest"],
        document=PAPER,
    )  # fmt: skip
    assert none.json["code"] == "nothing_to_decide"
    signed = commune.step(
        "decisions", "2026-10-27", "chairman", kind="recognition", digest=read["digest"],
        document=PAPER, households=[household],
    )  # fmt: skip
    assert signed.status_code == 201, signed.json
    (refusing,) = [
        one["request_id"] for one in commune.read()["requests"] if one["person_id"] == child
    ]
    refused = commune.step(f"requests/{refusing}/refusal", "2026-10-27", reasons=["other"])
    assert refused.status_code == 201, refused.json
    office.nudge.catch_up()

    at = f"/api/v1/households/{household}"
    (worker,) = office.request("auditor", "GET", at).json["low_income"]
    assert (worker["person_id"], worker["since"], worker["until"]) == (head, "2026-10-27", None)
    assert (worker["round_id"], worker["document"]["number"]) == (
        str(autumn.round_id), "41/QĐ-UBND",
    )  # fmt: skip
    history = office.request("auditor", "GET", f"{at}/history").json["items"]
    assert any("là người lao động có thu nhập thấp" in one["sentence"] for one in history)
    pdf = office.request("auditor", "GET", f"{commune.path}/worker-decision.pdf")
    assert pdf.status_code == 200, pdf.data[:300]
    said_by_paper = text(pdf.data)
    assert "Hồ Thị Bưởi" in said_by_paper
    assert "Hồ Thị Cam" not in said_by_paper
    letter = office.request("auditor", "GET", f"{commune.path}/requests/{refusing}/refusal.pdf")
    assert "Kính gửi: Ông/bà Hồ Thị Cam" in text(letter.data)

    version = office.services.application.households.load(UUID(household)).version
    withdrawn = office.request(
        "chairman", "POST", f"{at}/low-income-withdrawals",
        {"effective_on": "2026-10-27", "document": PAPER, "person_id": head,
         "reasons": ["error"]},
        version=version,
    )  # fmt: skip
    assert withdrawn.status_code == 201, withdrawn.json
    (worker,) = office.request("auditor", "GET", at).json["low_income"]
    assert (worker["until"], worker["ended_by"]) == ("2026-10-27", "withdrawn")
    assert worker["withdrawn_for"] == ["error"]


def test_a_refusal_without_a_legal_text_says_that_the_rule_is_the_systems(
    in_october: Office, autumn: Autumn
) -> None:
    on_day(in_october, SIGNED)
    commune = Commune(in_october)
    again = commune.open(track="low_income", year=2026, month=10, effective_on="2026-10-15")
    assert (again.status_code, again.json["code"]) == (409, "round_exists")
    assert again.json["values"]["source"] == "rule_of_the_system"
    assert "quy tắc của hệ thống" in again.json["detail"]


def test_a_person_who_asks_is_recognised_at_the_pages(
    person: Any, in_october: Office, autumn: Autumn
) -> None:
    office = in_october
    workers = Workers(autumn, "H902", "Dừa", "Đào")
    on_day(office, SIGNED)
    at = f"/ra-soat/{autumn.round_id}"
    officer: Person = person("case_worker")
    form = f"{at}/ghi/giay-de-nghi"
    asked = {"household": str(workers.household), "kind": "entry", "effective_on": written(BEGUN)}
    unnamed = officer.send(form, form, **asked)
    assert unnamed.status_code == 422
    assert "Hồ Thị Đào" in unnamed.text
    received = officer.send(form, form, **asked, person_id=str(workers.binh))
    assert received.status_code == 303, received.text
    twice = officer.send(form, form, **asked, person_id=str(workers.binh))
    assert (twice.status_code, "đã có giấy đề nghị" in twice.text) == (409, True)
    people = officer.text(f"{at}/nguoi-lao-dong")
    assert "Hồ Thị Đào" in people
    assert "chờ đưa vào danh sách" in people
    (request,) = [
        one.request_id for one in autumn.now().requests.values() if one.person_id == workers.binh
    ]
    listing = f"{at}/ghi/dua-vao-danh-sach"
    listed = officer.send(
        f"{listing}?request={request}", listing, request=str(request), effective_on=written(BEGUN)
    )
    assert listed.status_code == 303, listed.text

    workers.survey(CEILING + 1, on=VISITED)
    office.nudge.catch_up()
    assert officer.get(f"{at}/hop-dan?village={VILLAGE}").status_code == 302
    results = officer.text(f"{at}/ghi-ket-qua?village={VILLAGE}")
    assert "vượt mức trần của người lao động có thu nhập thấp" in results
    typed = {
        "village": VILLAGE,
        "effective_on": written(FOUND),
        f"outcome.{workers.binh}": "recognised",
    }
    bare = officer.send(f"{at}/ghi-ket-qua", f"{at}/ghi-ket-qua", **typed)
    assert bare.status_code == 422
    why = {f"why.{workers.binh}": "Thu nhập thất thường, mất việc từ tháng 9"}
    for _sent_twice in range(2):
        found = officer.send(
            f"{at}/ghi-ket-qua", f"{at}/ghi-ket-qua", **typed, **why, _key="the results"
        )
        assert found.status_code == 303, found.text
    assert "không lưu thêm" in officer.text(at)
    posting = f"{at}/ghi/niem-yet"
    posted = officer.send(posting, posting, places="commune_office", effective_on=written(SHOWN))
    assert posted.status_code == 303, posted.text

    chairman: Person = person("chairman")
    assert chairman.get(f"{at}/ky").status_code == 302
    where = f"{at}/ky-nguoi-lao-dong"
    read = chairman.text(where)
    assert "Hồ Thị Đào" in read
    assert "Thu nhập thất thường" in read
    (digest,) = DIGEST.findall(read)
    signing = {"digest": digest, "signed_on": written(SIGNED), "number": "42/QĐ-UBND"}
    wrong = chairman.send(where, where, **signing, present="mat khau khac han")
    assert "mật khẩu chưa đúng" in wrong.text
    stale = chairman.send(where, where, **{**signing, "digest": "0" * 64}, present=PASSWORD)
    assert (stale.status_code, "Danh sách đã thay đổi" in stale.text) == (409, True)
    for _sent_twice in range(2):
        signed = chairman.send(where, where, **signing, present=PASSWORD, _key="as it was read")
        assert signed.status_code == 303, signed.text
    assert "không lưu thêm" in chairman.text(at)
    assert workers.is_worker(workers.binh)

    page = chairman.text(f"/ho/{workers.household}")
    assert "Người lao động có thu nhập thấp" in page
    assert "công nhận từ 27/10/2026" in page
    round_page = chairman.text(at)
    assert "Quyết định công nhận người lao động có thu nhập thấp" in round_page
    assert "Cấp giấy chứng nhận theo quyết định này" not in round_page
    steps = chairman.text(f"{at}/ho/{workers.household}")
    assert "Công nhận: 1 người" in steps
    papers = chairman.text(f"{at}/van-ban")
    assert "42/QĐ-UBND" in papers
    form = f"/ho/{workers.household}/ghi/cham-dut-thu-nhap-thap"
    shown = chairman.text(form)
    assert "Hồ Thị Đào" in shown
    taken = chairman.send(
        form, form, effective_on=written(SIGNED), person_id=str(workers.binh), reasons="own_wish",
        **{"document.number": "43/QĐ-UBND", "document.signed_on": written(SIGNED)},
        _version=VERSION.findall(shown)[0],
    )  # fmt: skip
    assert taken.status_code == 303, taken.text
    assert "đã chấm dứt từ 27/10/2026" in chairman.text(f"/ho/{workers.household}")


def stranger(office: Office, address: str) -> str:
    """The public page of a check code, as a stranger sees it."""
    office.services.redis.flushdb()
    answer = office.app.test_client().get(address)
    assert answer.status_code == 200, answer.status_code
    shown: str = answer.get_data(as_text=True)
    return shown


def test_a_decision_on_workers_has_a_public_page_that_names_no_person(
    in_october: Office, autumn: Autumn
) -> None:
    office = in_october
    workers = Workers(autumn, "H903", "Gấc", "Hành")
    for person in (workers.an, workers.binh):
        workers.ask(person)
    autumn.put_on_list(workers.household, on=BEGUN, source="request")
    workers.survey()
    workers.determine()
    autumn.post(workers.household, on=SHOWN)
    signing = SignWorkers(autumn.round_id, workers.digest(workers.household), (workers.household,))
    autumn.run(signing, SIGNED, by=CHAIRMAN, document=decision_paper("47/QĐ-UBND", SIGNED))
    on_day(office, SIGNED)
    at = f"/api/v1/rounds/{autumn.round_id}/worker-decision.pdf?number=47/QĐ-UBND"
    printed = office.request("auditor", "GET", at)
    assert printed.status_code == 200, printed.data[:300]
    said = "".join(text(printed.data).split())
    (code,) = set(CHECK_CODE.findall(said))
    page = stranger(office, f"/kiem-tra/{code}")
    for one in ("Còn hiệu lực", "Quyết định công nhận người lao động có thu nhập thấp",
                "47/QĐ-UBND", "Phường Hương Sơ", written(SIGNED)):  # fmt: skip
        assert one in page, one
    for kept in ("Gấc", "Hành", "H903", VILLAGE, str(workers.household)):
        assert kept not in page, kept

    path = f"/api/v1/households/{workers.household}"
    for person, left in ((workers.an, "Còn hiệu lực"), (workers.binh, "Đã thu hồi từ ngày")):
        version = office.services.application.households.load(workers.household).version
        withdrawn = office.request(
            "chairman", "POST", f"{path}/low-income-withdrawals",
            {"effective_on": SIGNED.isoformat(), "document": PAPER, "person_id": str(person),
             "reasons": ["error"]},
            version=version,
        )  # fmt: skip
        assert withdrawn.status_code == 201, withdrawn.json
        office.nudge.catch_up()
        assert left in stranger(office, f"/kiem-tra/{code}")
