"""What a published figure is made of, in the words of the pages: what is asked for, the figures of
its group, and the rows behind it, each with the page on which it is found.

An answer of the API is shown by the names of its fields; what has no label is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import url_for
from flask_babel import gettext

from domain.areas.codes import COUNTRY
from projections.support import programmes
from service.access.authorization import RequestContext
from service.support import activity_pages, model_pages, words
from service.support.published_figures import PublishedFigure
from service.ui import navigation, render
from service.ui.i18n import lazy as _

LABELS = {
    "area": _("Địa bàn"),
    "as_of": _("Tính đến ngày"),
    "year": _("Năm"),
    "measure": _("Chỉ tiêu"),
    "kind": _("Loại"),
    "programme": _("Chương trình"),
    "node": _("Dự án, nội dung"),
    "source": _("Nguồn vốn"),
    "benefit": _("Chính sách hỗ trợ"),
    "funding_year": _("Vốn của năm"),
    "allocation_year": _("Vốn của năm"),
    "spending_year": _("Được chi trong năm"),
    "title": _("Tên"),
    "held_on": _("Ngày thực hiện"),
    "started_on": _("Ngày bắt đầu"),
    "ended_on": _("Ngày kết thúc"),
    "all": _("Toàn địa bàn"),
    "poor": _("Số hộ nghèo"),
    "near_poor": _("Số hộ cận nghèo"),
    "totals": _("Tổng cộng"),
    "new": _("Vốn mới của năm"),
    "carried": _("Vốn chuyển nguồn"),
    "households": _("Số hộ"),
    "persons": _("Số người"),
    "rate_percent": _("Tỷ lệ hộ (%)"),
    "persons_rate_percent": _("Tỷ lệ người (%)"),
    "rate_base": _("Số hộ dân cư để tính tỷ lệ"),
    "no_labour_capacity": _("Hộ không có khả năng lao động"),
    "ethnic_minority": _("Số hộ dân tộc thiểu số"),
    "meritorious": _("Hộ có người có công với cách mạng"),
    "planned": _("Trong kế hoạch"),
    "held": _("Đã thực hiện"),
    "sessions": _("Số buổi"),
    "turns": _("Số lượt"),
    "amount": _("Số tiền (đồng)"),
    "amount_per_turn": _("Bình quân một lượt (đồng)"),
    "models": _("Số mô hình"),
    "grants": _("Số lần hỗ trợ"),
    "percent_points": _("Điểm phần trăm"),
    "progress.percent_points": _("Đã giảm, điểm phần trăm"),
    "officers": _("Số công chức"),
    "declared_on": _("Ngày thống kê số công chức"),
    "trained": _("Được tập huấn trong năm"),
    "percent": _("Tỷ lệ được tập huấn trong năm (%)"),
    "trained_ever": _("Đã từng được tập huấn"),
    "percent_ever": _("Tỷ lệ đã từng được tập huấn (%)"),
    "percent_before": _("Tỷ lệ cuối năm trước (%)"),
    "percent_now": _("Tỷ lệ vào ngày xem (%)"),
    "before": _("Cuối năm trước"),
    "now": _("Vào ngày xem"),
    "down": _("Đã giảm"),
    "on": _("Ngày xem"),
    "incoming": _("Vốn đến (đồng)"),
    "open_commitments": _("Cam kết chưa chi"),
    "spent": _("Đã giải ngân, trừ thu hồi"),
    "available": _("Còn lại"),
    **words.MOVEMENTS,
}
TITLES = {
    "activities": _("Các hoạt động"),
    "models": _("Các mô hình"),
    "targets": _("Các chỉ tiêu"),
    "grants": _("Các chính sách đã hỗ trợ"),
    "balances": _("Các nguồn vốn"),
    "training-shares": _("Tập huấn công chức theo địa bàn"),
}
"""What the rows of an address are, by the last part of its path."""
LISTS = ("items", "lines")
ASKED = (
    "area", "as_of", "year", "measure", "kind", "programme", "node", "source", "benefit",
    "funding_year",
)  # fmt: skip
PARTS = frozenset({"totals", "progress", "all", "poor", "near_poor", "new", "carried"})
"""Objects of an answer whose fields are shown."""
NOT_COUNTED = frozenset({"year", "funding_year", "allocation_year", "spending_year"})
CODES = {
    **activity_pages.KINDS,
    **model_pages.KINDS,
    **words.LINE_KINDS,
    **words.SOURCES,
    **words.MEASURES,
}
HIDDEN = frozenset(
    {
        "activity_id", "model_id", "target_id", "line", "line_id", "from_target", "version",
        "next", "seq", "known_at", "record_starts", "notes", "groups", "ending",
        "reached",
    }
)  # fmt: skip
"""Fields of answers that say nothing to a reader of a figure."""


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """A value with its label; `pointed` is true for that of the figure."""

    label: str
    value: str
    pointed: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column."""

    label: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, and the page where it is found; "" where there is none."""

    cells: list[str]
    at: str


@dataclass(frozen=True, slots=True)
class PartsTable:
    """The rows that a figure is made of."""

    title: str
    headings: list[Heading]
    rows: list[Row]


class AnswerInWords:
    """The answer of the address of one figure, in the reader's language."""

    def __init__(self, context: RequestContext, figure: PublishedFigure, answer: Any) -> None:
        self._context = context
        self._figure = figure
        self._answer: dict[str, Any] = answer
        parts = urlsplit(figure.get)
        self.path = parts.path.rpartition("/")[2]
        self.query = dict(parse_qsl(parts.query))
        with context.services.reading() as conn:
            rows = programmes.programmes(conn)
        self._programmes = {row.code: words.title_of(row) for row in rows}
        self._benefits = words.benefit_titles(rows, context.today)
        self._nodes = {
            (row.code, node.code): words.node_title(node) for row in rows for node in row.body.nodes
        }

    def asked(self) -> list[LabelledValue]:
        """What is asked for: the area, the days, and what is left out."""
        return [
            LabelledValue(str(LABELS[name]), self._text(name, self.query[name]))
            for name in ASKED
            if name in self.query
        ]

    def values(self) -> list[LabelledValue]:
        """The figures beside the one that is pointed at, and the whole that it is a part of."""
        first = self._figure.pointer.split("/")[1]
        if isinstance(self._answer.get(first), list):
            return []
        groups = {name: self._answer.get(name) for name in (first, "all") if name in self._answer}
        alone = not isinstance(groups.get(first), dict)
        found = self._answer if alone else groups
        return [
            LabelledValue(
                _label(names),
                self._text(names[-1], value),
                "/" + "/".join(names) == self._figure.pointer,
            )
            for names, value in _leaves(found)
            if "/" + "/".join(names) == self._figure.pointer
            or (value not in (None, 0) and names[-1] not in ASKED)
        ]

    def tables(self) -> Iterator[PartsTable]:
        """The rows behind the figure, without the columns that are empty in all of them."""
        for name in LISTS:
            rows: list[dict[str, Any]] = self._answer.get(name) or []
            flat = [dict(_leaves(row)) for row in rows]
            pointed = self._figure.pointer.rpartition("/")[2]
            columns = [
                names
                for names in (flat[0] if flat else {})
                if names[-1] == pointed or any(row.get(names) not in (None, "", 0) for row in flat)
            ]
            columns.sort(key=lambda names: names[-1] != "title")
            if rows:
                yield PartsTable(
                    str(TITLES.get(self.path, LABELS["title"])),
                    [_heading(names, flat[0][names]) for names in columns],
                    [
                        Row(
                            [self._text(names[-1], row.get(names), given) for names in columns],
                            self._address(given),
                        )
                        for row, given in zip(flat, rows, strict=True)
                    ],
                )

    def pages(self) -> list[tuple[str, str]]:
        """Pages that show the households or the area behind the figure, as (text, address)."""
        if self.path != "counts":
            return []
        area, day = self._unit(self.query["area"]), date.fromisoformat(self.query["as_of"])
        class_ = self._figure.pointer.split("/")[1]
        listed: dict[str, Any] = {"class": class_} if class_ in ("poor", "near_poor") else {}
        if self._figure.pointer.endswith("/no_labour_capacity"):
            listed["flag"] = "no_labour_capacity"
        kept: dict[str, Any] = {"area": area, "as_of": render.day(day), **listed}
        return [
            (gettext("Danh sách các hộ này"), url_for("lists.households", **kept)),
            (gettext("Số liệu của địa bàn"), navigation.area_address(area, as_of=day.isoformat())),
        ]

    def _unit(self, code: str) -> str:
        on = date.fromisoformat(self.query.get("as_of", self._context.today.isoformat()))
        return self._context.services.areas().resolved(code, on)

    def _address(self, row: dict[str, Any]) -> str:
        """The page where a row is found."""
        if "line" in row:
            return url_for("budget_pages.line_page", line_id=row["line"])
        if "target_id" in row:
            return url_for("target_pages.target_page", target_id=row["target_id"])
        if "model_id" in row:
            return url_for("model_pages.model_page", model_id=row["model_id"])
        kept = {name: row.get(name) for name in ("area", "year")}
        if "activity_id" in row:
            return url_for("activity_pages.activities_page", **kept, kind=row["kind"])
        if "trained" in row:
            return url_for("officer_pages.officers_page", **kept)
        return ""

    def _text(self, name: str, value: Any, row: dict[str, Any] | None = None) -> str:
        """A value in words; `row` is the one that has it, else it is of the query."""
        write = _WRITTEN.get(name)
        if value is None or value == "":
            return "–"
        if name == "area":
            return self._place(str(value))
        if name == "programme":
            return self._programmes.get(str(value), str(value))
        if name == "benefit":
            programme = (self.query if row is None else row).get("programme", "")
            codes = str(value).split(",")
            return ", ".join(self._benefits.get((programme, one), one) for one in codes)
        if name == "node":
            programme = (self.query if row is None else row).get("programme", "")
            return self._nodes.get((programme, str(value)), str(value))
        if write is not None:
            return write(value)
        if isinstance(value, bool):
            return gettext("có") if value else gettext("không")
        return str(value) if name in NOT_COUNTED or isinstance(value, str) else _number(value)

    def _place(self, unit: str) -> str:
        id_ = unit if unit == COUNTRY else self._unit(unit)
        on = date.fromisoformat(self.query.get("as_of", self._context.today.isoformat()))
        return navigation.recorded_name(self._context, id_, on)


