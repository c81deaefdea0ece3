"""The area and the village of a request that names them or leaves them out."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from service.access.authentication import Account, HeldRole
from service.access.authorization import (
    RequestArea,
    RequestContext,
    asked_area,
    covers,
    permissions_at,
)
from service.access.errors import AreaNeeded
from service.access.permissions import Permission, collect

TODAY = date(2023, 12, 20)
HERE, THERE = "19804@2004-07-08", "19805@2004-07-08"


class May(Permission):
    """What the roles of these tests may do."""

    READ = "read", ("case_worker", "chairman")
    SIGN = "sign", ("chairman",)


class Areas:
    """Two communes side by side; a code is resolved to a text that tells its day."""

    def resolved(self, code: str, on: date) -> str:
        return f"{code} on {on}"

    def covers(self, held: str, unit: str, on: date) -> bool:
        assert on == TODAY
        return held in ("", unit)


def held(area: str, *villages: str, role: str = "case_worker") -> HeldRole:
    return HeldRole(uuid4(), role, area, villages, date(2020, 1, 1), None)


def request(*roles: HeldRole, body: Any = None, **query: Any) -> RequestContext:
    areas = Areas()
    services: Any = SimpleNamespace(
        areas=lambda: areas, clock=lambda: datetime(2023, 12, 19, 17, tzinfo=UTC), permissions={}
    )
    account = Account("canbo", "", "", "", datetime(2020, 1, 1, tzinfo=UTC), None, roles=roles)
    return RequestContext(services, account, query=query, body=body, roles=roles)


def test_unnamed_it_is_the_only_area_of_the_account() -> None:
    assert asked_area(request(held(HERE)), {}) == RequestArea(HERE)
    assert asked_area(request(held(HERE), held(HERE, role="chairman")), {}) == RequestArea(HERE)
    assert asked_area(request(held("")), {}) == RequestArea("")


@pytest.mark.parametrize(("areas", "named"), [((THERE, HERE), [HERE, THERE]), ((), [])])
def test_of_several_areas_one_must_be_named(areas: tuple[str, ...], named: list[str]) -> None:
    with pytest.raises(AreaNeeded) as refused:
        asked_area(request(*(held(area) for area in areas)), {})
    assert refused.value.values == {"areas": named}


@pytest.mark.parametrize(
    ("days", "on"),
    [
        ({}, TODAY),
        ({"as_of": date(2022, 1, 1)}, date(2022, 1, 1)),
        ({"effective_on": date(2022, 2, 2)}, date(2022, 2, 2)),
        ({"to": date(2022, 3, 3)}, date(2022, 3, 3)),
        ({"to": date(2022, 3, 3), "as_of": date(2022, 1, 1)}, date(2022, 1, 1)),
        ({"to": date(2022, 3, 3), "effective_on": date(2022, 2, 2)}, date(2022, 2, 2)),
        ({"as_of": None, "to": date(2022, 3, 3)}, date(2022, 3, 3)),
    ],
)
def test_a_bare_code_is_read_as_of_the_day_that_is_asked_about(days: Any, on: date) -> None:
    assert asked_area(request(area="19804", **days), {}).area == f"19804 on {on}"
    assert asked_area(request(body={"area": "19804", **days}), {}).area == f"19804 on {on}"


@pytest.mark.parametrize(
    ("roles", "village"),
    [
        ([held(HERE, "Tổ 1")], "Tổ 1"),
        ([held(HERE, "Tổ 1"), held(HERE, "Tổ 1", role="chairman")], "Tổ 1"),
        ([held(HERE, "Tổ 1", "Tổ 2")], None),
        ([held(HERE, "Tổ 1"), held(HERE)], None),
        ([held(HERE)], None),
    ],
)
def test_who_is_kept_to_one_village_need_not_name_it(
    roles: list[HeldRole], village: str | None
) -> None:
    assert asked_area(request(*roles), {}).village == village
    assert asked_area(request(*roles, area="19804"), {}).village == village
    assert asked_area(request(*roles, village="Tổ 9"), {}).village == "Tổ 9"


@pytest.mark.parametrize(
    ("role", "place", "reached"),
    [
        (held(HERE), RequestArea(HERE), True),
        (held(HERE), RequestArea(HERE, "Tổ 2"), True),
        (held(HERE), RequestArea(THERE), False),
        (held(HERE, "Tổ 1", "Tổ 2"), RequestArea(HERE, "TỔ 2"), True),
        (held(HERE, "Tổ 1"), RequestArea(HERE, "Tổ 2"), False),
        (held(HERE, "Tổ 1"), RequestArea(THERE, "Tổ 1"), False),
        (held(HERE, "Tổ 1"), RequestArea(HERE), False),
        (None, RequestArea(HERE), False),
    ],
)
def test_a_role_of_villages_reaches_no_more_than_these(
    role: HeldRole | None, place: RequestArea, reached: bool
) -> None:
    assert covers(request(), role, place) is reached


def test_at_a_place_what_the_roles_that_reach_it_allow() -> None:
    context = request(held(HERE), held(THERE, role="chairman"))
    context.services.permissions.update(collect([May]))
    assert permissions_at(context, RequestArea(HERE)) == {May.READ}
    assert permissions_at(context, RequestArea(THERE)) == {May.READ, May.SIGN}
    assert permissions_at(context, RequestArea("")) == frozenset()
    context.account = None
    assert permissions_at(context, RequestArea(HERE)) == frozenset()
