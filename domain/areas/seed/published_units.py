"""Reads the published units of the country: three lists, two conversions, some renames.

The lists are of the time before 1 January 2025 (five localities), before 1 July 2025, and since.
`docs/areas.md` says where each file comes from, what in them contradicts itself, and what is not
known. Nothing is calculated here but which list was in force when.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import NamedTuple

from domain.areas.codes import DISTRICT, PROVINCE, REFORM, level_of
from domain.commands.command import Document

YEAR_2025 = date(2025, 1, 1)
STATED = ("table", "resolution")
UNKNOWN_HEIR, TRANSFER, UNFOLLOWED = "unknown", "transfer", "unfollowed"

# The resolutions that rearranged districts and communes on 1 January 2025, by the codes they
# touched, where their number was read; Hà Nội's and Hà Tĩnh's were not.
RESOLUTIONS_2025_01 = {
    ("00303", "00318"): "1232/NQ-UBTVQH15",
    ("11296", "11947"): "1232/NQ-UBTVQH15",
    ("00474", "00482"): "1314/NQ-UBTVQH15",
    ("19750", "20185"): "1314/NQ-UBTVQH15",
}
HUE_CENTRAL = Document("175/2024/QH15")
PROVINCES_2025 = Document("202/2025/QH15", date(2025, 6, 12))
NO_DISTRICTS = Document("203/2025/QH15")
CODE_LIST_2025 = Document("19/2025/QĐ-TTg")


class PublishedUnit(NamedTuple):
    """One row of a list of units; `parent` is a code, "" for a province."""

    code: str
    name: str
    parent: str


class Became(NamedTuple):
    """One row of a conversion: the new unit of the land of `old`.

    `extent` is whole, part, unknown (`new` is empty), transfer (some land only; `old` goes on)
    or unfollowed (the row contradicts the rest, see docs/areas.md). `basis` says how it is known:
    "resolution" and "table" are stated, "plan" and "lists" inferred.
    """

    old: str
    new: str
    extent: str
    basis: str = "table"


@dataclass(frozen=True, slots=True)
class Change:
    """All that changes on one day. `units` is the list in force from that day on."""

    on: date
    units: Mapping[str, PublishedUnit]
    rows: tuple[Became, ...]
    source: str


class Rename(NamedTuple):
    """Another name or kind from a day on, by a resolution."""

    on: date
    code: str
    name: str
    paper: Document


def first_list() -> dict[str, PublishedUnit]:
    """The units of the time before 2025, as far as known: the list of the first half of 2025,
    and in its place, for the five localities, what stood there before."""
    earlier = _units("units-before-2025-01-01.csv")
    made_in_2025 = {row.new for row in _rows("conversion-2025-01-01.csv")} - set(earlier)
    later = _units("units-before-2025-07-01.csv")
    return {code: unit for code, unit in later.items() if code not in made_in_2025} | earlier


def changes() -> tuple[Change, ...]:
    """The changes of 1 January 2025 in the five localities, and of 1 July 2025 everywhere."""
    return (
        Change(
            YEAR_2025,
            _units("units-before-2025-07-01.csv"),
            _rows("conversion-2025-01-01.csv"),
            "lists of units of 2024 and 2025",
        ),
        Change(
            REFORM,
            _units("units-since-2025-07-01.csv"),
            _rows("conversion-2025-07-01.csv") + _rows("conversion-2025-07-01-islands.csv"),
            "conversion of units of 1 July 2025",
        ),
    )


def renames() -> tuple[Rename, ...]:
    """Provinces that became cities, and communes that became wards, in 2026."""
    return tuple(
        Rename(
            date.fromisoformat(on),
            code,
            name,
            Document(number, date.fromisoformat(signed_on) if signed_on else None),
        )
        for on, code, name, number, signed_on in _read("renames-2026.csv")
    )


def paper_of(listed: PublishedUnit, on: date) -> Document | None:
    """The resolution of a change, where it is known."""
    level = level_of(listed.code)
    if on == REFORM:
        return {PROVINCE: PROVINCES_2025, DISTRICT: NO_DISTRICTS}.get(level, CODE_LIST_2025)
    if listed.code == "46":
        return HUE_CENTRAL
    number = next(
        (
            number
            for (first, last), number in RESOLUTIONS_2025_01.items()
            if first <= listed.code.zfill(5) <= last
        ),
        "",
    )
    return Document(number) if number else None


def _units(name: str) -> dict[str, PublishedUnit]:
    return {row[0]: PublishedUnit(*row) for row in _read(name)}


def _rows(name: str) -> tuple[Became, ...]:
    return tuple(Became(*row) for row in _read(name))


def _read(name: str) -> list[list[str]]:
    text = (resources.files("domain.areas") / "data" / name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]
