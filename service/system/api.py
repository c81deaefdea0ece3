"""Routes of health, readiness, metrics, lag and the OpenAPI document."""

from functools import partial
from typing import Any

from flask import Response, current_app, json
from redis.exceptions import RedisError

from domain.eventstore.errors import RestoredUnsealed
from projections import status
from projections.heartbeats import KINDS
from service.access.authorization import PUBLIC, RequestContext, Rule
from service.http.faults import FAULTS
from service.http.routes import Answer, ApiBlueprint
from service.system.metrics import exposition
from service.system.permissions import May
from service.system.schemas import HealthSchema, LedgerSchema, ReadinessSchema, ReadModelsSchema

routes = ApiBlueprint("system", __name__, description="Health, figures, and the ledger's length.")


@routes.get("/healthz", rule=PUBLIC, answer=HealthSchema)
def healthz(context: RequestContext) -> Any:
    """This process answers."""
    return {"status": "ok"}


@routes.get("/readyz", rule=PUBLIC, answer=ReadinessSchema, statuses=(200,))
def readyz(context: RequestContext) -> Answer:
    """Database, queue and lag. "degraded" where commands still work and something is wanting:
    `wants` names it. 503 where nothing can be recorded: a restored dump is not sealed."""
    queue = _queue(context)
    now = _standing(context)
    if now.unsealed:
        raise RestoredUnsealed("a dump was restored and not sealed: run ./socai migrate")
    body = {
        "status": "ok" if queue == "ok" and not now.wants else "degraded",
        "database": "ok",
        "queue": queue,
        "ledger_length": now.length,
        "lag": max((model.lag for model in now.models), default=0),
        "parked": sum(model.parked for model in now.models),
        "held_back": now.oldest_writer.held_back if now.oldest_writer else 0,
        "wants": list(now.wants),
        "processes": [_process(now, kind) for kind in KINDS],
    }
    return Answer(body)


def _process(now: status.LedgerStatus, kind: str) -> dict[str, Any]:
    """Returns the state of one kind of process, without hosts and pids, as the route is public."""
    all_of_it = [one for one in now.processes if kind in one.does]
    silent = [one for one in all_of_it if one.silent]
    return {
        "does": kind,
        "state": "silent" if silent else "ok" if all_of_it else "unknown",
        "live": len(all_of_it) - len(silent),
        "silent_since": silent[0].seen if silent else None,
    }


@routes.get(
    "/metrics", rule=PUBLIC, answer=None, content_type="text/plain", content={"type": "string"}
)
def metrics(context: RequestContext) -> Response:
    """Figures for Prometheus; nothing personal."""
    text = exposition(context.services.metrics.registry, partial(_standing_or_none, context))
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@routes.get("/api/v1/openapi.json", rule=PUBLIC, answer=None, content={"type": "object"})
def openapi(context: RequestContext) -> Response:
    """This document: OpenAPI 3.1 of the whole API."""
    described = current_app.extensions["socai-document"].spec.to_dict()
    return Response(json.dumps(described), content_type="application/json")


@routes.get("/api/v1/ledger", rule=Rule(May.READ_LEDGER), answer=LedgerSchema)
def ledger_head(context: RequestContext) -> Any:
    """How long the ledger is, and what is stored but not in it yet."""
    return _standing(context)


@routes.get("/api/v1/read-models", rule=Rule(May.WATCH_SYSTEM), answer=ReadModelsSchema)
def read_models(context: RequestContext) -> Any:
    """How far each read model is behind the ledger, and what is parked."""
    now = _standing(context)
    return {"ledger_length": now.length, "items": now.models}


def _standing(context: RequestContext) -> status.LedgerStatus:
    with context.services.pool.connection(timeout=2) as conn:
        return status.ledger_status(conn)


def _standing_or_none(context: RequestContext) -> status.LedgerStatus | None:
    try:
        return _standing(context)
    except FAULTS:
        return None


def _queue(context: RequestContext) -> str:
    try:
        context.services.redis.ping()
    except RedisError:
        return "down"
    return "ok"
