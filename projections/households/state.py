"""The state of a household as of some day, as its events make it.

The read model `household_file` stores it as JSON; the API and the pages show it. Personal values
are sealed.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.commands.command import Document
from domain.eventstore.personal import Personal
from domain.households import events as e


class MemberState(Struct, omit_defaults=True):
    """A person of the household; `left_on` is set for those who were members once."""

    person_id: UUID
    relation: str
    private: Personal
    sex: str = ""
    birth_year: int | None = None
    ethnicity: str = ""
    residence: str = "permanent"
    able_to_work: bool | None = None
    meritorious: bool = False
    joined_on: date | None = None
    joined_by: str = ""
    left_on: date | None = None
    left_by: str = ""


class Classification(Struct, omit_defaults=True):
    """The decision in force in one scope ("national" or the id of a local standard)."""

    class_: str = msgspec.field(name="class")
    class_before: str
    movement: str
    since: date
    seq: int
    standard: str
    standard_digest: str
    proposed: str
    override_reason: str = ""
    document: Document | None = None
    survey_id: UUID | None = None
    facts: dict[str, str | int | None] = {}
    comparisons: tuple[e.Comparison, ...] = ()
    reasons: tuple[str, ...] = ()


class SurveyState(Struct, omit_defaults=True):
    """One survey; its raw answers are in the event at `seq`."""

    survey_id: UUID
    on: date
    seq: int
    form: str
    area_type: str
    surveyor: str
    score_card: str = ""
    income: int | None = None
    b1: int | None = None
    b2: int | None = None
    deprived: tuple[str, ...] | None = None
    attachments: tuple[str, ...] = ()


class ScreeningState(Struct, omit_defaults=True):
    """One quick screening (Form A)."""

    on: date
    seq: int
    form: str
    outcome: str
    override_reason: str = ""


class SupportState(Struct, omit_defaults=True):
    """One support granted; money is integer VND."""

    support_id: UUID
    on: date
    seq: int
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


class CodesState(Struct, omit_defaults=True):
    """Causes or needs as last recorded."""

    codes: tuple[str, ...]
    on: date
    note: str = ""


class PlanState(Struct, omit_defaults=True):
    """The plan agreed with this household."""

    goal: str
    steps: tuple[str, ...]
    responsible: str
    on: date
    review_on: date | None = None


class Ending(Struct, omit_defaults=True):
    """The end of a household: dissolved for a reason, or merged into another."""

    on: date
    reason: str
    into: UUID | None = None


class HouseholdState(Struct, omit_defaults=True):
    """A household. `version` and `seq` are of the last event folded in, in ledger order;
    `effective_on` is the latest day on which any of them takes effect."""

    household_id: UUID
    number: str
    area: str
    village: str
    residence: str
    head: UUID
    flags: e.Flags
    registered_on: date
    source: str
    version: int
    seq: int
    effective_on: date
    recorded_at: datetime
    address: Personal | None = None
    split_from: UUID | None = None
    members: list[MemberState] = []
    former_members: list[MemberState] = []
    classes: dict[str, Classification] = {}
    newly_escaped_until: date | None = None
    left_poverty: str = ""
    ended: Ending | None = None
    causes: CodesState | None = None
    needs: CodesState | None = None
    plan: PlanState | None = None
    surveys: list[SurveyState] = []
    screenings: list[ScreeningState] = []
    support: list[SupportState] = []
    forgotten: list[UUID] = []

    @property
    def national_class(self) -> str:
        """The class in the national scope; "" before the first decision."""
        standing = self.classes.get("national")
        return standing.class_ if standing else ""

    def member(self, person_id: UUID) -> MemberState | None:
        """The member of that id, present or past."""
        for member in (*self.members, *self.former_members):
            if member.person_id == person_id:
                return member
        return None
