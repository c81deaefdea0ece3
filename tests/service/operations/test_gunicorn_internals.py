"""What service/operations/web_worker.py takes from gunicorn without a promise that it stays."""

import ast
import inspect
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import TConn, ThreadWorker
from gunicorn.workers.workertmp import WorkerTmp
from packaging.requirements import Requirement

from service.operations.web_worker import PatientWorker

ROOT = Path(__file__).resolve().parents[3]

# What is overridden or called, with its parameters.
METHODS: dict[tuple[Any, str], list[str]] = {
    (TConn, "__init__"): ["self", "cfg", "sock", "client", "server"],
    (TConn, "close"): ["self", "graceful"],
    (ThreadWorker, "accept"): ["self", "listener"],
    (ThreadWorker, "enqueue_req"): ["self", "conn"],
    (ThreadWorker, "finish_request"): ["self", "conn", "fs"],
    (ThreadWorker, "murder_keepalived"): ["self", "force"],
    (ThreadWorker, "on_client_socket_readable"): ["self", "conn", "client"],
    (ThreadWorker, "_keepalive_after"): ["self", "conn", "keepalive"],
    (Worker, "load_wsgi"): ["self"],
    (Worker, "notify"): ["self"],
    (WorkerTmp, "notify"): ["self"],
}

# Where gunicorn itself calls what is overridden; elsewhere it would be without effect.
CALLS = {
    "run": {"murder_keepalived", "notify"},
    "set_accept_enabled": {"accept"},
    "handle": {"_keepalive_after", "handle_request"},
    "enqueue_req": {"handle", "finish_request"},
    "finish_request": {"on_client_socket_readable", "close"},
}
ATTRIBUTES = {"poller", "keepalived_conns", "nr_conns", "cfg", "alive"}


@pytest.mark.parametrize("where", METHODS, ids=lambda where: f"{where[0].__name__}.{where[1]}")
def test_a_method_is_there_with_its_parameters(where: tuple[Any, str]) -> None:
    owner, name = where
    assert name in vars(owner), f"gunicorn has no {owner.__name__}.{name} any more"
    assert list(inspect.signature(getattr(owner, name)).parameters) == METHODS[where]


@pytest.mark.parametrize("method", CALLS)
def test_gunicorn_calls_what_is_overridden(method: str) -> None:
    source = textwrap.dedent(inspect.getsource(getattr(ThreadWorker, method)))
    used = {one.attr for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Attribute)}
    assert used >= CALLS[method], f"gunicorn's {method} no longer uses {CALLS[method] - used}"


@pytest.mark.parametrize("attribute", sorted(ATTRIBUTES))
def test_an_attribute_is_there(attribute: str) -> None:
    config = Config()
    worker = ThreadWorker(1, 1, [], None, 10, config, None)
    assert hasattr(worker, attribute), f"gunicorn's worker has no {attribute} any more"


def test_a_connection_says_what_is_asked_of_it() -> None:
    names = {"sock", "data_ready", "timeout"}
    source = textwrap.dedent(inspect.getsource(TConn.__init__))
    given = {
        one.attr
        for one in ast.walk(ast.parse(source))
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
    }
    assert given >= names, f"gunicorn's TConn no longer has {names - given}"


def test_everything_overridden_is_named_here() -> None:
    """So that a further override is looked at here as well."""
    own = {name for name, one in vars(PatientWorker).items() if inspect.isfunction(one)}
    named = {name for _, name in METHODS}
    assert own & set(dir(ThreadWorker)) <= named | {"__init__"}


def test_only_the_version_that_was_looked_at_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = [one for one in map(Requirement, project["dependencies"]) if one.name == "gunicorn"]
    assert not wanted.specifier.contains("26.9")
    assert not wanted.specifier.contains("28.0")
