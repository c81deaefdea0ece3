"""Reads the lists of a workbook and compares their households, before anything is recorded.

What is left can be recorded household by household in any order within a list: no household
stands twice, no identity number in two households. Every row is accounted for: it belongs to a
household that is to be recorded, refused or repeated, or it is said what else it is.
"""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from domain.imports.area_lookup import AreaLookup
from domain.imports.cell_reader import mark_rows
from domain.imports.description import described_member
from domain.imports.errors import EmptyFile
from domain.imports.groups import LeftOut
from domain.imports.household_parser import HouseholdParser, ParsedHousehold
from domain.imports.listed_household import ListedHousehold
from domain.imports.remarks import REFUSED, TEXTS, Remark
from domain.imports.sheet_choice import ChosenList, choose_lists, list_rows
from domain.imports.xlsx.workbook import Workbook
from domain.matching.evidence import BIRTH, IDENTITY_NUMBER, NAME, compare_persons
from domain.matching.names import fold_name

PROGRESS_EVERY = 2_000

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(ListedHousehold).decode


@dataclass(frozen=True, slots=True)
class Entry:
    """A household of the file with its outcome; rows are keys of `findings.row_key`.

    `outcome` is "refused" or "repeated" for what the checks of the file keep out, else one of
    `recording`. `head` is the name as the list has it.
    """

    first: int
    last: int
    rows: int
    outcome: str
    number: str
    head: str

    def __repr__(self) -> str:
        return f"Entry(first={self.first}, outcome={self.outcome!r})"


@dataclass(slots=True)
class CheckedList:
    """Lists as understood: their households packed small, and what is to be said of their rows.

    `rows` and `households` count what the lists hold, refused ones included; `repeated` are
    households that are exact repeats of others. `left_out` are rows that belong to no household,
    `lost` such rows that are refused all the same. `entries` are the households that will not be
    recorded. `bounds` are the places in `packed` at which another list begins.
    """

    lists: list[ChosenList]
    rows: int = 0
    households: int = 0
    repeated: int = 0
    left_out: int = 0
    lost: int = 0
    findings: list[Remark] = field(default_factory=list, repr=False)
    packed: list[bytes] = field(default_factory=list, repr=False)
    entries: list[Entry] = field(default_factory=list, repr=False)
    bounds: list[int] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        """The name of the sheet that was read, "" where there are several: asked for again by it,
        the same sheets are read."""
        return self.lists[0].sheet.name if len(self.lists) == 1 else ""

    def digest(self) -> bytes:
        """16 bytes that tell whether another reading of the file gave the same households."""
        whole = hashlib.blake2b(digest_size=16)
        for one in self.packed:
            whole.update(hashlib.blake2b(one, digest_size=16).digest())
        return whole.digest()

    def chunk(self, start: int, size: int) -> list[ListedHousehold]:
        """Some of the households that may be recorded, by their place in the file."""
        return [_unpack(one) for one in self.packed[start : start + size]]


def check_list(
    workbook: Workbook,
    places: AreaLookup,
    *,
    today: datetime.date,
    effective_on: datetime.date | None = None,
    sheet: str = "",
    progress: Callable[[int], None] | None = None,
) -> CheckedList:
    """Reads the lists of a workbook: the sheet of that name, or all that are of different kinds.

    `progress` is called with the number of rows read. Raises a FileRefused of `refusals`.
    """
    lists = choose_lists(workbook, sheet)
    reviewed = CheckedList(lists)
    comparing = _DuplicateFinder(reviewed)
    for index, chosen in enumerate(lists):
        comparing.begin_list()
        reading = HouseholdParser(chosen.layout, places, today, effective_on, chosen.kind)
        for read in reading.households(list_rows(workbook, chosen, index)):
            before = reviewed.rows
            _take(read, reviewed, comparing)
            if progress and before // PROGRESS_EVERY < reviewed.rows // PROGRESS_EVERY:
                progress(reviewed.rows)
        reviewed.findings += chosen.remarks(index)
    if not reviewed.rows:
        raise EmptyFile("The list has a header and no rows.")
    comparing.finish()
    if progress:
        progress(reviewed.rows)
    return reviewed


def _take(
    read: ParsedHousehold | LeftOut, reviewed: CheckedList, comparing: "_DuplicateFinder"
) -> None:
    if isinstance(read, LeftOut):
        reviewed.rows += 1
        if TEXTS[read.code]["kind"] == REFUSED:
            reviewed.lost += 1
        else:
            reviewed.left_out += 1
        reviewed.findings.append(Remark(read.number, read.code))
        return
    reviewed.rows += len(read.rows)
    reviewed.households += 1
    reviewed.findings += read.findings
    if read.household is None:
        reviewed.entries.append(
            Entry(read.rows[0], read.rows[-1], len(read.rows), "refused", read.number, read.head)
        )
    else:
        comparing.take(read, read.household)


