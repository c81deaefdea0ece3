"""Inputs suggest what is known in the reader's own area, and nothing of another one."""

import re
from typing import Any

import pytest

from tests.service.bodies import SUPPORT
from tests.service.conftest import AN_HOA, Office
from tests.service.households.poor_household import H, poor

LIST = '<datalist id="s-{}">(.*?)</datalist>'


def suggested(page: str, name: str) -> list[str]:
    found = re.search(LIST.format(name), page, re.S)
    return re.findall(r'<option value="([^"]*)">', found[1]) if found else []


@pytest.fixture(scope="module")
def known(with_passwords: Office) -> tuple[Office, str]:
    office = with_passwords
    office.account("anhoa.case_worker", ("case_worker", AN_HOA))
    office.account("kept.surveyor", ("surveyor", "19804@2004-07-08"), villages=("Tổ dân phố 2",))
    for name in ("anhoa.case_worker", "kept.surveyor"):
        with office.services.pool.connection() as conn:
            conn.execute(
                "update office.accounts set password_hash = (select password_hash from"
                " office.accounts where account = 'auditor') where account = %s", (name,)
            )  # fmt: skip
    household = poor(office, village="Tổ dân phố 12")
    poor(office, village="Tổ dân phố 2")
    there = {"effective_on": "2022-06-01", "area": "19774", "village": "Xóm Rẫy",
             "members": [{"name": "Bùi Văn Mít", "relation": "head"}]}  # fmt: skip
    made = office.request("anhoa.case_worker", "POST", H, there).json["household_id"]
    grant = {**SUPPORT, "programme": "DA9-KHAC", "benefit": "máy cày"}
    path = f"{H}/{made}/support"
    assert office.request("anhoa.case_worker", "POST", path, grant, version=1).status_code == 201
    return office, household


def test_villages_of_the_own_commune_are_suggested_by_number(known: Any, person: Any) -> None:
    _, household = known
    worker = person("case_worker")
    for address in ("/ho/moi", *(f"/ho/{household}/ghi/{form}" for form in
                                 ("chuyen-di", "tach-ho", "sua"))):  # fmt: skip
        page = worker.text(address)
        assert suggested(page, "village") == ["Tổ dân phố 2", "Tổ dân phố 12"], address
        assert "Xóm Rẫy" not in page


def test_a_surveyor_kept_to_a_village_is_told_of_no_other(known: Any, person: Any) -> None:
    page = person("kept.surveyor").text("/ho/moi")
    assert "Tổ dân phố 2" in page
    assert "Tổ dân phố 12" not in page


def test_programmes_and_benefits_of_the_own_commune_are_suggested(known: Any, person: Any) -> None:
    _, household = known
    page = person("case_worker").text(f"/ho/{household}/ghi/ho-tro")
    assert suggested(page, "programme") == ["DA2-2023"]
    assert suggested(page, "benefit") == ["cow"]
    assert "DA9-KHAC" not in page
    assert "máy cày" not in page


def test_ethnic_groups_are_suggested_once_for_all_rows(known: Any, person: Any) -> None:
    page = person("case_worker").text("/ho/moi")
    groups = suggested(page, "ethnicity")
    assert len(set(groups)) == 54
    assert {"Kinh", "Tày", "Pa Cô"} & set(groups) == {"Kinh", "Tày"}
    assert page.count('<datalist id="s-ethnicity"') == 1
    assert page.count('list="s-ethnicity"') == 2
