"""A poor household for tests of pages, made through the API."""

import html
import re
from typing import Any
from uuid import UUID

from projections.households import certificate_job
from tests.service.bodies import DECISION, SUPPORT, SURVEY
from tests.service.conftest import HUONG_SO, Office

H = "/api/v1/households"
CERTIFICATE: dict[str, Any] = {"effective_on": "2022-12-20", "signer": "Nguyễn Thị Ẩn"}
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w.-]+)="([^"]*)"')
_SELECT = re.compile(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.S)
_AREA = re.compile(r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.S)
_SELECTED = re.compile(r'<option value="([^"]*)" selected>')
_FIRST = re.compile(r'<option value="([^"]*)"')


def poor(office: Office, **changed: Any) -> str:
    """A household that was surveyed, found poor and given a cow; returns its id."""
    household_id: str = office.household(**changed)["household_id"]
    one = f"{H}/{household_id}"
    surveyed = office.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1)
    body = {**DECISION, "survey_id": surveyed.json["created"]}
    assert (
        office.request("chairman", "POST", f"{one}/classifications", body, version=2).status_code
        == 201
    )
    assert office.request("case_worker", "POST", f"{one}/support", SUPPORT, version=3).status_code
    return household_id


def certified(office: Office, household_id: str) -> str:
    """Gives a poor household a certificate; returns its id."""
    now = office.request("chairman", "GET", f"{H}/{household_id}").json["version"]
    path = f"{H}/{household_id}/certificates"
    issued = office.request("chairman", "POST", path, CERTIFICATE, version=now)
    assert issued.status_code == 201, issued.json
    return str(issued.json["created"])


def certified_together(office: Office, **asked: Any) -> str:
    """Gives certificates to all who have none, as a worker does it; returns the id of the act."""
    body = {**CERTIFICATE, "area": HUONG_SO, **asked}
    answer = office.request("chairman", "POST", "/api/v1/certificate-batches", body)
    assert answer.status_code == 202, answer.json
    application = office.services.application
    certificate_job.run(application, UUID(answer.json["id"]), office.services.clock)
    office.nudge.catch_up()
    return str(answer.json["id"])


def decision_code(office: Office) -> str:
    """The check code of the decision by which poor households are recognised here."""
    path = f"/api/v1/decisions?area={HUONG_SO}"
    items = office.request("case_worker", "GET", path).json["items"]
    return next(one["check_code"] for one in items if one["number"] == "12/QĐ-UBND")


def filled(page: str, **typed: Any) -> dict[str, Any]:
    """What a browser would send of the form that records, with these fields typed over."""
    form = page[page.index('class="record"') :]
    values: dict[str, Any] = {}
    for tag in _INPUT.findall(form):
        found = dict(_ATTRIBUTE.findall(tag))
        name = found.get("name", "")
        ticks = found.get("type") in ("checkbox", "radio")
        if not name or (ticks and " checked" not in tag):
            continue
        value = html.unescape(found.get("value", ""))
        if found.get("type") == "checkbox":
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    for name, options in _SELECT.findall(form):
        chosen = _SELECTED.search(options) or _FIRST.search(options)
        values[name] = html.unescape(chosen[1]) if chosen else ""
    for name, text in _AREA.findall(form):
        values[name] = html.unescape(text).strip()
    return {**values, **{name.replace("__", "."): value for name, value in typed.items()}}
