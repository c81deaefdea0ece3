"""One table of settings: what it says is what is read, documented, and told to the workers."""

import base64
from dataclasses import fields
from pathlib import Path

import pytest

from service.config import SETTINGS, SettingRefused, Settings
from service.operations.keys import embedded_keys
from workers.settings import SettingMissing, WorkerSettings

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(range(32))).decode()
NEEDED = {
    "DATABASE_URL": "postgresql://socai_app:hidden@db.example.org/socai",
    "REDIS_URL": "redis://:hidden@redis.example.org",
    "SOCAI_MASTER_KEY": KEY,
    "SOCAI_INDEX_KEY": base64.b64encode(bytes(32)).decode(),
    "SOCAI_SESSION_KEY": KEY,
}


def test_the_table_and_the_settings_have_the_same_fields_and_defaults() -> None:
    read = Settings.from_environment(NEEDED)
    assert {row.field for row in SETTINGS} == {field.name for field in fields(Settings)}
    for field in fields(Settings):
        if field.default is not field.default_factory:
            assert getattr(read, field.name) == field.default, field.name


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    text = text.split("## Settings")[1].split("\n## ")[0]
    documented = {
        cells[1].strip("` "): [cell.strip() for cell in cells[2:-1]]
        for line in text.splitlines()
        if line.startswith("| `") and len(cells := line.split("|")) == 5
    }
    table = {}
    for row in SETTINGS:
        default = f"`{row.default}`" if row.default else "-"
        if row.field == "data":
            default = "`var` in the checkout"
        name = f"{row.variable}` or `{row.file_variable}" if row.secret else row.variable
        table[name] = [default, row.meaning]
    assert documented == table


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingRefused) as refused:
        Settings.from_environment({"DATABASE_URL": "postgresql:///socai"})
    for name in ("REDIS_URL", "SOCAI_MASTER_KEY", "SOCAI_INDEX_KEY_FILE", "SOCAI_SESSION_KEY"):
        assert name in str(refused.value)
    assert "DATABASE_URL" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("SOCAI_PORT", "eight", "SOCAI_PORT"),
        ("SOCAI_WEB_THREADS", "-1", "SOCAI_WEB_THREADS: must not be negative"),
        ("SOCAI_FROZEN_SECONDS", "2", "SOCAI_FROZEN_SECONDS: must be at least 3"),
        ("SOCAI_LOG_FORMAT", "xml", "SOCAI_LOG_FORMAT: must be json or console"),
        ("SOCAI_LOG_LEVEL", "loud", "SOCAI_LOG_LEVEL: must be debug"),
        ("SOCAI_DEMO", "perhaps", "SOCAI_DEMO: must be 1 or 0"),
        ("SOCAI_MASTER_KEY", "not base64!", "SOCAI_MASTER_KEY: must be base64"),
        ("SOCAI_MASTER_KEY", "c2hvcnQ=", "SOCAI_MASTER_KEY: must be 32 bytes in base64, not 5"),
        ("SOCAI_MASTER_KEY_FILE", "/nowhere/key", "SOCAI_MASTER_KEY_FILE: /nowhere/key cannot"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(
    variable: str, value: str, why: str
) -> None:
    environment = {**NEEDED, variable: value}
    if variable.endswith("_FILE"):
        del environment[variable.removesuffix("_FILE")]
    with pytest.raises(SettingRefused, match=why):
        Settings.from_environment(environment)


def test_no_secret_shows_where_settings_are_printed() -> None:
    shown = repr(Settings.from_environment(NEEDED))
    shown += repr(WorkerSettings.from_environment({**NEEDED, "SOCAI_DATA": "/tmp"}))
    assert "hidden" not in shown
    assert KEY not in shown
    assert repr(bytes(range(32))) not in shown


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "master").write_text(f"{KEY}\n")
    environment = {**NEEDED, "SOCAI_MASTER_KEY_FILE": str(tmp_path / "master")}
    del environment["SOCAI_MASTER_KEY"]
    assert Settings.from_environment(environment).master_key == bytes(range(32))


@pytest.mark.parametrize(
    "further",
    [
        {},
        {
            "DATABASE_OWNER_URL": "postgresql://owner@db.example.org/socai",
            "SOCAI_INSTANCE": "hue",
            "SOCAI_WORKER_THREADS": "9",
            "SOCAI_FROZEN_SECONDS": "7",
            "SOCAI_LOG_LEVEL": "debug",
            "SOCAI_LOG_FORMAT": "console",
        },
    ],
)
def test_workers_read_the_same_environment_to_the_same_effect(further: dict[str, str]) -> None:
    environment = {**NEEDED, "SOCAI_DATA": "/tmp/there", **further}
    service, worker = (
        Settings.from_environment(environment),
        WorkerSettings.from_environment(environment),
    )
    for field in fields(WorkerSettings):
        assert getattr(worker, field.name) == getattr(service, field.name), field.name


def test_a_worker_says_which_variable_it_misses() -> None:
    with pytest.raises(SettingMissing, match="DATABASE_URL is not set"):
        WorkerSettings.from_environment({})


def test_keys_are_made_once_readable_by_their_owner_only(tmp_path: Path) -> None:
    made = embedded_keys(tmp_path, {}, first_start=True)
    assert set(made) == {
        "SOCAI_MASTER_KEY_FILE",
        "SOCAI_INDEX_KEY_FILE",
        "SOCAI_SESSION_KEY_FILE",
    }
    files = [Path(name) for name in made.values()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    before = [file.read_text() for file in files]
    assert len(set(before)) == 3
    assert embedded_keys(tmp_path, {}, first_start=True) == made
    assert [file.read_text() for file in files] == before


def test_a_lost_key_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    embedded_keys(tmp_path, {}, first_start=True)
    (tmp_path / "keys" / "master.key").unlink()
    with pytest.raises(SettingRefused, match=r"master\.key is missing although its database"):
        embedded_keys(tmp_path, {}, first_start=False)
    assert not (tmp_path / "keys" / "master.key").exists()


def test_a_key_given_by_hand_is_not_made(tmp_path: Path) -> None:
    made = embedded_keys(tmp_path, {"SOCAI_MASTER_KEY": KEY}, first_start=True)
    assert "SOCAI_MASTER_KEY_FILE" not in made
    assert not (tmp_path / "keys" / "master.key").exists()
