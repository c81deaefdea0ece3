"""Locked reports: the table as it is given out to the byte, its files, and what changed since.

The figures of a report are in the language of the offices, Vietnamese, and not in that of the
account. They hold no moment of making, so that equal figures are equal to the byte.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import g
from flask_babel import force_locale

from domain.commands.command import CommandContext, Outcome
from domain.oversight.commands import CorrectReport, LockReport
from domain.oversight.events import ReportCorrected, ReportLocked
from domain.oversight.report import Figures, Report
from projections.tables.official import official_table
from projections.tables.table import Table
from service.access.authorization import RequestArea, RequestContext
from service.http.headers import XLSX
from service.problems import NoSuchThing, RequestError
from service.tables import presenter
from service.tables.papers import PDF, pdf
from service.tables.schemas import TableSchema
from service.tables.workbook import workbook
from service.ui import navigation

Given = ReportLocked | ReportCorrected


class ReportOfOtherOffice(RequestError):
    """A chairman locks the reports of the commune, a province officer those of the province."""

    code = "report_of_other_office"


class Change(NamedTuple):
    """A cell that reads otherwise now than in a report; None: the row was not or is no more."""

    row: str
    measure: str
    column: str
    before: Any
    now: Any


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """Texts in Vietnamese, whatever the reader's language."""
    before = g.get("language")
    g.language = "vi"
    try:
        with force_locale("vi"):
            yield
    finally:
        g.language = before
        if before is None:
            g.pop("language")


def document_of(context: RequestContext, table: Table) -> dict[str, Any]:
    """A table as a report holds it."""
    with in_vietnamese():
        shown = presenter.shown(context, table)
    document: dict[str, Any] = TableSchema().dump(shown)
    del document["seq"], document["known_at"]
    return document


def figures_of(context: RequestContext, table: Table) -> Figures:
    """The figures of a table with their digest, and those of its files, which are kept."""
    document = document_of(context, table)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    files = {form: _kept(context, form, make(document, table.seq)) for form, make in FORMS.items()}
    failing = tuple(sorted({one.rule for one in table.identities if not one.holds}))
    return Figures(table.seq, text, _digest(text.encode()), files, failing)


def lock(context: RequestContext, command: CommandContext, name: str) -> Outcome:
    """Locks a table of the area and the period of the body. Refuses one that does not balance."""
    require_own_area(context)
    body = context.body
    table = _table(context, name, body["from_"], body["to"])
    return context.services.application.run(
        LockReport(name, context.area, body["from_"], body["to"], figures_of(context, table)),
        command,
    )


def correct(
    context: RequestContext, command: CommandContext, report_id: UUID, reason: str
) -> Outcome:
    """Puts the figures as they are now beside the locked ones."""
    require_own_area(context)
    report = loaded(context, report_id)
    table = _table(context, report.table, report.first_day, report.last_day)
    return context.services.application.run(
        CorrectReport(report_id, reason, figures_of(context, table)), command
    )


def require_own_area(context: RequestContext) -> None:
    """Raises ReportOfOtherOffice unless the area is that of the role itself, and none below it."""
    held = context.role.area if context.role else None
    own = None if held is None else navigation.standing_unit(context, held, context.today)[0]
    if own is None or context.area not in (held, own):
        raise ReportOfOtherOffice


def may_lock(context: RequestContext, area: str) -> bool:
    """Whether the account may lock reports of this very area."""
    return any(
        area in (held.area, navigation.standing_unit(context, held.area, context.today)[0])
        for held in navigation.roles_with("tables.lock")
    )


def units_of(context: RequestContext, area: str) -> list[str]:
    """The units whose reports are those of an area: all that count under it, former ones too."""
    lineage = context.services.areas().lineage
    there, on = navigation.standing_unit(context, area, context.today)
    return sorted({area, *lineage.tree(there, on), *lineage.counted(there, on).all})


