"""The procedure as data: which version is in force, what it says, and what its digest covers."""

import tomllib
from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import TimeLimit
from domain.reviews import (
    LIMITS,
    STEPS,
    TRACKS,
    Procedure,
    Track,
    load_procedures,
    procedures_on,
)
from domain.reviews.errors import NoProcedureInForce, ProcedureNotLoaded, TrackNotInForce
from domain.reviews.load import parse

PROCEDURES = load_procedures()
LOADED = [version for version in PROCEDURES if version.not_loaded is None]
ROOM = resources.files("domain.reviews") / "procedures"
DIGESTS = {
    "2021-2025": "612ea524cfe96c7f83d40883c779d8fe57755d00f38c2ae2ea6ff3473d8cd455",
    "2025-2026": "6ef105bb3c00484e81b3a9ff65a1eeb8d43704fa3dfba61d9ed98d1dcb519d5d",
    "2027": "7204809341e8970d8d8a5371b219bb4753aba7849ef771f067ccc420e882bde4",
}
TODAY = date(2026, 11, 27)
AUTUMN_2024 = date(2024, 11, 27)


def text_of(name: str) -> str:
    return (ROOM / f"{name}.toml").read_text(encoding="utf-8")


def limits_of(track: Track) -> dict[str, tuple[TimeLimit, ...]]:
    return {limit.code: limit.readings for limit in track.limits}


def working(days: int) -> tuple[TimeLimit, ...]:
    return (TimeLimit(days, "working"),)


# ---- in force -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2021, 9, 1), "2021-2025"),
        (date(2025, 6, 30), "2021-2025"),
        (date(2025, 7, 1), "2025-2026"),
        (date(2026, 12, 31), "2025-2026"),
        (date(2027, 1, 1), "2027"),
        (date(2199, 12, 31), "2027"),
    ],
)
def test_the_procedure_changes_on_its_day(on: date, expected: str) -> None:
    assert procedures_on(on).id == expected


@given(st.dates(date(2021, 9, 1), date(2199, 12, 31)))
def test_one_version_is_in_force_on_every_day_since_the_first(on: date) -> None:
    assert [version.id for version in PROCEDURES if version.holds_on(on)] == [procedures_on(on).id]


@pytest.mark.parametrize("on", [date(1993, 1, 1), date(2021, 8, 31)])
def test_a_day_before_the_first_version_is_refused(on: date) -> None:
    with pytest.raises(NoProcedureInForce) as refused:
        procedures_on(on)
    assert refused.value.values == {"on": on.isoformat(), "source": "rule_of_the_system"}


def test_the_version_of_2027_is_there_and_says_that_it_is_not_loaded() -> None:
    version = procedures_on(date(2027, 1, 15))
    assert [number.value for number in version.announced] == ["1.116214", "1.116215"]
    assert version.tracks == ()
    with pytest.raises(ProcedureNotLoaded) as refused:
        version.track("periodic", date(2027, 1, 15))
    assert refused.value.values["procedure"] == "2027"
    assert PROCEDURES.not_loaded() == (version,)


def test_there_was_no_low_income_worker_before_the_decree_was_signed() -> None:
    before = date(2025, 2, 23)
    codes = [track.code for track in procedures_on(before).tracks_on(before)]
    assert codes == [code for code in TRACKS if code != "low_income_worker"]
    with pytest.raises(TrackNotInForce) as refused:
        procedures_on(before).track("low_income_worker", before)
    assert refused.value.values["track"] == "low_income_worker"
    assert refused.value.values["on"] == "2025-02-23"
    assert refused.value.values["source"]
    signed = before + timedelta(days=1)
    assert procedures_on(signed).track("low_income_worker", signed).number.value is None


# ---- what the versions say ----------------------------------------------------------------------


@pytest.mark.parametrize("version", LOADED, ids=lambda version: version.id)
def test_a_version_that_is_loaded_has_every_track(version: Procedure) -> None:
    assert tuple(track.code for track in version.tracks) == TRACKS


@pytest.mark.parametrize(
    ("track", "number"),
    [
        ("periodic", "1.011606"),
        ("on_demand_entry", "1.011607"),
        ("on_demand_exit", "1.011608"),
        ("farm_average", "1.011609"),
        ("low_income_worker", "3.000412"),
    ],
)
def test_a_track_has_its_national_code(track: str, number: str) -> None:
    assert procedures_on(TODAY).track(track, TODAY).number.value == number


@pytest.mark.parametrize("on", [AUTUMN_2024, TODAY])
def test_the_yearly_review_runs_in_its_window_and_the_others_by_month(on: date) -> None:
    tracks = {track.code: track for track in procedures_on(on).tracks_on(on)}
    window = tracks.pop("periodic").window
    assert window is not None
    assert (window.first.day, window.first.month) == (1, 9)
    assert (window.last.day, window.last.month) == (14, 12)
    days = [track.starts_monthly_on and track.starts_monthly_on.value for track in tracks.values()]
    assert set(days) == {15}


def test_the_clocks_of_poor_and_near_poor_are_not_those_of_the_others() -> None:
    version = procedures_on(TODAY)
    for_poor = {"posting": working(3), "reverification": working(7), "reposting": working(3)}
    fifteen = (TimeLimit(15, "calendar"), TimeLimit(15, "working"))
    others = {
        "posting": working(5), "reverification": working(3), "reposting": (), "whole": fifteen,
    }  # fmt: skip
    limits = {track.code: limits_of(track) for track in version.tracks_on(TODAY)}
    assert limits == {
        "periodic": {**for_poor, "consultation": working(5)},
        "on_demand_entry": {**for_poor, "whole": fifteen},
        "on_demand_exit": {**for_poor, "whole": fifteen},
        "farm_average": others,
        "low_income_worker": others,
    }


