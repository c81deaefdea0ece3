"""The running service against its own document: whatever is sent, no failure of ours, and no
answer that the document does not announce.

A real server process (gunicorn) on real PostgreSQL and Valkey with a small office in it. The
examples are generated from the document, bounded in number, and the same on every run.
"""

import base64
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from projections.catch_up import catch_up
from service.access import authentication
from service.access.permissions import ROLES
from tests.service.conftest import Office
from tests.service.expectations import API
from tests.service.expected import ANYBODY

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
JUDGED = (ParameterLocation.QUERY, ParameterLocation.PATH, ParameterLocation.BODY)
EXAMPLES = 14


@dataclass
class Running:
    """A running service, and ids that lead somewhere in it."""

    url: str
    tokens: dict[str, str]
    known: dict[str, str]
    session: requests.Session

    def version(self) -> str:
        """The ETag of the household that the ids lead to."""
        where = f"{self.url}/api/v1/households/{self.known['household_id']}"
        token = {"Authorization": f"Bearer {self.tokens['auditor']}"}
        return self.session.get(where, headers=token).headers["ETag"]


@pytest.fixture(scope="module")
def running(office: Office, tmp_path_factory: Any) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **environment_of(office, port, tmp_path_factory.mktemp("live"))}
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "service/operations/gunicorn_conf.py",
            "service.wsgi:app",
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    stop = threading.Event()
    worker = threading.Thread(target=keep_up, args=(office, stop))
    worker.start()
    try:
        url = f"http://127.0.0.1:{port}"
        answer_of(url, server)
        yield Running(url, tokens_of_today(office), known_ids(office), requests.Session())
    finally:
        stop.set()
        worker.join()
        server.terminate()
        server.wait(20)


def environment_of(office: Office, port: int, data: Any) -> dict[str, str]:
    used = office.services.settings
    keys = {
        name: base64.urlsafe_b64encode(getattr(used, name.removeprefix("SOCAI_").lower())).decode()
        for name in ("SOCAI_MASTER_KEY", "SOCAI_INDEX_KEY", "SOCAI_SESSION_KEY")
    }
    return {
        **keys,
        "DATABASE_URL": used.database_url,
        "DATABASE_OWNER_URL": used.database_owner_url,
        "REDIS_URL": used.redis_url,
        "SOCAI_DATA": str(data),
        "SOCAI_PORT": str(port),
        "SOCAI_WEB_PROCESSES": "1",
        "SOCAI_WAIT_MILLISECONDS": "200",
        "SOCAI_INSTANCE": used.instance,
    }


def keep_up(office: Office, stop: threading.Event) -> None:
    """What the workers do."""
    while not stop.wait(0.02):
        catch_up(office.services.pool, office.services.keyring)


def answer_of(url: str, server: "subprocess.Popen[bytes]") -> None:
    session = requests.Session()
    retry = requests.adapters.Retry(total=40, backoff_factor=0.2, backoff_max=0.5)
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retry))
    assert session.get(f"{url}/readyz", timeout=30).status_code == 200
    assert server.poll() is None


def tokens_of_today(office: Office) -> dict[str, str]:
    """The running service has the real clock, on which the office's tokens ended long ago."""
    now = datetime.now(tz=UTC)
    with psycopg.connect(office.database.url) as conn:
        return {
            name: authentication.issue_token(conn, name, label="", now=now)[1]
            for name in (*ROLES, "nobody")
        }


def known_ids(office: Office) -> dict[str, str]:
    said = office.household()
    asked = {"from": "2022-01-01", "to": "2022-12-31"}
    replay = office.request("inspector", "POST", "/api/v1/replays", asked)
    office.account("found")  # may end up disabled: no other test knocks with it
    return {
        "household_id": said["household_id"],
        "person_id": said["persons"][1],
        "replay_id": replay.json["id"],
        "unit": "19804",
        "name": "found",
    }


@pytest.fixture(scope="module")
def document(running: Running) -> Any:
    return schemathesis.openapi.from_url(f"{running.url}/api/v1/openapi.json")


LONGEST_ADDRESS = 4_000


@pytest.mark.parametrize("route", API)
def test_whatever_is_sent_the_answer_is_one_that_the_document_announces(
    document: Any, running: Running, route: str
) -> None:
    """`somewhere` puts ids into the path that lead to something, where those are not the matter."""
    method, path = route.split(" ")
    operation = document[path][method]
    sent = operation.as_strategy(generation_mode=GenerationMode.POSITIVE) | operation.as_strategy(
        generation_mode=GenerationMode.NEGATIVE
    )

    allowed = API[route].roles.split() if API[route].roles != ANYBODY else ["nobody"]

    @given(case=sent, role=st.sampled_from([*allowed, "nobody"]), somewhere=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any, role: str, somewhere: bool) -> None:
        if somewhere:
            lead_somewhere(case, running)
        # What we put in ourselves may have mended what was wrong: the token, ids, versions.
        wrong = not somewhere and any(case.meta.is_negative_at(one) for one in JUDGED)
        checks = [*CHECKS, negative_data_rejection] if wrong else CHECKS
        token = {"Authorization": f"Bearer {running.tokens[role]}"}
        answer = case.call(headers=token, session=running.session)
        if answer.status_code == 414:  # before any route: the web server bounds an address
            assert len(answer.request.url) > LONGEST_ADDRESS
            return
        case.validate_response(
            answer,
            checks=checks,
            headers=token,
            transport_kwargs={"headers": token, "session": running.session},
        )

    send()


def lead_somewhere(case: Any, running: Running) -> None:
    """Puts in ids that exist, the present version, and an area that is one's own."""
    if case.path_parameters:
        known = {k: v for k, v in running.known.items() if k in case.path_parameters}
        case.path_parameters.update(known)
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = running.version()
    if isinstance(case.body, dict) and isinstance(case.body.get("area"), str):
        case.body["area"] = "19804"


def test_nothing_of_it_broke_the_record(running: Running, office: Office) -> None:
    with psycopg.connect(office.database.url) as conn:
        parked = conn.execute("select count(*) from read.parked").fetchone()
        gaps = conn.execute("select max(seq) - count(*) from store.ledger").fetchone()
    assert parked == (0,)
    assert gaps == (0,)
