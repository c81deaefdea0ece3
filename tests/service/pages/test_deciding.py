"""Deciding again at the pages: asked for, watched, and read with what differs first."""

from typing import Any
from uuid import UUID

import pytest

from domain.standards import load_standards
from projections.reports.replaying import run
from tests.service.bodies import DECISION
from tests.service.conftest import HUE, Office
from tests.service.pages.households import H, poor

WHERE = "/quyet-dinh-lai"


def asked_for(someone: Any, **values: Any) -> Any:
    given = {"area": "", "from": "01/01/2022", "to": "31/12/2022", **values}
    return someone.send(WHERE, WHERE, **given)


def differing(office: Office) -> str:
    """A household that was decided otherwise than the rule gives."""
    household: str = office.household()["household_id"]
    body = {
        **DECISION,
        "class": "near_poor",
        "figures": {"area_type": "urban", "income": 1_000_000, "deprived_count": 4},
        "override_reason": "Theo biên bản họp",
    }
    done = office.knock("chairman", "POST", f"{H}/{household}/classifications", body, version=1)
    assert done.status_code == 201, done.json
    return household


def test_an_inspector_asks_watches_and_reads_what_differs_side_by_side(
    person: Any, with_passwords: Office
) -> None:
    poor(with_passwords)
    household = differing(with_passwords)
    inspector = person("inspector")
    answer = asked_for(inspector)
    assert answer.status_code == 303, answer.text
    place = answer.headers["Location"]
    waiting = inspector.text(place)
    assert "data-poll" in waiting
    assert "Đang chờ" in waiting
    task, replay_id = with_passwords.nudge.jobs[-1]
    assert (task, place.rpartition("/")[2]) == ("run_replay", str(replay_id))
    finish(with_passwords, replay_id)
    done = inspector.text(place)
    assert "data-poll" not in done
    assert f"/ho/{household}/su-kien/2" in done
    for said in ("Đã ghi", "Tính lại", "Hộ cận nghèo", "Hộ nghèo", "Mã băm kết quả"):
        assert said in done, said
    same = inspector.text(f"{place}?outcome=same")
    assert "Đã ghi và tính lại" not in same
    part = inspector.get(place, X_Part="replay").text
    assert part.lstrip().startswith("<div")
    assert "Quyết định lại" in inspector.text(WHERE)


def finish(office: Office, replay_id: UUID) -> None:
    assert run(office.wiring.pool, load_standards(), replay_id, office.clock())


def test_sent_twice_it_is_asked_for_once(person: Any, with_passwords: Office) -> None:
    inspector = person("inspector")
    shown = inspector.text(WHERE)
    key = shown.split('name="_key" value="')[1].split('"')[0]
    first, second = asked_for(inspector, _key=key), asked_for(inspector, _key=key)
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"to": "31/12/2021"}, "to"), ({"from": "x"}, "from"), ({"from": ""}, "from")],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(
    person: Any, with_passwords: Office, typed: dict[str, str], field: str
) -> None:
    answer = asked_for(person("inspector"), **typed)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_an_auditor_reads_and_does_not_ask(person: Any, with_passwords: Office) -> None:
    place = asked_for(person("inspector")).headers["Location"]
    auditor = person("auditor")
    assert "data-poll" in auditor.text(place)
    assert 'name="from"' not in auditor.text(WHERE)
    assert person("far.inspector").get(place).status_code == 404
    assert person("case_worker").get(WHERE).status_code == 403


def test_another_area_than_ones_own_is_not_asked_for(person: Any, with_passwords: Office) -> None:
    answer = asked_for(person("far.inspector"), area=HUE)
    assert answer.status_code == 403
