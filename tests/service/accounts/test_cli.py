"""`./socai token` and `./socai account`."""

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.areas.commands import NewUnit
from domain.commands.command import Actor, CommandContext, Document
from service.access import authentication
from tests.calls import areas_of
from tests.service.verbs import call

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def environment(database: Any, tmp_path: Any, application: Any) -> dict[str, str]:
    """The variables of an instance on the test's database, in which there is one province."""
    context = CommandContext(
        date(2004, 7, 8), Actor("t", "administrator"), uuid4(), application.clock(), Document("1")
    )
    areas_of(application).establish(context, NewUnit("46", "Tỉnh Thừa Thiên Huế"))
    return {
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SOCAI_DATA": str(tmp_path),
        "SOCAI_MASTER_KEY": key(),
        "SOCAI_INDEX_KEY": key(),
        "SOCAI_SESSION_KEY": key(),
    }


@pytest.fixture
def socai(environment: dict[str, str]) -> Run:
    """The command line in this process."""
    return lambda *arguments: call(*arguments, **environment)


@pytest.fixture
def socai_alone(environment: dict[str, str]) -> Run:
    """The command line in a process of its own."""
    return lambda *arguments: subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_token_is_all_that_is_printed_and_it_works(
    socai: Run, socai_alone: Run, database: Any
) -> None:
    made = socai("account", "add", "kiemtoan", "--display", "Kiểm toán", "--role", "auditor",
                 "--area", "")  # fmt: skip
    assert made.returncode == 0, made.stderr
    printed = socai_alone("token", "kiemtoan")
    assert printed.returncode == 0, printed.stderr
    (secret,) = printed.stdout.split("\n")[:-1]
    with psycopg.connect(database.url) as conn:
        found = authentication.account_of_token(conn, secret, now=datetime.now(tz=UTC))
    assert found is not None
    assert found.account == "kiemtoan"
    assert [(held.role, held.area) for held in found.roles] == [("auditor", "")]


def test_an_account_without_a_role_or_that_does_not_exist_is_told_in_one_line(socai: Run) -> None:
    refused = socai("token", "khongco")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert "khongco" in refused.stderr


def test_a_disabled_account_is_listed_and_gets_no_token(socai: Run) -> None:
    socai("account", "add", "canbo", "--display", "Cán bộ", "--role", "province_officer",
          "--area", "46")  # fmt: skip
    assert socai("account", "disable", "canbo").returncode == 2
    assert socai("account", "disable", "canbo", "--reason", "nghỉ việc").returncode == 0
    listed = socai("account", "list").stdout
    assert "canbo\tdisabled\tCán bộ" in listed
    assert "province_officer\t46@2004-07-08" in listed
    assert socai("token", "canbo").returncode == 1


def test_roles_that_exclude_each_other_are_refused(socai: Run) -> None:
    area = "46"
    socai("account", "add", "an", "--display", "An", "--role", "surveyor", "--area", area)
    second = socai("account", "add", "an", "--display", "An", "--role", "chairman", "--area", area)
    assert second.returncode == 1
    assert "surveyor" in second.stderr


def test_a_unit_that_nobody_knows_is_refused(socai: Run) -> None:
    refused = socai("account", "add", "an", "--display", "An", "--role", "auditor", "--area", "99")
    assert refused.returncode == 1
    assert "99" in refused.stderr


def test_a_unit_that_has_ended_is_refused_by_id_too(socai: Run, application: Any) -> None:
    areas = areas_of(application)
    for day, act in ((date(2004, 7, 8), "establish"), (date(2008, 8, 1), "close")):
        context = CommandContext(
            day, Actor("t", "administrator"), uuid4(), application.clock(), Document("15/2008/QH12")
        )
        if act == "establish":
            areas.establish(context, NewUnit("28", "Tỉnh Hà Tây"))
        else:
            areas.close("28@2004-07-08", context, reason="error")
    for named in ("28", "28@2004-07-08"):
        refused = socai("account", "add", "an", "--display", "An", "--role", "auditor",
                        "--area", named)  # fmt: skip
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1
        assert "28" in refused.stderr
    assert "an" not in socai("account", "list").stdout


def test_what_is_done_on_the_command_line_is_an_act_too(socai: Run, database: Any) -> None:
    why = ("--reason", "Theo công văn 7")
    socai("account", "add", "canbo", "--display", "Cán bộ", "--role", "auditor", "--area", "46",
          *why)  # fmt: skip
    assert socai("token", "canbo", "--label", "báo cáo", *why).returncode == 0
    given = socai("account", "reset-password", "canbo", *why)
    assert len(given.stdout.strip()) == 16
    assert socai("account", "disable", "canbo", *why).returncode == 0
    assert socai("account", "reopen", "canbo", *why).returncode == 0
    assert socai("account", "end-role", "canbo", "auditor", *why).returncode == 0
    listed = [line.split("\t")[1:] for line in socai("account", "acts").stdout.splitlines()]
    assert [(who, whom, what.split()[0], reason) for who, whom, what, reason in listed[::-1]] == [
        ("cli", "canbo", what, why[1])
        for what in (
            "account_made", "role_given", "token_made", "password_reset", "token_ended", "disabled",
            "reopened", "role_ended",
        )
    ]  # fmt: skip
    with psycopg.connect(database.url) as conn:
        assert authentication.check_password(conn, "canbo", given.stdout.strip())
        account = authentication.account_named(conn, "canbo", on=None)
    assert account is not None
    assert account.once_until is not None
