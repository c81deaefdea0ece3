"""Sheets of officers: an Excel list becomes one command a row, tried first, then recorded.

A sheet has the headings of its template in its first row. Each row is checked by the schema of the
API and decided by the domain; a row that is refused harms no other and is listed with the reason.
A row that was recorded is the same command when it is sent again, so a corrected sheet can be sent
as a whole.
"""

import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from flask_babel import gettext
from marshmallow import Schema

from domain.commands.command import Command, CommandContext, Outcome
from domain.errors import Refusal
from domain.imports.xlsx.archive import Limits
from domain.imports.xlsx.cells import MARKS, ROWS, Cell, Odd, Row
from domain.imports.xlsx.sheet import read_rows
from domain.imports.xlsx.workbook import open_workbook
from domain.support.handler import SupportCommand
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from service.access.authorization import RequestContext
from service.access.errors import OutsideArea
from service.http import parsing
from service.problems import FieldsRefused, RequestError
from service.support.sheet_errors import HeadingMissing, SheetEmpty, SheetTooLong
from service.ui import forms, render

MOST_ROWS = 500
LIMITS = Limits(file_bytes=5 * 1024**2, unpacked_bytes=50 * 1024**2, rows=5_000)
_NAMESPACE = UUID("3f0c9a1e-7a0e-5b51-9c6e-2b7cf1f1d0a7")


Body = dict[str, Any]
Value = str | int | float
Values = dict[str, Value]
"""The cells of a row by the field of their column: texts, days as texts, and numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its place in the body, and how its cells are read.

    `codes` maps the words of a cell, in small letters, to codes; with `several` words stand beside
    each other behind semicolons. A `tick` is any letter.
    """

    heading: Any
    name: str
    kind: str = "text"
    needed: bool = False
    help: Any = ""
    codes: Mapping[str, Any] = field(default_factory=dict)
    several: bool = False

    def read(self, value: Value) -> Any:
        """The value of a cell for the body; a word that is no code goes on as it is."""
        if self.kind == "whole":
            return forms.whole(value) if isinstance(value, str) else value
        cell = str(value)
        if self.kind == "day":
            return forms.day_text(cell)
        if self.kind == "tick":
            return True
        if not self.codes:
            return cell
        words = {str(word).casefold(): code for code, word in self.codes.items()}
        parts = [part.strip() for part in cell.split(";")] if self.several else [cell]
        codes = [words.get(part.casefold(), part) for part in parts if part]
        return codes if self.several else codes[0]


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet: its columns, the schema of a row, and the command that a row asks for.

    `once` are fields that no two rows may share.
    """

    name: str
    columns: tuple[Column, ...]
    schema: type[Schema]
    command: Callable[[RequestContext, Body], SupportCommand]
    once: tuple[str, ...]

    def column(self, place: str) -> Column | None:
        """The column of a place in the body, as an error names it."""
        return next((one for one in self.columns if place.endswith(one.name)), None)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with its number in the file, and why it is refused: "" where it is not."""

    number: int
    values: Values
    reason: str = ""
    heading: str = ""


def read_sheet(kind: SheetKind, content: bytes) -> list[SheetRow]:
    """The rows of the first sheet, as texts. Raises FileRefused, SheetEmpty, HeadingMissing."""
    workbook = open_workbook(io.BytesIO(content), LIMITS)
    rows = iter(read_rows(workbook, workbook.sheets[0]))
    head = next(rows, None)
    if head is None:
        raise SheetEmpty
    places = _places(kind, head)
    found = []
    for row in rows:
        values = {
            name: value for letters, name in places.items()
            if (value := _value(row.cells.get(letters, ""))) != ""
        }  # fmt: skip
        if values:
            found.append(SheetRow(row.number, values))
        if len(found) > MOST_ROWS:
            raise SheetTooLong(at_most=MOST_ROWS)
    if not found:
        raise SheetEmpty
    return found


def _places(kind: SheetKind, head: Row) -> dict[str, str]:
    written = {str(cell).strip().casefold(): letters for letters, cell in head.cells.items()}
    places = {}
    for one in kind.columns:
        letters = written.get(str(one.heading).casefold())
        if letters is not None:
            places[letters] = one.name
        elif one.needed:
            raise HeadingMissing(heading=str(one.heading))
    return places


def _value(cell: Cell) -> Value:
    if isinstance(cell, Odd):
        return MARKS[cell]
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) else cell
    return str(cell).strip()


def try_rows(context: RequestContext, kind: SheetKind, rows: Sequence[SheetRow]) -> list[SheetRow]:
    """The rows, each with the reason why it would be refused. Nothing is recorded."""

    def decide(command: SupportCommand, circumstances: CommandContext) -> None:
        context.services.application.support.decide(command, circumstances, None)

    return _each(context, kind, rows, decide)


def record_rows(
    context: RequestContext, kind: SheetKind, rows: Sequence[SheetRow]
) -> tuple[list[SheetRow], list[Outcome]]:
    """The rows with the reasons of those refused, and the outcomes of the others."""
    outcomes: list[Outcome] = []

    def run(command: Command[Outcome], circumstances: CommandContext) -> None:
        outcomes.append(context.services.application.run(command, circumstances))

    return _each(context, kind, rows, run), outcomes


def _each(
    context: RequestContext,
    kind: SheetKind,
    rows: Sequence[SheetRow],
    act: Callable[[SupportCommand, CommandContext], None],
) -> list[SheetRow]:
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for row in rows:
        key = tuple(str(row.values.get(name, "")).casefold() for name in kind.once)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            reason = gettext("Trùng với dòng %(row)s của tệp. Hãy bỏ một dòng.", row=first)
            found.append(SheetRow(row.number, row.values, reason))
            continue
        found.append(_decided(context, kind, row, act))
    return found


