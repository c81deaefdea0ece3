"""The page of the procedure of a review: its steps on a day, and the last day of a time limit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from marshmallow import fields, validate

from domain.calendar import Unit, due, is_provisional
from domain.reviews import TRACKS, Procedure, Track
from domain.reviews.errors import NoProcedureInForce
from domain.reviews.load import published
from domain.reviews.procedure import Limit
from domain.standards.parts import Text
from service.access.authorization import RequestContext, Rule
from service.reviews.permissions import May
from service.reviews.words import LIMITS
from service.ui import forms, render
from service.ui.i18n import in_language
from service.ui.i18n import lazy as _
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("review_pages", __name__)

CERTAINTIES = {
    "seen": _("theo văn bản, thủ tục đã công bố"),
    "inference": _("suy ra, cần đối chiếu văn bản"),
    "memory": _("chưa đối chiếu văn bản"),
    "unknown": _("chưa xác định"),
}


class ProcedureQuery(forms.QueryForm):
    """The day, the track, and the day that time limits are counted from."""

    on = forms.TypedDay(load_default=None)
    track = fields.String(load_default=TRACKS[0], validate=validate.OneOf(TRACKS))
    begins = forms.TypedDay(load_default=None)


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day of a time limit by one unit; provisional where days off may still change."""

    unit: Unit
    day: date
    provisional: bool


@pages.get("/quy-trinh-ra-soat", rule=Rule(May.READ_PROCEDURES), query=ProcedureQuery)
def procedure(context: RequestContext) -> str:
    """Shows one track of the version in force on a day, with its time limits counted from one."""
    query = context.query
    on, begins = query["on"] or context.today, query["begins"] or context.today
    version = _in_force(on)
    tracks = version.tracks_on(on) if version and version.not_loaded is None else ()
    track = next((one for one in tracks if one.code == query["track"]), None)
    return render.render(
        "reviews/procedure.html",
        title=gettext("Quy trình rà soát"),
        on=on,
        begins=begins,
        chosen=query["track"],
        choices=[(code, _title_of_track(code)) for code in TRACKS],
        procedure=version,
        versions=tuple(published()),
        track=track,
        last_days=lambda limit: last_days(limit, begins),
        names=LIMITS,
        certainties=CERTAINTIES,
        text=_text,
    )


def last_days(limit: Limit, begins: date) -> tuple[LastDay, ...]:
    """The last days of a limit that begins on a day, one for each unit that the texts name."""
    found = [(one.unit, due(begins, one)) for one in limit.readings]
    return tuple(LastDay(unit, day, is_provisional(day)) for unit, day in found)


def _in_force(on: date) -> Procedure | None:
    try:
        return published().on(on)
    except NoProcedureInForce:
        return None


def _title_of_track(code: str) -> str:
    """The title of a track in the last version that has it."""
    found: list[Track] = [
        track for version in published() for track in version.tracks if track.code == code
    ]
    return _text(found[-1].title)


def _text(text: Text) -> Any:
    return text.in_language(in_language())
