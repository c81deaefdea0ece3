"""Schemas of the procedure of a review. Texts are in the language that the client prefers."""

from marshmallow import fields

from domain.reviews import LIMITS, STEPS, TRACKS
from domain.reviews.codes import POSTING_PLACES
from service.http.parsing import Code, Day, Input, Output

CERTAINTIES = ["seen", "inference", "memory", "unknown"]


def certainty() -> fields.String:
    """How sure it is: read, inferred, remembered, or not known, and then without a value."""
    return fields.String(required=True, metadata={"enum": CERTAINTIES})


class ProceduresQuery(Input):
    """The day, which may be one to come, and perhaps one track."""

    on = Day(load_default=None, metadata={"description": "In force on this day; else today."})
    track = Code(TRACKS, load_default=None)


class LegalSourceSchema(Output):
    """A legal text, and what it settles."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    what = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    in_force_on = fields.Date(required=True, allow_none=True)
    certainty = certainty()


class ReviewActorSchema(Output):
    """Who acts in a step."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ReviewPaperSchema(Output):
    """A form or an annex of a legal text."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    certainty = certainty()


class TimeLimitSchema(Output):
    """A time limit. Several units mean that the texts disagree, and `note` says how.

    `days` is null, and `units` empty, where it is not known.
    """

    code = fields.String(required=True, metadata={"enum": list(LIMITS)})
    days = fields.Integer(required=True, allow_none=True)
    units = fields.List(fields.String(metadata={"enum": ["working", "calendar"]}), required=True)
    begins = fields.String(required=True, metadata={"description": "What it begins with."})
    note = fields.String(required=True, allow_none=True)
    certainty = certainty()


class FigureSchema(Output):
    """One figure; null where it is not known."""

    value = fields.Integer(required=True, allow_none=True)
    certainty = certainty()


class ReviewStepSchema(Output):
    """One step. `agreement_percent` is the least share of all who attend a meeting.

    `chaired_by` are the actors who may chair it, empty where any of them may. `places` are those at
    which results have to be posted.
    """

    code = fields.String(required=True, metadata={"enum": list(STEPS)})
    title = fields.String(required=True)
    what = fields.String(required=True)
    source = fields.String(required=True)
    certainty = certainty()
    actors = fields.List(fields.Nested(ReviewActorSchema), required=True)
    answered_by = fields.Nested(ReviewActorSchema, required=True, allow_none=True)
    chaired_by = fields.List(fields.Nested(ReviewActorSchema), required=True)
    places = fields.List(fields.String(metadata={"enum": list(POSTING_PLACES)}), required=True)
    papers = fields.List(fields.Nested(ReviewPaperSchema), required=True)
    agreement_percent = fields.Nested(FigureSchema, required=True, allow_none=True)
    time_limits = fields.List(fields.Nested(TimeLimitSchema), required=True)


class ProcedureNumberSchema(Output):
    """The national code of an administrative procedure; null where it is not known."""

    value = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)
    certainty = certainty()


class WindowSchema(Output):
    """The days of every year between which a review runs, as MM-DD, both included."""

    first = fields.String(required=True, metadata={"example": "09-01"})
    last = fields.String(required=True, metadata={"example": "12-14"})
    source = fields.String(required=True)
    certainty = certainty()


class FormASchema(Output):
    """Whether form A screens requests; with fewer signs than `fewer_than` they are surveyed."""

    used = fields.Boolean(required=True, allow_none=True)
    fewer_than = fields.Integer(required=True, allow_none=True)
    certainty = certainty()


class TrackSchema(Output):
    """One track. It runs in a `window` of the year, or monthly from a day."""

    code = fields.String(required=True, metadata={"enum": list(TRACKS)})
    title = fields.String(required=True)
    number = fields.Nested(ProcedureNumberSchema, required=True)
    window = fields.Nested(WindowSchema, required=True, allow_none=True)
    starts_monthly_on = fields.Nested(FigureSchema, required=True, allow_none=True)
    requests = fields.List(fields.Nested(ReviewPaperSchema), required=True)
    screening = fields.Nested(FormASchema, required=True)
    steps = fields.List(fields.Nested(ReviewStepSchema), required=True)
    time_limits = fields.List(fields.Nested(TimeLimitSchema), required=True)
    open_questions = fields.List(fields.String(), required=True)


class ProcedureSchema(Output):
    """One version. `loaded` is false, and `tracks` empty, where its text was not found."""

    id = fields.String(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 of what decides."})
    title = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    validity = certainty()
    loaded = fields.Boolean(required=True)
    tracks = fields.List(fields.Nested(TrackSchema), required=True)
    sources = fields.List(fields.Nested(LegalSourceSchema), required=True)
    open_questions = fields.List(fields.String(), required=True)


class NotLoadedSchema(Output):
    """A version whose text was not found, with the codes that are announced."""

    id = fields.String(required=True)
    valid_from = fields.Date(required=True)
    codes = fields.List(fields.String(), required=True)
    why = fields.String(required=True)


class ProceduresSchema(Output):
    """The version in force on a day, and every version that is not loaded."""

    on = fields.Date(required=True)
    items = fields.List(fields.Nested(ProcedureSchema), required=True)
    not_loaded = fields.List(fields.Nested(NotLoadedSchema), required=True)


_WHY = (
    "Not loaded: the two new procedures 1.116214 and 1.116215 are announced, but their text was not"
    " found. Steps, time limits, forms and who acts are not known."
)
EXAMPLE = {
    "on": "2027-01-01",
    "items": [
        {
            "id": "2027",
            "digest": "7204809341e8970d8d8a5371b219bb4753aba7849ef771f067ccc420e882bde4",
            "title": "Review procedure from 1 January 2027",
            "valid_from": "2027-01-01",
            "valid_until": None,
            "validity": "inference",
            "loaded": False,
            "tracks": [],
            "sources": [
                {
                    "number": "3249/QĐ-UBND",
                    "title": "Decision 3249/QĐ-UBND of Hải Phòng, 2026",
                    "what": "abolishes four old procedures from 1 January 2027 and names two new"
                    " ones",
                    "signed_on": None,
                    "in_force_on": None,
                    "certainty": "seen",
                }
            ],
            "open_questions": [
                "Whether procedure 1.011609 (average living standard) goes on from 1 January 2027:"
                " it is not among those abolished.",
                "Which level answers the consultation of the commune.",
            ],
        }
    ],
    "not_loaded": [
        {
            "id": "2027",
            "valid_from": "2027-01-01",
            "codes": ["1.116214", "1.116215"],
            "why": _WHY,
        }
    ],
}