class _DuplicateFinder:
    """Finds households and identity numbers that stand twice in the lists of one file.

    A list of exits names households that other lists name as well, so it is compared with exits.
    """

    def __init__(self, reviewed: CheckedList) -> None:
        self.reviewed = reviewed
        self.packed: list[bytes] = []
        self.contents: list[bytes] = []
        self.extents: list[tuple[int, int]] = []
        self.refused: set[int] = set()
        self.begins: list[int] = []
        self.with_exits = any(one.kind.is_exit for one in reviewed.lists)
        self.near_poor: set[bytes] = set()
        self.identities: dict[bytes, int] = {}
        self.numbers: dict[tuple[bool, int], int] = {}
        self.names: dict[int, int] = {}

    def begin_list(self) -> None:
        self.begins.append(len(self.packed))

    def take(self, read: ParsedHousehold, household: ListedHousehold) -> None:
        if household.leaves == "poor" and not household.class_:
            household = self._as_listed(household)
        index = len(self.packed)
        content = hashlib.blake2b(household.content(), digest_size=16).digest()
        named = f"{bool(household.leaves):d}{household.identity()}"
        identity = hashlib.blake2b(named.encode(), digest_size=16).digest()
        other = self.identities.setdefault(identity, index)
        if other != index and self.contents[other] == content:
            first = _unpack(self.packed[other])
            self.reviewed.repeated += 1
            self.reviewed.findings += [
                Remark(row, "duplicate_household", "", {"other": first.row}) for row in read.rows
            ]
            self.reviewed.entries.append(
                Entry(
                    read.rows[0], read.rows[-1], len(read.rows), "repeated", read.number, read.head
                )
            )
            return
        if self.with_exits and household.class_ == "near_poor":
            self.near_poor.update(_keys(household))
        self.packed.append(_pack(household))
        self.extents.append((read.rows[-1], len(read.rows)))
        self.contents.append(content)
        if other != index:
            self._refuse_both(index, other, "household_twice", "")
            return
        self._compare_numbers(index, household)
        if not household.leaves:
            self._compare_names(index, household)

    def _as_listed(self, household: ListedHousehold) -> ListedHousehold:
        """An exit with the class that another list of the same file gives: near-poor now."""
        if self.near_poor.isdisjoint(_keys(household)):
            return household
        return msgspec.structs.replace(household, class_="near_poor")

    def _compare_numbers(self, index: int, household: ListedHousehold) -> None:
        for place, member in enumerate(household.members):
            if not member.id_number:
                continue
            key = bool(household.leaves), int("1" + member.id_number)
            at = self.numbers.setdefault(key, index << 8 | place)
            other, other_place = at >> 8, at & 0xFF
            if other != index:
                first = _unpack(self.packed[other])
                where = first.members[other_place].row
                self._say(index, household, member.row, "id_twice", "id_number", where)
                self._say(other, first, where, "id_twice", "id_number", member.row)

    def _compare_names(self, index: int, household: ListedHousehold) -> None:
        """Marks two households of a commune that name one person, by name and day of birth, where
        no papers tell the two apart. A first of January is an unknown day."""
        for place, member in enumerate(household.members):
            born = member.birth_date
            if born is None or (born.month, born.day) == (1, 1):
                continue
            key = hash((household.area, fold_name(member.name), born))
            at = self.names.setdefault(key, index << 8 | place)
            other, other_place = at >> 8, at & 0xFF
            if other == index:
                continue
            first = _unpack(self.packed[other])
            twin = first.members[other_place]
            agrees, _, differs = compare_persons(described_member(member), described_member(twin))
            if {NAME, BIRTH} <= agrees and IDENTITY_NUMBER not in agrees and not differs:
                self._mark(other, twin.row, member.row)
                self._mark(index, member.row, twin.row)

    def _mark(self, index: int, row: int, other: int) -> None:
        marked = msgspec.structs.replace(_unpack(self.packed[index]), twice=True)
        self.packed[index] = _pack(marked)
        self.reviewed.findings.append(Remark(row, "person_in_two", "member", {"other": other}))

    def _refuse_both(self, index: int, other: int, code: str, field: str) -> None:
        one, two = _unpack(self.packed[index]), _unpack(self.packed[other])
        self._say(index, one, one.row, code, field, two.row)
        self._say(other, two, two.row, code, field, one.row)

    def _say(
        self, index: int, household: ListedHousehold, row: int, code: str, field: str, other: int
    ) -> None:
        findings = [Remark(row, code, field, {"other": other})]
        if index not in self.refused:
            mark_rows(findings, household.rows())
        self.refused.add(index)
        self.reviewed.findings += findings

    def finish(self) -> None:
        """Leaves the households that may be recorded, and says where their lists begin."""
        reviewed = self.reviewed
        for index in sorted(self.refused):
            household = _unpack(self.packed[index])
            last, rows = self.extents[index]
            reviewed.entries.append(
                Entry(household.row, last, rows, "refused", household.number, household.head.name)
            )
        kept = [index for index in range(len(self.packed)) if index not in self.refused]
        reviewed.bounds = [
            sum(1 for index in kept if index < begin) for begin in self.begins[1:]
        ]  # fmt: skip
        reviewed.packed = [self.packed[index] for index in kept]
        reviewed.findings.sort(key=lambda finding: finding.row)


def _keys(household: ListedHousehold) -> list[bytes]:
    """All that names a household in its file: its number, its head's number, its head's name."""
    without = msgspec.structs.replace(household, number="")
    head = msgspec.structs.replace(household.head, id_number="")
    nameless = msgspec.structs.replace(without, members=(head, *household.members[1:]))
    return [
        hashlib.blake2b(one.identity().encode(), digest_size=16).digest()
        for one in (household, without, nameless)
    ]
