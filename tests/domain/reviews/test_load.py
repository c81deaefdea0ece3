"""A file that does not say what a procedure must say is refused by name."""

from importlib import resources
from pathlib import Path

import pytest

from domain.reviews import load_procedures
from domain.reviews.errors import MalformedProcedure
from domain.reviews.load import parse

ROOM = resources.files("domain.reviews") / "procedures"
FILE = "2025-2026.toml"
TEXT = (ROOM / FILE).read_text(encoding="utf-8")
NOT_LOADED = (ROOM / "2027.toml").read_text(encoding="utf-8")
NAMES = ("2021-2025", "2025-2026", "2027")


def refusal(was: str, is_: str, text: str = TEXT) -> tuple[str, str]:
    """What is refused, and why, after the first place of a text is changed."""
    assert was in text
    with pytest.raises(MalformedProcedure) as refused:
        parse(text.replace(was, is_, 1), file=FILE)
    assert refused.value.values["file"] == FILE
    return str(refused.value.values["where"]), str(refused.value.values["what"])


@pytest.mark.parametrize(
    ("was", "is_", "where", "what"),
    [
        ('code = "meeting"', 'code = "assembly"', "periodic.steps",
         "have the code 'assembly', which is not a step"),
        ('code = "meeting"', 'code = "survey"', "periodic.steps", "are repeated or out of order"),
        ('code = "listing"', 'code = "posting"', "periodic.steps", "are repeated or out of order"),
        ('code = "periodic"', 'code = "yearly"', "tracks",
         "have the code 'yearly', which is not a track"),
        ('code = "periodic"', 'code = "farm_average"', "tracks",
         "repeat the code 'farm_average'"),
        ('actors = ["household"]', "actors = []", "periodic.request", "has no actor"),
        ('actors = ["household"]', 'actors = ["mayor"]', "periodic.request",
         "names the actor 'mayor', who is not there"),
        ('answered_by = "province_chairman"', 'answered_by = "mayor"', "periodic.consultation",
         "names the actor 'mayor', who is not there"),
        ('answered_by = "province_chairman"\n', "", "periodic.consultation.answered_by",
         "is named exactly where a consultation is answered"),
        ('papers = ["form_01"]', 'papers = ["form_09"]', "periodic.request",
         "names the paper 'form_09', which is not there"),
        ('days = 3, units = ["working"]', "days = 3", "periodic.posting.time_limits.posting",
         "has a unit exactly when it has days"),
        ("days = 3, ", "days = 0, ", "periodic.posting.time_limits.posting",
         "is shorter than a day"),
        ("days = 3, ", "", "periodic.posting.time_limits.posting",
         "has a value exactly when its certainty is not 'unknown'"),
        ('units = ["working"]', 'units = ["working", "calendar"]',
         "periodic.posting.time_limits.posting",
         "has a note exactly where the texts disagree about the unit"),
        ('units = ["working"]', 'units = ["working", "working"]',
         "periodic.posting.time_limits.posting",
         "has a note exactly where the texts disagree about the unit"),
        ('{ code = "posting"', '{ code = "hanging"', "periodic.posting.time_limits",
         "have the code 'hanging', which is not a time limit"),
        ('{ code = "posting"', '{ code = "consultation"', "periodic.time_limits",
         "repeat the code 'consultation'"),
        ("agreement_percent = { value = 50", "agreement_percent = { value = 150",
         "periodic.meeting.agreement_percent", "is not between 0 and 100"),
        ('agreement_percent = { value = 50, certainty = "seen" }\n', "",
         "periodic.meeting.agreement_percent", "is there exactly where a meeting votes"),
        ("last = { month = 12, day = 14 }", "last = { month = 2, day = 30 }", "periodic.window",
         "names a day that no year has"),
        ("last = { month = 12, day = 14 }", "last = { month = 8, day = 14 }", "periodic.window",
         "ends before it begins"),
        ("starts_monthly_on = { value = 15", "starts_monthly_on = { value = 31",
         "on_demand_entry.starts_monthly_on", "is not a day of every month"),
        ('starts_monthly_on = { value = 15, certainty = "seen" }\n', "", "on_demand_entry",
         "has either a `window` or `starts_monthly_on`"),
        ("used = true, ", "used = false, ", "periodic.screening",
         "counts signs where form A is not used"),
        ("used = true, fewer_than = 4, ", "", "periodic.screening",
         "has a value exactly when its certainty is not 'unknown'"),
        ('value = "1.011606", ', "", "periodic.number",
         "has a value exactly when its certainty is not 'unknown'"),
        ('source = "24/2021/QĐ-TTg"', 'source = "25/2021/QĐ-TTg"', "papers.form_01.source",
         "cites '25/2021/QĐ-TTg', which is not among the sources"),
        ("valid_until = 2026-12-31", "valid_until = 2024-12-31", "valid_until",
         "ends before it begins"),
        ("[title]", '[not_loaded]\nvi = "-"\nen = "-"\n\n[title]', "tracks",
         "are there exactly when `not_loaded` is not"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(was: str, is_: str, where: str, what: str) -> None:
    assert refusal(was, is_) == (where, what)


@pytest.mark.parametrize(
    ("was", "is_", "where"),
    [
        ('units = ["working"]', 'units = ["weeks"]',
         "$.tracks[0].steps[4].time_limits[0].units[0]"),
        ('certainty = "seen"', 'certainty = "sure"', "$.sources[0].certainty"),
        ('id = "2025-2026"', 'id = "2025-2026"\nfee = 0', ""),
        ('validity = "seen"\n', "", ""),
        ("valid_from = 2025-07-01", "valid_from = 2025-07-99", ""),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused(was: str, is_: str, where: str) -> None:
    assert refusal(was, is_)[0] == where


def test_a_version_that_is_not_loaded_names_only_codes_that_are_known() -> None:
    where, what = refusal('value = "1.116214"\n', "", NOT_LOADED)
    assert (where, what.partition(" exactly")[0]) == ("announced", "has a value")
    assert refusal("[not_loaded]", "[[open_questions]]", NOT_LOADED)[0] == "tracks"


def copies(folder: Path, **changed: tuple[str, str]) -> Path:
    """A folder with the versions, some with a text changed; the names with "_" for "-"."""
    for name in NAMES:
        text = (ROOM / f"{name}.toml").read_text(encoding="utf-8")
        was, is_ = changed.get(f"_{name.replace('-', '_')}", ("", ""))
        assert was in text
        (folder / f"{name}.toml").write_text(text.replace(was, is_, 1), encoding="utf-8")
    return folder


def refused(folder: Path) -> tuple[str, str, str]:
    with pytest.raises(MalformedProcedure) as found:
        load_procedures(folder)
    return tuple(str(found.value.values[name]) for name in ("file", "where", "what"))  # type: ignore[return-value]


def test_the_versions_that_come_along_load(tmp_path: Path) -> None:
    assert [version.id for version in load_procedures(copies(tmp_path))] == list(NAMES)


def test_a_gap_between_two_versions_is_refused(tmp_path: Path) -> None:
    folder = copies(tmp_path, _2025_2026=("valid_until = 2026-12-31", "valid_until = 2026-12-30"))
    assert refused(folder) == ("2027.toml", "valid_from", "leaves a gap after 2025-2026")


@pytest.mark.parametrize(
    ("was", "is_"),
    [("valid_until = 2025-06-30", "valid_until = 2025-07-01"), ("valid_until = 2025-06-30\n", "")],
)
def test_two_versions_on_one_day_are_refused(tmp_path: Path, was: str, is_: str) -> None:
    folder = copies(tmp_path, _2021_2025=(was, is_))
    assert refused(folder) == ("2025-2026.toml", "valid_from", "begins while 2021-2025 is in force")


def test_a_file_bears_the_name_of_its_version(tmp_path: Path) -> None:
    (copies(tmp_path) / "2027.toml").rename(tmp_path / "2028.toml")
    assert refused(tmp_path)[:2] == ("2028.toml", "id")
