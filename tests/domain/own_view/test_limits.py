"""The limits are the office's own choice, with dates; a malformed file is refused by its name."""

from datetime import date
from pathlib import Path

import pytest

from domain.own_view.errors import MalformedLimits
from domain.own_view.limits import load_limits, published_limits

GOOD = """
id = "2027"
valid_from = 2027-01-01
code_hours = 24
tries = 3
locked_minutes = 30
most_tries = 6
idle_minutes = 10
open_minutes = 30
answer_days = 5
most_contests = 3
origin = { vi = "Do cơ quan đặt", en = "The office's choice" }
"""


def test_the_published_limits_say_whose_choice_they_are() -> None:
    limits = published_limits().on(date(2026, 9, 1))
    assert "không phải quy định của pháp luật" in limits.origin.vi
    assert (limits.code_hours, limits.tries, limits.locked_minutes) == (72, 5, 15)


def test_a_later_version_holds_from_its_first_day(tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text(GOOD)
    (tmp_path / "2026.toml").write_text(GOOD.replace("2027", "2026"))
    versions = load_limits(tmp_path)
    assert [versions.on(date(year, 6, 1)).id for year in (2020, 2026, 2027)] == [
        "2026", "2026", "2027",
    ]  # fmt: skip


def test_an_answer_is_due_after_working_days() -> None:
    limits = published_limits().on(date(2026, 9, 1))
    assert limits.answer_due(date(2026, 10, 1)) == date(2026, 10, 15)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("tries = 3", "tries = 0"),
        ("most_tries = 6", "most_tries = 2"),
        ("code_hours = 24", ""),
        ("code_hours = 24", "code_hours = 24\nmore = 1"),
        ("[", "[[["),
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, good: str, bad: str) -> None:
    text = GOOD.replace(good, bad) if good in GOOD else GOOD + bad
    (tmp_path / "wrong.toml").write_text(text)
    with pytest.raises(MalformedLimits, match=r"wrong\.toml"):
        load_limits(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedLimits):
        load_limits(tmp_path)
