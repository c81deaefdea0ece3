"""What the documentation names is there: verbs, options, settings, files, addresses."""

import re
from itertools import chain
from pathlib import Path

import pytest

from service.config import ROOT
from tests.docs.calls import calls, refuse_unknown_calls, refuse_unknown_settings, unknown_part
from tests.service.conftest import Office

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PATHS = re.compile(r"`([A-Za-z.][\w.-]*/[\w./*-]*)`")
LINKS = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
ADDRESSES = re.compile(
    r"(?<=[` ])(?:(?:GET|POST|PUT|PATCH|DELETE) )?(/[a-z][\w<>/{}.-]*)[^`\s]*(?=`)"
)
# Folders of an instance's data, and names that a page gives as examples.
NOT_OF_THE_CHECKOUT = re.compile(
    r"^(keys|postgres|postgres-passwords|valkey|demo|run|DATA|PUBLIC_URL|socai)/"
)
# Folders that a page tells to make.
TO_BE_MADE = {"domain/standards/earlier/"}
OF_THE_MACHINE = ("/proc", "/srv", "/backup", "/etc", "/path", "/dev", "/var")
PLACES = re.compile(r"NAME|CAPABILITY")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_verb_option_and_setting_that_a_page_names_is_there(page: Path) -> None:
    text = re.sub(r"`\n", "` ", text_of(page))
    refuse_unknown_calls(text)
    refuse_unknown_settings(text)


def test_calls_are_found_and_a_wrong_one_is_named() -> None:
    found = list(chain.from_iterable(calls(text_of(page)) for page in PAGES))
    assert len(found) > 40
    assert ["up", "--data", "/srv/socai", "--port", "8080", "--no-demo"] in found
    assert unknown_part(["up", "--ports", "8080"]) == "--ports"
    assert unknown_part(["account", "fly"]) == "fly"
    assert unknown_part(["fly"]) == "fly"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_leads_to_is_there(page: Path) -> None:
    missing = [link for link in LINKS.findall(text_of(page)) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_folder_of_the_code_that_a_page_names_is_there(page: Path) -> None:
    """Of a place such as `workers/NAME.py`, that there is one of its kind."""
    rooms = ("domain", "projections", "workers", "service", "tests", "docs", "requirements", ".ci")
    missing = [
        path
        for path in PATHS.findall(text_of(page))
        if path.startswith(tuple(f"{room}/" for room in rooms))
        and path not in TO_BE_MADE
        and not list(ROOT.glob(PLACES.sub("*", path)))
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_address_that_a_page_names_is_a_route(page: Path, office: Office) -> None:
    routes = [re.sub(r"<[^>]*>", "<>", rule.rule) for rule in office.app.url_map.iter_rules()]
    missing = [
        path
        for path in ADDRESSES.findall(text_of(page))
        if not path.startswith(OF_THE_MACHINE) and not any(map(written(path).search, routes))
    ]
    assert missing == []


def written(path: str) -> re.Pattern[str]:
    """An address, or a part of one, as a page writes it: <id>, {id} and ID are any word."""
    words = re.split(r"<[^>]*>|\{[^}]*\}|(?<=/)[A-Z]+(?=/|$)", path)
    return re.compile("[^/]+".join(map(re.escape, words)))


def test_an_address_that_is_none_is_found_out(office: Office) -> None:
    (rule,) = (one.rule for one in office.app.url_map.iter_rules() if one.rule.endswith("/plan"))
    assert written("/api/v1/households/{household_id}/plan").search(re.sub("<.*>", "<>", rule))
    assert not written("/api/v1/households/{household_id}/plans").search(rule)
