"""What was prepared for surveys and never recorded is swept; what an event names stays for ever."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from projections.households.survey_sweep_job import KEPT_DAYS
from service.households.survey_drafts import KEPT_FOR
from tests.service.bodies import SURVEY
from tests.service.conftest import NOW, Office
from tests.service.households.poor_household import H
from tests.service.households.test_attachments import jpeg, png, upload
from tests.service.households.test_survey_drafts import Device, stored
from tests.service.households.test_survey_form import household
from workers.clock import SWEEPS
from workers.survey_sweep import sweep_unrecorded_surveys

PLACE = {"latitude": 16.46371, "longitude": 107.59087, "accuracy_m": 12}


def sweep(office: Office, after: timedelta) -> None:
    """The task as a worker runs it, so long after the uploads."""
    services: Any = SimpleNamespace(
        pool=office.services.pool,
        application=office.services.application,
        clock=lambda: NOW + after,
    )
    sweep_unrecorded_surveys(services)


def kept(office: Office, household: str) -> set[str]:
    """The digests of the attachments that are still there."""
    rows = stored(
        office,
        f"select encode(digest, 'hex') from office.attachments where household_id = '{household}'",
    )
    return {digest for (digest,) in rows}


def record(office: Office, household: str, version: int = 1, **more: Any) -> Any:
    answer = office.request(
        "surveyor", "POST", f"{H}/{household}/surveys", {**SURVEY, **more}, version=version
    )
    assert answer.status_code == 201, answer.json
    return answer


LATE = timedelta(days=KEPT_DAYS, seconds=1)


def test_the_clock_asks_for_the_sweep() -> None:
    (asked,) = [one for one in SWEEPS if one.task == "sweep_unrecorded_surveys"]
    assert asked.seconds == 3600


def test_an_expired_draft_is_removed_and_no_other(office: Office) -> None:
    device = Device(office, household(office))
    device.type("income", "1")
    device.save()
    one = f"select 1 from office.survey_drafts where household_id = '{device.path.split('/')[4]}'"
    sweep(office, KEPT_FOR - timedelta(seconds=1))
    assert stored(office, one) == [(1,)]
    sweep(office, KEPT_FOR)
    assert stored(office, one) == []


def test_an_upload_that_no_survey_names_goes_after_its_time(office: Office) -> None:
    one = household(office)
    digest = upload(office, one, jpeg()).json["digest"]
    sweep(office, LATE - timedelta(seconds=2))
    assert kept(office, one) == {digest}
    sweep(office, LATE)
    assert kept(office, one) == set()


def test_a_photo_that_is_uploaded_again_is_kept_as_long_as_a_new_one(office: Office) -> None:
    one = household(office)
    digest = upload(office, one, jpeg()).json["digest"]
    office.clock.now = NOW + timedelta(days=29)
    assert upload(office, one, jpeg()).json["digest"] == digest
    sweep(office, LATE)
    assert kept(office, one) == {digest}
    record(office, one, attachments=[digest])


@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_a_recorded_survey_names_stays_for_ever(office: Office, withdrawn: bool) -> None:
    one = household(office)
    photo = upload(office, one, jpeg()).json["digest"]
    other = upload(office, one, png()).json["digest"]
    place = office.request("surveyor", "POST", f"{H}/{one}/places", PLACE).json
    record(office, one, attachments=[photo], place=place["place"])
    if withdrawn:
        path = f"{H}/{one}/surveys/2/withdrawal"
        answer = office.request("surveyor", "POST", path, {"reason": "Ghi nhầm hộ"}, version=2)
        assert answer.status_code == 201, answer.json
    for after in (LATE, 10 * LATE, 100 * LATE):
        sweep(office, after)
        assert kept(office, one) == {photo, place["digest"]}
    assert other not in kept(office, one)
    shown = office.request("chairman", "GET", f"{H}/{one}/attachments/{photo}")
    assert shown.status_code == 200


def test_what_a_draft_may_still_name_stays(office: Office) -> None:
    device = Device(office, household(office))
    one = device.path.split("/")[4]
    digest = upload(office, one, jpeg()).json["digest"]
    office.clock.now = NOW + timedelta(days=25)
    device.type("attachments", digest)
    device.save()
    sweep(office, LATE)
    assert kept(office, one) == {digest}
    sweep(office, timedelta(days=25) + KEPT_FOR)
    assert kept(office, one) == set()


def test_a_survey_that_is_on_its_way_keeps_what_it_names(office: Office) -> None:
    """It was sent, and is recorded only after the sweep has looked at the household's events."""
    one = household(office)
    digest = upload(office, one, jpeg()).json["digest"]
    office.clock.now = NOW + timedelta(days=40)
    refused = office.request(
        "surveyor", "POST", f"{H}/{one}/surveys", {**SURVEY, "attachments": [digest]}, version=99
    )
    assert refused.status_code == 412
    sweep(office, timedelta(days=40))
    assert kept(office, one) == {digest}


def test_uploads_of_an_unknown_household_are_swept_too(office: Office) -> None:
    ghost = str(uuid4())
    one = household(office)
    upload(office, one, png())
    with office.services.pool.connection() as conn:
        conn.execute(
            "insert into office.attachments select %s, digest, kind, bytes, sealed_key, sealed,"
            " account, uploaded_at from office.attachments where household_id = %s",
            [ghost, one],
        )
    sweep(office, LATE)
    assert kept(office, ghost) == set()


def test_the_sweep_beside_itself_and_twice_does_no_harm(office: Office) -> None:
    one = household(office)
    photo = upload(office, one, jpeg()).json["digest"]
    record(office, one, attachments=[photo])
    sweep(office, LATE)
    sweep(office, LATE)
    assert kept(office, one) == {photo}
