"""All who live in a unit are declared on a page, where the overview says that nothing is."""

import re
from datetime import date
from typing import Any

from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.ui.test_problem_pages import summary

PATH = f"/dia-ban/{HUONG_SO}/ho-dan-cu"
POPULATION = f"/api/v1/areas/{HUONG_SO}/population"


def test_not_declared_leads_to_where_it_is_declared_for_whoever_may(
    person: Any, with_passwords: Office
) -> None:
    officer = person("province_officer").text(f"/dia-ban/{HUONG_SO}")
    link = re.search(r'href="([^"]+/ho-dan-cu)"', officer)
    assert link
    assert person("province_officer").get(link[1]).status_code == 200
    reader = person("case_worker").text(f"/dia-ban/{HUONG_SO}")
    assert "/ho-dan-cu" not in reader
    assert "Công chức cấp tỉnh nhập số liệu này" in reader
    assert person("case_worker").get(PATH).status_code == 403


def test_it_is_declared_and_corrected_and_what_else_was_said_stays(
    person: Any, with_passwords: Office
) -> None:
    officer = person("province_officer")
    whole = {"effective_on": "2022-12-31", "households": 3000, "persons": 11000,
             "persons_by_ethnicity": {"Kinh": 10900}}  # fmt: skip
    made = with_passwords.request("province_officer", "POST", POPULATION, whole)
    assert made.status_code == 201
    shown = officer.text(f"{PATH}?on=31/12/2022")
    assert 'value="3000"' in shown
    typed = {"effective_on": "31/12/2022", "households": "3.100", "persons": "11.200"}
    refused = officer.send(PATH, PATH, **typed)
    assert refused.status_code == 422
    assert "correction_reason" in summary(refused.text)
    sent = officer.send(PATH, PATH, **typed, correction_reason="Cộng sót tổ 5")
    assert sent.status_code == 303
    page = officer.text(sent.headers["Location"])
    assert "3.100" in page
    declared = with_passwords.services.application.population.declared
    assert declared(HUONG_SO, date(2022, 12, 31)).persons_by_ethnicity == {"Kinh": 10900}


def test_what_cannot_be_is_refused_beside_its_input(person: Any) -> None:
    officer = person("province_officer")
    for typed, name in (
        ({"households": "ba nghìn", "effective_on": "31/12/2021"}, "households"),
        ({"households": "100", "persons": "50", "effective_on": "31/12/2021"}, "persons"),
        ({"households": "100", "effective_on": "01/01/2030"}, "effective_on"),
        ({"households": "100", "effective_on": "31/02/2021"}, "effective_on"),
    ):
        answer = officer.send(PATH, PATH, **typed)
        assert answer.status_code == 422, typed
        assert name in summary(answer.text), typed


def test_a_unit_outside_is_not_reached_through_the_field(person: Any) -> None:
    officer = person("far.province_officer")
    assert officer.get(PATH).status_code == 403
    far = "/dia-ban/42@2004-07-08/ho-dan-cu"
    answer = officer.send(far, far, area=HUE, effective_on="31/12/2021", households="100")
    assert answer.status_code == 403
