"""Events of a household, in the order of its life.

Facts only: who they are, what was found, what was decided and on which paper. A class here is
never edited once events of it are stored; a new version stands beside it with an upcast, and
its stored example in `tests/stored/` loads forever. `area` is a unit id ("CODE@YYYY-MM-DD").

Here is the whole list. The parts of events are in `event_parts`, withdrawals of entries in
`withdrawal_events`, the status of low-income workers in `low_income_events`.
"""

from datetime import date
from uuid import UUID

from eventsourcing.domain import AggregateCreated

from domain.commands.command import Document
from domain.eventstore.mapper import register_events
from domain.eventstore.personal import Personal
from domain.households.event_parts import (
    Answers,
    Change,
    Comparison,
    CorrectedValue,
    Flags,
    HouseholdEvent,
    Member,
)
from domain.households.low_income_events import (
    LowIncomeRecognitionWithdrawn,
    LowIncomeWorkerRecognised,
)
from domain.households.withdrawal_events import (
    CausesWithdrawn,
    ClassificationWithdrawn,
    ExitWithdrawn,
    NeedsWithdrawn,
    PlanWithdrawn,
    ScreeningWithdrawn,
    SupportWithdrawn,
    SurveyWithdrawn,
    Withdrawal,
)

__all__ = [
    "EVENTS", "PERSONS_OR_PLACE", "Answers", "CausesRecorded", "CausesWithdrawn",
    "CertificateIssued", "CertificateReplaced", "CertificateWithdrawn", "Change",
    "ClassificationWithdrawn", "Classified", "Comparison", "CorrectedValue", "Dissolved",
    "ExitWithdrawn", "Flags", "HeadChanged", "HouseholdCorrected", "HouseholdEvent",
    "LeftPoverty", "LowIncomeRecognitionWithdrawn", "LowIncomeWorkerRecognised", "Matched",
    "Member", "MemberCorrected", "MemberJoined", "MemberLeft", "MembersReceived", "MergedInto",
    "Moved", "NeedsRecorded", "NeedsWithdrawn", "PapersChanged", "PersonForgotten", "PlanAgreed",
    "PlanWithdrawn", "Registered", "Screened", "ScreeningWithdrawn", "SplitOff", "SupportGranted",
    "SupportWithdrawn", "SurveyWithdrawn", "Surveyed", "Withdrawal",
]  # fmt: skip


class Registered(HouseholdEvent, AggregateCreated):
    """A household enters the register. `source` is "entry", "import:ID" or "split"."""

    TOPIC = "household.registered:1"

    number: str
    area: str
    village: str
    address: Personal | None
    residence: str
    head: UUID
    members: tuple[Member, ...]
    flags: Flags
    source: str
    split_from: UUID | None = None


class MemberJoined(HouseholdEvent):
    """A person joins: birth, marriage, moved in, adopted, returned, or left out by error."""

    TOPIC = "household.member_joined:1"

    member: Member
    reason: str


class MemberLeft(HouseholdEvent):
    """A person leaves: death, moved out, marriage, away for long, or entered by error."""

    TOPIC = "household.member_left:1"

    person_id: UUID
    reason: str


class MemberCorrected(HouseholdEvent):
    """An attribute of a person was wrong, and is corrected."""

    TOPIC = "household.member_corrected:1"

    person_id: UUID
    changes: tuple[Change, ...]
    reason: str


class HouseholdCorrected(HouseholdEvent):
    """An attribute of the household itself (number, village, address, flags) was wrong."""

    TOPIC = "household.corrected:1"

    changes: tuple[Change, ...]
    reason: str


class HeadChanged(HouseholdEvent):
    """Another member heads the household: death of the head, agreement, error, left."""

    TOPIC = "household.head_changed:1"

    head_before: UUID
    head: UUID
    relation_before: str
    reason: str


class Moved(HouseholdEvent):
    """The household lives elsewhere: another village of the commune, or another commune.

    `number` is its household number there ("" if none), as a number belongs to a commune.
    """

    TOPIC = "household.moved:1"

    area_before: str
    village_before: str
    area: str
    village: str
    number: str
    address: Personal | None


class SplitOff(HouseholdEvent):
    """Some members left together to form a household of their own."""

    TOPIC = "household.split_off:1"

    new_household: UUID
    persons: tuple[UUID, ...]


class MergedInto(HouseholdEvent):
    """All members went over into another household; this one ends."""

    TOPIC = "household.merged_into:1"

    into: UUID
    persons: tuple[UUID, ...]


class MembersReceived(HouseholdEvent):
    """Members came over from a household that merged into this one."""

    TOPIC = "household.members_received:1"

    merged_from: UUID
    members: tuple[Member, ...]


class Dissolved(HouseholdEvent):
    """The household ends: death of the last member, moved away, entered by error."""

    TOPIC = "household.dissolved:1"

    reason: str


class Screened(HouseholdEvent):
    """Form A, the quick screening of a household that asked to be reviewed."""

    TOPIC = "household.screened:1"

    form: str
    answers: Answers
    outcome: str
    override_reason: str


class Surveyed(HouseholdEvent):
    """Form B: what the surveyor found.

    Either `income` (VND per head and month) with `deprived` (indicator codes) or the scores
    `b1` and `b2` (points), or both. `answers` keeps the raw form. `survey_id` names this survey
    in later decisions. `attachments` are SHA-256 hex digests.
    """

    TOPIC = "household.surveyed:1"

    survey_id: UUID
    form: str
    score_card: str
    area_type: str
    answers: Answers
    income: int | None
    b1: int | None
    b2: int | None
    deprived: tuple[str, ...] | None
    surveyor: str
    place: str
    attachments: tuple[str, ...]


