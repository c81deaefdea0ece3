"""A commune's autumn by the API: thirty households, from the opening to two decisions."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from domain.reviews.errors import MOST_NAMED
from tests.service.conftest import HUONG_SO, NOW, Office
from tests.service.duplicates.found_pairs import found
from tests.service.readings import lines
from tests.service.reviews.commune import ABOVE, NEAR_POOR, POOR, ROUNDS, VILLAGES, Commune


@pytest.fixture
def commune(office: Office) -> Commune:
    return Commune(office)


def test_a_communes_autumn_from_the_opening_to_both_decisions(commune: Commune) -> None:
    office = commune.office
    for at in range(30):
        commune.poor_household(at)
    opened = commune.open()
    assert opened.status_code == 201
    assert opened.headers["ETag"] == '"1"'
    assert commune.open().json["code"] == "round_exists"

    listed = commune.step("listings", "2023-09-06", source="current_list")
    assert listed.status_code == 201, listed.json
    shown = commune.read()
    assert (shown["households"], shown["waiting"]) == (30, {"meeting": 30})
    assert [one["households"] for one in shown["villages"]] == [15, 15]
    assert shown["lists"][0]["used_in"] == 2024
    page = commune.read("/listings?limit=20")
    assert (len(page["items"]), page["count"]) == (20, 30)
    rest = commune.read(f"/listings?limit=20&after={page['next']}")
    assert (len(rest["items"]), rest["next"]) == (10, None)

    near, gone = commune.households[1], commune.households[0]
    for one in commune.households:
        given = NEAR_POOR if one == near else ABOVE if one == gone else POOR
        commune.survey(one, "2023-09-15", **given)
    for village in VILLAGES:
        met = commune.meet(village, "2023-09-20", *commune.of_village(village))
        assert met.status_code == 201, met.json
    again = commune.households[2]
    posted = commune.step("postings", "2023-09-22", places=["village_house", "commune_office"])
    assert posted.status_code == 201, posted.json
    assert commune.read()["waiting"] == {"decision": 30}

    wrong = commune.step("grievances", "2023-09-25", household_id=again, text="Ghi sai thu nhập")
    early = commune.step("consultations", "2023-09-29")
    assert (early.status_code, early.json["code"]) == (409, "grievance_open")
    assert early.json["values"]["source"] == "24/2021/QĐ-TTg"
    office.clock.now = NOW.replace(month=10, day=20)
    (running,) = [one for one in commune.read()["deadlines"] if one["kind"] == "reverification"]
    assert (running["due_on"], running["overdue"]) == ("2023-10-04", True)
    office.clock.now = NOW
    commune.survey(again, "2023-09-27", **POOR)
    assert commune.meet(VILLAGES[0], "2023-09-28", again).status_code == 201
    answered = commune.step("reverifications", "2023-09-28", grievance_id=wrong.json["created"])
    assert answered.status_code == 201, answered.json
    assert commune.read()["waiting"] == {"reposting": 1, "decision": 29}
    assert commune.step("postings", "2023-09-29", places=["village_house"], again=True)

    def held(kind: str) -> str:
        return str(commune.read(f"/decisions?kind={kind}&on=2023-10-12")["held_up_by"]["code"])

    assert (held("recognition"), held("exit")) == ("consultation_missing", "consultation_missing")
    assert commune.step("consultations", "2023-10-05").status_code == 201
    assert commune.read()["consultations"][0]["outdated"] is False
    assert commune.step("notices", "2023-10-05").status_code == 201
    refused = commune.step("consultations/answers", "2023-10-10", opinion="agrees")
    assert refused.json["code"] == "not_allowed"
    commune.step("consultations/answers", "2023-10-10", "province_officer", opinion="agrees")

    read = commune.read("/decisions?kind=recognition&on=2023-10-12")
    assert (read["count"], read["held_up_by"], read["brake"]["stops"]) == (29, None, False)
    assert commune.read("/decisions?kind=exit&on=2023-10-12")["also_named"] == [near]
    exit_ = commune.read("/decisions?kind=exit&on=2023-10-12")
    assert [one["household_id"] for one in exit_["items"]] == [gone]
    assert exit_["brake"]["listed"] == 30
    pair = found(office, near, again)
    stopping = commune.read("/decisions?kind=recognition&on=2023-10-12")["held_up_by"]
    assert stopping["code"] == "duplicate_unsettled"
    assert stopping["values"] == {
        "step": "decision", "source": "rule_of_the_system", "count": 2,
        "households": sorted((near, again)),
    }  # fmt: skip
    paper = {"signed_on": "2023-10-12", "signer": "Chủ tịch"}
    body = {"kind": "recognition", "digest": read["digest"]}
    stopped = commune.step(
        "decisions", "2023-10-12", "chairman", **body, document={**paper, "number": "87/QĐ-UBND"}
    )
    assert (stopped.status_code, stopped.json["code"]) == (409, "duplicate_unsettled")
    told_apart = office.request(
        "case_worker", "POST", f"/api/v1/duplicates/{pair}/settlement",
        {"effective_on": "2023-10-12", "verdict": "different", "reason": "Hai hộ khác nhau"},
        version=1,
    )  # fmt: skip
    assert told_apart.status_code == 201, told_apart.json
    stale = commune.step(
        "decisions", "2023-10-12", "chairman", kind="exit", digest="0" * 64,
        document={**paper, "number": "88/QĐ-UBND"},
    )  # fmt: skip
    assert stale.json["code"] == "list_changed"
    for kind, digest, number in (
        ("recognition", read["digest"], "88/QĐ-UBND"),
        ("exit", exit_["digest"], "89/QĐ-UBND"),
    ):
        signed = commune.step(
            "decisions", "2023-10-12", "chairman", kind=kind, digest=digest,
            document={**paper, "number": number},
        )  # fmt: skip
        assert signed.status_code == 201, signed.json
    ended = commune.step("closing", "2023-10-13", "chairman")
    assert ended.status_code == 201, ended.json
    shown = commune.read()
    assert (shown["outcome"], shown["waiting"]) == ("completed", {"done": 30})
    assert [(one["kind"], one["households"]) for one in shown["decisions"]] == [
        ("recognition", 29), ("exit", 1),
    ]  # fmt: skip
    classes = [class_of(office, one) for one in (gone, near, again)]
    assert classes == ["not_listed", "near_poor", "poor"]


def class_of(office: Office, household: str) -> str:
    """The recognised class of a household after the round."""
    found = office.services.application.households.load(UUID(household))
    return str(found.class_on(date(2023, 12, 1)))


def test_rounds_are_listed_by_area_and_year(commune: Commune) -> None:
    commune.open(track="on_demand", month=10, effective_on="2023-10-16")
    for area, account in (("19804", "surveyor"), ("46", "province_officer")):
        body = commune.office.request(account, "GET", f"{ROUNDS}?area={area}&year=2023").json
        (mine,) = [one for one in body["items"] if one["track"] == "on_demand"]
        assert (mine["area"], mine["month"], mine["area_name"]) == (HUONG_SO, 10, "Phường Hương Sơ")
        found, more = [], ""
        while more is not None:
            after = f"&after={more}" if more else ""
            page = commune.office.request(
                account, "GET", f"{ROUNDS}?area={area}&year=2023&limit=1{after}"
            ).json
            found += page["items"]
            more = page["next"]
        assert [one["id"] for one in found] == [one["id"] for one in body["items"]]
    assert commune.office.request("case_worker", "GET", f"{ROUNDS}?year=2022").json["items"] == []


def test_a_step_names_the_version_that_it_was_decided_on(commune: Commune) -> None:
    commune.open(track="on_demand", month=11, effective_on="2023-11-15")
    household = commune.poor_household(31)
    body = {"effective_on": "2023-11-15", "household_id": household, "kind": "exit"}
    path = f"{commune.path}/requests"
    request = commune.office.request
    assert request("case_worker", "POST", path, body).status_code == 428
    assert request("case_worker", "POST", path, body, version=7).status_code == 412
    key = uuid4().hex
    first = request("case_worker", "POST", path, body, version=1, key=key)
    again = request("case_worker", "POST", path, body, version=1, key=key)
    assert (first.status_code, again.json["repeated"]) == (201, True)
    assert again.json["created"] == first.json["created"]
    assert commune.read()["requests"][0]["household_id"] == household


def test_a_round_outside_is_not_found_and_a_look_at_it_is_noted(commune: Commune) -> None:
    commune.open(track="average", month=11, effective_on="2023-11-15")
    far = commune.office.request("far.case_worker", "GET", commune.path)
    assert (far.status_code, far.json["code"]) == (404, "not_found")
    before = len(lines(commune.office, "auditor"))
    commune.read("/listings", by="auditor")
    assert [what for what, _, _ in lines(commune.office, "auditor")[before:]] == ["list"]


def test_a_refusal_names_some_households_and_their_number(commune: Commune) -> None:
    commune.open(track="average", month=10, effective_on="2023-10-16")
    ids = [str(uuid4()) for _ in range(MOST_NAMED + 5)]
    refused = commune.step("listings", "2023-10-16", source="request", households=ids)
    assert refused.json["code"] == "households_gone"
    values = refused.json["values"]
    assert (values["count"], len(values["households"])) == (MOST_NAMED + 5, MOST_NAMED)


def test_a_surveyor_kept_to_a_village_sees_its_households_of_the_round(commune: Commune) -> None:
    office = commune.office
    commune.open(track="on_demand", month=9, effective_on="2023-09-15")
    for at in (28, 29):
        household = commune.poor_household(at)
        asked = commune.step("requests", "2023-09-15", household_id=household, kind="exit")
        assert asked.status_code == 201, asked.json
    commune.step("listings", "2023-09-15", source="request", households=commune.households)
    office.account("kept", ("surveyor", HUONG_SO), villages=(VILLAGES[1],))
    for more in ("", "?village=Tổ dân phố 3"):
        shown = commune.read(f"/listings{more}", by="kept")
        assert [one["household_id"] for one in shown["items"]] == [commune.households[1]]
    assert office.request("kept", "GET", f"{commune.path}/grievances").status_code == 403


def test_a_surveyor_kept_to_a_village_sees_nothing_of_households_of_others(
    commune: Commune,
) -> None:
    """Neither in the list of a decision, nor in the requests and grievances of the round."""
    office = commune.office
    commune.open(track="on_demand", month=8, effective_on="2023-08-15")
    for at in (28, 29):
        household = commune.poor_household(at)
        asked = commune.step("requests", "2023-08-15", household_id=household, kind="exit")
        assert asked.status_code == 201, asked.json
    commune.step("listings", "2023-08-15", source="request", households=commune.households)
    office.account("kept.too", ("surveyor", HUONG_SO), villages=(VILLAGES[1],))
    for kind in ("recognition", "exit"):
        answer = office.request("kept.too", "GET", f"{commune.path}/decisions?kind={kind}")
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    shown = commune.read(by="kept.too")
    assert [one["household_id"] for one in shown["requests"]] == [commune.households[1]]
    assert len(commune.read()["requests"]) == 2


def test_the_text_of_a_grievance_is_sealed_and_read_by_offices(commune: Commune) -> None:
    office = commune.office
    commune.open(track="on_demand", month=12, effective_on="2023-12-15")
    household = commune.poor_household(27)
    commune.step("requests", "2023-12-15", household_id=household, kind="exit")
    commune.step("listings", "2023-12-15", source="request", households=[household])
    commune.survey(household, "2023-12-15", **ABOVE)
    commune.meet(VILLAGES[1], "2023-12-18", household)
    commune.step("postings", "2023-12-19", places=["village_house", "commune_office"])
    said = "Nhà tôi vẫn còn khó khăn"
    lodged = commune.step("grievances", "2023-12-19", household_id=household, text=said)
    assert lodged.status_code == 201, lodged.json
    office.account("kept.officer", ("case_worker", HUONG_SO), villages=(VILLAGES[0],))
    assert commune.read("/grievances", by="kept.officer") == {"items": [], "count": 0}
    (shown,) = commune.read("/grievances", by="case_worker")["items"]
    assert (shown["text"], shown["lodged_by"], shown["late"]) == (said, "household", False)
    with office.services.pool.connection() as conn:
        row = conn.execute(
            "select convert_from(state, 'UTF8') from store.events"
            " where topic = 'review.grievance_lodged:1' order by position desc limit 1"
        ).fetchone()
    assert row is not None
    assert said not in row[0]
    assert said not in str(commune.read())
