"""The brake is the office's own choice, with dates; a malformed file is refused by its name."""

from datetime import date
from pathlib import Path

import pytest

from domain.reviews.brake import load_brakes, published_brakes
from domain.reviews.errors import MalformedBrake

GOOD = """
id = "2026"
valid_from = 2026-01-01
share_percent = 5
notice_days = 10
second_signers = ["chairman"]
marks = ["no_labour_capacity"]
origin = { vi = "Do cơ quan đặt", en = "The office's choice" }
"""


def test_the_published_limits_say_whose_choice_they_are_and_what_the_record_does_not_know() -> None:
    brake = published_brakes().on(date(2026, 9, 1))
    assert "không phải quy định của pháp luật" in brake.origin.vi
    assert [one.code for one in brake.not_recorded] == ["disability", "dialysis"]
    assert brake.marks == ("no_labour_capacity",)


def test_the_share_is_of_the_list_and_its_bound_needs_no_second_signature() -> None:
    brake = published_brakes().on(date(2026, 9, 1))
    assert brake.share_percent == 10
    assert not brake.stops(removed=3, listed=30, marked=0)
    assert brake.stops(removed=4, listed=30, marked=0)
    assert brake.stops(removed=1, listed=3_000, marked=1)
    assert not brake.stops(removed=0, listed=0, marked=0)


def test_a_later_version_holds_from_its_first_day(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_text(GOOD)
    earlier = GOOD.replace('"2026"', '"2021"').replace("2026-01-01", "2021-09-01")
    (tmp_path / "2021.toml").write_text(earlier)
    brakes = load_brakes(tmp_path)
    assert brakes.on(date(2025, 12, 31)).id == "2021"
    assert brakes.on(date(2026, 1, 1)).id == "2026"
    assert brakes.on(date(2020, 1, 1)).id == "2021"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("share_percent = 101", "share_percent = 5"),
        ("notice_days = 0", "notice_days = 10"),
        ("second_signers = []", 'second_signers = ["chairman"]'),
        ('marks = ["disability"]', 'marks = ["no_labour_capacity"]'),
        ("share = 5", "share_percent = 5"),
        ("share_percent = five", "share_percent = 5"),
    ],
)
def test_a_malformed_file_is_refused_with_its_name(tmp_path: Path, wrong: str, right: str) -> None:
    (tmp_path / "x.toml").write_text(GOOD.replace(right, wrong))
    with pytest.raises(MalformedBrake) as caught:
        load_brakes(tmp_path)
    assert caught.value.values["file"] == "x.toml"


def test_there_is_at_least_one_version(tmp_path: Path) -> None:
    with pytest.raises(MalformedBrake):
        load_brakes(tmp_path)
