"""Inputs of commands about households: plain text that no event and no message ever holds.

Every class here shows nothing personal in its repr, so a traceback or a log line that prints it
tells nothing.
"""

from dataclasses import dataclass, field, fields
from datetime import date
from uuid import UUID

from domain.households.events import Answers


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person who enters a household.

    `relation` and `residence` are codes of `domain.households.codes`. Give `birth_date` or only
    `birth_year`; both may be unknown. `id_number` is a CCCD (12 digits) or CMND (9 digits), ""
    if the person has none. `person_id` names a person who is already known; without it, a person
    whose identity number is known keeps their id, and any other person gets a new one.
    """

    name: str = field(repr=False)
    relation: str
    sex: str = ""
    birth_date: date | None = field(default=None, repr=False)
    birth_year: int | None = field(default=None, repr=False)
    id_number: str = field(default="", repr=False)
    id_issued_on: date | None = field(default=None, repr=False)
    ethnicity: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    health: str = field(default="", repr=False)
    residence: str = "permanent"
    able_to_work: bool | None = None
    meritorious: bool = False
    person_id: UUID | None = None


class Keep:
    """The type of KEEP: an attribute that a correction leaves as it is."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP = Keep()


@dataclass(frozen=True, slots=True)
class MemberCorrection:
    """The new values of a person's record; an attribute left at KEEP stays as it is."""

    name: str | Keep = field(default=KEEP, repr=False)
    relation: str | Keep = KEEP
    sex: str | Keep = KEEP
    birth_date: date | Keep | None = field(default=KEEP, repr=False)
    birth_year: int | Keep | None = field(default=KEEP, repr=False)
    id_number: str | Keep = field(default=KEEP, repr=False)
    id_issued_on: date | Keep | None = field(default=KEEP, repr=False)
    ethnicity: str | Keep = field(default=KEEP, repr=False)
    phone: str | Keep = field(default=KEEP, repr=False)
    health: str | Keep = field(default=KEEP, repr=False)
    residence: str | Keep = KEEP
    able_to_work: bool | Keep | None = KEEP
    meritorious: bool | Keep = KEEP


@dataclass(frozen=True, slots=True)
class HouseholdCorrection:
    """The new values of the household's own record; an attribute left at KEEP stays as it is."""

    number: str | Keep = KEEP
    village: str | Keep = KEEP
    address: str | Keep = field(default=KEEP, repr=False)
    residence: str | Keep = KEEP
    no_labour_capacity: bool | Keep | None = KEEP
    ethnic_minority: bool | Keep | None = KEEP
    meritorious: bool | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class SurveyInput:
    """Form B as it was filled in on the effective date.

    `income` is VND per head and month, `b1` and `b2` are points, `deprived` are indicator codes;
    give the income with the deprivations, or the two scores, or both. `surveyor` is an account.
    `attachments` are SHA-256 hex digests. `answers` must hold no personal data.
    """

    form: str
    area_type: str
    surveyor: str
    score_card: str = ""
    answers: Answers = field(default_factory=dict)
    income: int | None = None
    b1: int | None = None
    b2: int | None = None
    deprived: tuple[str, ...] | None = None
    place: str = ""
    attachments: tuple[str, ...] = ()
    survey_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The bare figures of an official list, where there is no survey.

    `income` is VND per head and month; `deprived_count` counts indicators; `b1`, `b2` are points.
    `area_type` "" is that of the household's area on the effective date.
    """

    area_type: str = ""
    income: int | None = None
    deprived_count: int | None = None
    b1: int | None = None
    b2: int | None = None


@dataclass(frozen=True, slots=True)
class SupportInput:
    """One support granted; see `SupportGranted`. Give `amount` (VND), or `quantity` and `unit`."""

    programme: str
    benefit: str
    period_from: date
    period_until: date
    source: str
    funding_year: int
    person_id: UUID | None = None
    amount: int | None = None
    quantity: int | None = None
    unit: str = ""
    support_id: UUID | None = None


def event_fields(given: SurveyInput | SupportInput) -> dict[str, object]:
    """The fields of the event about a survey or a support, but for its own id."""
    names = [one.name for one in fields(given)]
    return {name: getattr(given, name) for name in names if name not in ("survey_id", "support_id")}


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household as it enters the register; exactly one member has the relation "head".

    `area` is a unit id ("CODE@YYYY-MM-DD") or a bare code, read as of the effective date.
    `number` is the household number in its commune, "" if it has none. `source` is "entry" or
    "import:ID".
    """

    area: str
    village: str
    members: tuple[NewMember, ...]
    number: str = ""
    address: str = field(default="", repr=False)
    residence: str = "permanent"
    no_labour_capacity: bool | None = None
    ethnic_minority: bool | None = None
    meritorious: bool | None = None
    source: str = "entry"
    household_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClassInput:
    """A signed decision on a household's class. The paper is that of its context.

    `class_` is the class decided; None takes what the standard gives. Figures come from the
    survey `survey_id`, or from `figures`, or are missing (official lists that only name the
    class): then `class_` is required and the decision cannot be decided again. `standard` is the
    id of a standard; "" takes the one in force for `scope` on the effective date. `scope` is
    "national" or the id of a local standard. A class other than the computed one needs
    `override_reason`. `listing` says what an official list knows of a household whose earlier
    history is not in this record: "" nothing, "old", "new", "again", "moved_in".
    """

    class_: str | None = None
    survey_id: UUID | None = None
    figures: Figures | None = None
    standard: str = ""
    scope: str = "national"
    override_reason: str = ""
    listing: str = ""
