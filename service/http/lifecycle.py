"""The life of every request: its id, its headers, one log line, and errors as problems.

Logs name the route and never the address: an address may hold a name that was searched for.
A failure of our own is logged by type and place without its message, which may quote data.
"""

import re
import time
import traceback
from typing import Any
from uuid import uuid4

import structlog
from eventsourcing.persistence import MapperDeserialisationError
from flask import Flask, Response, current_app, g, json, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from domain.errors import Refusal
from service.access.authentication import address_of
from service.http.faults import FAULTS, RETRY_AFTER_SECONDS, is_fault, sqlstate_of
from service.http.parsing import language
from service.problems import (
    FieldsRefused,
    RecordUnreadable,
    RequestError,
    field_message,
    problem,
    status_of,
    title,
)
from service.services import current_services

log = structlog.get_logger("socai.service")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
# Statuses of refusals that say who was turned away from where.
_LOGGED = (401, 403, 404, 429)
_OF_HTTP = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "wrong_content_type",
}


def register(app: Flask) -> None:
    """Registers all of this with the application."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(RequestError, _request_error)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    for fault in FAULTS:
        app.register_error_handler(fault, _unavailable)
    app.register_error_handler(MapperDeserialisationError, _unreadable)
    app.register_error_handler(Exception, _failure)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    if "idempotency_key" in g:
        response.headers["Idempotency-Key"] = g.idempotency_key
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers.add("Vary", "Accept-Language")
    seconds = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else "none"
    current_services().metrics.request(request.method, route, response.status_code, seconds)
    log.info(
        "request",
        request_id=g.request_id,
        method=request.method,
        route=route,
        status=response.status_code,
        account=g.get("account", ""),
        milliseconds=round(seconds * 1000, 1),
    )
    return response


def _request_error(error: RequestError) -> Response:
    if status_of(error.code) in _LOGGED:
        log.info(
            "refused",
            request_id=g.request_id,
            route=request.url_rule.rule if request.url_rule else "none",
            account=g.get("account", ""),
            address=address_of(request),
            outcome=error.code,
        )
    errors = error.errors if isinstance(error, FieldsRefused) else None
    return problem_answer(
        error.code, error.message, values=error.values, errors=errors, headers=error.headers
    )


def _refusal(refusal: Refusal) -> Response:
    return problem_answer(refusal.code, refusal.message, values=refusal.values)


def _http_error(error: HTTPException) -> Response:
    code = _OF_HTTP.get(error.code or 500)
    if code is None:
        return _failure(error)
    headers = {}
    if error.code == 405 and getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return problem_answer(code, title(code, "en") + ".", headers=headers)


def _unavailable(error: Exception) -> Response:
    """A fault of the database. It is logged by its type and SQLSTATE: messages may quote data."""
    if not is_fault(error):
        return _failure(error)
    log.error(
        "unavailable",
        request_id=g.request_id,
        error=type(error).__qualname__,
        sqlstate=sqlstate_of(error),
        frames=_frames(error),
    )
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return problem_answer(
        "unavailable", "The database cannot do this now; try again.", headers=headers
    )


def _unreadable(error: Exception) -> Response:
    """An event that this version of the code cannot read: a newer one wrote it, or it is damaged.

    The message of the error names the row and not its state.
    """
    log.error("unreadable", request_id=g.request_id, error=str(error)[:200])
    return _request_error(RecordUnreadable())


def _failure(error: Exception) -> Response:
    log.error(
        "failure",
        request_id=g.request_id,
        error=type(error).__qualname__,
        frames=_frames(error),
    )
    return problem_answer(
        "internal", "This is our own failure; it was logged under the request id."
    )


def _frames(error: Exception) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def problem_answer(
    code: str,
    message: str,
    *,
    values: dict[str, Any] | None = None,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
    also: dict[str, Any] | None = None,
) -> Response:
    """A problem as a page or as JSON; `also` are members of its body beside those of every one."""
    wanted = language(request)
    if errors and wanted == "vi":
        errors = [
            {**error, "message": field_message(error["code"], error["message"])} for error in errors
        ]
    body = problem(
        code,
        language=wanted,
        message=message,
        values=values,
        errors=errors,
        request_id=g.request_id,
    )
    body.update(also or {})
    try:
        page = current_app.extensions["socai-error-page"](body, headers or {})
    except FAULTS:
        page = _bare_page(body, headers or {}) if "text/html" in request.accept_mimetypes else None
    if page is not None:
        return page
    return Response(
        json.dumps(body),
        status=status_of(code),
        content_type="application/problem+json",
        headers={"Content-Language": wanted, **(headers or {})},
    )


def _bare_page(body: dict[str, Any], headers: dict[str, str]) -> Response:
    """The error without the frame of a page, which asks the database for names of units."""
    title = escape(body["title"])
    return Response(
        f'<!doctype html><html lang="{language(request)}"><meta charset="utf-8">'
        f"<title>{title}</title><h1>{title}</h1><p>{escape(body['detail'])}</p></html>",
        status=body["status"],
        content_type="text/html; charset=utf-8",
        headers=headers,
    )
