"""The pages of a sheet: its template, the trial of a file, and the record of what was tried."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from service.access.authorization import RequestContext, Rule
from service.http.commands import wait_until_visible
from service.http.headers import XLSX
from service.http.uploads import ONE_FILE
from service.support import sheets
from service.support.sheets import SheetKind, SheetRow
from service.ui import forms
from service.ui.forms import Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

Path = dict[str, Any]


class SheetUpload(forms.QueryForm):
    """An Excel file."""

    file = Upload(required=True)


class TriedRows(forms.QueryForm):
    """The rows that were tried, and what is to be done: record them, or take the refused along."""

    rows = fields.String(required=True, validate=validate.Length(max=450_000))
    act = fields.String(load_default="record", validate=validate.OneOf(["record", "refused"]))


def _file(_context: RequestContext) -> tuple[Field, ...]:
    return (Field("file", _("Tệp Excel (.xlsx)"), "file", required=True),)


UPLOAD = Form(SheetUpload, _file)


@dataclass(frozen=True, slots=True)
class SheetPages:
    """The pages of one kind of sheet below an address.

    `kind` makes the sheet of a request, `above` the pages that lead to it, the nearest last.
    """

    pages: PageBlueprint
    path: str
    name: str
    rule: Rule
    title: Any
    about: Any
    kind: Callable[[RequestContext, Path], SheetKind]
    above: Callable[[RequestContext, Path], list[tuple[str, str]]]
    models: tuple[str, ...]

    def register(self) -> None:
        """Adds the pages to the blueprint: the form, its template, the trial and the record."""
        show, template = self._show(), self._template()
        self.pages.get(self.path, rule=self.rule)(show)
        self.pages.get(f"{self.path}.xlsx", rule=self.rule)(template)
        self.pages.post(
            self.path,
            rule=self.rule,
            form=UPLOAD,
            again=show,
            upload=True,
            largest=ONE_FILE,
            beside=IN_FILE,
        )(self._try())
        self.pages.post(
            f"{self.path}/luu",
            rule=self.rule,
            form=TriedRows,
            again=show,
            upload=True,
            largest=ONE_FILE,
        )(self._record())

    def _page(self, context: RequestContext, path: Path, rows: list[SheetRow] | None = None) -> str:
        refused = [one for one in rows or () if one.reason]
        above = self.above(context, path)
        endpoint = f"{self.pages.name}.{self.name}"
        return render(
            "support/sheet.html",
            title=str(self.title),
            about=str(self.about),
            crumbs=[*above, (str(self.title), "")],
            back=above[-1][1],
            filled=UPLOAD.bound(context),
            template=url_for(f"{endpoint}_template", **path),
            to_try=url_for(f"{endpoint}_try", **path),
            to_record=url_for(f"{endpoint}_record", **path),
            tried=rows is not None,
            taken=len(rows or ()) - len(refused),
            refused=refused,
            rows=sheets.packed(rows or ()),
        )

    def _show(self) -> Callable[..., Any]:
        def view(context: RequestContext, **path: Any) -> str:
            return self._page(context, path)

        return self._named(view, "", "The form that takes an Excel file.")

    def _template(self) -> Callable[..., Any]:
        def view(context: RequestContext, **path: Any) -> Response:
            return workbook(sheets.template(self.kind(context, path)), f"{self.name}.xlsx")

        return self._named(view, "_template", "The empty sheet with an explanation of each column.")

    def _try(self) -> Callable[..., Any]:
        def view(context: RequestContext, **path: Any) -> str:
            kind = self.kind(context, path)
            rows = sheets.read_sheet(kind, context.body["file"].read(sheets.LIMITS.file_bytes + 1))
            return self._page(context, path, sheets.try_rows(context, kind, rows))

        return self._named(view, "_try", "Tries a file: what would be recorded, and what not.")

    def _record(self) -> Callable[..., Any]:
        def view(context: RequestContext, **path: Any) -> Any:
            kind = self.kind(context, path)
            rows = sheets.unpacked(kind, context.body["rows"])
            if context.body["act"] == "refused":
                tried = sheets.try_rows(context, kind, rows)
                content = sheets.error_sheet(kind, tried)
                return workbook(content, f"{self.name}-khong-nhap-duoc.xlsx")
            done, outcomes = sheets.record_rows(context, kind, rows)
            wait_until_visible(context, None, self.models)
            flash(_("Đã lưu %(n)s dòng.", n=len(outcomes)))
            if any(one.reason for one in done):
                return self._page(context, path, [one for one in done if one.reason])
            return redirect(self.above(context, path)[-1][1], 303)

        return self._named(view, "_record", "Records the rows that were tried; others are listed.")

    def _named(self, view: Callable[..., Any], end: str, said: str) -> Callable[..., Any]:
        view.__name__, view.__doc__ = f"{self.name}{end}", said
        return view


FILE_REFUSALS = (
    "sheet_empty", "sheet_too_long", "sheet_heading_missing", "import_file_refused",
    "import_not_a_workbook", "import_old_workbook", "import_encrypted_workbook",
    "import_macro_workbook", "import_broken_workbook", "import_too_large", "import_empty_file",
    "import_too_many_rows",
)  # fmt: skip
IN_FILE = dict.fromkeys(FILE_REFUSALS, "file")


def workbook(content: bytes, name: str) -> Response:
    """An Excel file to take along."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, content_type=XLSX, headers=headers)
