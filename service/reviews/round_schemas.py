"""Review rounds as the API shows them."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from domain.households.codes import LOW_INCOME_OUTCOMES
from domain.reviews import codes
from domain.reviews.handed_lists import KINDS
from service.http.cursors import Cursor
from service.http.parsing import (
    AreaQuery,
    Code,
    Day,
    Input,
    Output,
    QueryInteger,
    Text,
    uuid_or_none,
)

LISTED = "rounds of a year"
"""The list that a cursor of rounds belongs to."""
HANDED_KINDS = list(dict.fromkeys(kind for kinds in KINDS.values() for kind in kinds))
MOST_IN_QUERY = 90
"""Ids in the address of a request, which servers bound at 4,094 bytes."""


class RoundsQuery(AreaQuery):
    """Rounds of a year, left out the present one, page by page."""

    year = QueryInteger(2021, 2199, load_default=None)
    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor(LISTED)


class RoundListSchema(Output):
    """One list of the round: the standard, the year counted in and the year used in."""

    code = fields.String(required=True, metadata={"enum": list(codes.LISTS)})
    standard = fields.String(required=True)
    standard_digest = fields.String(required=True)
    counted_in = fields.Integer(required=True)
    used_in = fields.Integer(required=True)


class RoundSummarySchema(Output):
    """A round with the number of its households by the step that they wait for."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    track = fields.String(required=True, metadata={"enum": list(codes.ROUND_TRACKS)})
    year = fields.Integer(required=True)
    month = fields.Integer(required=True, allow_none=True)
    procedure = fields.String(required=True)
    opened_on = fields.Date(required=True)
    closed_on = fields.Date(required=True, allow_none=True)
    outcome = fields.String(required=True)
    households = fields.Integer(required=True)
    waiting = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Households by the step that they wait for; done: none."},
    )


