"""Rights for a write rest on what is recorded, not on read models; a repeat rests on its first."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.service.access.test_permissions import API, Case
from tests.service.bodies import REGISTER, SURVEY
from tests.service.conftest import AN_HOA, HUONG_SO, NOW, Office
from tests.service.households.poor_household import filled
from tests.service.persons import Person, with_passwords

__all__ = ["with_passwords"]

H = "/api/v1/households"
MOVE = {"effective_on": "2023-02-01", "area": "19774", "village": "Tổ dân phố 1"}
CAUSES = {"effective_on": "2023-02-02", "causes": ["7"]}


@pytest.fixture(scope="module")
def neighbour(office: Office) -> str:
    """A case worker of the ward next route."""
    office.account("neighbour", ("case_worker", AN_HOA))
    return "neighbour"


@pytest.fixture
def asleep(office: Office) -> Iterator[Office]:
    """The office while no read model is brought up, and waits for none."""
    office.nudge.awake = False
    yield office
    office.nudge.awake = True
    office.nudge.catch_up()


def register(office: Office, **how: Any) -> dict[str, Any]:
    answer = office.request("case_worker", "POST", H, REGISTER, **how)
    assert answer.status_code in (201, 202), answer.json
    said: dict[str, Any] = answer.json
    return said


# What lags gives no right and takes none.


def test_a_household_registered_a_moment_ago_can_be_surveyed(asleep: Office) -> None:
    said = register(asleep)
    assert said["status"] == "still_updating"
    one = f"{H}/{said['household_id']}"
    surveyed = asleep.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1)
    assert (surveyed.status_code, surveyed.json["version"]) == (202, 2)
    other = asleep.request("far.surveyor", "POST", f"{one}/surveys", SURVEY, version=2)
    assert other.status_code == 404


def test_a_household_that_moved_a_moment_ago_is_its_new_communes(
    asleep: Office, neighbour: str
) -> None:
    one = f"{H}/{register(asleep)['household_id']}"
    moved = asleep.request("case_worker", "POST", f"{one}/moves", MOVE, version=1)
    assert moved.status_code == 202, moved.json
    old = asleep.request("case_worker", "POST", f"{one}/causes", CAUSES, version=2)
    assert (old.status_code, old.json["code"]) == (404, "not_found")
    new = asleep.request(neighbour, "POST", f"{one}/causes", CAUSES, version=2)
    assert (new.status_code, new.json["version"]) == (202, 3)


def test_a_household_merged_into_must_be_within_reach_now(asleep: Office, neighbour: str) -> None:
    here, gone = register(asleep), register(asleep)
    moved = asleep.request(
        "case_worker", "POST", f"{H}/{gone['household_id']}/moves", MOVE, version=1
    )
    assert moved.status_code == 202
    body = {
        "effective_on": "2023-03-01",
        "into": gone["household_id"],
        "persons": [{"person_id": one, "relation": "other"} for one in here["persons"]],
    }
    merged = asleep.request(
        "case_worker", "POST", f"{H}/{here['household_id']}/merge", body, version=1
    )
    assert (merged.status_code, merged.json["code"]) == (404, "not_found")


def test_a_version_that_nobody_read_is_stale_at_the_door(office: Office, neighbour: str) -> None:
    one = f"{H}/{register(office)['household_id']}"
    seen = office.services.application.households.load

    def moves_once_seen(household_id: Any) -> Any:
        """The household moves away between the look at its place and the command."""
        office.services.application.households.load = seen
        found = seen(household_id)
        assert (
            office.request("case_worker", "POST", f"{one}/moves", MOVE, version=1).status_code < 300
        )
        return found

    office.services.application.households.load = moves_once_seen
    answer = office.request("case_worker", "POST", f"{one}/causes", CAUSES, version=2)
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")


@pytest.mark.usefixtures("with_passwords")
def test_a_form_of_a_household_registered_a_moment_ago_records(asleep: Office) -> None:
    said = register(asleep)
    someone = Person(asleep, asleep.app.test_client())
    someone.sign_in("case_worker")
    address = f"/ho/{said['household_id']}/ghi/nguyen-nhan"
    values = filled(someone.text(address), effective_on="02/02/2023", causes=["7"])
    sent = someone.client.post(address, data=values, headers={"Accept": "text/html"})
    assert sent.status_code == 303, sent.text
    assert asleep.services.application.households.version(said["household_id"]) == 2


# A repeat is the answer of the first, whatever became of the rights.


def test_a_move_that_is_repeated_is_answered_as_it_was(office: Office) -> None:
    one = f"{H}/{register(office)['household_id']}"
    first = office.request("case_worker", "POST", f"{one}/moves", MOVE, key="k-moved", version=1)
    again = office.request("case_worker", "POST", f"{one}/moves", MOVE, key="k-moved", version=1)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["repeated"] is True
    for name in ("household_id", "version", "seq", "created", "persons", "notes"):
        assert again.json[name] == first.json[name]
    assert again.json["household"] is None, "the household is outside now"
    other = {**MOVE, "village": "Tổ dân phố 2"}
    reused = office.request("case_worker", "POST", f"{one}/moves", other, key="k-moved", version=1)
    assert (reused.status_code, reused.json["code"]) == (409, "command_reused")
    unknown = office.request("case_worker", "POST", f"{one}/moves", MOVE, key="k-new", version=2)
    assert unknown.status_code == 404


@pytest.mark.usefixtures("with_passwords")
def test_a_form_that_moved_the_household_away_and_is_sent_again_says_so(office: Office) -> None:
    said = register(office)
    someone = Person(office, office.app.test_client())
    someone.sign_in("case_worker")
    address = f"/ho/{said['household_id']}/ghi/chuyen-di"
    values = filled(
        someone.text(address), effective_on="01/02/2023", area=AN_HOA, village="Tổ dân phố 1"
    )
    send = lambda: someone.client.post(address, data=values, headers={"Accept": "text/html"})  # noqa: E731
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (303, 303), again.text
    shown = someone.client.get(again.headers["Location"], follow_redirects=True)
    assert "đã được lưu từ lần gửi trước" in shown.text
    assert office.services.application.households.version(said["household_id"]) == 2


def former(office: Office, name: str) -> dict[str, Any]:
    """A case worker who registered a household under the key "k-former" and is none any more."""
    office.account(name, ("case_worker", HUONG_SO))
    first = office.request(name, "POST", H, REGISTER, key="k-former")
    assert first.status_code == 201
    end_roles(office, name)
    said: dict[str, Any] = first.json
    return said


def end_roles(office: Office, account: str) -> None:
    with psycopg.connect(office.database.url) as conn:
        conn.execute("delete from office.held_roles where account = %s", [account])


def test_a_repeat_after_the_role_ended_is_answered_as_it_was(office: Office) -> None:
    first = former(office, "former")
    again = office.request("former", "POST", H, REGISTER, key="k-former")
    assert again.status_code == 201, again.json
    assert (again.json["household_id"], again.json["repeated"]) == (first["household_id"], True)
    assert again.json["household"] is None
    assert office.request("former", "POST", H, REGISTER, key="k-fresh").status_code == 403
    with psycopg.connect(office.database.url) as conn:
        conn.execute("update office.accounts set disabled_at = %s where account = 'former'", [NOW])
    assert office.request("former", "POST", H, REGISTER, key="k-former").status_code == 401


def everything(office: Office) -> list[Any]:
    tables = ("store.events", "store.commands", "office.commands", "office.accounts",
              "office.held_roles", "office.imports", "office.replays", "office.access_grants",
              "office.read_log")  # fmt: skip
    with psycopg.connect(office.database.url) as conn:
        return [conn.execute(f"select count(*) from {one}").fetchone() for one in tables]


@pytest.mark.parametrize("used", ["k-former", "k-office"])
@pytest.mark.parametrize("route", [one for one in API if one.startswith("POST")])
def test_a_key_that_was_used_opens_no_other_door(
    office: Office, case: Case, route: str, used: str
) -> None:
    before = everything(office)
    method, path = route.split(" ")
    body = case.bodies.get(route.replace("{household_id}", "H"))
    if "village" in (body or {}):
        body = {**body, "village": "Tổ dân phố 4"}
    if "reason" in (body or {}):
        body = {**body, "reason": "error"}
    answer = office.request("once", method, path.format(**case.ids), body, key=used, version=999)
    assert answer.status_code in (401, 403, 404, 409, 412, 415, 422), answer.json
    assert everything(office) == before


@pytest.fixture(scope="module")
def case(office: Office) -> Case:
    """What the routes are knocked at with, and an account whose only role has ended."""
    office.account("once", ("case_worker", HUONG_SO))
    grant = {"area": "19774", "reason": "Đối chiếu hồ sơ chuyển đến"}
    opened = office.request("once", "POST", "/api/v1/access-grants", grant, key="k-office")
    assert opened.status_code == 201
    registered = office.request("once", "POST", H, REGISTER, key="k-former")
    assert registered.status_code == 201
    end_roles(office, "once")
    return Case(office)
