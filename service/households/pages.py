"""The page of a household: who they are, what may be done, and the timeline; each event's own page;
two moments held side by side. Every reading is logged, as at the API."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from projections.duplicates import pairs
from projections.households import timeline
from projections.households.sentences import GROUPS, groups
from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_read
from service.households import file_presenter as now
from service.households import file_view, low_income, withdrawal_presenter
from service.households import timeline_presenter as past
from service.households.compare_presenter import compare
from service.households.permissions import May
from service.households.subjects import details_of
from service.problems import NoSuchThing
from service.ui import forms, navigation
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("household", __name__)

EVENTS = 100  # of a timeline on one page

READ = Rule(May.READ_HOUSEHOLDS, authorization.household)


class FileQuery(forms.QueryForm):
    """As of which day, as known at the end of which day; which events, before which place of the
    ledger; what was just recorded."""

    as_of = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)
    kind = fields.String(load_default="")
    before = fields.Integer(load_default=None, validate=validate.Range(1, 10**18))
    recorded = fields.String(load_default="")


class CompareQuery(forms.QueryForm):
    """Two moments, each on both clocks; left out, the present."""

    a_on = forms.TypedPastDay(load_default=None)
    a_known = forms.TypedKnown(load_default=None)
    b_on = forms.TypedPastDay(load_default=None)
    b_known = forms.TypedKnown(load_default=None)


@pages.get("/ho/<uuid:household_id>", rule=READ, query=FileQuery)
def file(context: RequestContext, household_id: UUID) -> Any:
    """The household now, or as it was on a day, as known then; and its timeline."""
    query, language = context.query, in_language()
    as_of, known_at = query["as_of"], query["known_at"]
    household = file_view.as_it_was(context, household_id, as_of=as_of, known_at=known_at)
    note_read(context, household_id, context.area, "file", "history")
    fresh = past.fresh_range(query["recorded"])
    with context.services.reading() as conn:
        places = timeline.positions(conn, household_id)
        doubtful = pairs.open_pairs_of(conn, household_id)
        found = _history(
            context, conn, household_id,
            types=GROUPS.get(query["kind"], ()), before=query["before"], limit=EVENTS,
        )  # fmt: skip
        shown = past.shown_entries(
            context, conn, found.entries, language, as_of=as_of, known_at=known_at, fresh=fresh
        )
    given: dict[str, Any] = {
        "household_id": household_id,
        "as_of": as_of,
        "known_at": known_at,
        "then": as_of is not None or known_at is not None,
        "kind": query["kind"],
        "kinds": groups(language),
        "entries": list(reversed(shown)),
        "count": len(places),
        "before": query["before"],
        "older": found.next,
        "fresh": fresh,
        "doubtful": doubtful if as_of is None and known_at is None else [],
        "waiting": bool(fresh) and all(fresh[-1] > (own or 0) for _, own in places),
    }
    if household is None:
        return render("households/absent.html", title=_("Trang hộ"), crumbs=(), **given)
    return render("households/file.html", **given, **_shown(context, household, places, language))


@pages.get("/ho/<uuid:household_id>/su-kien/<entry:version>", rule=READ)
def event(context: RequestContext, household_id: UUID, version: int) -> Any:
    """One event, at an address that stays: what was recorded, by whom, on which paper."""
    note_read(context, household_id, context.area, "history")
    language = in_language()
    with context.services.reading() as conn:
        seqs = {own: seq for seq, own in timeline.positions(conn, household_id) if own}
        stored = timeline.recorded(conn, household_id, version)
        if version not in seqs or stored is None:
            raise NoSuchThing
        found = _history(context, conn, household_id, before=seqs[version] + 1, limit=1)
        (shown,) = past.shown_entries(context, conn, found.entries, language)
        offer = withdrawal_presenter.offered(context, conn, shown, stored)
        withdrawal = None
        if shown.withdrawn_by:
            by = _history(context, conn, household_id, before=seqs[shown.withdrawn_by] + 1, limit=1)
            (withdrawal,) = past.shown_entries(context, conn, by.entries, language)
    return render(
        "households/event.html",
        title=shown.title,
        household_id=household_id,
        one=shown,
        stored=stored,
        details=details_of(context, stored, language),
        last=max(seqs),
        offer=offer,
        withdrawal=withdrawal,
        crumbs=[(_("Trang hộ"), url_for("household.file", household_id=household_id))],
    )


@pages.get("/ho/<uuid:household_id>/so-sanh", rule=READ, query=CompareQuery)
def compared(context: RequestContext, household_id: UUID) -> Any:
    """The household at two moments, on both clocks, side by side."""
    query, language = context.query, in_language()
    note_read(context, household_id, context.area, "file")
    sides = [
        file_view.as_it_was(
            context, household_id, as_of=query[f"{side}_on"], known_at=query[f"{side}_known"]
        )
        for side in "ab"
    ]
    return render(
        "households/compared.html",
        title=_("So sánh hai thời điểm"),
        household_id=household_id,
        query=query,
        sides=sides,
        rows=compare(
            sides[0],
            sides[1],
            language,
            lambda scope: now.scope_words(context, scope, language),
        ),
        moments=[_moment(query[f"{side}_on"], query[f"{side}_known"]) for side in "ab"],
        crumbs=[(_("Trang hộ"), url_for("household.file", household_id=household_id))],
    )


def _where(context: RequestContext, area: str) -> list[tuple[str, str]]:
    """The commune, as it stands now, and the units above it; links where one may look."""
    unit, day = navigation.standing_unit(context, area, context.today)
    *above, (name, _here) = navigation.area_crumbs(context, unit, day)
    seen = navigation.covered(context, unit, day)
    return [*above, (name, navigation.area_address(unit) if seen else "")]


def _moment(on: date | None, known: datetime | None) -> str:
    """A moment on both clocks, in words."""
    said = f"{on:%d/%m/%Y}" if on else _("hôm nay")
    if known is None:
        return said
    return _(
        "Tại ngày %(day)s, theo dữ liệu ghi đến hết ngày %(known)s",
        day=said,
        known=f"{known:%d/%m/%Y}",
    )


def _history(context: RequestContext, conn: Any, household_id: UUID, **which: Any) -> Any:
    """The newest events that concern the household, before a place of the ledger."""
    return timeline.history(
        conn,
        context.services.keyring,
        household_id,
        newest=True,
        language=in_language(),
        unit_name=lambda unit, on: context.services.areas().name_of(unit, on),
        **which,
    )


def _shown(
    context: RequestContext, household: dict[str, Any], places: list[tuple[int, Any]], language: str
) -> dict[str, Any]:
    """The parts of the page about the household itself."""
    then = household["as_of"] is not None or household["known_at"] is not None
    allowed = frozenset() if then else now.may_here(context, household)
    versions = {seq: version for seq, version in places if version}
    on = household["as_of"] or context.today
    people = {one["person_id"]: one["name"] for one in
              (*household["former_members"], *household["members"])}  # fmt: skip
    head = people.get(household["head"], "")
    return {
        "title": _("Hộ %(name)s", name=head) if head else _("Trang hộ"),
        "crumbs": [
            *_where(context, household["area"]),
            (head or _("Trang hộ"), ""),
        ],
        "household": household,
        "home": navigation.recorded_name(context, household["area"], on),
        "head": head,
        "people": people,
        "standings": now.in_force(context, household["standings"], versions, language),
        "scope_words": lambda scope: now.scope_words(context, scope, language),
        "escaped": now.newly_escaped(household, on),
        "actions": now.actions(household, allowed),
        "person_actions": lambda one: now.person_actions(household, one, allowed),
        "versions": versions,
        "low_income": low_income.shown(people, household["low_income"]),
        "low_income_doubted": low_income.is_doubted(household),
        "spent": sum(one.amount or 0 for one in household["support"]),
    }