def _decided(
    context: RequestContext,
    kind: SheetKind,
    row: SheetRow,
    act: Callable[[SupportCommand, CommandContext], None],
) -> SheetRow:
    try:
        body = _body(kind, row.values)
        if body.get("area"):
            _require_within(context, body)
        act(kind.command(context, body), _circumstances(context, kind, row, body))
    except FieldsRefused as refused:
        wrong = refused.errors[0]
        column = kind.column(wrong["field"])
        heading = str(column.heading) if column else ""
        return SheetRow(row.number, row.values, render.field_error(wrong), heading)
    except (Refusal, RequestError) as refused:
        values = getattr(refused, "values", None) or {}
        return SheetRow(row.number, row.values, render.refusal_text(refused.code, values))
    return SheetRow(row.number, row.values)


def _body(kind: SheetKind, values: Values) -> Body:
    """The body of a row, as the API would get it. Raises FieldsRefused."""
    body: Body = {}
    for one in kind.columns:
        value = values.get(one.name, "")
        if value != "":
            place, *path = one.name.split(".")
            if path:
                body.setdefault(place, {})[path[0]] = one.read(value)
            else:
                body[place] = one.read(value)
    return dict(parsing.load(kind.schema(), parsing.clean(body, "row"), "row"))


def _require_within(context: RequestContext, body: Body) -> None:
    """Raises OutsideArea for a row of a unit outside the area of the page."""
    directory = context.services.areas()
    body["area"] = directory.resolved(body["area"], body["effective_on"])
    if not directory.covers(context.area, body["area"], context.today):
        raise OutsideArea


def _circumstances(
    context: RequestContext, kind: SheetKind, row: SheetRow, body: Body
) -> CommandContext:
    """The circumstances of a row: the same row of the same account is the same command."""
    said = json.dumps([kind.name, context.area, row.values], sort_keys=True, ensure_ascii=False)
    return CommandContext(
        effective_on=body["effective_on"],
        actor=context.actor,
        command_id=uuid5(_NAMESPACE, f"{context.actor.account}/{said}"),
        recorded_at=context.services.clock(),
        document=body.get("document"),
    )


def packed(rows: Sequence[SheetRow]) -> str:
    """The rows as text, for the form that records what was tried."""
    return json.dumps([[one.number, one.values] for one in rows], ensure_ascii=False)


def unpacked(kind: SheetKind, text: str) -> list[SheetRow]:
    """The rows of a form. Raises FieldsRefused for what this page did not make."""
    known = {one.name for one in kind.columns}
    try:
        given = json.loads(text)
        rows = [
            SheetRow(_line(number), {str(name): _given(value) for name, value in values.items()})
            for number, values in given
        ]
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        rows = []
    if not 0 < len(rows) <= MOST_ROWS or any(set(one.values) - known for one in rows):
        wrong = {"field": "form.rows", "code": "invalid", "message": "Not a valid list of rows."}
        raise FieldsRefused([wrong])
    return rows


def _line(number: Any) -> int:
    """The number of a row. Raises ValueError, TypeError, OverflowError for what is none."""
    line = int(number)
    if not 0 < line <= ROWS:
        raise ValueError("not a row of a sheet")
    return line


def _given(value: Any) -> Value:
    """A cell as the form has it. Raises ValueError, OverflowError for what is no number of a cell
    (1e400, NaN)."""
    if isinstance(value, int | float) and not math.isfinite(value):
        raise ValueError("not a number of a cell")
    return value if type(value) in (str, int, float) else str(value)


def template(kind: SheetKind) -> bytes:
    """An empty sheet with the headings, and a page that explains each column."""
    with new_workbook() as (book, content):
        formats = Formats(book)
        page = book.add_worksheet(gettext("Danh sách"))
        for at, one in enumerate(kind.columns):
            look = {"day": formats.date, "text": formats.text}.get(one.kind)
            page.set_column(at, at, 22, look)
            page.write_string(0, at, str(one.heading), formats.head)
        page = book.add_worksheet(gettext("Hướng dẫn"))
        page.set_column(0, 0, 28)
        page.set_column(1, 2, 60)
        heads = gettext("Cột"), gettext("Bắt buộc"), gettext("Cách ghi")
        for at, heading in enumerate(heads):
            page.write_string(0, at, heading, formats.head)
        for at, one in enumerate(kind.columns, 1):
            words = "; ".join(str(word) for word in one.codes.values())
            write_cell(page, at, 0, str(one.heading), formats)
            write_cell(page, at, 1, gettext("Có") if one.needed else "", formats)
            page.write_string(at, 2, " ".join(filter(None, (str(one.help), words))),
                              formats.wrapped)  # fmt: skip
    return content.getvalue()


def error_sheet(kind: SheetKind, rows: Sequence[SheetRow]) -> bytes:
    """The refused rows under the headings of the template, each with the reason behind it."""
    with new_workbook() as (book, content):
        formats, page = Formats(book), book.add_worksheet(gettext("Không nhập được"))
        headings = [str(one.heading) for one in kind.columns]
        headings += [gettext("Dòng trong tệp gốc"), gettext("Cột có lỗi"), gettext("Lý do")]
        for at, heading in enumerate(headings):
            page.set_column(at, at, 22)
            page.write_string(0, at, heading, formats.head)
        refused = [one for one in rows if one.reason]
        for at, row in enumerate(refused, 1):
            cells: list[object] = [row.values.get(one.name, "") for one in kind.columns]
            for column, cell in enumerate([*cells, row.number, row.heading, row.reason]):
                write_cell(page, at, column, cell, formats)
    return content.getvalue()
