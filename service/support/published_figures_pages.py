"""The pages of published figures: stated beside computed, each down to what it is made of.

The figures of one article are worked out at a time, each address once; nothing is kept, so that
what is shown is what is recorded now.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from projections.support import grants
from projections.support.households import named_households
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_several
from service.http.addresses import AddressAnswer
from service.http.cursors import Cursor
from service.http.headers import XLSX
from service.problems import NoSuchThing
from service.support import published_figures_workbook
from service.support.grants_api import asked_grants
from service.support.permissions import May
from service.support.published_figure_parts import AnswerInWords
from service.support.published_figures import (
    Followed,
    PublishedFigure,
    Source,
    Wording,
    difference,
    figures,
    in_unit_of,
    sources,
)
from service.ui import forms, paging
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("published_figures", __name__)

READ = Rule(May.READ_FIGURES)
PLACES = "granted households"


class ListingQuery(forms.QueryForm):
    """The article whose figures are shown."""

    source = fields.String(load_default=None, validate=validate.Length(max=40))


class FigureQuery(forms.QueryForm):
    """The place where the list of households goes on."""

    after = Cursor(PLACES)


@pages.get("/so-lieu-da-cong-bo", rule=READ, query=ListingQuery)
def listing(context: RequestContext) -> str:
    """The figures of one article with what the system computes, by section."""
    articles = sources()
    source = articles.get(context.query["source"] or next(iter(articles)))
    if source is None:
        raise NoSuchThing
    rows = shown_figures(context, source)
    sections: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        sections.setdefault(one["section"], []).append(one)
    return render(
        "support/published_figures.html",
        title=gettext("Số liệu đã công bố"),
        source=source,
        sources=list(articles.values()),
        sections=sections,
        counted=[
            (gettext("khớp"), sum(one["same"] for one in rows)),
            (gettext("khác"), sum(bool(one["computed"]) and not one["same"] for one in rows)),
            (gettext("chưa có số liệu"), sum(not one["computed"] for one in rows)),
        ],
        empty=not any(one["computed"] for one in rows),
    )


@pages.get("/so-lieu-da-cong-bo.xlsx", rule=READ)
def workbook(context: RequestContext) -> Response:
    """All figures of all articles as Excel."""
    groups = [(one, shown_figures(context, one)) for one in sources().values()]
    headers = {
        "Content-Disposition": 'attachment; filename="so-lieu-da-cong-bo.xlsx"',
        "Cache-Control": "no-store",
    }
    content = published_figures_workbook.workbook(groups)
    return Response(content, content_type=XLSX, headers=headers)


@pages.get("/so-lieu-da-cong-bo/<figure_name>", rule=READ, query=FigureQuery)
def figure(context: RequestContext, figure_name: str) -> str:
    """One figure: the words of the article, what is asked for, and the rows behind it."""
    found = next((one for one in figures() if one.figure == figure_name), None)
    if found is None:
        raise NoSuchThing
    followed = Followed(context)
    answer = followed.answer(found)
    said = AnswerInWords(context, found, answer.body) if answer else None
    title = _text(found.title)
    listed: dict[str, Any] = {"source": found.source.key}
    return render(
        "support/published_figure.html",
        title=title,
        crumbs=[
            (gettext("Số liệu đã công bố"), url_for(".listing")),
            (found.source.place, url_for(".listing", **listed)),
            (title, ""),
        ],
        shown=_shown(followed, found),
        asked=said.asked() if said else [],
        values=said.values() if said else [],
        tables=list(said.tables()) if said else [],
        pages=said.pages() if said else [],
        granted=_granted(context, answer) if answer and said and said.path == "grants" else None,
    )


def shown_figures(context: RequestContext, source: Source) -> list[dict[str, Any]]:
    """The figures of an article as the page shows them.

    Where all that is computed is nothing, nothing of the place is recorded: none is compared.
    """
    followed = Followed(context)
    rows = [_shown(followed, one) for one in figures() if one.source is source]
    if not any(one["number"] for one in rows):
        none = {"computed": "", "number": None, "same": False, "note": gettext("Chưa có dữ liệu.")}
        rows = [one | none for one in rows]
    return rows


def _shown(followed: Followed, one: PublishedFigure) -> dict[str, Any]:
    value = followed.value(one)
    computed = None if value is None else in_unit_of(one, value)
    return {
        "figure": one,
        "title": _text(one.title),
        "section": _text(one.section.title),
        "unit": _unit(one.unit),
        "stated": _stated(one),
        "computed": "" if computed is None else _written(computed),
        "number": computed,
        "same": computed is not None and str(computed) == one.stated,
        "note": _note(one, computed),
        "at": url_for("published_figures.figure", figure_name=one.figure),
    }


def _note(one: PublishedFigure, computed: Decimal | None) -> str:
    """What is to be said about a figure: that both agree, how far they differ, or why there is
    none."""
    if one.why is not None:
        return gettext("Chưa tính: %(why)s", why=_text(one.why))
    if computed is None:
        return gettext("Không có số liệu trong phạm vi được xem.")
    apart = difference(one, computed)
    if apart is None:
        return gettext("Khớp số đã công bố.")
    by = f"{_written(apart.by)} {_unit(one.unit)}"
    if apart.percent is not None and one.unit != "percent":
        by += f" ({_written(apart.percent)}%)"
    said = (
        gettext("Cao hơn số đã công bố %(by)s.", by=by)
        if apart.higher
        else gettext("Thấp hơn số đã công bố %(by)s.", by=by)
    )
    return f"{said} {_text(one.differs)}" if one.differs is not None else said


def _stated(one: PublishedFigure) -> str:
    number = _written(Decimal(one.stated))
    if one.precision == "over":
        return gettext("hơn %(n)s", n=number)
    if one.precision == "about":
        return gettext("khoảng %(n)s", n=number)
    return number


def _granted(context: RequestContext, answer: AddressAnswer) -> dict[str, Any]:
    """A page of the households behind a figure of grants; the look is in the read log."""
    came = context.query["after"]
    place = paging.place_of(came)
    with context.services.reading() as conn:
        found = grants.grants(
            conn,
            asked_grants(answer.context),
            after=(UUID(place[0]), UUID(place[1])) if place else None,
            limit=paging.PAGE + 1,
        )
        shown = found[: paging.PAGE]
        ids = [one.household_id for one in shown]
        names = named_households(conn, context.services.keyring, ids)
    note_several(answer.context, "list", len(shown))
    ends = [(str(one.household_id), str(one.support_id)) for one in found]
    at = dict(zip((one.support_id for one in found), ends, strict=True))
    return {
        "page": paging.page(PLACES, found, came, lambda one: at[one.support_id]),
        "names": names,
    }


def _written(number: Decimal) -> str:
    """A decimal number as people write it: 1234567 as 1.234.567, 1.5 as 1,5 in Vietnamese."""
    found = f"{number:,}"
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
