"""Pages of replays: request of an area and a period, progress, differences.

Request and outcomes are those of the API; the key of the form makes a repeat harmless.
"""

from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate
from psycopg import Connection

from domain.areas.codes import COUNTRY
from projections.households import timeline
from projections.oversight.replay import runs as queries
from projections.oversight.replay.recorded_decisions import DIFFERENT, OUTCOMES
from service.access import authorization
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http.cursors import Cursor
from service.http.headers import XLSX
from service.http.parsing import QueryInteger as Number
from service.http.parsing import Unit
from service.oversight import replay_api as api
from service.oversight import replay_households, replay_presenter
from service.oversight.permissions import May
from service.oversight.replay_workbook import workbook
from service.ui import forms, navigation, paging
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

REPLAY_PLACES, OUTCOME_PLACES = "replays pages", "outcomes pages"
MOST_EXPORTED = 5_000

pages = PageBlueprint("deciding", __name__)

LIST = Rule(May.READ_REPLAYS)
ASK = Rule(May.REPLAY, asked_area)
READ = Rule(May.READ_REPLAYS, authorization.replay)


class Asking(forms.QueryForm):
    """The decisions of an area with an effective date in a period."""

    area = Unit()
    from_ = forms.TypedDay(data_key="from", required=True)
    to = forms.TypedDay(required=True)
    seq = Number(1, 2**53, load_default=None, allow_none=True)


def _asking(context: RequestContext) -> tuple[Field, ...]:
    wanted = request.form.get("area") or request.args.get("area", "")
    day: date = (context.body or {}).get("to") or context.today

    @cache
    def areas() -> tuple[Choice, ...]:
        return tuple(Choice(unit, name) for unit, name in _choices(context, wanted, day))

    return (
        Field("from", _("Quyết định có hiệu lực từ ngày"), "day", required=True,
              initial=context.today.replace(month=1, day=1).isoformat()),
        Field("to", _("đến hết ngày"), "day", required=True, initial=context.today.isoformat()),
        # The whole country is "": a browser takes that for nothing chosen.
        Field("area", _("Địa bàn"), "choice", by_day=True, day_field="to", choices=areas,
              required=lambda: all(one.value for one in areas()),
              initial=lambda: _proposed(context, wanted, day)),
        Field("seq", "", "hidden"),
    )  # fmt: skip


ASKING = Form(Asking, _asking)


class ReplaysQuery(forms.QueryForm):
    """The place where the list goes on."""

    after = Cursor(REPLAY_PLACES)


class OutcomesQuery(forms.QueryForm):
    """Which outcomes to show, and from where."""

    outcome = fields.String(validate=validate.OneOf(OUTCOMES), load_default=DIFFERENT)
    after = Cursor(OUTCOME_PLACES)
    take = fields.String(validate=validate.OneOf(["", "excel"]), load_default="")


@pages.get("/quyet-dinh-lai", rule=LIST, query=ReplaysQuery)
def replays(context: RequestContext) -> str:
    """Lists the replays in the areas of the account, with the form that requests one."""
    today, directory = context.today, context.services.areas()
    came = (context.query or {}).get("after")
    held = navigation.areas_of(context, May.READ_REPLAYS.value)
    within: list[str] | None = []
    for area in held:
        found = directory.units_within(area, today)
        within = None if found is None or within is None else [*within, *found]
    with context.services.reading() as conn:
        place = paging.place_of(came)
        done = queries.of_areas(conn, within, limit=paging.PAGE + 1, after=place)
    return render(
        "oversight/replays.html",
        title=_("Đối chiếu phân loại"),
        page=paging.page(REPLAY_PLACES, done, came, lambda one: [one.requested_at, one.id]),
        filled=ASKING.bound(context),
        area_name=lambda unit: navigation.area_name(context, unit, today),
    )


@pages.post(
    "/quyet-dinh-lai", rule=ASK, form=ASKING, again=replays, beside={"period_reversed": "to"}
)
def start(context: RequestContext) -> Any:
    """Requests a replay, which a worker runs. A form sent twice requests one."""
    answer = api.start_replay(context)
    return redirect(url_for("deciding.replay", replay_id=answer.body.id), 303)


