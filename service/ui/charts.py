"""Charts of pages: lines through time, bars of shares, and stacked bars, as Vega-Lite.

A chart is a specification; `service.ui.chart_svg` draws it as SVG. Its colours are the variables of
the style sheet, so that they follow the reader's dark mode. What a colour means stands beside the
chart as a list, and the figures as a table.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.ui.render import format_number, permille

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 64, 16, 28
LABELS, VALUES, TOTAL = 210, 130, 48
BAR, STACK, GAP = 12, 20, 8
_LETTER = 9  # no figure is wider than that in a bar, at 12 pixels

COLOURS = {
    "poor": "var(--poor)",
    "near_poor": "var(--near)",
    "listed": "var(--step-0)",
    "surveyed": "var(--step-1)",
    "sent_back": "var(--warn)",
    "met": "var(--step-2)",
    "posted": "var(--step-3)",
    "grievance": "var(--bad)",
    "reverified": "var(--near)",
    "ready": "var(--step-4)",
    "decided": "var(--good)",
    "not_recognised": "var(--none)",
    "available": "var(--soft)",
    "committed": "#b7791f",
    "spent": "#2f6f4f",
    "gone": "#7a6ea8",
    "covered": "var(--step-4)",
    "unserved": "var(--step-0)",
}
_ON_LIGHT = {"listed", "surveyed", "met", "unserved"}
"""The codes whose colour is so light that a figure in it is dark."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A specification, and the words of its codes in the order of the drawing."""

    specification: Mapping[str, Any]
    names: Mapping[str, str]

    @property
    def text(self) -> str:
        """The specification as JSON, the same for the same chart."""
        return json.dumps(self.specification, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def permille(self) -> int | None:
        """In tenths of percent, rounded half up; None of nothing."""
        return (2000 * self.part + self.whole) // (2 * self.whole) if self.whole else None

    @property
    def said(self) -> str:
        """The percentage with both numbers; a dash of nothing."""
        if self.permille is None:
            return "–"
        both = f"{format_number(self.part)}/{format_number(self.whole)}"
        return f"{permille(self.permille)} ({both})"


def lines(
    days: Sequence[date], series: Mapping[str, Sequence[int]], names: Mapping[str, str]
) -> Chart:
    """Lines over days that stand equally far apart; the vertical axis begins at nought."""
    values = [
        {"day": day.isoformat(), "code": code, "number": number}
        for code, numbers in series.items()
        for day, number in zip(days, numbers, strict=True)
    ]
    ends = sorted(series, key=lambda code: series[code][-1], reverse=True)
    last = days[-1].isoformat()
    labels = [
        _text(
            {"x": {"field": "day", "type": "ordinal"}, "y": _number("number")},
            [{"day": last, "number": series[code][-1], "said": format_number(series[code][-1])}],
            align="left",
            dx=8,
            dy=-6 if at == 0 and len(ends) > 1 else 8 if at else 0,
            fontWeight=600,
            fill=COLOURS[code],
        )
        for at, code in enumerate(ends)
    ]
    across = {
        "field": "day",
        "type": "ordinal",
        "axis": {
            "values": [day.isoformat() for day in days[::-1][::6]],
            "labelExpr": "slice(datum.label, 5, 7) + '/' + slice(datum.label, 0, 4)",
            "labelAngle": 0,
            "labelFlush": False,
            "labelOverlap": False,
            "ticks": False,
            "domainColor": "var(--line-2)",
        },
    }
    up = {
        **_number("number"),
        "scale": {"zero": True, "nice": True, "domainMin": 0},
        "axis": {
            "tickCount": 5, "tickMinStep": 1, "format": ",d", "ticks": False, "domain": False,
            "grid": True, "gridColor": "var(--line)",
        },
    }  # fmt: skip
    course = {
        "mark": {"type": "line", "strokeWidth": 2.5, "strokeJoin": "round"},
        "encoding": {
            "x": across,
            "y": up,
            "stroke": _colour(list(series), "code"),
            "strokeDash": {
                "field": "code",
                "scale": {"domain": list(series), "range": [[1, 0], [7, 4]][: len(series)]},
                "legend": None,
            },
        },
    }
    points = {
        "transform": [{"filter": {"field": "day", "equal": last}}],
        "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
        "encoding": {"x": across, "y": up, "fill": _colour(list(series), "code")},
    }
    return _chart(
        [course, points, *labels],
        values,
        names,
        width=WIDTH - LEFT - RIGHT,
        height=HEIGHT - TOP - BOTTOM,
        padding={"left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
    )


def bars(
    labels: Sequence[str], shares: Mapping[str, Sequence[Share]], names: Mapping[str, str]
) -> Chart:
    """Bars of shares, one for each class under each label."""
    values = [
        {"label": label, "code": code, "permille": share.permille or 0, "said": share.said}
        for code, of_code in shares.items()
        for label, share in zip(_apart(labels), of_code, strict=True)
    ]
    place = {
        "y": _labels(_apart(labels)),
        "yOffset": {"field": "code", "scale": {"domain": list(shares), "paddingInner": 0.1}},
        "x": {**_number("permille"), "scale": {"domain": [0, 1000], "nice": False}, "axis": None},
    }
    bar = {"mark": {"type": "bar"}, "encoding": place | {"fill": _colour(list(shares), "code")}}
    said = _text(place, None, align="left", dx=5)
    return _chart(
        [bar, said],
        values,
        names,
        width=WIDTH - LABELS - VALUES,
        height=len(labels) * (len(shares) * BAR + GAP),
        padding={"left": LABELS, "right": VALUES, "top": 4, "bottom": 4},
    )


def stacks(
    labels: Sequence[str], parts: Sequence[Mapping[str, int]], names: Mapping[str, str]
) -> Chart:
    """Stacked bars, one for each label, of its numbers by code in their order."""
    width = WIDTH - LABELS - TOTAL
    most = max((sum(numbers.values()) for numbers in parts), default=0) or 1
    segments: list[dict[str, Any]] = []
    sums = []
    for label, numbers in zip(_apart(labels), parts, strict=True):
        start = 0
        for code, number in numbers.items():
            if number:
                segments.append(_segment(label, code, start, number, names, width / most))
                start += number
        sums.append({"label": label, "start": start, "said": format_number(start)})
    rows = {"y": _labels(_apart(labels))}
    scale = {"scale": {"domain": [0, most], "nice": False}, "axis": None}
    bar = {
        "mark": {"type": "bar", "height": STACK, "stroke": "var(--paper)", "strokeWidth": 1},
        "encoding": rows | {
            "x": _number("start") | scale,
            "x2": {"field": "end"},
            "fill": _colour(list(names), "code"),
        },
    }  # fmt: skip
    inside = [
        _text(
            rows | {"x": _number("middle") | scale},
            [one for one in segments if one["fits"] and (one["code"] in _ON_LIGHT) == light],
            fontWeight=600,
            fill="var(--in-light)" if light else "var(--in-dark)",
        )
        for light in (True, False)
    ]
    end = _text(rows | {"x": _number("start") | scale}, sums, align="left", dx=6)
    return _chart(
        [bar, *inside, end],
        segments,
        names,
        width=width,
        height=len(labels) * (STACK + GAP),
        padding={"left": LABELS, "right": TOTAL, "top": 4, "bottom": 4},
    )


def _segment(
    label: str, code: str, start: int, number: int, names: Mapping[str, str], scale: float
) -> dict[str, Any]:
    """A part of a stacked bar, and whether its number can be written into it."""
    said = format_number(number)
    return {
        "label": label,
        "code": code,
        "start": start,
        "end": start + number,
        "middle": start + number / 2,
        "number": number,
        "said": said,
        "fits": number * scale >= _LETTER * len(said) + 4,
        "name": names[code],
    }


def _chart(
    layers: Sequence[Mapping[str, Any]],
    values: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    **size: Any,
) -> Chart:
    text = {"labelColor": "var(--soft)", "labelFontSize": 12, "title": None}
    return Chart(
        {
            "autosize": "none",
            "background": None,
            "data": {"values": list(values)},
            "layer": list(layers),
            "config": {
                "aria": False,
                "font": "sans-serif",
                "view": {"stroke": None},
                "axis": text,
                "axisY": {"domainColor": "var(--line-2)"},
            },
            **size,
        },
        dict(names),
    )


def _number(name: str) -> dict[str, Any]:
    return {"field": name, "type": "quantitative"}


def _labels(labels: Sequence[str]) -> dict[str, Any]:
    """Labels beside rows, in the order given."""
    return {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": list(labels)},
        "axis": {
            "labelLimit": LABELS - 12, "labelColor": "var(--ink)", "labelFontWeight": 600,
            "ticks": False, "labelPadding": 8,
        },
    }  # fmt: skip


def _apart(labels: Sequence[str]) -> list[str]:
    """The labels; one that comes again gets a mark without width, so that rows stay apart."""
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        found.append(label + "\u200b" * seen.get(label, 0))
        seen[label] = seen.get(label, 0) + 1
    return found


def _colour(codes: Sequence[str], name: str) -> dict[str, Any]:
    return {
        "field": name,
        "type": "nominal",
        "scale": {"domain": list(codes), "range": [COLOURS[code] for code in codes]},
        "legend": None,
    }


def _text(
    encoding: Mapping[str, Any], values: Sequence[Mapping[str, Any]] | None, **look: Any
) -> dict[str, Any]:
    """Written figures, of the chart's own values or of others."""
    layer = {
        "mark": {"type": "text", "baseline": "middle", "fontSize": 12, "fill": "var(--soft)"}
        | look,
        "encoding": {**encoding, "text": {"field": "said"}},
    }
    return layer if values is None else layer | {"data": {"values": list(values)}}
