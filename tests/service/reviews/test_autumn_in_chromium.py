"""An autumn on a phone: from the opening of the round to the certificate and the table."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.reviews.round import round_id
from projections.households import certificate_job
from tests.reviews import (
    ANSWERED,
    CLOSED,
    LISTED,
    MET,
    NEAR_POOR,
    OPENED,
    POOR,
    POSTED,
    SURVEYED,
    VILLAGE,
    Autumn,
)
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.test_survey_form import CHILD, HEAD
from tests.service.households.test_survey_form_in_chromium import PHONE, fill_in
from tests.service.reviews.test_rounds_in_chromium import keep
from tests.service.reviews.villages import on_day
from tests.service.ui.browser import PASSWORD, SIZES, Visitor

AT = f"/ra-soat/{round_id(HUONG_SO, 'periodic', 2026, None)}"
RESURVEYED, MET_AGAIN, POSTED_AGAIN = date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30)
REPORTED = date(2026, 10, 6)
AGREED = ANSWERED + timedelta(days=7)
SIGNED = date(2026, 10, 13)


@pytest.fixture(autouse=True)
def _a_larger_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "phone", PHONE)


class Walk:
    """Steps at the pages, each on its day by its account, each page looked at."""

    def __init__(self, office: Office, come: Any) -> None:
        self.office, self.come, self.seen = office, come, 0

    def visit(self, account: str, path: str, day: date, name: str) -> Visitor:
        """A page on a day, without faults."""
        on_day(self.office, day)
        visitor: Visitor = self.come(account, size="phone")
        visitor.go(path)
        self.look(visitor, name)
        return visitor

    def look(self, visitor: Visitor, name: str) -> None:
        """Keeps a picture of the page, which axe finds nothing serious on."""
        self.seen += 1
        keep(visitor.page, f"autumn-{self.seen:02}-{name}")
        assert visitor.page.locator("h1").count() == 1, name
        assert visitor.troubles() == [], name

    def send(self, visitor: Visitor, name: str, button: str = "form.card button.main") -> None:
        """Sends the form of the page; the page after it says that it was recorded."""
        visitor.page.click(button)
        visitor.page.wait_for_load_state()
        assert visitor.page.locator("[aria-invalid=true]").count() == 0, name
        assert visitor.page.locator(".notice.bad").count() == 0, visitor.page.content()
        self.look(visitor, name)

    def act(
        self, account: str, act: str, day: date, *, about: str = "", find: str = "", **typed: str
    ) -> Visitor:
        """One act of the round by its form, about a household that is found by its number."""
        visitor = self.visit(account, f"{AT}/ghi/{act}{about}", day, act)
        if find:
            visitor.page.fill("[name='household.q']", find)
            visitor.page.click("button[name=find]")
            visitor.page.wait_for_load_state()
            self.look(visitor, f"{act}-found")
        for name, value in typed.items():
            one = visitor.page.locator(f'[name="{name}"]')
            kind = one.first.get_attribute("type")
            if kind in ("radio", "checkbox"):
                visitor.page.check(f'[name="{name}"][value="{value}"]')
            elif one.first.evaluate("(each) => each.tagName") == "SELECT":
                one.select_option(value)
            else:
                one.fill(value)
        self.send(visitor, f"{act}-done")
        return visitor


def test_a_round_is_run_on_a_phone_from_its_opening_to_the_certificate(
    come: Any, with_passwords: Office
) -> None:
    office = with_passwords
    autumn = Autumn(office.services.application, HUONG_SO)
    family = office.household(
        village=VILLAGE, members=[HEAD, {**CHILD, "birth_date": "2017-03-01"}]
    )
    first = UUID(family["household_id"])
    autumn.ids.append(first)
    autumn.classify(first, "poor")
    near = autumn.household("near_poor")
    autumn.round_id = UUID(AT.rpartition("/")[2])
    walk = Walk(office, come)

    opening = walk.visit("case_worker", "/ra-soat/mo", OPENED, "open")
    walk.send(opening, "opened")
    assert opening.page.url.endswith(AT)
    walk.act("case_worker", "danh-sach", LISTED)
    assert len(autumn.now().households) == 2

    surveyor = walk.visit("surveyor", "/viec-can-lam", SURVEYED, "work-of-the-surveyor")
    surveyor.page.click(f'a[href*="{first}"] >> nth=0')
    surveyor.page.wait_for_load_state()
    if "phieu-b" not in surveyor.page.url:
        surveyor.go(f"/ho/{first}/ghi/phieu-b")
    fill_in(surveyor.page)
    walk.look(surveyor, "form-b")
    surveyor.page.click("button.main:not([name])")
    surveyor.page.wait_for_url("**/viec-can-lam#recorded")
    walk.look(surveyor, "surveyed")
    autumn.survey(near, NEAR_POOR)

    meeting = walk.visit("case_worker", f"{AT}/hop-dan?village={VILLAGE}", MET, "meeting")
    meeting.page.fill("[name=attendance]", "40")
    walk.send(meeting, "met", "button[name=all]")
    walk.act("case_worker", "niem-yet", POSTED, places="commune_office")

    lodged = walk.act(
        "case_worker", "khieu-nai", POSTED, find="H2", household=str(near),
        text="Nhà tôi khó khăn hơn",
    )  # fmt: skip
    assert "khiếu nại" in lodged.page.inner_text("main").lower()
    autumn.survey(near, POOR, on=RESURVEYED)
    again = walk.visit("case_worker", f"{AT}/hop-dan?village={VILLAGE}", MET_AGAIN, "meeting-again")
    again.page.fill("[name=attendance]", "35")
    walk.send(again, "met-again", "button[name=all]")
    (grievance,) = autumn.now().grievances
    walk.act("case_worker", "phuc-tra", MET_AGAIN, about=f"?grievance={grievance}")
    walk.act("case_worker", "niem-yet-phuc-tra", POSTED_AGAIN, places="commune_office")

    walk.act("case_worker", "bao-cao", REPORTED)
    walk.act("province_officer", "tra-loi-y-kien", AGREED, opinion="agrees")

    chairman = walk.visit("chairman", f"{AT}/ky", SIGNED, "to-sign")
    chairman.page.fill("[name='number.recognition']", "11/QĐ-UBND")
    chairman.page.fill("[name=present]", PASSWORD)
    walk.send(chairman, "signed", "form:has([name=signed_on]) button.main")
    assert [len(one.households) for one in autumn.now().decisions] == [2]
    assert autumn.class_of(near, SIGNED) == "poor"

    issuing = walk.visit("chairman", "/giay-chung-nhan", CLOSED + timedelta(days=7), "certificates")
    issuing.page.fill("[name=signer]", "Nguyễn Thị Ẩn")
    issuing.page.fill("[name=present]", PASSWORD)
    walk.send(issuing, "certificates-asked")
    batch = UUID(issuing.page.url.rpartition("/")[2])
    certificate_job.run(office.services.application, batch, office.services.clock)
    office.nudge.catch_up()
    issuing.page.reload()
    walk.look(issuing, "certificates-given")
    issuing.go(f"/ho/{near}")
    walk.look(issuing, "household-with-its-certificate")
    assert "GCN-HN.HCN" in issuing.page.inner_text("main")

    query = f"area={HUONG_SO}&from=2026-08-31&to=2026-10-13"
    table = issuing.go(f"/bieu-bao-cao/R2?{query}")
    walk.look(issuing, "table")
    # One poor household at the start, one that was near-poor, two at the end.
    assert "Trở thành hộ cận nghèo" in table.inner_text("main")
    assert "Cân đối" in table.inner_text("main") or "khớp" in table.inner_text("main").lower()
    walk.visit("chairman", AT, SIGNED, "round-at-the-end")