def loaded(context: RequestContext, report_id: UUID) -> Report:
    """The report of this id, from its events. Raises NoSuchThing."""
    found = context.services.application.reports.load(report_id)
    if found is None:
        raise NoSuchThing
    report: Report = found
    return report


def place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the report that the path names. Raises NoSuchThing."""
    return RequestArea(loaded(context, path["report_id"]).area, hidden=True)


def given(report: Report, version: int) -> Given:
    """The figures of a version: 1 are the locked ones. Raises NoSuchThing."""
    if not 1 <= version <= len(report.given):
        raise NoSuchThing
    return report.given[version - 1]


def json_of(report: Report, version: int) -> bytes:
    """The report as JSON, the same bytes each time: all of it stands in its events."""
    one = given(report, version)
    head = {
        "report_id": str(report.id),
        "version": version,
        "given_at": one.timestamp.isoformat(),
        "account": one.actor.account,
        "seq": one.seq,
        "digest": one.digest,
        "reason": getattr(one, "reason", ""),
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return f'{text[:-1]},"table":{one.figures}}}'.encode()


def file_of(context: RequestContext, report: Report, version: int, media_type: str) -> bytes:
    """A file of the report, checked by its digest. Raises NoSuchThing where there is none.

    A file that is not kept any more is made again; it is given out where it has its digest.
    """
    one = given(report, version)
    digest = one.files.get(media_type, "")
    with context.services.reading() as conn:
        row = conn.execute(
            "select content from office.report_files where digest = %s", [digest]
        ).fetchone()
    content = bytes(row[0]) if row else b""
    if _digest(content) != digest and media_type in FORMS:
        content = FORMS[media_type](json.loads(one.figures), one.seq)
    if not digest or _digest(content) != digest:
        raise NoSuchThing
    return content


def changes_since(context: RequestContext, report: Report) -> list[Change]:
    """The cells that read otherwise now than in what was given out last."""
    table = _table(context, report.table, report.first_day, report.last_day)
    return changes(json.loads(report.given[-1].figures), document_of(context, table))


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """The cells in which two reports of one table differ, row by row."""
    rows = [_rows(document) for document in (before, now)]
    headings = {
        column["code"]: column["heading"]
        for document in (before, now)
        for column in document["columns"]
    }
    found = []
    for key in dict.fromkeys([*rows[0], *rows[1]]):
        first, second = rows[0].get(key), rows[1].get(key)
        name = (second or first or {})["name"]
        for code, heading in headings.items():
            was, is_ = (None if row is None else row["cells"].get(code) for row in (first, second))
            if was != is_:
                found.append(Change(name, key[-1], heading, was, is_))
    return found


def _rows(document: Mapping[str, Any]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {
        (row["level"], row["unit"], row["village"], row["measure"]): row
        for row in (*document["totals"], *document["rows"])
    }


def _table(context: RequestContext, name: str, first: Any, last: Any) -> Table:
    with context.services.reading() as conn:
        return official_table(
            conn, context.services.areas().lineage, name, context.area, from_=first, to=last,
            villages=presenter.is_commune(context.area),
        )  # fmt: skip


def _workbook(document: dict[str, Any], seq: int) -> bytes:
    with in_vietnamese():
        return workbook({**document, "seq": seq, "known_at": None})


def _pdf(document: dict[str, Any], seq: int) -> bytes:
    with in_vietnamese():
        return pdf({**document, "seq": seq, "known_at": None})


FORMS: Mapping[str, Callable[[dict[str, Any], int], bytes]] = {XLSX: _workbook, PDF: _pdf}
"""The forms of a report beside JSON, by media type."""


def _kept(context: RequestContext, media_type: str, content: bytes) -> str:
    digest = _digest(content)
    with context.services.pool.connection() as conn:
        conn.execute(
            "insert into office.report_files values (%s, %s, %s) on conflict do nothing",
            (digest, media_type, content),
        )
    return digest


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def moment(one: Given) -> datetime:
    """The moment at which figures were given out."""
    found: datetime = one.timestamp
    return found
