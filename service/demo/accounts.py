"""Accounts of the demo, each with a random password.

The passwords are made at random and kept in one file beside the data, readable by its owner only,
so that every start can show them; the database has their hashes.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from psycopg import Connection

from service.access import accounts, authentication
from service.operations.keys import secret_file

SINCE = date(2019, 1, 1)
HUONG_SO, HUE, HA_TINH = "19804@2004-07-08", "46@2004-07-08", "436@2004-07-08"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account with its password in clear, as `up` prints it."""

    name: str
    password: str
    what: str


@dataclass(frozen=True, slots=True)
class _Made:
    account: str
    name: str
    office: str
    role: str
    area: str
    what: str


MADE = (
    _Made("kiemtoan", "Kiểm toán viên", "Kiểm toán nhà nước", "auditor", "",
          "auditor, whole country"),
    _Made("thanhtra", "Thanh tra viên", "Thanh tra", "inspector", "",
          "inspector, whole country"),
    _Made("tinh.hue", "Công chức tỉnh", "Sở Lao động - Thương binh và Xã hội Thừa Thiên Huế",
          "province_officer", HUE, "province officer, Huế"),
    _Made("chutich.huongso", "Chủ tịch phường", "UBND phường Hương Sơ", "chairman", HUONG_SO,
          "chairman, phường Hương Sơ"),
    _Made("canbo.huongso", "Công chức phường", "UBND phường Hương Sơ", "case_worker", HUONG_SO,
          "case worker, phường Hương Sơ"),
    _Made("khaosat.huongso", "Rà soát viên", "UBND phường Hương Sơ", "surveyor", HUONG_SO,
          "surveyor, phường Hương Sơ"),
    _Made("canbo.hatinh", "Công chức thành phố", "UBND thành phố Hà Tĩnh", "case_worker", HA_TINH,
          "case worker, Hà Tĩnh"),
    _Made("quantri", "Quản trị viên", "Trung tâm công nghệ thông tin", "administrator", "",
          "administrator"),
)  # fmt: skip


def make_accounts(conn: Connection[Any], folder: Path, now: datetime) -> None:
    """Makes the accounts that are not there, with the passwords of the file, and their roles."""
    passwords = _passwords(folder)
    for one in MADE:
        with conn.transaction():
            if authentication.account_named(conn, one.account, on=None) is not None:
                continue
            accounts.create_account(
                conn,
                account=one.account,
                name=one.name,
                office=one.office,
                password=passwords[one.account],
                created_by="demo",
                now=now,
            )
            accounts.grant_role(
                conn,
                account=one.account,
                role=one.role,
                area=one.area,
                valid_from=SINCE,
                granted_by="demo",
                now=now,
            )


def shown_accounts(folder: Path) -> list[DemoAccount]:
    """The accounts with their passwords; empty where they were not made here."""
    if not (folder / "accounts.json").exists():
        return []
    passwords = _passwords(folder)
    return [DemoAccount(one.account, passwords[one.account], one.what) for one in MADE]


def _passwords(folder: Path) -> dict[str, str]:
    def make() -> str:
        return json.dumps({one.account: secrets.token_urlsafe(9) for one in MADE})

    found: dict[str, str] = json.loads(secret_file(folder / "accounts.json", make))
    return found