def _number(value: Any) -> str:
    return render.format_number(value)


def _code(value: Any) -> str:
    """One code or several with commas, in the words of the code lists."""
    return ", ".join(str(CODES.get(one, one)) for one in str(value).split(","))


_WRITTEN: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("kind", "source", "measure"), _code),
    **dict.fromkeys(
        ("as_of", "held_on", "started_on", "ended_on", "declared_on", "on"), render.day
    ),
    **dict.fromkeys(
        (
            "rate_percent",
            "persons_rate_percent",
            "percent",
            "percent_ever",
            "percent_points",
            "percent_before",
            "percent_now",
        ),
        lambda value: render.percent(str(value)),
    ),
}


def _heading(names: tuple[str, ...], value: Any) -> Heading:
    number = isinstance(value, int) and not isinstance(value, bool)
    return Heading(_label(names), number and names[-1] not in NOT_COUNTED)


def _label(names: tuple[str, ...]) -> str:
    """The label of a field; of one in a group of figures the group stands before it."""
    known = LABELS.get(".".join(names))
    if known is not None:
        return str(known)
    own = names[1:] if names[0] in ("totals", "progress") else names
    return " – ".join(str(LABELS[name]) for name in own)


def _leaves(
    part: dict[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values of an answer outside its lists that have a label, by the names that lead to
    them."""
    for name, value in part.items():
        if isinstance(value, dict):
            if name in PARTS:
                yield from _leaves(value, (*above, name))
        elif name in LABELS and name not in HIDDEN and not isinstance(value, list):
            yield (*above, name), value
