"""Notes and photos of a case: entered with its steps, shown on its page, each look logged."""

import io
import re
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.support.case_commands import MOST_ATTACHMENTS
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.test_attachments import jpeg
from tests.service.households.test_survey_sweep import LATE, sweep
from tests.service.persons import Person
from tests.service.readings import lines
from tests.service.support.programmes_and_lines import listed, load, photo_of, png, post

DAY = "01/06/2023"
SECRET = b"Nokia"


def photos_kept(office: Office) -> Any:
    with psycopg.connect(office.database.owner_url) as conn:
        return conn.execute("select count(*) from office.attachments").fetchone()


@pytest.fixture
def case(with_passwords: Office) -> tuple[str, str]:
    """A poor household, and its case for a repaired house."""
    office = with_passwords
    load(office)
    household = str(office.household()["household_id"])
    listed(office, household)
    body = {
        "effective_on": "2023-03-01", "household_id": household, "programme": "2021-2025",
        "benefit": "housing_repair",
    }  # fmt: skip
    return household, str(post(office, "cases", body, by="case_worker")["id"])


def look(office: Office, case: str, photo: str, by: str = "chairman") -> Any:
    return office.request(by, "GET", f"/api/v1/cases/{case}/attachments/{photo}")


def test_a_photo_comes_by_the_api_is_named_by_a_step_and_each_look_is_logged(
    with_passwords: Office, case: tuple[str, str]
) -> None:
    office, (household, id_) = with_passwords, case
    photo = photo_of(office, id_)
    assert look(office, id_, photo).status_code == 404  # no step names it yet
    noted = {"effective_on": "2023-03-02", "note": "Nhà dột", "attachments": [photo]}
    post(office, f"cases/{id_}/notes", noted, 1, "case_worker")
    before = len(lines(office, "chairman"))
    answer = look(office, id_, photo)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET not in answer.data
    assert lines(office, "chairman")[before:] == [("file", UUID(household), HUONG_SO)]
    assert look(office, id_, photo, "surveyor").status_code == 403
    assert look(office, id_, photo, "far.chairman").status_code == 404
    assert look(office, id_, "0" * 64).status_code == 404
    with psycopg.connect(office.database.superuser_url) as conn:
        (kept,) = conn.execute(
            "select sealed from office.attachments where digest = %s", [bytes.fromhex(photo)]
        ).fetchone() or (b"",)
        states = conn.execute(
            "select state from store.events where originator_id = %s", [id_]
        ).fetchall()
    assert b"IHDR" not in bytes(kept)
    assert "Nhà dột" not in "".join(bytes(state).decode() for (state,) in states)


def test_no_sweep_removes_a_photo_that_a_step_names(
    with_passwords: Office, case: tuple[str, str]
) -> None:
    office, (_household, id_) = with_passwords, case
    named, unnamed = photo_of(office, id_), photo_of(office, id_, jpeg())
    noted = {"effective_on": "2023-03-02", "attachments": [named]}
    post(office, f"cases/{id_}/notes", noted, 1, "case_worker")
    sweep(office, LATE)
    assert look(office, id_, named).status_code == 200
    with psycopg.connect(office.database.superuser_url) as conn:
        rows = conn.execute("select encode(digest, 'hex') from office.attachments").fetchall()
    assert {digest for (digest,) in rows} == {named}
    assert unnamed != named


def test_a_photo_that_was_not_uploaded_for_the_household_is_refused(
    with_passwords: Office, case: tuple[str, str]
) -> None:
    _household, id_ = case
    noted = {"effective_on": "2023-03-02", "attachments": ["0" * 64]}
    answer = with_passwords.request(
        "case_worker", "POST", f"/api/v1/cases/{id_}/notes", noted, version=1
    )
    assert (answer.status_code, answer.json["code"]) == (422, "attachment_unknown")
    empty = {"effective_on": "2023-03-02"}
    answer = with_passwords.request(
        "case_worker", "POST", f"/api/v1/cases/{id_}/notes", empty, version=1
    )
    assert (answer.status_code, answer.json["code"]) == (422, "case_note_missing")


def test_photos_and_notes_are_entered_and_shown_on_the_page(
    person: Any, with_passwords: Office, case: tuple[str, str]
) -> None:
    _household, id_ = case
    officer: Person = person("case_worker")
    at = f"/ho-so-ho-tro/{id_}/ghi/tham-dinh"
    sent = officer.send(
        at, at, effective_on=DAY, amount="20.000.000", note="Mái thủng",
        files=(io.BytesIO(png()), "nha.png"),
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    shown = officer.text(f"/ho-so-ho-tro/{id_}")
    assert "Mái thủng" in shown
    found = re.search(rf"/ho-so-ho-tro/{id_}/tep/([0-9a-f]{{64}})", shown)
    assert found
    picture = officer.get(found[0])
    assert picture.status_code == 200
    assert picture.mimetype == "image/png"
    assert SECRET not in picture.data


def test_a_file_that_is_no_photo_is_refused_beside_its_input_and_a_good_one_is_kept(
    person: Any, with_passwords: Office, case: tuple[str, str]
) -> None:
    _household, id_ = case
    officer: Person = person("case_worker")
    at = f"/ho-so-ho-tro/{id_}/ghi/tham-dinh"
    refused = officer.send(
        at, at, effective_on=DAY, amount="20.000.000",
        files=(io.BytesIO(b"MZ not a picture"), "nha.jpg"),
    )  # fmt: skip
    assert refused.status_code == 422
    assert 'id="e-files"' in refused.text
    refused = officer.send(
        at, at, effective_on=DAY, amount="1", files=(io.BytesIO(png()), "nha.png")
    )
    assert refused.status_code == 409
    kept = re.search(r'name="attachments" value="([0-9a-f]{64})"', refused.text)
    assert kept
    sent = officer.send(at, at, effective_on=DAY, amount="20.000.000", attachments=kept[1])
    assert sent.status_code == 303, sent.text
    assert kept[1] in officer.text(f"/ho-so-ho-tro/{id_}")


def test_of_more_photos_than_a_step_takes_none_is_left_out_unsaid(
    person: Any, with_passwords: Office, case: tuple[str, str]
) -> None:
    _household, id_ = case
    officer: Person = person("case_worker")
    at = f"/ho-so-ho-tro/{id_}/ghi/tham-dinh"
    before = photos_kept(with_passwords)
    photos = [(io.BytesIO(png()), f"nha-{n}.png") for n in range(MOST_ATTACHMENTS + 1)]
    refused = officer.send(at, at, effective_on=DAY, amount="20.000.000", files=photos)
    assert refused.status_code == 422
    assert f"nhiều nhất {MOST_ATTACHMENTS} ảnh" in refused.text
    assert photos_kept(with_passwords) == before


def test_a_request_takes_a_photo_of_its_paper(person: Any, with_passwords: Office) -> None:
    load(with_passwords)
    household = str(with_passwords.household()["household_id"])
    listed(with_passwords, household)
    officer: Person = person("case_worker")
    at = f"/ho/{household}/de-nghi-ho-tro"
    typed = {"benefit": "2021-2025/housing_new", "period": DAY, "effective_on": DAY}
    refused = officer.send(at, at, **typed, files=(io.BytesIO(b"%PDF-1.7"), "don.pdf"))
    assert refused.status_code == 422
    assert 'id="e-files"' in refused.text
    made = officer.send(at, at, **typed, origin="request", files=(io.BytesIO(png()), "don.png"))
    assert made.status_code == 303, made.text
    assert "/tep/" in officer.text(made.headers["Location"])
