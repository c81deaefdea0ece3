"""The headers and types of many requests and answers, for the OpenAPI document."""

from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

IDEMPOTENCY_KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A repeat with the same key answers as the first did and records nothing. "
    "Without it the service makes a key and names it in the answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    "example": "7f0c1b6e-2c2e-4b7e-8f57-0c6f7a1d9a10",
}
IF_MATCH: dict[str, Any] = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The ETag of the household as last read: 428 without it, 412 when stale.",
    "schema": {"type": "string", "pattern": '^(W/)?"[0-9]{1,9}"$'},
    "example": '"3"',
}
ACCEPT_LANGUAGE: dict[str, Any] = {
    "in": "header",
    "name": "Accept-Language",
    "required": False,
    "description": "`en` for English sentences and problem titles; Vietnamese otherwise.",
    "schema": {"type": "string"},
    "example": "vi",
}
ETAG: dict[str, Any] = {
    "description": "The version of the household, for If-Match. Not given for a past state.",
    "schema": {"type": "string"},
}
LOCATION: dict[str, Any] = {
    "description": "Where the new thing can be read.",
    "schema": {"type": "string"},
}
IDEMPOTENCY_KEY_USED: dict[str, Any] = {
    "description": "The key under which this answer can be had again.",
    "schema": {"type": "string"},
}
ANSWER_HEADERS: dict[str, Any] = {
    "X-Request-Id": {
        "description": "Names this request in logs.",
        "schema": {"type": "string"},
    },
}
