"""A phone of a surveyor without a connection: pages open again, and no one else sees them."""

from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from service.access.authentication import LASTS
from tests.reviews import SURVEYED, Autumn
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.test_survey_form import at, household, surveys
from tests.service.households.test_survey_form_in_chromium import (
    PHONE,
    TAPPED,
    TYPED,
    fill_in,
    saved,
)
from tests.service.reviews.villages import SIX, on_day
from tests.service.ui.browser import PASSWORD, SIZES, Visitor

WORKLIST, ELSEWHERE = "/viec-can-lam", "/tro-giup"
CUTS = 24
NO_PAGE = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"
SENT = """() => {
  const form = document.querySelector("form[data-survey]");
  return fetch(location.href, { method: "POST", body: new FormData(form), redirect: "manual" })
    .then(() => true);
}"""
LATE = """async () => {
  const page = (said, later) => new Response(
    new ReadableStream({ start(body) { setTimeout(() => {
      body.enqueue(new TextEncoder().encode("<html "));
      body.close();
    }, later); } }),
    { headers: { "X-Session": said, "X-Keep-Seconds": "600" } });
  const url = new URL("/ho/asked-before", self.location), asked = purges;
  for (const later of [0, 200]) {
    const heeded = heed(url, "GET", page("gone", later), purges);
    if (later) await heeded;
    await purge();
    await heeded;
    await storing;
  }
  await heed(url, "GET", page("gone", 0), asked);
  await storing;
  return (await (await caches.open(PAGES)).keys()).length;
}"""
KEPT = """async () => {
  const pages = await caches.open("socai-pages");
  return (await pages.keys()).map((one) => new URL(one.url).pathname);
}"""


@pytest.fixture(autouse=True)
def _a_larger_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "phone", PHONE)


def is_kept(page: Page) -> None:
    """Waits until the page says that the phone keeps it."""
    expect(page.locator("#kept-note")).to_be_visible()


def opened(come: Any, one: str, account: str = "surveyor") -> tuple[Visitor, Page]:
    """The worklist and then form B, both kept on the phone."""
    surveyor = come(account, size="phone")
    is_kept(surveyor.go(WORKLIST))
    page = surveyor.go(at(one))
    is_kept(page)
    return surveyor, page


def is_copy(page: Page) -> bool:
    return page.evaluate("'kept' in document.documentElement.dataset") is True


def is_chosen(page: Page, name: str, value: str) -> None:
    expect(page.locator(f'input[name="{name}"][value="{value}"]')).to_be_checked()


def sign_out(page: Page) -> None:
    page.click(".top-who summary")
    page.click("form[data-sign-out] button")
    page.wait_for_url("**/dang-nhap*")