class Classified(HouseholdEvent):
    """A signed decision gives the household its class.

    `scope` is "national" or that of a local standard. `facts` are the figures used
    ({"area_type", "income"?, "deprived_count"?, "b1"?, "b2"?}); `standard_digest` is the SHA-256
    hex digest of the standard file; `proposed` is the class the rule gave, which differs from
    `class_` only with an `override_reason` and a document. `survey_id` is None where only the
    figures are known (official lists). `movement` is a code of the vocabulary.
    """

    TOPIC = "household.classified:1"

    scope: str
    class_: str
    class_before: str
    movement: str
    proposed: str
    override_reason: str
    standard: str
    standard_digest: str
    survey_id: UUID | None
    facts: dict[str, str | int | None]
    comparisons: tuple[Comparison, ...]
    reasons: tuple[str, ...]


class LeftPoverty(HouseholdEvent):
    """The household is recognised as having left the list.

    `kind` is "to_near_poor" or "above_near_poor"; `newly_escaped_until` is set for the latter
    (36 months from the decision).
    """

    TOPIC = "household.left_poverty:1"

    kind: str
    class_before: str
    newly_escaped_until: date | None


class CausesRecorded(HouseholdEvent):
    """Causes of poverty, as codes 1 to 8 of the official list, several allowed."""

    TOPIC = "household.causes_recorded:1"

    causes: tuple[str, ...]
    note: str


class NeedsRecorded(HouseholdEvent):
    """Needs of the household: health, education, production, credit, housing, other."""

    TOPIC = "household.needs_recorded:1"

    needs: tuple[str, ...]
    note: str


class PlanAgreed(HouseholdEvent):
    """The plan for this very household (phương án giảm nghèo): steps, by whom, until when."""

    TOPIC = "household.plan_agreed:1"

    goal: str
    steps: tuple[str, ...]
    responsible: str
    review_on: date | None


class SupportGranted(HouseholdEvent):
    """Support was granted. `amount` is integer VND; `quantity` counts goods or turns.

    `person_id` names the beneficiary where the benefit is a person's; `period_from` and
    `period_until` (inclusive) bound what it covers.
    """

    TOPIC = "household.support_granted:1"

    support_id: UUID
    programme: str
    benefit: str
    person_id: UUID | None
    amount: int | None
    quantity: int | None
    unit: str
    period_from: date
    period_until: date
    source: str
    funding_year: int


class PersonForgotten(HouseholdEvent):
    """A person's key was destroyed on a legal basis: the record stays, the person is unreadable."""

    TOPIC = "household.person_forgotten:1"

    person_id: UUID
    legal_basis: str


class Matched(HouseholdEvent):
    """A row of a list or a form was settled by a person: as this household, or as another one.

    `verdict` is "same" (a row is about this household), "somebody_else" (this household was
    recorded although `candidate` comes close) or "confirmed" (a warning was passed, such as
    "child_head"; `candidate` is None). `evidence` are codes of `domain.matching.evidence`, those
    that contradict with "not:" in front. `source` is "entry" or "import:ID".
    """

    TOPIC = "household.matched:1"

    candidate: UUID | None
    verdict: str
    evidence: tuple[str, ...]
    reason: str
    source: str


class PapersChanged(HouseholdEvent):
    """A person has another identity number: the CMND became a CCCD, or a number became known.

    `before` and `after` seal all of the person's private values; nothing else in them differs.
    `source` is "entry", "entry:REASON" with a code of PAPER_REASONS, or "import:ID".
    """

    TOPIC = "household.papers_changed:1"

    person_id: UUID
    before: Personal
    after: Personal
    source: str


class CertificateIssued(HouseholdEvent):
    """The chairman gives a poor or near-poor household its certificate (form 03).

    `area` is the commune that issues it, `rests_on` the decision on its class.
    """

    TOPIC = "household.certificate_issued:1"

    certificate_id: UUID
    number: str
    area: str
    class_: str
    rests_on: Document
    signer: str


class CertificateWithdrawn(HouseholdEvent):
    """A certificate is taken back; `reason` is a code of CERTIFICATE_WITHDRAWALS."""

    TOPIC = "household.certificate_withdrawn:1"

    certificate_id: UUID
    number: str
    reason: str


class CertificateReplaced(HouseholdEvent):
    """Another certificate takes the place of one that was lost, damaged or wrong."""

    TOPIC = "household.certificate_replaced:1"

    certificate_id: UUID
    number: str
    replaced_by: UUID
    reason: str


EVENTS: tuple[type[HouseholdEvent], ...] = (
    Registered, MemberJoined, MemberLeft, MemberCorrected, HouseholdCorrected, HeadChanged, Moved,
    SplitOff, MergedInto, MembersReceived, Dissolved, Screened, Surveyed, Classified, LeftPoverty,
    CausesRecorded, NeedsRecorded, PlanAgreed, SupportGranted, PersonForgotten,
    ScreeningWithdrawn, SurveyWithdrawn, ClassificationWithdrawn, ExitWithdrawn, CausesWithdrawn,
    NeedsWithdrawn, PlanWithdrawn, SupportWithdrawn, Matched, PapersChanged, CertificateIssued,
    CertificateWithdrawn, CertificateReplaced, LowIncomeWorkerRecognised,
    LowIncomeRecognitionWithdrawn,
)  # fmt: skip

PERSONS_OR_PLACE = (
    Registered, MemberJoined, MemberLeft, MemberCorrected, HouseholdCorrected, HeadChanged, Moved,
    SplitOff, MergedInto, MembersReceived, PersonForgotten, PapersChanged,
)  # fmt: skip
"""The events that change the persons of a household or where it lives."""

register_events(EVENTS)
