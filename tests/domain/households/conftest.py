"""`given(history)` on the write side of the test's database, with a few areas."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from domain.application import SocaiApplication
from tests.conftest import Database, Postgres, fresh_database
from tests.given import Given, Life, Step, a_few_areas
from tests.standards import standards


@pytest.fixture(scope="module")
def database_of_the_file(postgres: Postgres) -> Iterator[tuple[Database, psycopg.Connection]]:
    """A database for those tests of a file that look at their own households alone, and a
    connection of the administrator."""
    for database in fresh_database(postgres):
        with psycopg.connect(database.superuser_url, autocommit=True) as admin:
            for table in ("commands", "score_cards"):  # a trigger keeps what is in them
                admin.execute(f"alter table store.{table} disable trigger all")
            yield database, admin


@pytest.fixture
def database(request: Any, postgres: Postgres) -> Iterator[Database]:
    """A fresh database where the test itself asks for one; else that of the file, in which no
    other test has claimed a person or a number, or run a command."""
    if "database" in inspect.signature(request.function).parameters:
        yield from fresh_database(postgres)
    else:
        yield cleared(*request.getfixturevalue("database_of_the_file"))


def cleared(database: Database, admin: psycopg.Connection) -> Database:
    """The database, without what other tests claimed, ran and imported there."""
    for table in ("claims", "match_keys", "commands", "score_cards"):
        admin.execute(f"delete from store.{table}")
    return database


@pytest.fixture
def application(database: Any, keyring: Any, clock: Any) -> SocaiApplication:
    """The write side on the test's database; its directory knows three communes."""
    return SocaiApplication(database.pool, keyring, standards(), clock, directory=a_few_areas())


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    """A household of which nothing is known yet."""
    return Life(application)


@pytest.fixture
def given(life: Life) -> Callable[..., Given]:
    """given(history, ...) brings a household to a point of its life."""

    def at(*history: Step) -> Given:
        return Given(life, *history)

    return at
