"""Stored decisions for the tests of deciding again: as the rule gives them, or tampered with."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import StateMapper
from domain.eventstore.personal import Personal
from domain.eventstore.recorder import PostgresRecorder
from domain.households import events
from domain.standards import SurveyFigures, decide
from projections.engine import ledger
from tests.standards import standards

STANDARDS = standards()
HERE, THERE = "19753@2021-07-01", "19960@2016-01-01"
PAPER = Document("12/QĐ-UBND", date(2022, 12, 10), "chutich")
POOR = SurveyFigures("rural", b1=120, b2=40)
NEAR_POOR = SurveyFigures("rural", b1=140, b2=20)
ABOVE = SurveyFigures("rural", b1=141, b2=0)

_mapper = StateMapper()


class House:
    """One household's events, written one after the other, as its commands would."""

    def __init__(self, area: str = HERE, household_id: UUID | None = None) -> None:
        self.id = household_id or uuid4()
        self.events: list[Any] = []
        member = events.Member(uuid4(), "head", Personal(uuid4(), b"sealed"))
        self._add(
            events.Registered, date(2016, 1, 1), originator_topic="household", number="", area=area,
            village="1", address=None, residence="permanent", head=member.person_id,
            members=(member,), flags=events.Flags(), source="entry",
        )  # fmt: skip

    def _add(self, cls: type[Any], on: date, **fields: Any) -> Any:
        event = cls(
            originator_id=self.id,
            originator_version=len(self.events) + 1,
            timestamp=datetime(on.year, on.month, on.day, 3, tzinfo=UTC),
            effective_on=on,
            actor=Actor("canbo", "case_worker", HERE),
            command_id=uuid4(),
            **{"document": None, **fields},
        )
        self.events.append(event)
        return event

    def surveyed(self, figures: SurveyFigures, on: date = date(2022, 11, 20)) -> UUID:
        """A survey with these figures; returns its id."""
        survey_id = uuid4()
        self._add(
            events.Surveyed, on, survey_id=survey_id, form="B", score_card="", answers={},
            area_type=figures.area_type, income=figures.income, b1=figures.b1, b2=figures.b2,
            deprived=figures.deprived, surveyor="khaosat", place="", attachments=(),
        )  # fmt: skip
        return survey_id

    def decided(
        self,
        figures: SurveyFigures | None,
        on: date = date(2022, 12, 15),
        /,
        *,
        standard_id: str = "2022-2026",
        survey: UUID | None = None,
        **tampered: Any,
    ) -> "House":
        """A decision as the rule gives it for these figures, but for what is `tampered` with."""
        standard = STANDARDS.get(standard_id)
        ruled = decide(standard, figures) if figures else None
        class_ = ruled.class_ if ruled else "poor"
        fields: dict[str, Any] = {
            "scope": standard.scope,
            "class_": class_,
            "class_before": "",
            "movement": "newly_arising",
            "proposed": ruled.class_ if ruled else "",
            "override_reason": "",
            "standard": standard.id,
            "standard_digest": standard.digest,
            "survey_id": survey,
            "facts": figures.figures() if figures else {},
            "comparisons": ruled.comparisons if ruled else (),
            "reasons": ruled.reasons if ruled else ("figures_not_recorded",),
            "document": PAPER,
        }
        self._add(events.Classified, on, **{**fields, **tampered})
        return self

    def moved(self, area: str, on: date = date(2022, 6, 1)) -> "House":
        """A move to another commune."""
        before = next(e.area for e in reversed(self.events) if hasattr(e, "area"))
        self._add(
            events.Moved, on, area_before=before, village_before="1", area=area, village="1",
            number="", address=None,
        )  # fmt: skip
        return self

    def withdrew(self, entry: int, on: date = date(2023, 2, 1)) -> "House":
        """The withdrawal of a decision, recorded on a day."""
        decision = self.events[entry - 1]
        event = self._add(
            events.ClassificationWithdrawn, on, withdraws=entry, reason="Ghi nhầm hộ Hồ Văn An",
            document=replace(PAPER, number="15/QĐ-UBND"),
        )  # fmt: skip
        object.__setattr__(event, "effective_on", decision.effective_on)
        return self

    def last(self) -> Any:
        """The newest event."""
        return self.events[-1]


def state_of(event: Any) -> bytes:
    """The stored state of an event."""
    return _mapper.to_stored_event(event).state


def record(pool: Any, *houses: House) -> int:
    """Stores what the houses have, household by household; returns the ledger's head."""
    recorder = PostgresRecorder(pool, wait_seconds=0)
    for house in houses:
        new = house.events[_stored(pool, house.id) :]
        recorder.insert_events([_mapper.to_stored_event(event) for event in new])
    with pool.connection() as conn:
        conn.autocommit = True
        try:
            ledger.extend(conn)
            return ledger.head(conn)
        finally:
            conn.autocommit = False


def _stored(pool: Any, household_id: UUID) -> int:
    with pool.connection() as conn:
        row = conn.execute(
            "select count(*) from store.events where originator_id = %s", [household_id]
        ).fetchone()
    return int(row[0])


def overwrite_state(owner_url: str, household_id: UUID, version: int, state: bytes) -> None:
    """Damages a stored event, as only who owns the machine can."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute("set session_replication_role = replica")
        conn.execute("alter table store.events disable trigger append_only")
        conn.execute(
            "update store.events set state = %s where originator_id = %s"
            " and originator_version = %s",
            [state, household_id, version],
        )
        conn.execute("alter table store.events enable always trigger append_only")


def without(event: Any, comparison: str, **other: Any) -> tuple[events.Comparison, ...]:
    """The comparisons of a decision, with one of them saying something else."""
    return tuple(replace(c, **other) if c.what == comparison else c for c in event.comparisons)
