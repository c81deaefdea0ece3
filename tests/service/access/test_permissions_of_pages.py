"""Every page against every role, inside and outside its area; made from the table of routes."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from service.access.permissions import ROLES
from service.ui.page_routes import PAGE
from tests.service.access.test_permissions import UNKNOWN
from tests.service.conftest import Office
from tests.service.expectations import PAGES
from tests.service.expected import ANYBODY
from tests.service.ui.visits import Visits

FOUND = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def pages(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], PAGE, False):
            path = FOUND.sub(r"{\1}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield f"{method} {path}"


def test_every_page_is_in_the_table_and_the_table_has_no_other(office: Office) -> None:
    assert set(pages(office.app)) == set(PAGES)


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


ASIDE = {"POST /dang-xuat"}  # would sign out the people that other tests still need


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ASIDE])
def test_the_page_opens_to_these_roles_and_no_other(visits: Visits, page: str) -> None:
    expected = PAGES[page]
    if expected.roles == ANYBODY:
        assert visits.request("", page).status_code in (200, 303, 401, 422)
        return
    for role in ROLES:
        answer = visits.request(role, page)
        told = f"{page} as {role}: {answer.status_code} {answer.data[:300]!r}"
        if role in expected.roles.split():
            assert answer.status_code not in (401, 403), told
            assert answer.status_code < 500, told
            if expected.outside != "-" and "dong-bi-tu-choi" not in page and "/ghi" not in page:
                assert answer.status_code != 404, told
        else:
            assert answer.status_code == 403, told


@pytest.mark.parametrize("page", [page for page, one in PAGES.items() if one.outside != "-"])
def test_the_page_stays_shut_to_the_same_roles_of_another_place(visits: Visits, page: str) -> None:
    expected = PAGES[page]
    for role in expected.roles.split():
        answer = visits.request(f"far.{role}", page)
        told = f"{page} as far.{role}: {answer.status_code} {answer.data[:300]!r}"
        assert str(answer.status_code) == expected.outside, told


@pytest.mark.parametrize("page", [page for page, one in PAGES.items() if one.roles != ANYBODY])
def test_the_page_leads_nobody_further_than_to_the_sign_in(visits: Visits, page: str) -> None:
    answer = visits.request("", page)
    if page.startswith("GET"):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/dang-nhap")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("page", [page for page, one in PAGES.items() if one.outside == "404"])
def test_what_is_outside_looks_like_what_does_not_exist(visits: Visits, page: str) -> None:
    role = "far." + PAGES[page].roles.split()[0]
    outside = visits.request(role, page)
    kept = dict(visits.ids)
    visits.ids.update(dict.fromkeys(UNKNOWN, str(uuid4())))
    nowhere = visits.request(role, page)
    visits.ids.update(kept)
    assert outside.status_code == nowhere.status_code == 404
    assert _plain(outside.text) == _plain(nowhere.text)


@pytest.mark.parametrize("role", list(ROLES))
def test_no_link_of_a_first_page_leads_to_a_shut_door(visits: Visits, role: str) -> None:
    someone, _ = visits.person(role)
    first = someone.client.get("/", headers={"Accept": "text/html"}, follow_redirects=True)
    assert first.status_code == 200
    links = set(re.findall(r'href="(/[^"#]*)"', first.text)) - {"/"}
    for link in sorted(links):
        answer = someone.client.get(
            link.replace("&amp;", "&"), headers={"Accept": "text/html"}, follow_redirects=True
        )
        assert answer.status_code == 200, (link, answer.status_code)


def test_no_form_is_taken_without_its_token(visits: Visits) -> None:
    for page in (page for page in PAGES if page.startswith("POST")):
        path = page.split(" ")[1].format(**visits.ids)
        someone, _ = visits.person("administrator")
        answer = someone.client.post(path, data={}, headers={"Accept": "text/html"})
        assert answer.status_code == 400, page


def _plain(page: str) -> str:
    """A page without what differs from one request to the next."""
    for varying in (r"<code>[0-9a-f]{32}</code>", r'content="[^"]+"', r'value="[^"]+"'):
        page = re.sub(varying, "", page)
    return page