@pytest.mark.parametrize(
    ("on", "who", "sure"),
    [(AUTUMN_2024, "district_chairman", "memory"), (TODAY, "province_chairman", "seen")],
)
def test_the_one_who_is_consulted_depends_on_the_day(on: date, who: str, sure: str) -> None:
    for track in procedures_on(on).tracks_on(on):
        asked = [step for step in track.steps if step.code == "consultation"]
        assert [step.answered_by for step in asked] == ([who] if track.code == "periodic" else [])
        assert [step.time_limits[0].certainty for step in asked] == [sure] * len(asked)


def test_an_entry_is_screened_by_form_a_and_an_exit_is_not() -> None:
    tracks = {track.code: track for track in procedures_on(TODAY).tracks_on(TODAY)}
    asked = {code: (one.screening.used, one.screening.fewer_than) for code, one in tracks.items()}
    assert asked == {
        "periodic": (True, 4),
        "on_demand_entry": (True, 4),
        "on_demand_exit": (False, None),
        "farm_average": (None, None),
        "low_income_worker": (None, None),
    }
    requests = {code: track.requests for code, track in tracks.items()}
    assert requests.pop("on_demand_exit") == ("form_04",)
    assert set(requests.values()) == {("form_01",)}


def test_a_meeting_needs_half_of_all_who_attend() -> None:
    shares = [
        step.agreement_percent.value
        for version in LOADED
        for track in version.tracks
        for step in track.steps
        if step.agreement_percent
    ]
    assert shares == [50] * 6


def test_what_the_texts_disagree_about_is_said_to_the_reader() -> None:
    limits = [limit for version in LOADED for track in version.tracks for limit in track.limits]
    disputed = [limit for limit in limits if len(limit.units) > 1]
    assert {limit.code for limit in disputed} == {"whole"}
    assert all(limit.note and limit.note.vi and limit.note.en for limit in disputed)


def test_steps_read_in_records_of_2026_are_an_inference_for_the_version_before() -> None:
    before, after = (version.track("periodic", version.valid_from) for version in LOADED)
    assert {step.certainty for step in after.steps} == {"seen"}
    sure = {step.code: step.certainty for step in before.steps}
    assert sure.pop("consultation") == "seen"
    assert set(sure.values()) == {"inference"}


def test_every_text_is_in_both_languages() -> None:
    def texts(value: object) -> list[tuple[str, str]]:
        if isinstance(value, dict):
            if set(value) == {"vi", "en"}:
                return [(value["vi"], value["en"])]
            return [found for one in value.values() for found in texts(one)]
        if isinstance(value, list):
            return [found for one in value for found in texts(one)]
        return []

    for version in PROCEDURES:
        found = texts(tomllib.loads(text_of(version.id)))
        assert len(found) > 3
        assert [pair for pair in found if not all(pair)] == []


def test_every_code_of_a_step_and_of_a_time_limit_is_in_a_version() -> None:
    tracks = [track for version in LOADED for track in version.tracks]
    assert {step.code for track in tracks for step in track.steps} == set(STEPS)
    assert {limit.code for track in tracks for limit in track.limits} == set(LIMITS)


# ---- the digest ---------------------------------------------------------------------------------


def test_the_digests_are_those_of_the_versions_as_they_are() -> None:
    assert {version.id: version.digest for version in PROCEDURES} == DIGESTS


@pytest.mark.parametrize(
    ("was", "is_"),
    [
        ('code = "reverification", days = 7', 'code = "reverification", days = 6'),
        ('units = ["working"], certainty = "seen", begins = { vi = "ngày niêm yết"',
         'units = ["calendar"], certainty = "seen", begins = { vi = "ngày niêm yết"'),
        ('value = 50', 'value = 51'),
        ('answered_by = "province_chairman"', 'answered_by = "commune_chairman"'),
        ('papers = ["form_04"]', 'papers = ["form_01"]'),
        ('fewer_than = 4', 'fewer_than = 3'),
        ('last = { month = 12, day = 14 }', 'last = { month = 12, day = 5 }'),
        ('actors = ["steering_committee"]', 'actors = ["village_head"]'),
    ],
)  # fmt: skip
def test_the_digest_changes_with_what_decides(was: str, is_: str) -> None:
    text = text_of("2025-2026")
    assert was in text
    changed = parse(text.replace(was, is_, 1), file="2025-2026.toml")
    assert changed.digest != DIGESTS["2025-2026"]


@pytest.mark.parametrize(
    ("was", "is_"),
    [
        ('title = { vi = "Họp dân"', 'title = { vi = "Cuộc họp"'),
        ('certainty = "seen"', 'certainty = "memory"'),
        ("valid_until = 2026-12-31", "valid_until = 2027-06-30"),
        ("signed_on = 2021-07-16\n", ""),
    ],
)
def test_the_digest_stays_where_only_words_sources_or_dates_change(was: str, is_: str) -> None:
    text = text_of("2025-2026")
    assert was in text
    changed = parse(text.replace(was, is_, 1), file="2025-2026.toml")
    assert changed.digest == DIGESTS["2025-2026"]


def test_a_limit_that_is_not_known_has_no_reading() -> None:
    known = procedures_on(TODAY).track("farm_average", TODAY)
    unknown = [limit for limit in known.limits if limit.certainty == "unknown"]
    assert [limit.code for limit in unknown] == ["reposting"]
    assert [limit.readings for limit in unknown] == [()]
