"""Authorization of requests made by hand: the area of a path, and areas opened by a reason."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.access import authentication, authorization, break_glass
from service.access.authorization import (
    RequestArea,
    RequestContext,
    Rule,
    require_permission,
    resolve_area,
)
from service.access.errors import OutsideArea
from service.households.permissions import May
from service.problems import NoSuchThing
from tests.service.conftest import AN_HOA, HUONG_SO, NOW, Office

BEFORE, SINCE = date(2004, 7, 7), date(2004, 7, 8)  # the first day of Hương Sơ
READ, SIGN = May.READ_HOUSEHOLDS, May.SIGN


@pytest.fixture
def services(office: Office) -> Iterator[Any]:
    with office.app.app_context():
        yield office.app.extensions["socai"]


def unit(services: Any, on: date | None = None, code: str = "19804", **given: Any) -> str:
    context = RequestContext(services, query=given.get("query", {}), body=given.get("body"))
    return authorization.unit(context, {"unit": code}, on).area


def test_a_bare_code_of_a_path_is_read_as_of_today_where_no_day_is_asked(services: Any) -> None:
    assert unit(services) == HUONG_SO
    with pytest.raises(NoSuchThing):
        unit(services, code="99999")


@pytest.mark.parametrize(
    "given", [{"query": {"as_of": BEFORE}}, {"body": {"effective_on": BEFORE}}]
)
def test_a_bare_code_of_a_path_is_read_as_of_the_day_asked(services: Any, given: Any) -> None:
    with pytest.raises(NoSuchThing):
        unit(services, **given)
    assert unit(services, on=SINCE, **given) == HUONG_SO
    assert unit(services, code=HUONG_SO, **given) == HUONG_SO


def test_of_two_days_that_are_asked_that_of_the_query_is_read(services: Any) -> None:
    assert unit(services, query={"as_of": SINCE}, body={"effective_on": BEFORE}) == HUONG_SO
    with pytest.raises(NoSuchThing):
        unit(services, query={"as_of": BEFORE}, body={"effective_on": SINCE})
    with pytest.raises(NoSuchThing):
        unit(services, on=BEFORE, query={"as_of": SINCE})


@pytest.fixture
def opened(services: Any, office: Office) -> UUID:
    """The grant by which a case worker of another place reads Hương Sơ; An Hòa's comes first."""
    grants = [uuid4(), uuid4()]
    with services.reading() as conn:
        for grant, area in zip(grants, (AN_HOA, HUONG_SO), strict=True):
            break_glass.open_break_glass(
                conn, grant_id=grant, account="far.case_worker", area=area,
                reason="Đối chiếu hồ sơ", now=NOW,
            )  # fmt: skip
    return grants[1]


def asked(
    services: Any, place: RequestArea | None, may: Any = READ, also: tuple[RequestArea, ...] = ()
) -> RequestContext:
    """A request of that case worker about a place, once it is authorized."""

    def where(context: RequestContext, _: dict[str, Any]) -> RequestArea:
        context.also = also
        if place is None:
            raise NoSuchThing
        return place

    with services.reading() as conn:
        account = authentication.account_named(conn, "far.case_worker", on=NOW.date())
    context, rule = RequestContext(services, account), Rule(may, where)
    require_permission(context, rule)
    resolve_area(context, rule, {})
    return context


def test_an_opened_area_is_read_in_the_first_role_under_its_own_grant(
    services: Any, opened: UUID
) -> None:
    context = asked(services, RequestArea(HUONG_SO))
    assert context.grant_id == opened
    assert context.role is not None
    assert context.role == context.roles[0]


def test_an_opened_area_opens_no_other_and_not_two_at_once(services: Any, opened: UUID) -> None:
    elsewhere = RequestArea("46@1989-07-01")
    with pytest.raises(OutsideArea):
        asked(services, elsewhere)
    with pytest.raises(NoSuchThing):
        asked(services, RequestArea(elsewhere.area, hidden=True))
    with pytest.raises(OutsideArea):
        asked(services, RequestArea(HUONG_SO), also=(RequestArea(AN_HOA),))


def test_an_opened_area_shows_nothing_that_does_not_exist(services: Any, opened: UUID) -> None:
    with pytest.raises(NoSuchThing):
        asked(services, None)


def test_an_area_is_opened_for_three_hours_and_for_reading_alone(
    services: Any, opened: UUID, office: Office
) -> None:
    with pytest.raises(NoSuchThing):
        asked(services, RequestArea(HUONG_SO, hidden=True), may=May.AMEND)
    office.clock.now = NOW + break_glass.OPEN_FOR
    with pytest.raises(OutsideArea):
        asked(services, RequestArea(HUONG_SO))
