"""Coverage of a benefit: whom it reached, the households behind, and the smallest count shown."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.support.entitlement import period_of
from domain.support.errors import BenefitUnknown
from domain.support.programme import Benefit, Programme, programme_id
from domain.support.smallest_count import SetSmallestCount, smallest_count
from projections.support import coverage
from projections.support.coverage import GROUPS, Question
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_listed
from service.http.routes import Answer, ApiBlueprint
from service.support import coverage_schemas as schemas
from service.support.answers import RecordedSchema, record
from service.support.coverage_figures import (
    CoverageTable,
    Line,
    coverage_table,
    kept_to,
    province,
)
from service.support.permissions import May
from service.ui import navigation

routes = ApiBlueprint(
    "coverage",
    __name__,
    url_prefix="/api/v1",
    description="Whom a benefit reached, by area; small counts are held back.",
)

READ = Rule(May.READ_COVERAGE, asked_area)
READ_HOUSEHOLDS = Rule(May.READ_CASES, asked_area)
SET = Rule(May.SET_SMALLEST_COUNT, asked_area)
SHOWN_BY = ("coverage",)
NO_VILLAGE = "-"
"""What an address says for the households whose village is not recorded."""


@dataclass(frozen=True, slots=True)
class CoverageRequest:
    """A benefit in an area on a day, with the lowest count that is shown; None: all are."""

    programme: str
    benefit: Benefit
    area: str
    on: date
    known_at: Any
    smallest: int | None


@routes.get("/coverage", rule=READ, query=schemas.CoverageQuery, answer=schemas.CoverageSchema)
def get_coverage(context: RequestContext) -> Any:
    """How many households qualify, are served, or were served wrongly, and how soon."""
    query, on = context.query, context.query["on"] or context.today
    asked = asked_of(context, query["benefit"], context.area, on)
    table = table_of(context, asked)
    period = period_of(asked.benefit, on)
    return {
        "benefit": query["benefit"],
        "area": asked.area,
        "on": on,
        "known_at": asked.known_at,
        "period_from": period.first,
        "period_until": period.last,
        "smallest": asked.smallest,
        "notes": notes_of(asked.benefit, table),
        "total": _shown(table.total),
        "items": [_shown(line) for line in table.lines],
    }


@routes.get(
    "/coverage/households",
    rule=READ_HOUSEHOLDS,
    query=schemas.CoveredHouseholdsQuery,
    answer=schemas.CoveredHouseholdsSchema,
)
def list_covered_households(context: RequestContext) -> Any:
    """The households behind one count of the coverage of an area."""
    query, on = context.query, context.query["on"] or context.today
    asked = asked_of(context, query["benefit"], context.area, on)
    with context.services.reading() as conn:
        found = coverage.households(
            conn,
            question_of(context, asked),
            query["what"],
            group=query["group"],
            village=village_of(query["of_village"]),
            after=query["after"],
            limit=query["limit"],
        )
    note_listed(context, found)
    more = len(found) == query["limit"]
    return {"items": found, "next": found[-1].household_id if more else None}


@routes.post(
    "/smallest-counts",
    rule=SET,
    body=schemas.SmallestCountBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-01-01",
        "document": {"number": "15/QĐ-SNNMT", "signed_on": "2023-01-01", "signer": "Giám đốc"},
        "area": "46",
        "households": 5,
    },
)
def set_smallest_count(context: RequestContext) -> Answer:
    """Set the lowest count that is shown to accounts that may not see single households."""
    command = SetSmallestCount(context.area, context.body["households"])
    return record(context, command, SHOWN_BY, "/api/v1/coverage")


def asked_of(context: RequestContext, benefit: str, area: str, on: date) -> CoverageRequest:
    """What the query asks, for the account that asks. Raises BenefitUnknown."""
    programme, _, code = benefit.partition("/")
    found = context.services.application.support.find(Programme, programme_id(programme))
    if found is None:
        raise BenefitUnknown(programme=programme, benefit=code, on=on)
    query = context.query
    smallest = None
    if query.get("held_back") or not may_see_households(context, area):
        smallest = smallest_of(context, province(context.services.areas(), area, on))
    return CoverageRequest(
        programme, found.benefit(code, on), area, on, query["known_at"], smallest
    )


def may_see_households(context: RequestContext, area: str) -> bool:
    """Whether a role of the account may see single households of all of an area."""
    directory = context.services.areas()
    return any(
        held.role in May.READ_CASES.roles
        and not held.villages
        and directory.covers(held.area, area, context.today)
        for held in (context.account.roles if context.account else ())
    )


def table_of(context: RequestContext, asked: CoverageRequest) -> CoverageTable:
    """The figures that are asked for."""
    with context.services.reading() as conn:
        return coverage_table(
            conn,
            context.services.areas(),
            asked.area,
            asked.programme,
            asked.benefit,
            on=asked.on,
            known_at=asked.known_at,
            smallest=None if asked.smallest is None else lambda of: smallest_of(context, of),
        )


def question_of(context: RequestContext, asked: CoverageRequest) -> Question:
    """The question of the households of the whole area."""
    directory = context.services.areas()
    return Question(
        asked.programme,
        asked.benefit,
        directory.units_within(asked.area, asked.on),
        asked.on,
        asked.known_at,
        kept_to(directory, asked.benefit, asked.on),
    )


def village_of(given: str) -> str | None:
    """The village that an address names: None for all, "" for households without one."""
    return "" if given == NO_VILLAGE else given or None


def smallest_of(context: RequestContext, of: str) -> int:
    """The lowest count that is shown today of a province, or of the one that took it over."""
    unit, _day = navigation.standing_unit(context, of, context.today)
    return smallest_count(context.services.application.support.services(), unit, context.today)


def notes_of(benefit: Benefit, table: CoverageTable) -> list[str]:
    """What the figures do not say."""
    notes = {
        "disability_not_on_record": True,
        "persons_counted_by_household": benefit.counted != "household",
        "small_counts_held_back": table.holds_back,
    }
    return [note for note, holds in notes.items() if holds]


def _shown(line: Line) -> dict[str, Any]:
    counts = line.counts
    groups: dict[str, Any] = {
        group: {
            **{name: counts[f"{name}_{group}"] for name in ("eligible", "covered", "unserved")},
            "eligible_percent": line.share(f"eligible_{group}", "eligible"),
            "covered_percent": line.share(f"covered_{group}", f"eligible_{group}"),
        }
        for group in GROUPS
    }
    return {
        **counts,
        "unit": line.place.unit,
        "village": line.place.village,
        "coverage_percent": line.share("covered", "eligible"),
        "undercoverage_percent": line.share("unserved", "eligible"),
        "leakage_percent": line.share("leaked", "served"),
        "delivery": {
            "cases": counts["timed"],
            "median_days": line.median_days,
            "p90_days": line.most_days,
        },
        "groups": {**groups, "disability": None},
        "afterwards": {
            **{name: counts[name] for name in ("granted", "left_poverty", "left_near_poverty")},
            "left_poverty_percent": line.share("left_poverty", "granted"),
            "left_near_poverty_percent": line.share("left_near_poverty", "granted"),
        },
        "hidden": sorted(line.hidden),
    }
