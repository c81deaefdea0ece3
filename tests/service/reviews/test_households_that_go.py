"""Households that move away or end while a round reviews them, at its pages."""

from typing import Any

from domain.households.relocation import DissolveHousehold, MoveHousehold
from tests.reviews import LISTED, SURVEYED, Autumn
from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.persons import Person
from tests.service.reviews.villages import on_day


def test_a_household_that_has_gone_is_taken_off_the_list_where_no_search_finds_it(
    person: Any, with_passwords: Office
) -> None:
    office = with_passwords
    autumn = Autumn(office.services.application, HUONG_SO)
    moved, ended, staying = (autumn.household() for _ in range(3))
    autumn.open()
    autumn.put_on_list(on=LISTED)
    autumn.run(MoveHousehold(moved, village="Tổ dân phố 1", area=AN_HOA), SURVEYED)
    autumn.run(DissolveHousehold(ended, reason="death"), SURVEYED)
    on_day(office, SURVEYED)
    officer: Person = person("case_worker")
    at = f"/ra-soat/{autumn.round_id}"
    assert "Đưa 2 hộ đã chuyển đi hoặc ngừng quản lý ra khỏi danh sách" in officer.text(at)
    form = f"{at}/ghi/bo-khoi-danh-sach"
    page = officer.text(form)
    for household, offered in ((moved, True), (ended, True), (staying, False)):
        assert (f'value="{household}"' in page) is offered
    assert "đã chuyển đi" in page
    assert "đã ngừng quản lý" in page
    day = {"effective_on": f"{SURVEYED:%d/%m/%Y}"}
    wrong = officer.send(form, form, household=str(staying), reason="moved_away", **day)
    assert wrong.status_code == 409
    assert "Theo hồ sơ, có hộ vẫn đang cư trú trên địa bàn" in wrong.text
    for household, reason in ((moved, "moved_away"), (ended, "ended")):
        sent = officer.send(form, form, household=str(household), reason=reason, **day)
        assert sent.status_code == 303, sent.text
    assert list(autumn.now().households) == [staying]
    assert "chuyển đi hoặc ngừng quản lý" not in officer.text(at)
