"""A round that also makes the list of the next standard, at its pages."""

from typing import Any
from uuid import UUID

from domain.households.surveys import RecordSurvey, SurveyInput
from tests.reviews import LISTED, MET, SURVEYED, SURVEYOR, VILLAGE, Autumn
from tests.service.conftest import HUONG_SO, Office
from tests.service.persons import Person
from tests.service.reviews.villages import on_day

DEPRIVED = ("employment", "nutrition", "health_insurance")


def test_a_class_against_the_standard_is_of_the_list_that_it_is_chosen_on(
    person: Any, with_passwords: Office
) -> None:
    office = with_passwords
    autumn = Autumn(office.services.application, HUONG_SO)
    household = autumn.household()
    autumn.open(opening_list=True)
    autumn.put_on_list(on=LISTED)
    form = SurveyInput("B", "urban", SURVEYOR.account, income=2_500_000, deprived=DEPRIVED)
    autumn.run(RecordSurvey(household, form), SURVEYED, by=SURVEYOR)
    on_day(office, MET)
    officer: Person = person("case_worker")
    at = f"/ra-soat/{autumn.round_id}/hop-dan"
    page = officer.text(f"{at}?village={VILLAGE}")
    assert f'name="class.{household}"' in page
    assert f'name="class.{household}.opening"' in page
    given = {
        f"votes.{household}": "30",
        f"class.{household}": "near_poor",
        f"why.{household}": "Nhà cháy sau khi thu thập thông tin",
    }
    sent = officer.send(
        f"{at}?village={VILLAGE}", at, village=VILLAGE, attendance="40", chaired_by="village_head",
        effective_on=f"{MET:%d/%m/%Y}", **given,
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    assert classes(autumn, household) == {
        "result": ("average", "near_poor"), "opening": ("poor", "poor"),
    }  # fmt: skip


def classes(autumn: Autumn, household: UUID) -> dict[str, tuple[str, str]]:
    """The class computed and the class of the result, on each list."""
    result = autumn.now().households[household].result
    assert result is not None
    return {one.list_code: (one.computed, one.class_) for one in result.proposed}
