"""Every route against every role, inside and outside its area; made from the table of routes."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from domain.reviews.round import round_id
from service.access.authorization import routes_without_rule, rule_of
from service.access.permissions import AUDITOR, ROLES, Permission, PermissionsWrong, collect
from service.app import RouteWithoutRule, create_app
from service.capabilities import CAPABILITIES, permissions
from service.households.attachment_api import PLACE_EXAMPLE as PLACE
from service.households.decisions import CLASSIFY
from service.households.draft_api import EXAMPLE as DRAFT
from service.households.members import CHANGE_HEAD, FORGET, LEAVE
from service.households.relocation import MERGE, SPLIT
from service.households.subjects import COMMANDS, WITHDRAWALS
from service.reviews.round_commands import ROUTES as ROUND_ROUTES
from service.ui.page_routes import PAGE
from tests.service.bodies import DECISION, REGISTER
from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.duplicates.found_pairs import found
from tests.service.expectations import API
from tests.service.expected import ANYBODY
from tests.service.households.poor_household import certified_together, decision_code
from tests.service.own_view.household_phone import contested
from tests.service.reviews.printed_round import printed_round
from tests.service.support.programmes_and_lines import examples, support_ids

FOUND = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
IMPORT_FILE = b"PK\x03\x04 not really"


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], PAGE, False):
            continue  # tests/service/ui has a table of its own for the pages
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, FOUND.sub(r"{\1}", rule.rule)


def test_every_route_is_in_the_table_and_the_table_has_no_other(office: Office) -> None:
    assert {f"{method} {path}" for method, path in routes(office.app)} == set(API)


def test_a_route_without_a_rule_keeps_the_service_from_starting(
    office: Office, monkeypatch: Any
) -> None:
    def forgetful(app: Flask) -> None:
        app.add_url_rule("/forgotten", "forgotten", lambda: "everything")

    monkeypatch.setattr("service.http.lifecycle.register", forgetful)
    with pytest.raises(RouteWithoutRule, match="forgotten"):
        create_app(office.services.settings)


def test_no_view_of_the_service_lacks_a_rule(office: Office) -> None:
    assert routes_without_rule(office.app) == []


class Case:
    """What the routes are knocked at with."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.account("spare")
        said = office.household()
        self.ids = {
            "household_id": said["household_id"],
            "person_id": said["persons"][1],
            "unit": HUONG_SO,
            "token_id": str(uuid4()),
            "role_id": str(uuid4()),
            "name": "spare",
            "entry": 2,
            "row": 4,
            "table": "R2",
        }
        replay = office.request(
            "inspector", "POST", "/api/v1/replays", {"from": "2022-01-01", "to": "2022-12-31"}
        )
        self.ids["replay_id"] = replay.json["id"]
        poor = {**DECISION, "class": "poor"}
        path = f"/api/v1/households/{said['household_id']}/classifications"
        office.request("chairman", "POST", path, poor, version=1)
        self.ids |= support_ids(office, said["household_id"])
        self.ids["batch_id"] = certified_together(office)
        self.ids["decision_code"] = decision_code(office)
        shown = office.request("chairman", "GET", path.replace("classifications", "")[:-1]).json
        self.ids["certificate_id"] = shown["certificates"][0]["certificate_id"]
        locked = office.request("chairman", "POST", "/api/v1/reports", LOCK)
        self.ids["report_id"] = locked.json["report_id"]
        other = office.household()
        self.ids["duplicate_id"] = found(office, said["household_id"], other["household_id"])
        self.bodies = bodies(other["household_id"], said["persons"]) | examples(office.app)
        self.bodies["POST /api/v1/cases"]["household_id"] = said["household_id"]
        training = self.bodies["POST /api/v1/officers/trainings"]
        training["activity_id"] = self.ids["activity_id"]
        search = office.request(
            "case_worker", "POST", "/api/v1/duplicate-searches", {"area": HUONG_SO}
        )
        self.ids["search_id"] = search.json["id"]
        office.request("case_worker", "POST", "/api/v1/rounds", ROUND)
        opened = round_id(HUONG_SO, ROUND["track"], ROUND["year"], None)
        self.ids["round_id"] = str(opened)
        self.ids |= printed_round(office, str(opened), said["household_id"])
        place = f"/api/v1/households/{said['household_id']}/places"
        kept = office.request("surveyor", "POST", place, PLACE)
        self.ids["digest"] = kept.json["digest"]
        self.bodies["POST /api/v1/grant-batches"]["line_id"] = self.ids["line_id"]
        self.ids["contest_id"] = contested(office, said["household_id"])
        self.ids["import_id"] = self.upload("case_worker").json["id"]

    def upload(self, account: str, path: str = "/api/v1/imports") -> Any:
        import io

        client = self.office.app.test_client()
        form = {"file": (io.BytesIO(IMPORT_FILE), "danh sach.xlsx")}
        return client.post(
            path,
            data={**form, **self.of_file(path)},
            headers={"Authorization": f"Bearer {self.office.tokens[account]}"} if account else {},
        )

    def of_file(self, path: str) -> dict[str, str]:
        """What goes with a file."""
        if path.endswith("/attachments"):
            return {}
        if path.endswith("/imports"):
            return {"area": HUONG_SO}
        return {
            "area": HUONG_SO, "programme": "policies", "benefit": "electricity",
            "period": "2023-01-01", "effective_on": "2023-03-01", "line_id": self.ids["line_id"],
        }  # fmt: skip

    def request(self, account: str, route: str) -> Any:
        method, path = route.split(" ")
        if route in ("POST /api/v1/imports", "POST /api/v1/grant-lists"):
            return self.upload(account, path)
        if path == "/api/v1/certificates":
            path += "?household={household_id}"
        if method == "POST" and path.endswith("/attachments"):
            return self.upload(account, path.format(**self.ids))
        if path in NEEDS_AREA and method == "GET":
            path += f"?area={HUE if account.endswith(PROVINCIAL) else HUONG_SO}"
            path += ALSO_ASKED.get(route.removeprefix("GET "), "")
            if path.startswith("/api/v1/movements"):
                path += "&from=2022-01-01&to=2022-12-31"
        body = self.bodies.get(route.replace("{household_id}", "H"))
        return self.office.request(
            account, method, path.format(**self.ids), body, version=999 if body else None
        )


