"""A list whose numbers belong to people out of reach: one sentence for all, a line in the read log
where each lives, and households named only to those who may see them now."""

import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from projections.imports import import_job
from service.access import identity_hits
from tests.lists import household, person, workbook
from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.readings import lines

H = "/api/v1/households"
LISTS = "/api/v1/imports"
IN_AN_HOA = {"commune": "Phường An Hòa", "commune_code": "19774"}
DECIDED = {"decision": "98/QĐ-UBND", "decided": date(2023, 6, 1)}
_account = iter(range(1, 99))


@pytest.fixture(autouse=True)
def _alike(office: Office) -> None:
    office.alike = True


@pytest.fixture
def listing(office: Office) -> str:
    """A case worker of An Hòa who imports lists."""
    name = f"listing.{next(_account)}"
    office.account(name, ("case_worker", AN_HOA))
    return name


def with_nine(number: str) -> str:
    """The number of the second person of a household, made of that of the head."""
    return number[:-3] + "9" + number[-2:]


def recorded(office: Office, name: str, number: str, **changed: Any) -> Any:
    """A household of Hương Sơ whose head has the number."""
    head = {"name": name, "relation": "head", "sex": "male", "birth_year": 1971}
    second = {"name": "Đỗ Thị Na", "relation": "spouse", "sex": "female", "birth_year": 1974}
    members = [{**head, "id_number": number}, {**second, "id_number": with_nine(number)}]
    body = {**REGISTER, "village": name, "members": members, **changed}
    office.alike = False
    made = office.request("case_worker", "POST", H, body, key=str(uuid4()))
    office.alike = True
    assert made.status_code == 201, made.json
    return made.json


def import_list(office: Office, by: str, *households: Any, dry_run: bool = False) -> Any:
    data = {"file": (io.BytesIO(workbook(*households)), "ds.xlsx"), "area": AN_HOA}
    if by == "case_worker":
        data["area"] = HUONG_SO
    if dry_run:
        data["dry_run"] = "true"
    headers = {"Authorization": f"Bearer {office.tokens[by]}", "Idempotency-Key": str(uuid4())}
    answer = office.app.test_client().post(LISTS, data=data, headers=headers)
    if answer.status_code == 202:
        import_job.run(office.services.application, UUID(answer.json["id"]), office.clock)
    return answer


def remarks(office: Office, by: str, import_id: str) -> list[tuple[str, Any]]:
    shown = office.request(by, "GET", f"{LISTS}/{import_id}").json["remarks"]
    said = [(one["code"], one["details"].get("household")) for one in shown]
    return [one for one in said if one[0] != "id_doubtful"]  # of the number and the row alone


def of_an_hoa(name: str, number: str, birth: object = 1971, sex: str = "Nam") -> Any:
    man = person(name, birth=birth, sex=sex, id_number=number)
    return household(man, village="Tổ dân phố 9", place=IN_AN_HOA, **DECIDED)


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(
    ("name", "birth", "sex"),
    [
        ("Đỗ Văn Mây", 1971, "Nam"),  # all as on record
        ("Đỗ Văn Mậy", 1971, "Nam"),  # misspelt
        ("Lê Quý Sương", 1994, "Nam"),  # somebody else
        ("Đỗ Văn Mây", 1994, "Nữ"),
    ],
)
def test_a_number_elsewhere_is_refused_with_one_sentence_whatever_agrees(
    office: Office, listing: str, dry_run: bool, name: str, birth: int, sex: str
) -> None:
    number = f"0460710{next(_account) + 20000}"
    made = recorded(office, "Đỗ Văn Mây", number)
    done = import_list(office, listing, of_an_hoa(name, number, birth, sex), dry_run=dry_run)
    said = office.request(listing, "GET", f"{LISTS}/{done.json['id']}")
    assert (said.json["refused"], said.json["possible"]) == (1, 0)
    assert [code for code, _ in remarks(office, listing, done.json["id"])] == ["id_elsewhere"]
    assert made["household_id"] not in said.text
    assert lines(office, listing)[0] == ("identity", UUID(made["household_id"]), HUONG_SO)
    assert not office.request(listing, "GET", f"{LISTS}/{done.json['id']}/matches").json["items"]
    # Whoever answers for both sees which household it is.
    assert remarks(office, "auditor", done.json["id"]) == [("id_elsewhere", made["household_id"])]


def test_the_number_of_a_member_elsewhere_and_of_one_who_left_say_no_more(
    office: Office, listing: str
) -> None:
    made = recorded(office, "Đỗ Văn Gió", "046071030001")
    left = recorded(office, "Đỗ Văn Bão", "046071040001")
    path = f"{H}/{left['household_id']}/members/{left['persons'][1]}/departure"
    body = {"effective_on": "2023-02-01", "reason": "moved_out"}
    assert office.request("case_worker", "POST", path, body, version=1).status_code == 201
    rows = [
        household(
            person("Hà Văn Nước", birth=1966),
            person(name, "Vợ", birth=birth, sex=sex, id_number=number),
            village="Tổ dân phố 7", number=at, place=IN_AN_HOA, **DECIDED,
        )
        for at, name, birth, sex, number in (
            ("1", "Đỗ Thị Na", 1974, "Nữ", with_nine("046071030001")),
            ("2", "Hà Thị Lửa", 1990, "Nữ", with_nine("046071040001")),
        )
    ]  # fmt: skip
    rows[1][0][2] = "Hà Văn Đất"
    done = import_list(office, listing, *rows)
    said = office.request(listing, "GET", f"{LISTS}/{done.json['id']}").text
    codes = {code for code, _ in remarks(office, listing, done.json["id"])}
    assert codes == {"id_elsewhere", "household_refused"}
    for one in (made, left):
        assert one["household_id"] not in said
        assert ("identity", UUID(one["household_id"]), HUONG_SO) in lines(office, listing)


