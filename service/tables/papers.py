"""An official table as PDF, set from the table as the API answers it; equal tables are equal."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from projections.tables.table import PERCENT
from service.papers.pdf import printed
from service.tables import presenter
from service.tables.workbook import head, tail
from service.ui import render

PDF = "application/pdf"


def pdf(document: Mapping[str, Any]) -> bytes:
    """The bytes of a PDF, dated on the last day of the period. Raises PaperNotPrinted."""
    title, *lines = head(document)
    measured = any(one["measure"] for one in document["totals"])
    rows = (*document["totals"], *document["rows"])
    data = {
        "title": title,
        "lines": lines,
        "measured": measured,
        "unit_heading": gettext("Đơn vị"),
        "measure_heading": gettext("Phân tổ"),
        "columns": [one["heading"] for one in document["columns"]],
        "rows": [
            {
                "total": row["depth"] == 0,
                "cells": [
                    _name(row),
                    *([presenter.measure(row["measure"])] if measured else []),
                    *(_cell(row["cells"][one["code"]], one["kind"]) for one in document["columns"]),
                ],
            }
            for row in rows
        ],
        "notes": [line for line in tail(document) if line],
    }
    return printed("table", data, day=date.fromisoformat(document["to"]))


def _name(row: Mapping[str, Any]) -> str:
    if row["depth"] == 0:
        return gettext("Tổng cộng: %(name)s", name=row["name"])
    return "\u00a0\u00a0" * (row["depth"] - 1) + str(row["name"])


def _cell(value: object, kind: str) -> str:
    if value is None:
        return "–"
    if kind == PERCENT:
        return render.percent(str(value))
    return render.format_number(value)