UNKNOWN = (
    "household_id",
    "import_id",
    "replay_id",
    "duplicate_id",
    "line_id",
    "case_id",
    "search_id",
    "batch_id",
    "grant_batch_id",
    "grant_list_id",
    "target_id",
    "activity_id",
    "model_id",
    "officer_id",
    "round_id",
)
ALSO_ASKED = {
    "/api/v1/eligible": "&benefit=policies/electricity",
    "/api/v1/coverage": "&benefit=policies/electricity",
    "/api/v1/coverage/households": "&benefit=policies/electricity&what=eligible",
    "/api/v1/targets/signs": "&year=2023",
    "/api/v1/targets/signs/households": "&year=2023&sign=exits_before_the_cut_off",
    "/api/v1/officers/training-shares": "&year=2023",
}
PROVINCIAL = ("province_officer", "auditor", "inspector")
LOCK = {"table": "R2", "area": HUONG_SO, "from": "2021-12-31", "to": "2022-11-30"}
WHY = {"reason": "Theo quyết định 12/QĐ-UBND"}
ROUND: dict[str, Any] = {
    "effective_on": "2023-09-05",
    "area": "19804",
    "track": "periodic",
    "year": 2023,
}
NEEDS_AREA = {
    "/api/v1/rounds",
    "/api/v1/households",
    "/api/v1/counts",
    "/api/v1/movements",
    "/api/v1/tables/{table}",
    "/api/v1/tables/R14",
    "/api/v1/tables/R15",
    "/api/v1/reports",
    "/api/v1/imports",
    "/api/v1/replays",
    "/api/v1/duplicates",
    "/api/v1/duplicate-searches",
    "/api/v1/certificate-batches",
    "/api/v1/decisions",
    "/api/v1/handed-lists/insurance.xlsx",
    "/api/v1/handed-lists/bank.xlsx",
    "/api/v1/access-grants",
    "/api/v1/read-log",
    "/api/v1/administration",
    "/api/v1/budget-lines",
    "/api/v1/balances",
    "/api/v1/cases",
    "/api/v1/contests",
    "/api/v1/grant-batches",
    "/api/v1/eligible",
    "/api/v1/coverage",
    "/api/v1/coverage/households",
    "/api/v1/targets",
    "/api/v1/targets/signs",
    "/api/v1/targets/signs/households",
    "/api/v1/officers",
    "/api/v1/officers/training-shares",
    "/api/v1/signing-rules",
    "/api/v1/activities",
    "/api/v1/models",
    "/api/v1/grants",
}


