"""The page of signed decisions, and each as a paper."""

from typing import Any

from flask import Response
from flask_babel import gettext as _

from service.access.authorization import RequestContext, Rule, asked_area
from service.households import decision_api
from service.households.permissions import May
from service.http.parsing import Unit
from service.ui import forms, navigation
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("decision_pages", __name__)

MOST = 200


class DecisionsQuery(forms.QueryForm):
    """The area whose decisions are listed."""

    area = Unit()


@pages.get("/quyet-dinh", rule=Rule(May.READ_HOUSEHOLDS, asked_area), query=DecisionsQuery)
def decisions(context: RequestContext) -> Any:
    """Lists the signed decisions of an area, the newest first."""
    unit, day = navigation.standing_unit(context, context.area, context.today)
    return render(
        "households/decisions.html",
        title=_("Quyết định công nhận"),
        crumbs=navigation.area_crumbs(context, unit, day),
        decisions=decision_api.listed(context, context.area, MOST),
        area_name=lambda one: navigation.area_name(context, one, context.today),
    )


@pages.get("/quyet-dinh/<string:decision_code>.pdf", rule=decision_api.READ)
def printed(context: RequestContext, decision_code: str) -> Response:
    """The decision with its list as a paper. Reading is logged."""
    return decision_api.printed(context, decision_code)
