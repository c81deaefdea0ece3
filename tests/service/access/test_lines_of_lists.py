"""The line of the read log that a list, a search or an export leaves."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from service.access import authentication, read_log
from service.access.authorization import RequestArea, RequestContext
from tests.service.conftest import HUONG_SO, NOW, Office

SHOWN = [SimpleNamespace(household_id=uuid4()) for _ in range(3)]
IDS = [one.household_id for one in SHOWN]


@pytest.fixture
def context(office: Office) -> Iterator[RequestContext]:
    with office.app.app_context():
        services = office.app.extensions["socai"]
        with services.reading() as conn:
            account = authentication.account_named(conn, "case_worker", on=NOW.date())
        assert account is not None
        yield RequestContext(
            services,
            account,
            query={"class_": "poor", "q": "Nguyễn Thị Bưởi"},
            role=account.roles[0],
            place=RequestArea(HUONG_SO, "Xóm Dừa"),
            request_id=uuid4().hex,
        )


KEPT = {"class": "poor", "village": "Xóm Dừa"}


@pytest.mark.parametrize(
    ("said", "what", "more", "found"),
    [
        ({}, "list", {}, []),
        ({"words": " \t"}, "list", {}, []),
        ({"words": "Nguyễn Thị Bưởi"}, "search", {"words": True}, IDS),
        ({"export": True}, "export", {}, []),
        ({"export": True, "words": "Bưởi"}, "export", {"words": True}, []),
        ({"export": True, "printed": True}, "export", {"printed": True}, []),
    ],
)
def test_a_list_leaves_its_number_and_filters_and_a_search_what_it_found(
    context: RequestContext, said: dict[str, Any], what: str, more: dict[str, Any], found: Any
) -> None:
    read_log.note_listed(context, iter(SHOWN), **said)
    with context.services.reading() as conn:
        (line,) = read_log.reads(conn, areas=[HUONG_SO], limit=1)
    assert (line.account, line.role, line.role_area) == ("case_worker", "case_worker", HUONG_SO)
    assert (line.household_id, line.area, line.read_at) == (None, HUONG_SO, NOW)
    assert (line.what, line.count, line.filter) == (what, 3, {**KEPT, **more})
    assert line.households == found


def test_a_village_in_which_nothing_is_found_is_not_kept(context: RequestContext) -> None:
    read_log.note_listed(context, [])
    with context.services.reading() as conn:
        (line,) = read_log.reads(conn, areas=[HUONG_SO], limit=1)
    assert (line.count, line.filter) == (0, {"class": "poor"})


def test_the_filters_of_a_body_are_kept_beside_those_of_the_address(
    context: RequestContext,
) -> None:
    context.query = {"class_": "poor", "flag": "", "q": "Nguyễn Thị Bưởi"}
    context.body = {
        "as_of": date(2023, 6, 1), "movement": "re_poverty", "of": 2023, "after": "x", "note": "y",
    }  # fmt: skip
    read_log.note_several(context, "export", 2, format_="xlsx")
    with context.services.reading() as conn:
        (line,) = read_log.reads(conn, areas=[HUONG_SO], limit=1)
    assert line.filter == {
        **KEPT, "as_of": "2023-06-01", "movement": "re_poverty", "of": 2023, "further": True,
        "format": "xlsx",
    }  # fmt: skip
    context.body = {"of": 2023}
    read_log.note_several(context, "export", 2)
    with context.services.reading() as conn:
        (line,) = read_log.reads(conn, areas=[HUONG_SO], limit=1)
    assert line.filter == KEPT, "a year of movements without a movement says nothing"
