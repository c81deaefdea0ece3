"""Officers over the API and at pages: trained, counted, shown with a line in the read log."""

from typing import Any

import psycopg
from psycopg import sql

from projections.households.sentences import ERASED
from tests.service.conftest import AN_HOA, HUE, HUONG_SO, Office
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import PAPER, post

TRAINING: dict[str, Any] = {
    "effective_on": "2023-02-01",
    "area": HUONG_SO,
    "kind": "officer_training",
    "year": 2023,
    "title": "Tập huấn công chức giảm nghèo",
}
HELD = {"effective_on": "2023-04-01", "persons": 3}


def training(office: Office) -> str:
    """A training that was held."""
    made = str(post(office, "activities", TRAINING)["id"])
    post(office, f"activities/{made}/holding", HELD, 1)
    return made


def officer(office: Office, **given: str) -> str:
    body = {"effective_on": "2023-01-10", "area": HUONG_SO, **given}
    return str(post(office, "officers", body, by="case_worker")["created"])


def share(office: Office, **query: Any) -> dict[str, Any]:
    asked = {"area": HUONG_SO, "year": 2023, **query}
    text = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = office.request("auditor", "GET", f"/api/v1/officers/training-shares?{text}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json["items"][0]
    return found


def test_the_share_of_a_year_is_of_the_number_of_officers_on_both_clocks(office: Office) -> None:
    held = training(office)
    people = [officer(office, account=f"canbo.{at}") for at in range(3)]
    before = share(office)
    assert (before["officers"], before["percent"]) == (None, None)
    count = {**PAPER, "effective_on": "2023-01-01", "area": HUONG_SO, "officers": 10}
    post(office, "officers/counts", count)
    body = {"effective_on": "2023-04-01", "activity_id": held, "officers": people}
    post(office, "officers/trainings", body)
    found = share(office)
    assert (found["officers"], found["trained"], found["percent"]) == (10, 3, "30.00")
    assert found["trained_ever"] == 3
    assert share(office, as_of="2023-03-31")["trained"] == 0
    assert share(office, known_at="2023-12-19")["trained"] == 0, "recorded on 20 December"
    wrong = {"effective_on": "2023-05-01", "activity_id": held, "reason": "Ghi nhầm người"}
    post(office, f"officers/{people[0]}/withdrawals", wrong, 2)
    assert share(office)["percent"] == "20.00"
    target = {
        **PAPER, "area": HUONG_SO, "measure": "officers_trained", "year": 2023,
        "percent_points": "30",
    }  # fmt: skip
    post(office, "targets", target)
    asked = f"/api/v1/targets?area={HUONG_SO}&year=2023&measure=officers_trained"
    [shown] = office.request("auditor", "GET", asked).json["items"]
    assert shown["percent_points"] == "30.00"
    assert shown["progress"]["percent_points"] == "20.00"
    assert shown["progress"]["reached"] is False
    months = office.request("auditor", "GET", f"/api/v1/targets/{shown['target_id']}").json
    assert [one["closing"] for one in months["months"]][2:5] == [0, 2, 2]


def test_a_name_is_shown_to_offices_and_each_look_is_logged(office: Office) -> None:
    made = officer(office, name="Lê Thị Bình")
    items: list[Any] = []
    after = ""
    while True:
        path = f"/api/v1/officers?area={HUONG_SO}&limit=2{after}"
        answer = office.request("chairman", "GET", path)
        items += answer.json["items"]
        if answer.json["next"] is None:
            break
        after = f"&after={answer.json['next']}"
    [own] = [one for one in items if one["officer_id"] == made]
    assert (own["name"], own["account"]) == ("Lê Thị Bình", "")
    log = office.request("auditor", "GET", f"/api/v1/read-log?area={HUE}").json["items"]
    assert log[0]["what"] == "list"
    assert log[0]["filter"]["officers"] is True


def test_what_may_not_be_is_refused_by_name(office: Office) -> None:
    held, who = training(office), officer(office, account="canbo.khac")
    for path, body, version, expected in (
        ("officers", {"effective_on": "2023-01-10", "area": HUONG_SO}, None,
         (422, "officer_invalid")),
        ("officers", {"effective_on": "2023-01-10", "area": HUONG_SO, "account": "canbo.khac"},
         None, (409, "officer_exists")),
        ("officers/counts", {**PAPER, "area": HUONG_SO, "officers": 0}, None,
         (422, "fields_refused")),
        ("officers/trainings", {"effective_on": "2023-04-01", "activity_id": held,
                                "officers": [held]}, None, (404, "officer_unknown")),
        (f"officers/{who}/withdrawals", {"effective_on": "2023-04-01", "activity_id": held,
                                         "reason": "Ghi nhầm"}, 1, (404, "training_unknown")),
    ):  # fmt: skip
        answer = office.request(
            "province_officer", "POST", f"/api/v1/{path}", body, version=version
        )
        assert (answer.status_code, answer.json["code"]) == expected, path


def test_officers_are_entered_and_trained_at_pages(person: Any, with_passwords: Office) -> None:
    office = with_passwords
    held = training(office)
    worker: Person = person("case_worker")
    new = "/cong-chuc/them"
    done = worker.send(new, new, area=HUONG_SO, name="Trần Văn Cảnh", effective_on="10/01/2023")
    assert done.status_code == 303, done.text
    shown = worker.text(f"/cong-chuc?area={HUONG_SO}&year=2023")
    assert "Trần Văn Cảnh" in shown
    assert TRAINING["title"] in shown
    at = f"/hoat-dong/{held}/tap-huan"
    form = worker.text(at)
    assert "Trần Văn Cảnh" in form
    id_ = form.split("Trần Văn Cảnh")[0].rsplit('value="', 1)[1][:36]
    done = worker.send(at, at, officers=id_, effective_on="01/04/2023")
    assert done.status_code == 303, done.text
    assert "01/04/2023" in worker.text(f"/cong-chuc/{id_}")
    assert "Trần Văn Cảnh" not in worker.text(at)
    none = worker.send(at, at, effective_on="01/04/2023")
    assert none.status_code == 422


def test_an_officer_moves_only_between_units_that_the_account_covers(
    office: Office, person: Any
) -> None:
    who = officer(office, account="canbo.chuyen")
    move = {"effective_on": "2023-06-01", "area": AN_HOA}
    path = f"/api/v1/officers/{who}/moves"
    refused = office.request("case_worker", "POST", path, move, version=1)
    assert (refused.status_code, refused.json["code"]) == (403, "outside_area")
    page = f"/cong-chuc/{who}/chuyen"
    sent = person("case_worker").send(page, page, area=AN_HOA, effective_on="01/06/2023")
    assert sent.status_code in (403, 422), sent.text
    assert office.request("far.case_worker", "POST", path, move, version=1).status_code == 404
    post(office, f"officers/{who}/moves", move, 1)
    kept = office.request("chairman", "GET", f"/api/v1/officers?area={HUONG_SO}&limit=200").json
    assert who not in {one["officer_id"] for one in kept["items"]}


BASIS = {"effective_on": "2023-12-01", "legal_basis": "Luật 91/2025/QH15, đơn ngày 01/12/2023"}


def everything(office: Office) -> str:
    """All that the database holds, as text."""
    with psycopg.connect(office.database.superuser_url) as conn:
        tables = conn.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_type = 'BASE TABLE'"
            " and table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return "\n".join(
            str(row)
            for table in tables
            for row in conn.execute(
                sql.SQL("select t::text from {} t").format(sql.Identifier(*table))
            )
        )