def test_a_form_is_reloaded_without_a_connection_and_filled_in_to_its_end(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    _, page = opened(come, one)
    for turn, (name, value) in enumerate(TAPPED.items()):
        page.context.set_offline(turn % 2 == 0)
        page.check(f'input[name="{name}"][value="{value}"]')
        state = "offline" if turn % 2 == 0 else "saved"
        expect(page.locator("#draft-state")).to_have_attribute("data-state", state)
        if turn % 5 == 0:
            page.context.set_offline(True)
            page.reload()
            assert is_copy(page)
            expect(page.locator("#kept-copy")).to_contain_text("Không có kết nối")
            done = list(TAPPED.items())[: turn + 1]
            for each in done:
                is_chosen(page, *each)
    page.context.set_offline(True)
    for name, text in TYPED.items():
        page.fill(f'[name="{name}"]', text)
    page.check("[name=confirmed]")
    expect(page.locator("#draft-state")).to_contain_text("Mất kết nối")
    page.reload()
    expect(page.locator("[name=income]")).to_have_value(TYPED["income"])
    assert page.is_checked("[name=confirmed]")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    expect(page.locator("#draft-state")).to_contain_text("đã gửi lúc")
    page.click("button.main:not([name])")
    page.wait_for_url(f"**{WORKLIST}#recorded")
    (survey,) = surveys(with_passwords, one)
    assert survey["income"] == 1_200_000
    assert survey["deprived"] == ["employment", "health_insurance", "latrine"]
    assert at(one) not in page.evaluate(KEPT), "the form is of no use any more"


def test_a_connection_that_is_cut_again_and_again_with_reloads_loses_nothing(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    _, page = opened(come, one)
    names = list(TAPPED.items())
    for cut in range(CUTS):
        name, value = names[cut % len(names)]
        page.context.set_offline(True)
        page.check(f'input[name="{name}"][value="{value}"]')
        page.fill("[name=income]", str(1000 + cut))
        expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
        if cut % 3 == 0:
            page.reload()
            assert is_copy(page)
        expect(page.locator("[name=income]")).to_have_value(str(1000 + cut))
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        saved(page)
        if cut % 4 == 0:
            page.reload()
            assert not is_copy(page)
            expect(page.locator("[name=income]")).to_have_value(str(1000 + cut))
    page.reload()
    expect(page.locator("[name=income]")).to_have_value(str(1000 + CUTS - 1))
    for each in names:
        is_chosen(page, *each)


def test_what_the_server_has_is_still_there_after_a_reload_without_a_connection(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    _, page = opened(come, one)
    page.fill("[name=income]", "777")
    saved(page)
    page.context.set_offline(True)
    page.reload()
    assert is_copy(page)
    expect(page.locator("[name=income]")).to_have_value("777")
    page.fill("[name=income]", "778")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    page.reload()
    expect(page.locator("[name=income]")).to_have_value("778")


def test_the_worklist_opens_again_and_other_pages_say_why_they_do_not(
    come: Any, with_passwords: Office
) -> None:
    _, page = opened(come, household(with_passwords))
    page.context.set_offline(True)
    page.goto(page.url.rpartition("/ho/")[0] + WORKLIST)
    assert is_copy(page)
    expect(page.locator("h1")).to_have_text("Việc cần làm")
    page.goto(page.url.replace(WORKLIST, ELSEWHERE))
    expect(page.locator("h1")).to_have_text("Không có kết nối")
    page.goto(page.url.replace(ELSEWHERE, "/ho/00000000-0000-4000-8000-000000000000"))
    expect(page.locator("h1")).to_have_text("Không có kết nối")


def test_the_forms_of_the_list_are_kept_by_a_button_and_what_was_not_sent_is_marked(
    come: Any, with_passwords: Office
) -> None:
    """In the village itself there is no connection at all."""
    office = with_passwords
    on_day(office, SURVEYED)
    autumn = Autumn(office.services.application, HUONG_SO)
    autumn.open()
    households = [autumn.household("poor", village=SIX) for _ in range(3)]
    autumn.put_on_list()
    on_day(office, SURVEYED)
    surveyor = come("surveyor", size="phone")
    page = surveyor.go(WORKLIST)
    is_kept(page)
    page.click("#keep-houses")
    expect(page.locator("#houses-kept")).to_be_visible()
    assert {at(str(one)) for one in households} <= set(page.evaluate(KEPT))
    page.context.set_offline(True)
    page.click(f'a[href="{at(str(households[1]))}"]')
    expect(page.locator("#kept-copy")).to_be_visible()
    page.fill("[name=income]", "777")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    page.goto(surveyor.address + WORKLIST)
    expect(page.locator("main .badge", has_text="Chưa gửi")).to_have_count(1)
    page.context.set_offline(False)
    page.goto(surveyor.address + at(str(households[1])))
    saved(page)
    surveyor.go(WORKLIST)
    is_kept(page)
    expect(page.locator("main .badge", has_text="Chưa gửi")).to_have_count(0)


def test_signing_out_empties_the_phone(come: Any, with_passwords: Office) -> None:
    one = household(with_passwords)
    surveyor, page = opened(come, one)
    assert at(one) in page.evaluate(KEPT)
    sign_out(page)
    assert page.evaluate(KEPT) == []
    page.context.set_offline(True)
    with pytest.raises(Exception, match=NO_PAGE):
        page.goto(surveyor.address + at(one))


def test_a_draft_that_was_not_sent_is_asked_about_before_the_sign_out(
    come: Any, with_passwords: Office
) -> None:
    _, page = opened(come, household(with_passwords))
    page.context.set_offline(True)
    page.fill("[name=income]", "777")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.click(".top-who summary")
    page.click("form[data-sign-out] button")
    assert asked
    assert "chưa gửi" in asked[0]
    expect(page.locator("[name=income]")).to_have_value("777")
    assert page.evaluate("localStorage.length") == 1


@pytest.mark.parametrize("how", ["signs in", "cookie of another session"])
def test_another_officer_of_the_phone_sees_nothing_of_it(
    come: Any, with_passwords: Office, how: str
) -> None:
    """The first session was not signed out: it ended, or the phone was just handed on."""
    one = household(with_passwords)
    surveyor, page = opened(come, one)
    page.fill("[name=income]", "777")
    saved(page)
    page.context.clear_cookies()
    if how == "signs in":
        surveyor.go("/dang-nhap")
        surveyor.sign_in("case_worker", PASSWORD)
        page.wait_for_url("**/viec-can-lam")
    else:
        other = come("case_worker", size="phone")
        page.context.add_cookies(other.page.context.cookies())
        surveyor.go(ELSEWHERE)
    assert page.evaluate(KEPT) == []
    page.context.set_offline(True)
    with pytest.raises(Exception, match=NO_PAGE):
        page.goto(surveyor.address + at(one))


def test_a_session_that_was_ended_elsewhere_empties_the_phone(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    surveyor, page = opened(come, one)
    with psycopg.connect(with_passwords.database.url) as conn:
        conn.execute("delete from office.sessions where account = 'surveyor'")
    surveyor.go(WORKLIST)
    assert "/dang-nhap" in page.url
    assert page.evaluate(KEPT) == []


def test_what_is_kept_ends_with_the_session(come: Any, with_passwords: Office) -> None:
    one = household(with_passwords)
    _, page = opened(come, one)
    hours = int(LASTS.total_seconds() // 3600)
    moved = f"""async () => {{
      const pages = await caches.open("socai-pages");
      for (const key of await pages.keys()) {{
        const found = await pages.match(key), headers = new Headers(found.headers);
        headers.set("X-Kept-Until", Number(headers.get("X-Kept-Until")) - {hours} * 3600e3);
        await pages.put(key, new Response(await found.text(), {{ headers }}));
      }}
    }}"""
    page.evaluate(moved)
    page.context.set_offline(True)
    with pytest.raises(Exception, match=NO_PAGE):
        page.reload()
    page.context.set_offline(False)


def test_an_account_that_is_no_surveyor_keeps_nothing(come: Any, with_passwords: Office) -> None:
    one = household(with_passwords)
    worker = come("case_worker", size="phone")
    page = worker.go(at(one))
    expect(page.locator("#preview")).to_be_visible()
    assert page.locator("#kept-note").count() == 0
    assert page.evaluate(KEPT) == []
    assert page.evaluate("navigator.serviceWorker.controller") is None


def test_an_answer_that_was_lost_on_the_way_is_sent_again(
    come: Any, with_passwords: Office
) -> None:
    """The form was recorded, and the connection was cut before the answer came."""
    one = household(with_passwords)
    surveyor, page = opened(come, one)
    fill_in(page)
    saved(page)
    page.evaluate(SENT)
    assert len(surveys(with_passwords, one)) == 1
    page.context.set_offline(True)
    page.evaluate("document.querySelector('form[data-survey]').submit()")
    expect(page.locator("h1")).to_have_text("Không có kết nối")
    assert "phiếu không bị lưu hai lần" in page.content()
    page.goto(surveyor.address + at(one))
    assert is_copy(page)
    page.context.set_offline(False)
    page.click("button.main:not([name])")
    page.wait_for_url(f"**{WORKLIST}#recorded")
    assert len(surveys(with_passwords, one)) == 1


def test_pages_that_are_kept_have_no_faults(come: Any, with_passwords: Office) -> None:
    surveyor, page = opened(come, household(with_passwords))
    assert surveyor.troubles() == []
    page.context.set_offline(True)
    page.reload()
    assert surveyor.fits()


def test_an_answer_that_is_still_coming_when_the_phone_is_emptied_is_not_kept(
    come: Any, with_passwords: Office
) -> None:
    _, page = opened(come, household(with_passwords))
    (worker,) = page.context.service_workers
    assert worker.evaluate(LATE) == 0
    page.reload()
    is_kept(page)
    assert page.evaluate(KEPT), "what comes afterwards is kept again"
