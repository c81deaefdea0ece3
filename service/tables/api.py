"""The official tables, as JSON or as a workbook."""

from typing import Any

from flask import request

from service.access.authorization import RequestContext, Rule, asked_area
from service.http.headers import XLSX
from service.http.routes import ApiBlueprint
from service.problems import RequestError
from service.tables import presenter, workbook
from service.tables.permissions import May
from service.tables.request import table_of_request
from service.tables.schemas import TableQuery, TableSchema

routes = ApiBlueprint(
    "tables", __name__, url_prefix="/api/v1/tables", description="The official tables."
)

READ = Rule(May.READ_TABLES, asked_area)
JSON, PDF = "application/json", "application/pdf"


class FormNotAvailable(RequestError):
    """A table is given out as JSON or as a workbook: ask for one of them in `Accept`."""

    code = "table_form_not_available"


@routes.get("/<table:table>", rule=READ, query=TableQuery, answer=TableSchema, errors=(406,))
def get_table(context: RequestContext, table: str) -> Any:
    """One of the tables R1 to R13 of an area and a period, with the identities that were checked.

    `Accept` chooses JSON, or a workbook with the headings of the form.
    """
    form = wanted_form()
    found = table_of_request(context, table)
    if form == XLSX:
        return workbook.response(context, found)
    return presenter.shown(context, found)


def wanted_form() -> str:
    """The media type that the request prefers. Raises FormNotAvailable."""
    accepted = request.accept_mimetypes
    found = accepted.best_match([JSON, XLSX]) if accepted else JSON
    if not found:
        raise FormNotAvailable(available=[JSON, XLSX])
    return found
