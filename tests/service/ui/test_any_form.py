"""Whatever is typed into a form, it does not fail: made from the table of routes.

Each value in each input of each form that records something about a household.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.service.conftest import Office
from tests.service.households.poor_household import filled
from tests.service.persons import with_passwords
from tests.service.ui.test_any_input import routes
from tests.service.ui.visits import Visits

__all__ = ["with_passwords"]

TYPED = ("²", "9" * 5000, "-9", "٣", "0001-01-01", "9999-12-31", "a" * 3000)
NAMES = ("a.²", "members.²", "a" + "." * 900 + "b", "." * 900, "members.99999999999999.name",
         "answers.²", "_version.1", "persons.²")  # fmt: skip
REFUSED = re.compile(r'<li><a href="#f-([^"]+)">')  # the inputs that the page finds fault with


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


FILLERS = ("case_worker", "surveyor", "chairman")


def sends(
    visits: Visits, account: str, page: str, seen: set[str]
) -> Iterator[tuple[str, str, int, int]]:
    """A form of a page that records, with each input typed over that is not `seen` yet.

    Yields input, value, status, and how many inputs held the value. A value that an input cannot
    read goes no further, and the reading looks at every input: these share a form. One that it
    can read goes alone: what is behind the reading sees it beside what is right.
    """
    someone, _csrf = visits.person(account)
    values = filled(someone.text(page))

    def sent(name: str, typed: dict[str, str], **other: str) -> tuple[str, str, int, Any]:
        form = {**values, **typed, "_key": uuid4().hex, **other}
        answer = someone.client.post(page, data=form, headers={"Accept": "text/html"})
        return name[:20], next(iter(typed.values()))[:20], answer.status_code, answer

    def alone(name: str, value: str, **other: str) -> tuple[str, str, int, int]:
        return *sent(name, {name: value}, **other)[:3], 1

    inputs = [one for one in values if one not in {"csrf_token", "_key", "_version"} | seen]
    for value in TYPED if inputs else ():
        *told, answer = sent("all", dict.fromkeys(inputs, value), preview="1")
        unread = set(REFUSED.findall(answer.text)) & set(inputs)
        yield *told, len(unread)
        for name in inputs:
            if name not in unread:
                yield alone(name, value, preview="1")
    if "_version" in values and "_version" not in seen:
        yield from (alone("_version", value) for value in TYPED)
    for name in () if seen else NAMES:
        yield alone(name, "1", find="1")
    for name in () if seen else ("into.q", "area.q", "household.q"):
        for value in TYPED:
            yield alone(name, value, find="1")
    seen |= set(values)


def test_nothing_typed_into_a_form_makes_it_fail(visits: Visits) -> None:
    failed, held = [], 0
    for path, _declared in routes(visits.office.app, "POST"):
        if not path.startswith("/ho/"):
            continue
        page, seen = path.format(**visits.ids), set[str]()
        for account in FILLERS:
            someone, _csrf = visits.person(account)
            shown = someone.get(page)
            if shown.status_code != 200 or 'class="record"' not in someone.text(page):
                continue
            for name, value, status, inputs in sends(visits, account, page, seen):
                held += inputs
                if status >= 500:
                    failed.append((account, path, name, value))
    assert failed == []
    assert held > 2000