def bodies(other: str, persons: list[str]) -> dict[str, Any]:
    """A body for every POST, with a version that is stale: what is allowed records nothing."""
    household = "POST /api/v1/households/H"
    member = household + "/members/{person_id}"
    going = [{"person_id": persons[1], "relation": "head"}]
    return {
        **{
            f"POST /api/v1/households{path}".replace("{household_id}", "H"): route.example
            for route in (*COMMANDS, *WITHDRAWALS)
            for path in [FOUND.sub(r"{\1}", route.path)]
        },
        f"{household}/places": PLACE,
        f"{household}/attachments": {},
        f"{household}/plan-cases": {
            "effective_on": "2023-03-01",
            "plan": 4,
            "steps": [{"step": 1, "programme": "2021-2025", "benefit": "housing_repair"}],
        },
        f"{household}/survey-draft": {**DRAFT, "version": 999},
        **{
            f"POST /api/v1/rounds{path}": route.example
            for route in ROUND_ROUTES
            for path in [FOUND.sub(r"{\1}", route.path)]
        },
        "POST /api/v1/tokens": {"account": "spare", "password": "wrong"},
        "POST /api/v1/households": REGISTER,
        "POST /api/v1/imports/{import_id}/matches/{row}": {"reason": "Hai người khác nhau"},
        "POST /api/v1/searches": {"text": "Bưởi", "area": HUONG_SO},
        f"{household}/classifications": {**CLASSIFY.example, "survey_id": str(uuid4())},
        f"{member}/departure": {**LEAVE.example, "new_head": None},
        f"{member}/forgetting": {**FORGET.example, "effective_on": "2023-02-01"},
        f"{household}/head": {**CHANGE_HEAD.example, "head": persons[1]},
        f"{household}/split": {**SPLIT.example, "persons": going},
        f"{household}/merge": {**MERGE.example, "into": other, "persons": going},
        "POST /api/v1/areas/{unit}/population": {
            "effective_on": "2022-12-31",
            "households": 3488,
            "persons": 12000,
        },
        f"{household}/one-time-codes": {"way": "counter"},
        f"{household}/one-time-codes/slip": {"slip": "of-no-code"},
        f"{household}/one-time-codes/revocation": {},
        f"{household}/contests/{{contest_id}}/answer": {"outcome": "kept", "text": "Đúng"},
        "POST /api/v1/duplicate-searches": {"area": HUONG_SO},
        "POST /api/v1/duplicates/{duplicate_id}/settlement": {
            "effective_on": "2023-03-01",
            "verdict": "different",
            "reason": "Đã đối chiếu giấy tờ",
        },
        "POST /api/v1/duplicates/{duplicate_id}/reopening": {
            "effective_on": "2023-03-01",
            "reason": "Kết luận nhầm cặp",
        },
        "POST /api/v1/certificate-batches": {
            "effective_on": "2022-12-20",
            "signer": "Nguyễn Thị Ẩn",
            "area": HUONG_SO,
        },
        "POST /api/v1/reports": LOCK,
        "POST /api/v1/reports/{report_id}/corrections": {"reason": "Quyết định ghi muộn"},
        "POST /api/v1/replays": {"from": "2022-01-01", "to": "2022-12-31", "area": HUE},
        "POST /api/v1/access-grants": {"area": "19804", "reason": "Đối chiếu hồ sơ chuyển đến"},
        "POST /api/v1/accounts": {"account": f"a{uuid4().hex[:10]}", "name": "Thử"},
        "POST /api/v1/accounts/{name}/roles": {"role": "auditor", "area": HUE},
        "POST /api/v1/accounts/{name}/roles/{role_id}/end": WHY,
        "POST /api/v1/accounts/{name}/disabled": WHY,
        "POST /api/v1/accounts/{name}/reopened": WHY,
        "POST /api/v1/accounts/{name}/password": WHY,
    }


