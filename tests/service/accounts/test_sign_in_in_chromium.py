"""Coming in and going out, and who may come in, walked in Chromium: passwords, a provider that
really runs, and the administrator's pages of accounts."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from service.app import close_app, create_app
from tests.service.accounts.provider import application
from tests.service.conftest import NOW, Office
from tests.service.ui import browser
from tests.service.ui.browser import Visitor, everywhere, on_every_screen


@pytest.fixture(scope="module")
def window(with_passwords: Office, running_chromium: Browser) -> Iterator[Any]:
    """A browser before an application that lets a provider vouch for people, too."""
    with browser.served(application(socai="known to both")) as provider:
        settings = dataclasses.replace(
            with_passwords.services.settings,
            oidc_issuer=provider,
            oidc_client_id="socai",
            oidc_client_secret="known to both",
            oidc_claim="sub",
        )
        app = create_app(settings, clock=with_passwords.clock)
        with browser.served(app) as address:
            yield running_chromium, address
        close_app(app)


@everywhere
def test_an_officer_is_told_of_a_wrong_password_comes_in_and_goes_out(
    come: Any, size: str, scripts: bool
) -> None:
    officer = come("", size=size, scripts=scripts)
    page = officer.go("/ho?class=poor")
    officer.sign_in("case_worker", "không phải mật khẩu này")
    told = page.locator("#refusal")
    told.wait_for()
    assert "Sai tên đăng nhập hoặc mật khẩu" in told.inner_text()
    assert page.input_value("[name=account]") == "case_worker"
    assert page.input_value("[name=password]") == ""
    assert not scripts or officer.troubles() == []
    officer.sign_in("case_worker")
    page.wait_for_url("**/ho?class=poor*")
    page.click("details.menu summary")
    held = "Công chức cấp xã phụ trách giảm nghèo, Phường Hương Sơ"
    assert held in page.inner_text(".menu-sheet")
    assert officer.fits()
    page.click("button:has-text('Đăng xuất')")
    page.wait_for_url("**/dang-nhap")
    assert "Đã đăng xuất" in page.inner_text("main")
    officer.go("/ho?class=poor")
    assert "/dang-nhap?" in page.url


def test_whoever_guesses_passwords_is_told_to_wait(come: Any) -> None:
    guesser = come("")
    page = guesser.go("/dang-nhap")
    for _ in range(5):
        guesser.sign_in("far.chairman", "đoán thử")
        page.locator("#refusal:has-text('Sai tên đăng nhập')").wait_for()
    guesser.sign_in("far.chairman")
    page.locator("#refusal:not(:has-text('Sai tên đăng nhập'))").wait_for()
    assert "quá nhiều lần" in page.inner_text("#refusal").lower()
    assert guesser.troubles() == []


def vouched_for(someone: Visitor, wanted: str, subject: str) -> None:
    """They choose the provider at our gate, and it vouches for them as `subject`."""
    page = someone.go(wanted)
    page.click("a:has-text('tài khoản công vụ')")
    page.fill("[name=sub]", subject)
    page.click("button:has-text('Authorize')")


@everywhere
def test_whom_the_provider_vouches_for_comes_in_where_they_wanted_to_go(
    come: Any, size: str, scripts: bool
) -> None:
    auditor = come("", size=size, scripts=scripts)
    page = auditor.page
    vouched_for(auditor, "/ho?class=near_poor", "auditor")
    page.wait_for_url(f"{auditor.address}/ho?class=near_poor*")
    page.click("details.menu summary")
    assert "Kiểm toán viên" in page.inner_text(".menu-sheet")
    assert auditor.complaints == []


@on_every_screen
def test_whom_the_provider_knows_and_nobody_here_stays_outside(come: Any, size: str) -> None:
    stranger = come("", size=size)
    page = stranger.page
    vouched_for(stranger, "/dang-nhap", "nguoi.la")
    page.wait_for_url("**/dang-nhap")
    assert "chưa được cấp quyền trên hệ thống này" in page.inner_text(".notice.bad")
    assert stranger.troubles() == []


def made(administrator: Visitor, account: str) -> str:
    """The administrator makes an account; returns the password that the page shows."""
    page = administrator.go("/tai-khoan")
    page.click("main a:has-text('Thêm tài khoản')")
    page.fill("[name=account]", account)
    page.fill("[name=name]", "Trần Thị Mới")
    page.fill("[name=office]", "UBND phường Hương Sơ")
    page.fill("[name=reason]", "Công văn 12 của phường")
    page.click("button:has-text('Thêm')")
    page.locator(".notice.good code").wait_for()
    assert "Chưa có vai trò" in page.inner_text("main")
    return page.inner_text(".notice.good code")


@everywhere
def test_an_administrator_makes_an_account_gives_it_a_role_and_ends_both(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    administrator = come("administrator", size=size, scripts=scripts)
    page, account = administrator.page, f"moi.{size}.{scripts}".lower()
    own = "một câu ngắn dễ nhớ của tôi"
    password = made(administrator, account)
    newcomer = come("", size=size, scripts=scripts)
    newcomer.go("/dang-nhap")
    newcomer.sign_in(account, password)
    newcomer.page.wait_for_url("**/tai-khoan/cua-toi*")
    newcomer.page.fill("[name=present]", password)
    newcomer.page.fill("[name=password]", own)
    newcomer.page.click("button:has-text('Đổi mật khẩu')")
    newcomer.page.locator(".notice.good:has-text('Đã đổi mật khẩu')").wait_for()
    assert newcomer.page.locator("nav.main-nav a").all_inner_texts() == ["Trợ giúp"]

    page.select_option("[name=role]", "case_worker")
    page.fill("form:has([name=role]) [name=reason]", "Quyết định phân công 7")
    page.fill("[name=area]", "Không Đâu")
    page.click("button:has-text('Giao vai trò')")
    page.locator("#e-area").wait_for()
    assert page.input_value("[name=role]") == "case_worker"
    page.fill("[name=area]", "huong so")
    page.click("button:has-text('Giao vai trò')")
    page.locator("tbody th:has-text('Công chức cấp xã phụ trách giảm nghèo')").wait_for()
    assert "Phường Hương Sơ" in page.inner_text("tbody")
    assert not scripts or administrator.troubles() == []
    newcomer.go("/ho")
    assert newcomer.page.inner_text("h1") == "Danh sách hộ"

    page.click("summary:has-text('Kết thúc hôm nay')")
    page.fill("#w-role-1", "Chuyển công tác")
    page.click("button:has-text('Kết thúc vai trò')")
    page.locator("tbody td:has-text('20/12/2023') >> nth=1").wait_for()
    with_passwords.clock.now = NOW + timedelta(days=1)
    newcomer.go("/ho")
    assert newcomer.page.inner_text("h1") != "Danh sách hộ"
    with_passwords.clock.now = NOW
    assert not page.locator("button:has-text('Khóa tài khoản')").is_visible()
    page.click("summary:has-text('Khóa tài khoản')")
    page.fill("#w-disable", "Nghỉ việc")
    page.click("button:has-text('Khóa tài khoản')")
    page.locator(".badge:has-text('Đã khóa')").wait_for()
    newcomer.go("/tai-khoan/cua-toi")
    newcomer.sign_in(account, own)
    newcomer.page.locator("#refusal:has-text('Sai tên đăng nhập hoặc mật khẩu')").wait_for()

    page.fill("[name=reason]", "Khoá nhầm")
    page.click("button:has-text('Mở lại tài khoản')")
    page.locator("#refusal").wait_for()
    another = come("far.administrator", size=size, scripts=scripts)
    another.go(f"/tai-khoan/{account}")
    another.page.fill("[name=reason]", "Khoá nhầm người")
    another.page.click("button:has-text('Mở lại tài khoản')")
    another.page.locator("h3:has-text('Giao vai trò')").wait_for()
    newcomer.sign_in(account, own)
    newcomer.page.locator(f"p:has-text('{account}')").wait_for()