def test_nothing_readable_is_left_of_an_erased_officer_and_the_shares_stay(
    office: Office,
) -> None:
    name = "Quách Thị Vú Sữa"
    held, who = training(office), officer(office, name=name)
    body = {"effective_on": "2023-04-01", "activity_id": held, "officers": [who]}
    post(office, "officers/trainings", body)
    before = share(office)
    path = f"/api/v1/officers/{who}/forgetting"
    done = office.request("chairman", "POST", path, BASIS, version=2)
    assert done.status_code == 201, done.json
    assert done.json["notes"] == []
    assert share(office) == before
    listed = office.request("chairman", "GET", f"/api/v1/officers?area={HUONG_SO}&limit=200").json
    [own] = [one for one in listed["items"] if one["officer_id"] == who]
    assert (own["name"], own["forgotten"], own["trainings"]) == (ERASED, True, 1)
    held_by_store = everything(office)
    assert who in held_by_store
    for part in (name, name.casefold(), name.encode().hex(), "Vú Sữa"):
        assert part not in held_by_store
    with psycopg.connect(office.database.superuser_url) as conn:
        keys = conn.execute("select wrapped from store.subject_keys where subject = %s", [who])
        assert keys.fetchone() == (None,)
    again = office.request("chairman", "POST", path, BASIS, version=3)
    assert (again.status_code, again.json["version"]) == (201, 3)


def test_texts_that_hold_the_name_are_told(office: Office) -> None:
    name = "Quách Văn Chôm Chôm"
    held, who = training(office), officer(office, name=name)
    body = {"effective_on": "2023-04-01", "activity_id": held, "officers": [who]}
    post(office, "officers/trainings", body)
    wrong = {"effective_on": "2023-05-01", "activity_id": held,
             "reason": "quach van CHOM CHOM không dự"}  # fmt: skip
    post(office, f"officers/{who}/withdrawals", wrong, 2)
    done = office.request(
        "province_officer", "POST", f"/api/v1/officers/{who}/forgetting", BASIS, version=3
    )
    assert done.json["notes"] == [f"events/{who}/3/reason/names_the_officer"]


def test_an_officer_by_account_is_not_erased(office: Office) -> None:
    who = officer(office, account="canbo.cokhoa")
    done = office.request(
        "chairman", "POST", f"/api/v1/officers/{who}/forgetting", BASIS, version=1
    )
    assert (done.status_code, done.json["code"]) == (409, "officer_without_name")


def test_the_name_is_erased_at_a_page_by_who_signs_and_not_by_who_records(
    person: Any, with_passwords: Office
) -> None:
    name = "Quách Thị Bòn Bon"
    who = officer(with_passwords, name=name)
    at, form = f"/cong-chuc/{who}", f"/cong-chuc/{who}/xoa-du-lieu"
    chairman: Person = person("chairman")
    assert f'href="{form}"' in chairman.text(at)
    assert form not in person("case_worker").text(at)
    named = chairman.send(form, form, legal_basis=f"Đơn của {name}", effective_on="01/12/2023",
                          _version="1")  # fmt: skip
    assert named.status_code == 422
    assert "Hãy bỏ họ tên" in named.text
    done = chairman.send(form, form, legal_basis=BASIS["legal_basis"], effective_on="01/12/2023",
                         _version="1")  # fmt: skip
    assert done.status_code == 303, done.text
    shown = chairman.text(at)
    assert name not in shown
    assert ERASED in shown
    assert form not in shown
