"""Whatever stands in an address, no route fails: made from the table of routes.

Digits that are none (²), digits of other scripts, numbers too long for any column, dots without an
end: each value in each parameter of each path. `test_any_form.py` does the same for forms.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from marshmallow import ValidationError

from service.problems import RequestError
from tests.service.access.test_permissions import FOUND
from tests.service.conftest import Office
from tests.service.households.poor_household import filled
from tests.service.persons import with_passwords
from tests.service.ui.visits import Visits

__all__ = ["with_passwords"]

NASTY = (
    "²", "²-³", "٣", "-9", "-9-9", "9" * 5000, "9223372036854775808", "1e400", "0", "NaN",
    "." * 900, "0001-01-01", "9999-12-31", "a" * 5000, "%", "'\"<>&\\", "\x00", "１２", "[]",
    "\u202e",
)  # fmt: skip
NAMES = ("a.²", "members.²", "a" + "." * 900 + "b", "." * 900, "members.99999999999999.name",
         "answers.²", "_version.1", "persons.²")  # fmt: skip
ACCOUNTS = ("case_worker", "auditor", "inspector", "administrator")


def routes(app: Flask, method: str) -> Iterator[tuple[str, Any]]:
    """Path with {name} for its values, and what the route declares it takes."""
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], "declared", None)
        if method in (rule.methods or ()) and declared is not None:
            yield FOUND.sub(r"{\1}", rule.rule), declared


def names_of(schema: Any) -> list[str]:
    return [one.data_key or name for name, one in schema().fields.items()] if schema else []


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


def asks(visits: Visits, account: str, address: str) -> int:
    """The status of an address for somebody who is signed in, by page or by token."""
    someone, _csrf = visits.person(account)
    token = {"Authorization": f"Bearer {visits.office.tokens[account]}"}
    headers = token if address.startswith(("/api", "/readyz")) else {"Accept": "text/html"}
    status: int = someone.client.get(address, headers=headers).status_code
    return status


@cache
def can_be_read(schema: Any, name: str, value: str) -> bool:
    """Whether the reading of parameters lets this value through to what is behind it."""
    try:
        schema().load({name: value})
    except ValidationError as refused:
        return name not in refused.normalized_messages()
    except RequestError:  # a place in a list that is none
        return False
    return True


def queries(declared: Any, admitted: bool, again: int) -> Iterator[tuple[str, int]]:
    """Addresses' queries that hold each value in each parameter, and how many each holds.

    A value that can be read goes alone: what is behind the reading sees it beside nothing else.
    One that cannot goes no further, and the reading looks at every parameter: these share an
    address with those of the other parameters. Who is not admitted gets no further at all.

    What was asked by another account before is asked `again` for every third value, each time for
    other ones: a second account sees other areas by the same reading and the same statements.
    """
    unknown = [(f"unknown{number}", value) for number, value in enumerate(NASTY)]
    yield joined(unknown), len(unknown)
    together: list[list[tuple[str, str]]] = []
    for name in names_of(declared.query):
        place = 0
        for number, value in enumerate(NASTY):
            if admitted and again and number % 3 != again % 3:
                continue
            if admitted and can_be_read(declared.query, name, value):
                yield joined([(name, value)]), 1
                continue
            if place == len(together):
                together.append([])
            together[place].append((name, value))
            place += 1
    for pairs in together:
        yield joined(pairs), len(pairs)


def joined(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)


@pytest.fixture(scope="module")
def asked() -> Counter[str]:
    """By how many accounts that were admitted each route was asked."""
    return Counter()


@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_value_in_an_address_makes_a_route_fail(
    visits: Visits, asked: Counter[str], account: str
) -> None:
    failed, held = [], 0
    for path, declared in routes(visits.office.app, "GET"):
        ids = {**visits.ids, "name": "pages.css" if "static" in path else visits.ids["name"]}
        place = path.format(**ids)
        admitted = asks(visits, account, place) not in (403, 404)
        again, asked[path] = asked[path], asked[path] + admitted
        for query, values in queries(declared, admitted, again):
            held += values
            if asks(visits, account, f"{place}?{query}") >= 500:
                failed.append((place, query[:60]))
        alone = [joined([(name, "1")]) for name in NAMES]
        for query in alone if admitted and not again else ["&".join(alone)]:
            if asks(visits, account, f"{place}?{query}") >= 500:
                failed.append((place, query[:60]))
    assert failed == []
    assert held > (4000 if account == ACCOUNTS[0] else 1000)


def test_no_value_in_a_path_makes_a_route_fail(visits: Visits) -> None:
    failed = []
    for path, _declared in routes(visits.office.app, "GET"):
        for name in FOUND.findall(path.replace("{", "<").replace("}", ">")):
            for value in (*NASTY, "46@2004-02-31", "46@9999-99-99", str(uuid4()), str(UUID(int=0))):
                place = path.format(**{**visits.ids, name: quote(value, safe="")})
                if asks(visits, "auditor", place) >= 500:
                    failed.append((path, name, value[:20]))
    assert failed == []


@pytest.mark.parametrize("seq", ["-9", "²", "0", "9" * 40])
def test_a_position_that_is_none_is_refused_beside_its_input(visits: Visits, seq: str) -> None:
    someone, csrf = visits.person("inspector")
    form = {"csrf_token": csrf, "area": "46", "from": "01/01/2022", "to": "31/12/2022", "seq": seq}
    sent = someone.client.post("/quyet-dinh-lai", data=form, headers={"Accept": "text/html"})
    assert sent.status_code == 422, sent.text[:300]
    body = {"area": "46", "from": "2022-01-01", "to": "2022-12-31", "seq": seq}
    answer = visits.office.request("inspector", "POST", "/api/v1/replays", body)
    assert answer.status_code == 422


# An event of a version that this code does not know.


@pytest.fixture
def from_the_future(visits: Visits) -> str:
    """A household whose last event a newer version of the program wrote."""
    household_id: str = visits.office.household()["household_id"]
    with psycopg.connect(visits.office.database.url, autocommit=True) as conn:
        conn.execute(
            "select store.append(array[%s]::uuid[], array[2], array['household.surveyed:99'],"
            " array['{}'::bytea], array[now()])",
            [household_id],
        )
    visits.office.nudge.catch_up()
    return household_id


def test_a_household_of_a_newer_version_is_said_to_be_so(
    visits: Visits, from_the_future: str
) -> None:
    office, one = visits.office, f"/api/v1/households/{from_the_future}"
    for path in (one, f"{one}/history", f"{one}?as_of=2022-12-31", "/api/v1/households?area=19804"):
        assert office.request("case_worker", "GET", path).status_code == 200, path
    causes = {"effective_on": "2022-07-01", "causes": ["7"]}
    answer = office.request("case_worker", "POST", f"{one}/causes", causes, version=1)
    assert (answer.status_code, answer.json["code"]) == (409, "record_unreadable")
    assert (
        office.request("far.case_worker", "POST", f"{one}/causes", causes, version=1).status_code
        == 404
    )
    someone, _csrf = visits.person("case_worker")
    assert someone.get(f"/ho/{from_the_future}").status_code == 200
    page = f"/ho/{from_the_future}/ghi/nguyen-nhan"
    values = filled(someone.text(page), causes=["7"], effective_on="01/07/2022")
    sent = someone.client.post(page, data=values, headers={"Accept": "text/html"})
    assert sent.status_code == 409, sent.text[:300]


def test_others_do_not_suffer_from_it(visits: Visits, from_the_future: str) -> None:
    other = visits.office.household()
    assert other["status"] == "visible"
