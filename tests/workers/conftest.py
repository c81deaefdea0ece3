"""Imports on the real write side, with the units of Huế that the lists of the tests name."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.areas.commands import NewUnit
from domain.commands.command import Actor, CommandContext, Document
from domain.eventstore.personal import Keyring
from projections.imports import import_job, imports, job_store
from projections.imports.imports import Import
from tests.calls import areas_of
from tests.conftest import TEMPLATE, Database, fresh_database, furnished_template
from tests.lists import workbook
from tests.standards import standards

OFFICER = Actor("canbo.hue", "case_worker", "474@2004-07-08")


@pytest.fixture
def keys() -> tuple[bytes, bytes]:
    """Master key and index key of the test, for a process of its own."""
    return secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def keyring(database: Any, keys: tuple[bytes, bytes]) -> Keyring:
    """The keyring of the test's database."""
    return Keyring(database.pool, *keys)


@pytest.fixture(scope="session")
def units_of_hue(postgres: Any) -> Iterator[str]:
    """The name of a database with the units of `hue`, recorded once for all tests."""

    def furnish(database: Database) -> None:
        keyring = Keyring(database.pool, secrets.token_bytes(32), secrets.token_bytes(32))
        application = SocaiApplication(database.pool, keyring, standards())
        with_hue(application, lambda: datetime(2022, 12, 15, 2, 0, tzinfo=UTC))

    yield from furnished_template(postgres, furnish)


@pytest.fixture
def database(request: Any, postgres: Any, units_of_hue: str) -> Iterator[Database]:
    """A fresh database of the test; with the units of `hue` where the test asks for that."""
    template = units_of_hue if "hue" in request.fixturenames else TEMPLATE
    yield from fresh_database(postgres, template)


@pytest.fixture
def hue(application: Any) -> Any:
    """The write side with thành phố Huế and two of its wards, as they were."""
    application.areas.refresh()
    return application


def with_hue(application: Any, clock: Callable[[], datetime]) -> Any:
    """The same write side, in which these units are recorded."""
    since, paper = date(2004, 7, 8), Document("124/2004/QĐ-TTg", date(2004, 7, 8))
    for code, name, parent in (
        ("46", "Tỉnh Thừa Thiên Huế", ""),
        ("474", "Thành phố Huế", "46@2004-07-08"),
        ("19804", "Phường Hương Sơ", "474@2004-07-08"),
        ("19810", "Phường Thuận Lộc", "474@2004-07-08"),
    ):
        context = CommandContext(since, Actor("socai", "administrator"), uuid4(), clock(), paper)
        areas_of(application).establish(context, NewUnit(code=code, name=name, parent=parent))
    application.areas.refresh()
    return application


@pytest.fixture
def import_list(hue: Any, clock: Any) -> Callable[..., Import]:
    """Requests an import and works on it until it is done."""

    def run(
        *households: Sequence[Sequence[object]],
        actor: Actor = OFFICER,
        content: bytes = b"",
        area: str = "474",
        **other: Any,
    ) -> Import:
        import_id = uuid4()
        with hue.pool.connection() as conn:
            job_store.request(
                conn,
                hue.keyring,
                import_id=import_id,
                area=area,
                file=content or workbook(*households),
                actor=actor,
                requested_at=clock(),
                **other,
            )
        assert import_job.run(hue, import_id, clock)
        with hue.pool.connection() as conn:
            return imports.get(conn, import_id)

    return run


@pytest.fixture
def request_import(hue: Any, clock: Any) -> Callable[..., UUID]:
    """Requests an import of households and leaves it waiting."""

    def ask(*households: Sequence[Sequence[object]]) -> UUID:
        import_id = uuid4()
        with hue.pool.connection() as conn:
            job_store.request(
                conn, hue.keyring, import_id=import_id, area="474", file=workbook(*households),
                actor=OFFICER, requested_at=clock(),
            )  # fmt: skip
        return import_id

    return ask
