"""Reads a whole list and compares its households with each other, before anything is recorded.

What is left can be recorded household by household in any order: no household stands twice, no
identity number in two households.
"""

import datetime
import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from domain.imports.cells import Row
from domain.imports.findings import Finding
from domain.imports.layout import HEADER_WITHIN, Layout, find_layout, is_numbering
from domain.imports.listed import ListedHousehold
from domain.imports.places import Places
from domain.imports.reading import Reading
from domain.imports.refusals import EmptyFile, NoList, SeveralLists, UnknownSheet
from domain.imports.sheet import read_rows
from domain.imports.taking import blame
from domain.imports.workbook import SheetEntry, Workbook

PROGRESS_EVERY = 2_000

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(ListedHousehold).decode


@dataclass(slots=True)
class Reviewed:
    """A list as understood: its households packed small, and what is to be said of its rows.

    `rows` and `households` count what the sheet holds, refused ones included; `repeated` are
    households that are exact repeats of others.
    """

    sheet: str
    layout: Layout
    rows: int = 0
    households: int = 0
    repeated: int = 0
    findings: list[Finding] = field(default_factory=list, repr=False)
    packed: list[bytes] = field(default_factory=list, repr=False)

    def digest(self) -> bytes:
        """16 bytes that tell whether another reading of the file gave the same households."""
        whole = hashlib.blake2b(digest_size=16)
        for one in self.packed:
            whole.update(hashlib.blake2b(one, digest_size=16).digest())
        return whole.digest()

    def chunk(self, start: int, size: int) -> list[ListedHousehold]:
        """Some of the households that may be recorded, by their place in the list."""
        return [_unpack(one) for one in self.packed[start : start + size]]


def review(
    workbook: Workbook,
    places: Places,
    *,
    today: datetime.date,
    effective_on: datetime.date | None = None,
    sheet: str = "",
    progress: Callable[[int], None] | None = None,
) -> Reviewed:
    """Reads the list of a workbook: the sheet of that name, or the only one that holds a list.

    `progress` is called with the number of rows read. Raises a FileRefused of `refusals`.
    """
    chosen, layout = choose_sheet(workbook, sheet)
    reviewed = Reviewed(chosen.name, layout)
    comparing = _Comparing(reviewed)
    reading = Reading(layout, places, today, effective_on)
    for read in reading.households(list_rows(workbook, chosen, layout)):
        before = reviewed.rows
        reviewed.rows += len(read.rows)
        reviewed.households += 1
        reviewed.findings += read.findings
        if read.household is not None:
            comparing.take(read.household)
        if progress and before // PROGRESS_EVERY < reviewed.rows // PROGRESS_EVERY:
            progress(reviewed.rows)
    if not reviewed.rows:
        raise EmptyFile("The list has a header and no rows.")
    comparing.finish()
    if progress:
        progress(reviewed.rows)
    return reviewed


def choose_sheet(workbook: Workbook, name: str = "") -> tuple[SheetEntry, Layout]:
    """The sheet that holds the list, and its columns."""
    if name and not any(sheet.name == name for sheet in workbook.sheets):
        raise UnknownSheet(sheets=[sheet.name for sheet in workbook.sheets])
    candidates = [s for s in workbook.sheets if (s.name == name if name else s.visible)]
    found: list[tuple[SheetEntry, Layout]] = []
    closest: Layout | None = None
    for sheet in candidates:
        first = list(itertools.islice(read_rows(workbook, sheet), HEADER_WITHIN + 1))
        layout = find_layout(first)
        if layout is None:
            continue
        if not layout.missing:
            found.append((sheet, layout))
        elif closest is None or len(layout.columns) > len(closest.columns):
            closest = layout
    if len(found) > 1:
        raise SeveralLists(sheets=[sheet.name for sheet, _ in found])
    if not found:
        raise NoList(
            sheets=[sheet.name for sheet in candidates],
            missing=closest.missing if closest else ["head", "class", "decision_number"],
        )
    return found[0]


def list_rows(workbook: Workbook, sheet: SheetEntry, layout: Layout) -> Iterator[Row]:
    """The rows below the header, without a row that only numbers the columns."""
    below = False
    for row in read_rows(workbook, sheet):
        if row[0] <= layout.last_row:
            continue
        if not below:
            below = True
            if is_numbering(row):
                continue
        yield row


class _Comparing:
    """Finds households and identity numbers that stand twice in one file."""

    def __init__(self, reviewed: Reviewed) -> None:
        self.reviewed = reviewed
        self.packed: list[bytes] = []
        self.contents: list[bytes] = []
        self.refused: set[int] = set()
        self.identities: dict[bytes, int] = {}
        self.numbers: dict[int, int] = {}

    def take(self, household: ListedHousehold) -> None:
        index = len(self.packed)
        content = hashlib.blake2b(household.content(), digest_size=16).digest()
        identity = hashlib.blake2b(household.identity().encode(), digest_size=16).digest()
        other = self.identities.setdefault(identity, index)
        if other != index and self.contents[other] == content:
            first = _unpack(self.packed[other])
            self.reviewed.repeated += 1
            self.reviewed.findings += [
                Finding(row, "duplicate_household", "", {"other": first.row})
                for row in household.rows()
            ]
            return
        self.packed.append(_pack(household))
        self.contents.append(content)
        if other != index:
            self._refuse_both(index, other, "household_twice", "")
            return
        self._compare_numbers(index, household)

    def _compare_numbers(self, index: int, household: ListedHousehold) -> None:
        for place, member in enumerate(household.members):
            if not member.id_number:
                continue
            key = int("1" + member.id_number)
            at = self.numbers.setdefault(key, index << 8 | place)
            other, other_place = at >> 8, at & 0xFF
            if other != index:
                first = _unpack(self.packed[other])
                where = first.members[other_place].row
                self._say(index, household, member.row, "id_twice", "id_number", where)
                self._say(other, first, where, "id_twice", "id_number", member.row)

    def _refuse_both(self, index: int, other: int, code: str, field: str) -> None:
        one, two = _unpack(self.packed[index]), _unpack(self.packed[other])
        self._say(index, one, one.row, code, field, two.row)
        self._say(other, two, two.row, code, field, one.row)

    def _say(
        self, index: int, household: ListedHousehold, row: int, code: str, field: str, other: int
    ) -> None:
        findings = [Finding(row, code, field, {"other": other})]
        if index not in self.refused:
            blame(findings, household.rows())
        self.refused.add(index)
        self.reviewed.findings += findings

    def finish(self) -> None:
        """Leaves the households that may be recorded."""
        self.reviewed.packed = [
            packed for index, packed in enumerate(self.packed) if index not in self.refused
        ]
        self.reviewed.findings.sort(key=lambda finding: finding.row)
