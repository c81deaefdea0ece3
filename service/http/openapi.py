"""The OpenAPI 3.1 document: what is common to all routes. Each route adds its own part."""

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask_smorest import Api

from service.http.problem_schema import ProblemSchema
from service.http.routes import ApiBlueprint
from service.problems import table

# Generators of clients make the name of a package from it, which must be ASCII.
TITLE = "socai"

DESCRIPTION = """Sổ Cái keeps the record of every household that a commune lists as poor or
near-poor. Every change is an event; every list, household and total can be asked as of a date
(`as_of`) and as known at a moment (`known_at`).

Send `Authorization: Bearer TOKEN`. Errors are `application/problem+json` with a stable `code`.
A POST takes `Idempotency-Key`; a change of a household takes `If-Match` with its ETag. What lies
outside the area of the account is answered as if it did not exist."""

STATUSES = {
    400: "The request cannot be read",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found, or outside the area of the account",
    406: "No answer in the form asked for",
    409: "The present state does not allow it, or the key was used for something else",
    412: "Somebody changed the household since it was read",
    413: "The body is too large",
    415: "The body has another content type",
    422: "A value or a field is refused",
    428: "If-Match is missing",
    429: "Too many failed attempts",
    500: "Our own failure",
    503: "Temporarily unavailable",
}

# The section in which areas and population have routes.
FIGURES = ApiBlueprint(
    "figures", __name__, url_prefix="/api/v1", description="Counts and movements."
)


class Document(Api):
    """flask-smorest's Api with our one error body and without its own error handling."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """`service.http.lifecycle` answers every error, of the pages too."""

    def _register_responses(self) -> None:
        with self._app.app_context():
            problems = table().problems
        for status, description in STATUSES.items():
            codes = sorted(code for code, one in problems.items() if one.status == status)
            self.spec.components.response(
                f"PROBLEM_{status}",
                {
                    "description": f"{description}. Codes: {', '.join(codes)}.",
                    "content": {"application/problem+json": {"schema": ProblemSchema}},
                },
            )


def _name_of(schema: Any) -> str:
    return str(resolve_schema_cls(schema).__name__).removesuffix("Schema")  # type: ignore[union-attr]


def document(app: Any, version: str) -> Document:
    """The document of an application, empty until routes are registered with it."""
    app.config.update(API_TITLE=TITLE, API_VERSION=version, OPENAPI_VERSION="3.1.0")
    made = Document(
        app,
        spec_kwargs={
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_name_of),
            "info": {
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/", "description": "this service"}],
        },
    )
    made.spec.components.security_scheme(
        "token",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `./socai token ACCOUNT` or POST /api/v1/tokens.",
        },
    )
    return made