class RoundsSchema(Output):
    """Rounds of an area in a year; `next` is where the next page begins."""

    area = fields.String(required=True)
    year = fields.Integer(required=True)
    items = fields.List(fields.Nested(RoundSummarySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class RoundStepSchema(Output):
    """A step of the round's procedure, with the households that wait for it."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    actors = fields.List(fields.String(), required=True)
    waiting = fields.Integer(required=True)


class DeadlineSchema(Output):
    """A time limit that runs or was missed; `about` is a posting, a grievance or the round."""

    kind = fields.String(required=True)
    about = fields.UUID(required=True)
    household = fields.UUID(required=True, allow_none=True)
    begun_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    overdue = fields.Boolean(required=True)


class VillageStepsSchema(Output):
    """The households of a village by the step that they wait for."""

    village = fields.String(required=True)
    households = fields.Integer(required=True)
    waiting = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class RequestShownSchema(Output):
    """A request of the round; `outcome` is that of form A, "" before it."""

    request_id = fields.UUID(required=True)
    household_id = fields.UUID(attribute="household", required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    received_on = fields.Date(required=True)
    outcome = fields.String(required=True)
    refused_on = fields.Date(required=True, allow_none=True)


class GrievanceShownSchema(Output):
    """A grievance without its text, which is sealed."""

    grievance_id = fields.UUID(required=True)
    household_id = fields.UUID(attribute="household", required=True)
    lodged_on = fields.Date(required=True)
    late = fields.Boolean(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    answered_on = fields.Date(required=True, allow_none=True)
    outcome = fields.String(required=True)


class GrievanceTextSchema(GrievanceShownSchema):
    """A grievance with its text; null where the household's data were erased."""

    lodged_by = fields.String(required=True, metadata={"enum": list(codes.GRIEVANCE_SOURCES)})
    text = fields.String(required=True, allow_none=True)


class GrievancesSchema(Output):
    """The grievances of a round, the latest first."""

    items = fields.List(fields.Nested(GrievanceTextSchema), required=True)
    count = fields.Integer(required=True)


class GrievancesQuery(Input):
    """Grievances, the latest first."""

    limit = QueryInteger(1, 200, load_default=50)


class ConsultationShownSchema(Output):
    """The report of a list and its answer.

    `outdated`: a class in the list has changed since, so that it has to be reported again.
    """

    list_code = fields.String(data_key="list", required=True)
    to = fields.String(required=True)
    sent_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    answered_on = fields.Date(required=True, allow_none=True)
    opinion = fields.String(required=True)
    outdated = fields.Boolean(required=True)


class DecisionShownSchema(Output):
    """A signed decision of the round."""

    list_code = fields.String(data_key="list", required=True)
    kind = fields.String(required=True)
    number = fields.String(required=True)
    signed_on = fields.Date(required=True)
    households = fields.Integer(required=True)


class HandedCountSchema(Output):
    """The households of a kind on a handed list, and their members."""

    kind = fields.String(required=True, metadata={"enum": HANDED_KINDS})
    households = fields.Integer(required=True)
    persons = fields.Integer(required=True)


class HandedListSchema(Output):
    """A list of the commune that was handed over: the how many-th time, when, how, by whom."""

    handed_list = fields.String(required=True, metadata={"enum": list(codes.HANDED_LISTS)})
    number = fields.Integer(required=True)
    handed_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    means = fields.String(required=True, metadata={"enum": list(codes.HANDING_MEANS)})
    digest = fields.String(required=True)
    account = fields.String(required=True)
    letter = fields.String(required=True)
    counts = fields.List(fields.Nested(HandedCountSchema), required=True)


class HandedListsQuery(Input):
    """The day on which the lists are looked at; without it today, within the round's year."""

    on = Day(load_default=None)


class ListDifferenceSchema(Output):
    """A household that is not as it was handed over; a kind is "" where it is not on the list."""

    household_id = fields.UUID(attribute="household", required=True)
    kind = fields.String(
        required=True, metadata={"enum": ["added", "removed", "other_kind", "other_lines"]}
    )
    before = fields.String(required=True)
    now = fields.String(required=True)


class ListToHandOverSchema(Output):
    """A list as it is on a day: `digest` goes along with a hand-over.

    `due_on` and `rule` are empty where no text is known. `held_up_by` is the code of the refusal
    that a hand-over would meet. `changes` are since the last hand-over; they are told in
    `later_round` where another round of the commune handed the list over after it.
    """

    handed_list = fields.String(required=True, metadata={"enum": list(codes.HANDED_LISTS)})
    on = fields.Date(required=True)
    digest = fields.String(required=True)
    counts = fields.List(fields.Nested(HandedCountSchema), required=True)
    due_on = fields.Date(required=True, allow_none=True)
    rule = fields.String(required=True)
    held_up_by = fields.String(required=True)
    handed = fields.List(fields.Nested(HandedListSchema), required=True)
    later_round = fields.UUID(required=True, allow_none=True)
    changes = fields.List(fields.Nested(ListDifferenceSchema), required=True)


class ListsToHandOverSchema(Output):
    """The lists that the commune of a round hands over."""

    items = fields.List(fields.Nested(ListToHandOverSchema), required=True)


class RoundSchema(RoundSummarySchema):
    """A round with its steps, lists, time limits, requests, grievances, decisions, hand-overs."""

    procedure_digest = fields.String(required=True)
    lists = fields.List(fields.Nested(RoundListSchema), required=True)
    steps = fields.List(fields.Nested(RoundStepSchema), required=True)
    villages = fields.List(fields.Nested(VillageStepsSchema), required=True)
    deadlines = fields.List(fields.Nested(DeadlineSchema), required=True)
    requests = fields.List(fields.Nested(RequestShownSchema), required=True)
    grievances = fields.List(fields.Nested(GrievanceShownSchema), required=True)
    consultations = fields.List(fields.Nested(ConsultationShownSchema), required=True)
    decisions = fields.List(fields.Nested(DecisionShownSchema), required=True)
    handed_lists = fields.List(fields.Nested(HandedListSchema), required=True)


class ReviewedQuery(Input):
    """Households of the round, by id; `after` is the last one of the page before."""

    step = Text(40, load_default="")
    village = Text(200, load_default="")
    limit = QueryInteger(1, 200, load_default=50)
    after = fields.UUID(load_default=None)


class ProposedClassSchema(Output):
    """The class of a result on one list."""

    list_code = fields.String(data_key="list", required=True)
    computed = fields.String(required=True)
    class_ = fields.String(data_key="class", required=True)
    override_reason = fields.String(required=True)


class WorkerOutcomeSchema(Output):
    """A worker of a household: the request, and its outcome once there is a result."""

    request_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    computed = fields.String(required=True, metadata={"enum": ["", *LOW_INCOME_OUTCOMES]})
    outcome = fields.String(required=True, metadata={"enum": ["", *LOW_INCOME_OUTCOMES]})
    override_reason = fields.String(required=True)
    recognised_on = fields.Date(required=True, allow_none=True)
    refused_on = fields.Date(required=True, allow_none=True)


class ReviewedHouseholdSchema(Output):
    """A household under review: the step it waits for, its result, its posting."""

    household_id = fields.UUID(attribute="household", required=True)
    village = fields.String(required=True)
    source = fields.String(required=True)
    class_before = fields.String(required=True)
    step = fields.String(required=True, metadata={"description": "done: it waits for none."})
    attempts = fields.Integer(required=True)
    sent_back = fields.Boolean(required=True)
    survey_id = fields.UUID(required=True, allow_none=True)
    proposed = fields.List(fields.Nested(ProposedClassSchema), required=True)
    workers = fields.List(fields.Nested(WorkerOutcomeSchema), required=True)
    votes_for = fields.Integer(required=True, allow_none=True)
    attendance = fields.Integer(required=True)
    posted_until = fields.Date(attribute="until", required=True, allow_none=True)
    open_grievances = fields.Integer(required=True)
    decided = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ReviewedHouseholdsSchema(Output):
    """Households of a round; `next` is where the next page begins."""

    items = fields.List(fields.Nested(ReviewedHouseholdSchema), required=True)
    count = fields.Integer(required=True)
    next = fields.UUID(required=True, allow_none=True)


class HouseholdIds(fields.String):
    """Ids of households in a query, with commas between them."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"description": f"At most {MOST_IN_QUERY} ids, with commas between them."}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        ids = [uuid_or_none(one) for one in str(value).split(",")]
        if None in ids:
            raise ValidationError("Not a valid UUID.")
        if len(ids) > MOST_IN_QUERY:
            raise ValidationError(f"Longer than maximum length {MOST_IN_QUERY}.")
        return tuple(dict.fromkeys(ids))


class DecisionQuery(Input):
    """The list of a decision as it is on a day. On a monthly track it may be of a part: of the
    `households` named, or with `ready` of those that can be signed for on that day."""

    list_code = Code(codes.LISTS, data_key="list", load_default="result")
    kind = Code(codes.DECISION_KINDS, load_default="recognition")
    on = Day(load_default=None)
    households = HouseholdIds(load_default=None)
    ready = fields.Boolean(load_default=False)
    limit = QueryInteger(1, 200, load_default=50)
    after = fields.UUID(load_default=None)

    @validates_schema
    def one_part(self, data: dict[str, Any], **_: object) -> None:
        """Refuses two parts at once."""
        if data.get("ready") and data.get("households"):
            raise ValidationError("Give either `households` or `ready`.", "ready")


class DecisionEntrySchema(Output):
    """A household of a decision."""

    household_id = fields.UUID(required=True)
    village = fields.String(required=True)
    survey_id = fields.UUID(required=True)
    class_before = fields.String(required=True)
    class_ = fields.String(data_key="class", required=True)
    movement = fields.String(required=True)
    override_reason = fields.String(required=True)
    votes_for = fields.Integer(required=True)
    attendance = fields.Integer(required=True)
    marked = fields.Boolean(required=True)


class WorkerEntrySchema(Output):
    """A worker of a decision."""

    person_id = fields.UUID(required=True)
    household_id = fields.UUID(required=True)
    request_id = fields.UUID(required=True)
    village = fields.String(required=True)
    survey_id = fields.UUID(required=True)
    computed = fields.String(required=True)
    override_reason = fields.String(required=True)


class BrakeShownSchema(Output):
    """What the office's brake says of the list."""

    id = fields.String(required=True)
    origin = fields.String(required=True)
    share_percent = fields.Integer(required=True)
    removed = fields.Integer(required=True)
    listed = fields.Integer(required=True)
    marked = fields.Integer(required=True)
    stops = fields.Boolean(required=True)
    not_recorded = fields.List(fields.String(), required=True)


class HeldUpSchema(Output):
    """The refusal that a signature would meet now: its code, title and values."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    values = fields.Dict(required=True)


class DecisionListSchema(Output):
    """The list to be signed, with its digest, what holds it up and what the brake says.

    `households` are those of a part, to be sent along with the signature; null for all.
    On the track of low-income workers it names `workers`, no `items`, and has no brake.
    """

    list_code = fields.String(data_key="list", required=True)
    kind = fields.String(required=True)
    on = fields.Date(required=True)
    households = fields.List(fields.UUID(), required=True, allow_none=True)
    digest = fields.String(required=True)
    count = fields.Integer(required=True)
    also_named = fields.List(fields.UUID(), required=True)
    held_up_by = fields.Nested(HeldUpSchema, required=True, allow_none=True)
    brake = fields.Nested(BrakeShownSchema, required=True, allow_none=True)
    items = fields.List(fields.Nested(DecisionEntrySchema), required=True)
    workers = fields.List(fields.Nested(WorkerEntrySchema), required=True)
    next = fields.UUID(required=True, allow_none=True)


class RoundResultSchema(Output):
    """What was recorded in a round.

    `created` is the id of what the command made: a round, a request, a meeting, a posting, a
    grievance, a decision. `notes` say what to look at: `late`, `in_another_round/ID`.
    """

    round_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["visible", "still_updating"]})
    repeated = fields.Boolean(required=True)
    created = fields.UUID(required=True, allow_none=True)
    notes = fields.List(fields.String(), required=True)