@pytest.fixture(scope="module")
def case(office: Office) -> Case:
    return Case(office)


@pytest.mark.parametrize("route", API)
def test_the_route_opens_to_these_roles_and_no_other(case: Case, route: str) -> None:
    expected = API[route]
    if expected.roles == ANYBODY:
        assert case.request("", route).status_code in (200, 401)
        return
    for role in ROLES:
        answer = case.request(role, route)
        told = f"{route} as {role}: {answer.status_code} {answer.data[:300]!r}"
        if role in expected.roles.split():
            assert answer.status_code not in (401, 403), told
            if expected.outside != "-":
                assert answer.status_code != 404, told
            assert answer.status_code < 500, told
        else:
            assert (answer.status_code, answer.json["code"]) == (403, "not_allowed"), told


@pytest.mark.parametrize("route", [route for route, one in API.items() if one.outside != "-"])
def test_the_route_stays_shut_to_the_same_roles_of_another_place(case: Case, route: str) -> None:
    expected = API[route]
    for role in expected.roles.split():
        answer = case.request(f"far.{role}", route)
        told = f"{route} as far.{role}: {answer.status_code} {answer.data[:300]!r}"
        code = {"404": "not_found", "403": "outside_area"}[expected.outside]
        assert (str(answer.status_code), answer.json["code"]) == (expected.outside, code), told


@pytest.mark.parametrize("route", [route for route, one in API.items() if one.roles != ANYBODY])
def test_the_route_stays_shut_to_nobody_and_to_an_account_without_roles(
    case: Case, route: str
) -> None:
    answer = case.request("", route)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    if API[route].roles.split() != list(ROLES):
        assert case.request("nobody", route).status_code == 403


@pytest.mark.parametrize("route", [route for route, one in API.items() if one.outside == "404"])
def test_what_is_outside_looks_like_what_does_not_exist(case: Case, route: str) -> None:
    role = "far." + API[route].roles.split()[0]
    outside = case.request(role, route)
    kept = dict(case.ids)
    case.ids.update(dict.fromkeys(UNKNOWN, str(uuid4())))
    nowhere = case.request(role, route)
    case.ids.update(kept)
    own = ("request_id",)
    same = [{k: v for k, v in one.json.items() if k not in own} for one in (outside, nowhere)]
    assert same[0] == same[1]
    assert outside.status_code == nowhere.status_code == 404


def test_every_permission_is_the_rule_of_some_route_and_every_rule_a_permission(
    office: Office,
) -> None:
    declared = set(office.services.permissions.values())
    asked = {rule_of(view).may for view in office.app.view_functions.values()}  # type: ignore[union-attr]
    assert asked - {None} == declared


class Twice(Permission):
    """A permission of a name that households have already."""

    READ = "households.read", (AUDITOR,)


class Unknown(Permission):
    """A permission of a role that there is not."""

    READ = "rounds.read", ("secretary",)


class Useless(Permission):
    """A permission that no role has."""

    READ = "rounds.read", ()


@pytest.mark.parametrize("wrong", [Twice, Unknown, Useless])
def test_a_permission_declared_twice_or_without_a_known_role_is_refused_at_start(
    wrong: type[Permission],
) -> None:
    kinds = [one.permissions for one in CAPABILITIES if one.permissions is not None]
    assert set(collect(kinds)) == set(permissions())
    with pytest.raises(PermissionsWrong, match=wrong.READ.value):  # type: ignore[attr-defined]
        collect([*kinds, wrong])