@pages.get("/quyet-dinh-lai/<uuid:replay_id>", rule=READ, query=OutcomesQuery)
def replay(context: RequestContext, replay_id: UUID) -> Any:
    """One replay as it stands; those that differ first."""
    query = context.query
    if query["take"]:
        return _workbook(context, replay_id, query["outcome"], in_language())
    with context.services.reading() as conn:
        found = queries.get(conn, replay_id)
        given = _outcomes(context, conn, found)
    if given["rows"] or "X-Part" not in request.headers:  # a page that waits asks again and again
        note_several(context, "replay", len(given["rows"]), replay=str(replay_id))
    if "X-Part" in request.headers:
        return render("oversight/replay_part.html", **given)
    crumbs = [(_("Đối chiếu phân loại"), url_for("deciding.replays")), (given["area"], "")]
    return render("oversight/replay.html", title=_("Đối chiếu phân loại"), crumbs=crumbs, **given)


def _outcomes(
    context: RequestContext, conn: Connection[Any], found: queries.Replay
) -> dict[str, Any]:
    """A replay with the outcomes of the kind that is asked for."""
    outcome, came = context.query["outcome"], context.query["after"]
    place = paging.place_of(came)
    following = queries.outcomes(
        conn, found.id, outcome=outcome, after=place[0] if place else 0, limit=paging.PAGE + 1
    )
    page = following[: paging.PAGE]
    versions = timeline.versions_at(conn, [one.seq for one in page])
    standards, language = context.services.application.standards, in_language()
    count = getattr(found, outcome), False
    return {
        "replay": found,
        "outcome": outcome,
        "kinds": replay_presenter.KINDS,
        "counts": {name: getattr(found, name) for name in OUTCOMES},
        "rows": [
            replay_presenter.shown(one, versions.get(one.seq), standards, language) for one in page
        ],
        "homes": replay_households.about(context, conn, page),
        "page": paging.page(OUTCOME_PLACES, following, came, lambda one: [one.seq], count=count),
        "area": navigation.area_name(context, found.area, found.to_on),
        "poll": request.full_path.rstrip("?"),
    }


def _workbook(context: RequestContext, replay_id: UUID, outcome: str, language: str) -> Any:
    """The outcomes of one kind as an Excel file, up to MOST_EXPORTED of them."""
    with context.services.reading() as conn:
        found = queries.get(conn, replay_id)
        rows: list[queries.ReplayedDecision] = []
        while len(rows) <= MOST_EXPORTED:
            after = rows[-1].seq if rows else 0
            page = queries.outcomes(
                conn, replay_id, outcome=outcome, after=after, limit=queries.MOST_OUTCOMES
            )
            rows += page
            if len(page) < queries.MOST_OUTCOMES:
                break
        more, rows = len(rows) > MOST_EXPORTED, rows[:MOST_EXPORTED]
        homes = replay_households.about(context, conn, rows)
    note_several(context, "export", len(rows), replay=str(replay_id))
    standards = context.services.application.standards
    content = workbook(
        context,
        found,
        navigation.area_name(context, found.area, found.to_on),
        [replay_presenter.shown(one, None, standards, language) for one in rows],
        homes,
        more=more,
    )
    name = f"doi-chieu-{found.from_on:%Y%m%d}-{found.to_on:%Y%m%d}.xlsx"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, content_type=XLSX, headers=headers)


def _choices(context: RequestContext, wanted: str, on: date) -> list[tuple[str, str]]:
    """The areas to ask for as they stand on a day: those on the land of the one wanted, those of
    the account, and the units right below each."""
    lineage = context.services.areas().lineage
    units = [*lineage.on_land_of(wanted, on)] if wanted in lineage.units else []
    for area in navigation.areas_of(context, May.REPLAY.value):
        for unit in lineage.on_land_of(area, on) if area != COUNTRY else [area]:
            below = navigation.named(context, lineage.children(unit, on), on)
            units += [unit, *(one for one, _name in below)]
    return [(unit, navigation.area_name(context, unit, on)) for unit in dict.fromkeys(units)]


def _proposed(context: RequestContext, wanted: str, on: date) -> str:
    """The area wanted on a day; where only one stands on its land then, that one."""
    lineage = context.services.areas().lineage
    found = lineage.on_land_of(wanted, on) if wanted in lineage.units else ()
    return found[0] if len(found) == 1 else ""
