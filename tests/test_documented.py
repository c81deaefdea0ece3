"""What is public is documented: the catalogue of events says what the classes say."""

import dataclasses
import re
from pathlib import Path

import pytest

import domain.application  # noqa: F401  # every capability registers its events
from domain.duplicates import codes as duplicate_codes
from domain.eventstore.mapper import registered_events
from domain.households import codes
from domain.own_view import codes as own_view_codes
from domain.reviews import codes as review_codes

CATALOGUE = Path(__file__).parent.parent / "docs" / "events.md"
EVENTS = tuple(
    event
    for topic, event in sorted(registered_events().items())
    if event.__module__.startswith("domain.") and topic == event.TOPIC
)
SECTIONS = re.compile(r"^### `(?P<topic>[^`]+)`\n(?P<body>.*?)(?=^##|\Z)", re.M | re.S)
ROWS = re.compile(r"^\| `(?P<field>\w+)` \|", re.M)


def catalogue() -> dict[str, str]:
    """Topic to what the page says of it."""
    text = CATALOGUE.read_text(encoding="utf-8")
    return {found["topic"]: found["body"] for found in SECTIONS.finditer(text)}


def common() -> set[str]:
    """The fields that the page describes once for all events."""
    text = CATALOGUE.read_text(encoding="utf-8")
    return {found["field"] for found in ROWS.finditer(text.partition("## The two clocks")[0])} | {
        "unit"
    }


def test_the_catalogue_names_every_event_and_no_other():
    assert sorted(catalogue()) == sorted(event.TOPIC for event in EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TOPIC)
def test_the_catalogue_names_every_field_of_an_event_and_no_other(event):
    said = [found["field"] for found in ROWS.finditer(catalogue()[event.TOPIC])]
    fields = [one.name for one in dataclasses.fields(event) if one.name not in common()]
    assert said == fields
    assert f"\n{event.__name__}. " in catalogue()[event.TOPIC]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TOPIC)
def test_every_event_says_what_it_is(event):
    assert event.__doc__
    assert "(originator_id" not in event.__doc__


@pytest.mark.parametrize(
    ("topic", "field", "code_list"),
    [
        ("household.member_joined:1", "reason", codes.JOIN_REASONS),
        ("household.member_left:1", "reason", codes.LEAVE_REASONS),
        ("household.member_corrected:1", "reason", codes.CORRECTION_REASONS),
        ("household.corrected:1", "reason", codes.CORRECTION_REASONS),
        ("household.head_changed:1", "reason", codes.HEAD_REASONS),
        ("household.dissolved:1", "reason", codes.DISSOLVE_REASONS),
        ("household.screened:1", "outcome", codes.SCREENINGS),
        ("household.surveyed:1", "area_type", codes.AREA_TYPES),
        ("household.classified:1", "class_", codes.CLASSES),
        ("household.classified:1", "movement", codes.MOVEMENTS),
        ("household.left_poverty:1", "kind", codes.EXITS),
        ("household.needs_recorded:1", "needs", codes.NEEDS),
        ("household.support_granted:1", "source", codes.SOURCES),
        ("household.registered:1", "residence", codes.RESIDENCES),
        ("review.opened:1", "track", review_codes.ROUND_TRACKS),
        ("review.request_received:1", "kind", review_codes.REQUEST_KINDS),
        ("review.request_received:1", "reasons", review_codes.REQUEST_REASONS),
        ("review.request_screened:1", "outcome", codes.SCREENINGS),
        ("review.request_refused:1", "reasons", review_codes.REFUSAL_REASONS),
        ("review.households_listed:1", "source", review_codes.LISTING_SOURCES),
        ("review.households_unlisted:1", "reason", review_codes.UNLISTING_REASONS),
        ("review.posted:1", "places", review_codes.POSTING_PLACES),
        ("review.grievance_lodged:1", "lodged_by", review_codes.GRIEVANCE_SOURCES),
        ("review.reverified:1", "outcome", review_codes.REVERIFICATION_OUTCOMES),
        ("review.consultation_answered:1", "opinion", review_codes.OPINIONS),
        ("review.decided:1", "list_code", review_codes.LISTS),
        ("review.decided:1", "kind", review_codes.DECISION_KINDS),
        ("review.closed:1", "outcome", review_codes.CLOSING_OUTCOMES),
        ("household.certificate_issued:1", "class_", codes.LISTED),
        ("household.certificate_withdrawn:1", "reason", codes.CERTIFICATE_WITHDRAWALS),
        ("household.certificate_replaced:1", "reason", codes.CERTIFICATE_REPLACEMENTS),
        ("household.low_income_worker_recognised:1", "proposed", codes.LOW_INCOME_OUTCOMES),
        (
            "household.low_income_recognition_withdrawn:1",
            "reasons",
            codes.LOW_INCOME_WITHDRAWALS,
        ),
        ("duplicate.found:1", "how", duplicate_codes.WAYS),
        ("duplicate.settled:1", "verdict", duplicate_codes.VERDICTS),
        ("own_view.code_given:1", "way", own_view_codes.CODE_WAYS),
        ("own_view.contest_lodged:1", "about", own_view_codes.CONTEST_SUBJECTS),
        ("own_view.contest_answered:1", "outcome", own_view_codes.CONTEST_OUTCOMES),
    ],
)
def test_the_catalogue_lists_the_codes_of_a_field(topic, field, code_list):
    (row,) = (line for line in catalogue()[topic].splitlines() if line.startswith(f"| `{field}`"))
    said = set(re.findall(r"`(\w+)`", row.split("|")[3]))
    assert said == set(code_list)
