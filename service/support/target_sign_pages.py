"""The pages of signs that a target bends decisions, and of the households behind each."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.codes import SIGNS
from projections.support.target_signs import AROUND, Period
from service.access.authorization import RequestContext, Rule
from service.access.named_households import named_within_reach
from service.access.read_log import note_several
from service.support import area_choice, target_signs_api, target_words
from service.support.permissions import May
from service.ui import forms, navigation
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("target_sign_pages", __name__)

READ = Rule(May.WATCH_TARGETS, area_choice.place(May.WATCH_TARGETS))
MOST_SHOWN = 500


class SignsQuery(area_choice.AreaOfPage):
    """The area and the year, up to a day, as known at the end of a day."""

    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    on = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)


class SignHouseholdsQuery(SignsQuery):
    """The households behind one sign."""

    sign = fields.String(load_default=next(iter(SIGNS)), validate=validate.OneOf(list(SIGNS)))


def _period(context: RequestContext) -> Period:
    query, on = context.query, context.query["on"] or context.today
    year = query["year"] or (on - AROUND).year
    return Period(year, on, query["known_at"])


@pages.get("/chi-tieu/dau-hieu", rule=READ, query=SignsQuery)
def signs_page(context: RequestContext) -> str:
    """The signs of an area and of each unit right below, with the numbers behind each."""
    of = _period(context)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    found = target_signs_api.found_signs(context, of)
    every = [one for signs in found.values() for one in signs]
    rows = [
        (area, navigation.area_name(context, *navigation.standing_unit(context, area, of.until)),
         signs)
        for area, signs in found.items()
    ]  # fmt: skip
    return render(
        "support/target_signs.html",
        title=_("Dấu hiệu chỉ tiêu ảnh hưởng quyết định"),
        crumbs=[
            (_("Chỉ tiêu giảm nghèo"), url_for("target_pages.targets_page")),
            (_("Dấu hiệu chỉ tiêu ảnh hưởng quyết định"), ""),
        ],
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.WATCH_TARGETS),
        rows=[rows[0], *(row for row in rows[1:] if any(one.raised for one in row[2]))],
        quiet=sum(not any(one.raised for one in row[2]) for row in rows[1:]),
        raised=sum(one.raised for one in every),
        tests=len(every),
        of=of,
        spoken=target_words,
    )


@pages.get("/chi-tieu/dau-hieu/ho", rule=READ, query=SignHouseholdsQuery)
def households_page(context: RequestContext) -> Any:
    """The households whose decisions make up a sign; each look is in the read log."""
    of, sign = _period(context), context.query["sign"]
    ids = target_signs_api.households_of(context, sign, of)
    shown = ids[:MOST_SHOWN]
    note_several(context, "list", len(shown), found=shown, sign=sign)
    with context.services.reading() as conn:
        names = named_within_reach(context, conn, shown)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    back = url_for("target_sign_pages.signs_page", area=context.area or None, year=of.year)
    return render(
        "support/target_sign_households.html",
        title=str(target_words.SIGNS[sign]),
        crumbs=[
            (_("Chỉ tiêu giảm nghèo"), url_for("target_pages.targets_page")),
            (_("Dấu hiệu chỉ tiêu ảnh hưởng quyết định"), back),
            (str(target_words.SIGNS[sign]), ""),
        ],
        area_name=navigation.area_name(context, unit, day),
        households=[names[id_] for id_ in shown if id_ in names],
        total=len(ids),
        of=of,
        proves_not=target_words.PROVE_NOT[sign],
    )
