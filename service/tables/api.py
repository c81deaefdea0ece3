"""The official tables, as JSON, as a workbook or as PDF."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from projections.tables.table import Table
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.headers import XLSX
from service.http.routes import ApiBlueprint
from service.problems import RequestError
from service.tables import presenter, workbook
from service.tables.papers import PDF, pdf
from service.tables.permissions import May
from service.tables.request import table_of_request
from service.tables.schemas import TableQuery, TableSchema

routes = ApiBlueprint(
    "tables", __name__, url_prefix="/api/v1/tables", description="The official tables."
)

READ = Rule(May.READ_TABLES, asked_area)
JSON = "application/json"


class FormNotAvailable(RequestError):
    """It is given out in other forms only: ask for one of them in `Accept`."""

    code = "table_form_not_available"


@routes.get("/<table:table>", rule=READ, query=TableQuery, answer=TableSchema, errors=(406,))
def get_table(context: RequestContext, table: str) -> Any:
    """One of the tables R1 to R13 of an area and a period, with the identities that were checked.

    `Accept` chooses JSON, a workbook with the headings of the form, or PDF.
    """
    form = wanted_form((JSON, XLSX, PDF))
    found = table_of_request(context, table)
    if form == XLSX:
        return workbook.response(context, found)
    if form == PDF:
        return pdf_response(context, found)
    return presenter.shown(context, found)


def pdf_response(context: RequestContext, table: Table) -> Response:
    """The PDF of a table as a file to be saved."""
    content = pdf(TableSchema().dump(presenter.shown(context, table)))
    headers = workbook.saved_as(table.name, f"{table.to}", "pdf")
    return Response(content, content_type=PDF, headers=headers)


def wanted_form(forms: Sequence[str] = (JSON, XLSX)) -> str:
    """The one of these media types that the request prefers. Raises FormNotAvailable."""
    accepted = request.accept_mimetypes
    found = accepted.best_match(forms) if accepted else JSON
    if not found:
        raise FormNotAvailable(available=list(forms))
    return found
