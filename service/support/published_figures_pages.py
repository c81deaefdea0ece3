"""The page of published figures: stated beside computed, each down to what it is made of."""

from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext

from service.access.authorization import RequestContext, Rule
from service.problems import NoSuchThing
from service.support.permissions import May
from service.support.published_figures import (
    Followed,
    PublishedFigure,
    Wording,
    figures,
    in_unit_of,
    sources,
)
from service.ui import render
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("published_figures", __name__)

READ = Rule(May.READ_FIGURES)


@pages.get("/so-lieu-da-cong-bo", rule=READ)
def listing(context: RequestContext) -> str:
    """All figures by article, with what the system computes."""
    followed = Followed(context)
    groups = [
        (source, [_shown(followed, one) for one in figures() if one.source is source])
        for source in sources().values()
    ]
    return render.render(
        "support/published_figures.html", title=gettext("Số liệu đã công bố"), groups=groups
    )


@pages.get("/so-lieu-da-cong-bo/<figure_name>", rule=READ)
def figure(context: RequestContext, figure_name: str) -> str:
    """One figure with the answer that it is read from."""
    found = next((one for one in figures() if one.figure == figure_name), None)
    if found is None:
        raise NoSuchThing
    followed = Followed(context)
    document = followed.document(found) or {}
    return render.render(
        "support/published_figure.html",
        title=_text(found.title),
        crumbs=[(gettext("Số liệu đã công bố"), url_for(".listing")), (_text(found.title), "")],
        shown=_shown(followed, found),
        values=_values(document),
        tables=[(key, rows) for key, rows in document.items() if _is_table(rows)],
        flat=_flat,
    )


def _shown(followed: Followed, one: PublishedFigure) -> dict[str, Any]:
    value = followed.value(one)
    computed = None if value is None else in_unit_of(one, value)
    return {
        "figure": one,
        "title": _text(one.title),
        "unit": _unit(one.unit),
        "stated": _written(one.stated),
        "computed": "" if computed is None else _written(str(computed)),
        "same": computed is not None and str(computed) == one.stated,
        "why": _text(one.why) if one.why else "",
        "differs": _text(one.differs) if one.differs else "",
        "at": url_for("published_figures.figure", figure_name=one.figure),
    }


def _written(number: str) -> str:
    """A decimal number as people write it: 1234567 as 1.234.567, 1.5 as 1,5 in Vietnamese."""
    found = f"{Decimal(number):,}"
    if in_language() == "en":
        return found
    return found.translate({ord(","): ".", ord("."): ","})


def _unit(unit: str) -> str:
    return {
        "households": gettext("hộ"),
        "persons": gettext("người"),
        "turns": gettext("lượt"),
        "percent": "%",
        "million_dong": gettext("triệu đồng"),
        "billion_dong": gettext("tỷ đồng"),
        "models": gettext("mô hình"),
        "works": gettext("công trình"),
        "classes": gettext("lớp"),
        "sessions": gettext("buổi"),
        "files": gettext("hồ sơ"),
    }[unit]


def _text(said: Wording) -> str:
    return said.en if in_language() == "en" else said.vi


def _is_table(rows: Any) -> bool:
    return isinstance(rows, list) and bool(rows) and isinstance(rows[0], dict)


def _values(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """The figures of an answer outside its lists, by pointer."""
    return [
        ("/" + name.replace(".", "/"), value)
        for key, part in document.items()
        if not isinstance(part, list)
        for name, value in _flat({key: part}).items()
    ]


def _flat(row: dict[str, Any], before: str = "") -> dict[str, Any]:
    """A row with the values of the objects in it, by names with points."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        elif not isinstance(value, list):
            found[before + name] = value
    return found
