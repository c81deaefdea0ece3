"""The page of how the system runs, walked in Chromium by the administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from playwright.sync_api import Page, expect

from domain.jobs.leases import take
from domain.jobs.parts import lease_name
from projections.engine import parking
from projections.rebuild import rebuild_job
from service.operations.backups import back_up
from tests.service.bodies import REGISTER
from tests.service.conftest import Office
from tests.service.households.poor_household import H
from tests.service.ui.browser import crosswise


def parked(office: Office) -> str:
    """A household that the register could not take in; its cause is mended since."""
    office.nudge.awake = False
    said = office.request("case_worker", "POST", H, REGISTER).json
    fault = parking.Fault(UUID(said["household_id"]), said["seq"], "ValueError in a test", "x")
    with office.services.pool.connection() as conn, conn.transaction():
        conn.execute("set local search_path to read, store")
        parking.park(conn, "register", [fault])
    return str(said["household_id"])


@contextmanager
def somebody_at(office: Office, rebuild: int, part: int) -> Iterator[None]:
    """Another worker has this part of a rebuild in its hands until the block is left."""
    with psycopg.connect(office.database.url, autocommit=True) as conn:
        lease = take(conn, lease_name(f"rebuild {rebuild}", part))
        assert lease is not None
        yield
        lease.give_back(conn)


def seen(page: Page, selector: str, scripts: bool) -> None:
    """Something appears: by itself with scripts, on the page loaded again without."""
    if not scripts:
        page.reload()
    page.locator(selector).wait_for()


def card(name: str, figure: str) -> str:
    return f"#now .card:has(dt:has-text('{name}')):has(.big:text-is('{figure}'))"


@crosswise
def test_the_administrator_sees_lag_and_retries_what_was_put_aside(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    office = with_passwords
    administrator = come("administrator", size=size, scripts=scripts)
    page = administrator.go("/van-hanh")
    page.locator(card("Chậm nhất", "0")).wait_for()
    household = parked(office)
    seen(page, card("Hồ sơ lỗi xử lý", "1"), scripts)
    assert page.locator(card("Chậm nhất", "0")).count() == 0
    office.nudge.awake = True
    office.nudge.catch_up()
    seen(page, card("Chậm nhất", "0"), scripts)
    page.reload()
    row = page.locator(f"tbody tr:has-text('{household}')")
    expect(row).to_contain_text("ValueError in a test")
    assert not scripts or administrator.troubles() == []
    assert administrator.fits()
    row.locator("button:has-text('Thử lại')").click()
    page.locator(".notice:has-text('Đã xử lý 1 lần ghi chờ')").wait_for()
    expect(page.locator("main")).to_contain_text("Không có hồ sơ lỗi xử lý")
    page.locator(card("Hồ sơ lỗi xử lý", "0")).wait_for()


@crosswise
def test_the_administrator_watches_a_rebuild_to_its_end(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    office, services = with_passwords, with_passwords.services
    households = [UUID(office.household()["household_id"]) for _ in range(4)]
    administrator = come("administrator", size=size, scripts=scripts)
    page = administrator.go("/van-hanh")
    page.select_option("[name=model]", "register")
    page.click("button:has-text('Tổng hợp lại')")
    page.locator(".notice:has-text('Đã bắt đầu tổng hợp lại')").wait_for()
    page.locator("#now .card:has-text('Đang nạp') .progress:has-text('0%')").wait_for()
    page.click("button:has-text('Tổng hợp lại')")
    page.locator(".notice:has-text('đang được tổng hợp lại')").wait_for()

    with services.pool.connection() as conn:
        (rebuild,) = conn.execute(
            "select id from read.rebuilds where finished_at is null"
        ).fetchone()
    part = households[0].int * rebuild_job.FEWEST_PARTS >> 128
    with somebody_at(office, rebuild, part):
        assert not rebuild_job.work(services.pool, services.keyring, rebuild)
        seen(page, "#now .card:has-text('Đang nạp') .progress span:not(:text-is('0%'))", scripts)
        assert not scripts or administrator.troubles() == []
    assert rebuild_job.work(services.pool, services.keyring, rebuild)
    seen(page, "#now:not(:has-text('Đang tổng hợp lại'))", scripts)
    expect(page.locator("#now tr:has-text('register')")).to_contain_text("Tốt")
    assert administrator.complaints == []


@crosswise
def test_the_administrator_reads_queues_the_length_of_the_ledger_and_the_last_backup(
    come: Any, with_passwords: Office, tmp_path: Path, size: str, scripts: bool
) -> None:
    services = with_passwords.services
    back_up(services.settings, tmp_path / "backup")
    administrator = come("administrator", size=size, scripts=scripts)
    page = administrator.go("/van-hanh")
    expect(page.locator("#now .card:has-text('Sao lưu gần nhất')")).to_contain_text("KB")
    with services.pool.connection() as conn:
        (events,) = conn.execute("select count(*) from store.ledger").fetchone()
    page.locator(card("Lần ghi đã lưu", f"{events:,}".replace(",", "."))).wait_for()
    assert page.locator("#now .card:has-text('Hàng đợi')").count() == 2
    assert not scripts or administrator.troubles() == []