def test_the_household_of_a_number_is_named_to_its_own_ward_until_it_moves_away(
    office: Office,
) -> None:
    made = recorded(office, "Đỗ Văn Sông", "046071050001")
    stranger = household(
        person("Lê Quý Núi", birth=1994, id_number="046071050001"),
        village="Tổ dân phố 9",
        **DECIDED,
    )
    done = import_list(office, "case_worker", stranger).json["id"]
    assert remarks(office, "case_worker", done) == [("id_of_another", made["household_id"])]
    assert lines(office, "case_worker")[-1][0] != "identity"
    move = {"effective_on": "2023-07-01", "area": AN_HOA, "village": "Tổ một"}
    at = f"{H}/{made['household_id']}/moves"
    assert office.request("case_worker", "POST", at, move, version=1).status_code == 201
    assert remarks(office, "case_worker", done) == [("id_of_another", None)]
    assert made["household_id"] not in office.request("case_worker", "GET", f"{LISTS}/{done}").text
    assert remarks(office, "auditor", done) == [("id_of_another", made["household_id"])]


def test_a_household_of_a_list_that_moved_away_is_not_named_any_more(office: Office) -> None:
    listed = household(person("Đỗ Văn Biển", birth=1971), village="Tổ dân phố 2", **DECIDED)
    done = import_list(office, "case_worker", listed).json["id"]
    office.nudge.catch_up()
    (one,) = office.request("case_worker", "GET", f"{LISTS}/{done}/households").json["items"]
    made = one["household_id"]
    move = {"effective_on": "2023-07-01", "area": AN_HOA, "village": "Tổ một"}
    version = office.request("case_worker", "GET", f"{H}/{made}").json["version"]
    moved = office.request("case_worker", "POST", f"{H}/{made}/moves", move, version=version)
    assert moved.status_code == 201
    (one,) = office.request("case_worker", "GET", f"{LISTS}/{done}/households").json["items"]
    assert one["household_id"] is None
    (one,) = office.request("auditor", "GET", f"{LISTS}/{done}/households").json["items"]
    assert one["household_id"] == made


def test_a_new_number_that_is_somebodys_elsewhere_is_noted_there(
    office: Office, listing: str
) -> None:
    made = recorded(office, "Đỗ Văn Hồ", "046071060001")
    first = household(
        person("Hà Thị Suối", birth=1960, sex="Nữ"), number="9", village="Tổ dân phố 4",
        place=IN_AN_HOA, **DECIDED,
    )  # fmt: skip
    import_list(office, listing, first)
    again = household(
        person("Hà Thị Suối", birth=1960, sex="Nữ"),
        person("Hà Văn Khe", birth=1971, id_number="046071060001"),
        number="9", village="Tổ dân phố 4", place=IN_AN_HOA,
        decision="99/QĐ-UBND", decided=date(2023, 9, 1),
    )  # fmt: skip
    second = import_list(office, listing, again).json["id"]
    assert [code for code, _ in remarks(office, listing, second)] == ["member_not_in_record"]
    assert made["household_id"] not in str(lines(office, listing))
    papers = household(
        person("Hà Thị Suối", birth=1960, sex="Nữ", id_number="046071060001"), number="9",
        village="Tổ dân phố 4", place=IN_AN_HOA, decision="100/QĐ-UBND", decided=date(2023, 10, 1),
    )  # fmt: skip
    third = import_list(office, listing, papers).json["id"]
    assert {code for code, _ in remarks(office, listing, third)} == {"id_elsewhere"}
    assert ("identity", UUID(made["household_id"]), HUONG_SO) in lines(office, listing)


def test_only_so_many_numbers_elsewhere_are_told_to_one_account_by_lists(
    office: Office, listing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_hits, "ALLOWED_BY_LISTS", 2)
    for at in (1, 2):
        recorded(office, f"Đỗ Văn Đảo {'hai' * at}", f"04607107000{at}")
    rows = [of_an_hoa("Hà Thị Cát", f"04607107000{at}") for at in (1, 2)]
    rows[1][0][2] = "Hà Thị Sạn"
    assert import_list(office, listing, *rows, dry_run=True).status_code == 202
    refused = import_list(office, listing, *rows)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_identity_hits")
    # What lists met does not shut the forms, which are counted by themselves.
    body = {**REGISTER, "area": AN_HOA, "members": [{"name": "Hà Thị Đá", "relation": "head",
                                                     "id_number": "046071080001"}]}  # fmt: skip
    assert office.request(listing, "POST", H, body).status_code == 201
