"""The detailed lists R14 and R15. They show persons, so each page is noted in the read log."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from projections.tables.lists import COLUMNS, MemberPage, members
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http import cursors
from service.http.headers import XLSX
from service.tables import presenter
from service.tables.api import JSON, routes, wanted_form
from service.tables.list_paper import pdf_response
from service.tables.list_workbook import workbook_response
from service.tables.papers import PDF
from service.tables.permissions import May
from service.tables.request import period_of
from service.tables.schemas import ListQuery, MemberListSchema

READ = Rule(May.READ_LISTS, asked_area)
CURSOR = "tables"
MOST = 2_000  # households of a file
_AT_ONCE = 200


@routes.get("/R14", rule=READ, query=ListQuery, answer=MemberListSchema, errors=(406,))
def list_near_poor(context: RequestContext) -> Any:
    """The members of the near-poor households of an area. Reading is logged."""
    return _listed(context, "R14")


@routes.get("/R15", rule=READ, query=ListQuery, answer=MemberListSchema, errors=(406,))
def list_poor(context: RequestContext) -> Any:
    """The members of the poor households of an area. Reading is logged."""
    return _listed(context, "R15")


def _listed(context: RequestContext, name: str) -> Any:
    form = wanted_form((JSON, XLSX, PDF))
    if form != JSON:
        found, more = whole_list(context, name)
        made = pdf_response if form == PDF else workbook_response
        return made(context, name, found, period_of(context), more=more)
    query = context.query
    start, place = (query["after"][0], tuple(query["after"][1])) if query["after"] else (0, None)
    page = member_page(context, name, after=place, start=start, limit=query["limit"])
    note_table(context, name, page.households)
    period = period_of(context)
    following = [start + len(page.households), list(page.next)] if page.next else None
    return {
        **presenter.list_head(context, name, period, seq_of(context)),
        "columns": presenter.columns(COLUMNS),
        "items": [presenter.member(context, one, period.to) for one in page.members],
        "next": cursors.sealed(CURSOR, following),
    }


def member_page(
    context: RequestContext, name: str, *, after: Any = None, start: int = 0, limit: int = 50
) -> MemberPage:
    """A page of the list of the area and village that the request is authorized for."""
    period, services = period_of(context), context.services
    counted = services.areas().counted(context.area, period.to)
    with services.reading() as conn:
        return members(
            conn,
            services.keyring,
            name,
            None if counted is None else counted.all,
            from_=period.from_,
            to=period.to,
            known_at=period.known_at,
            village=context.place.village if context.place else None,
            after=after,
            start=start,
            limit=limit,
        )


def whole_list(context: RequestContext, name: str) -> tuple[list[Any], bool]:
    """All members of the list for a file, and whether there are more; noted as an export."""
    rows: list[Any] = []
    households: list[UUID] = []
    place: Any = None
    while True:
        page = member_page(context, name, after=place, start=len(households), limit=_AT_ONCE)
        rows += page.members
        households += page.households
        place = page.next
        if place is None or len(households) >= MOST:
            break
    note_table(context, name, households, export=True)
    return rows, place is not None


def note_table(
    context: RequestContext, name: str, households: Iterable[UUID], *, export: bool = False
) -> None:
    """Writes the line of the read log: which list, and of how many households."""
    note_several(context, "export" if export else "list", len(list(households)), table=name)


def seq_of(context: RequestContext) -> int:
    """The ledger position of the read models that the lists are made of."""
    with context.services.reading() as conn:
        row = conn.execute(
            "select min(seq) from read.positions where model = any(%s)",
            [["register", "status_spans", "household_file"]],
        ).fetchone()
    return int(row[0] or 0) if row else 0
