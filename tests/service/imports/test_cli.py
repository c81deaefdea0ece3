"""`./socai import` and `./socai template`."""

import base64
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Database, fresh_database
from tests.lists import household, person, workbook
from tests.service.verbs import call

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GOOD = household(person("Hồ Văn An", birth=1980, id_number="046080001234"))
BAD = household(person("=1+1"), b2=20)


def key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(scope="module")
def database(postgres: Any) -> Iterator[Database]:
    """One database for all these tests: the first call loads the country's units."""
    yield from fresh_database(postgres)


@pytest.fixture(scope="module")
def socai(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line on that database, in this process."""
    environment = {
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SOCAI_DATA": str(tmp_path_factory.mktemp("data")),
        "SOCAI_MASTER_KEY": key(),
        "SOCAI_INDEX_KEY": key(),
        "SOCAI_SESSION_KEY": key(),
    }

    return lambda *arguments: call(*arguments, **environment)


def written(folder: Path, content: bytes) -> str:
    file = folder / "danh sách.xlsx"
    file.write_bytes(content)
    return str(file)


def households(database: Any) -> int:
    with psycopg.connect(database.url) as conn:
        row = conn.execute("select coalesce(sum(households), 0) from read.counts").fetchone()
    assert row is not None
    return int(row[0])


def test_a_list_is_taken_in_and_counted_and_the_refused_rows_go_to_a_sheet(
    socai: Run, database: Any, tmp_path: Path
) -> None:
    file = written(tmp_path, workbook(GOOD, BAD))
    dry = socai("import", file, "--area", "474", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "1  would be recorded, with 1 persons" in dry.stdout
    assert households(database) == 0

    done = socai("import", file, "--area", "474", "--remarks", str(tmp_path / "loi.xlsx"))
    assert done.returncode == 0, done.stderr
    assert "1  recorded, with 1 persons" in done.stdout
    assert "1  refused" in done.stdout
    assert "công thức" in done.stdout
    assert (tmp_path / "loi.xlsx").exists()
    assert households(database) == 1

    again = socai("import", file, "--area", "474")
    assert "1  on record already, nothing new" in again.stdout
    assert households(database) == 1


def test_a_file_that_is_refused_as_a_whole_ends_with_1(socai: Run, tmp_path: Path) -> None:
    refused = socai("import", written(tmp_path, b"STT;Ho ten\n1;An\n"), "--area", "474")
    assert refused.returncode == 1
    assert "not an Excel workbook" in refused.stdout


def test_an_unknown_area_or_a_future_day_is_told_in_one_line(socai: Run, tmp_path: Path) -> None:
    file = written(tmp_path, workbook(GOOD))
    for arguments in (("--area", "999"), ("--area", "474", "--effective", "2099-01-01")):
        refused = socai("import", file, *arguments)
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1


def test_the_template_is_written_and_needs_no_database(socai: Run, tmp_path: Path) -> None:
    done = socai("template", str(tmp_path / "mau.xlsx"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mau.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("day", "why"),
    [("12/2022", "Which day?"), ("31/11/2022", "no such day"), ("soon", "cannot be read")],
)
def test_a_day_that_is_none_is_refused_with_the_reason(
    socai: Run, tmp_path: Path, day: str, why: str
) -> None:
    file = written(tmp_path, workbook(GOOD))
    refused = socai("import", file, "--area", "474", "--effective", day)
    assert refused.returncode == 2
    assert why in refused.stderr


def test_a_day_is_taken_as_people_write_it(socai: Run, tmp_path: Path) -> None:
    file = written(tmp_path, workbook(household(person("Hồ Văn Bình", birth=1981))))
    done = socai("import", file, "--area", "474", "--effective", "1/12/2022", "--dry-run")
    assert done.returncode == 0, done.stderr
