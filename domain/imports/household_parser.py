"""Parses the rows of a household and checks whether they make sense together.

A household is taken whole or not at all: one unusable cell refuses all its rows. Everything here
looks at one household; `checks` compares the households of a file.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.errors import Refusal
from domain.households.identity import implausible
from domain.imports import values
from domain.imports.area_lookup import AreaColumns, AreaLookup, AreaMatch
from domain.imports.cell_reader import CellReader, area_problem, mark_rows, refused
from domain.imports.groups import Group, Grouping, LeftOut
from domain.imports.layout import Layout
from domain.imports.list_kinds import ANY_KIND, LISTED, ListKind
from domain.imports.listed_household import ListedHousehold, ListedMember
from domain.imports.remarks import Remark
from domain.imports.values import Unusable
from domain.imports.xlsx.cells import CELL_STRUCK, Cell, PartOfDate, Row

MOST_MEMBERS = 60
MOST_NAMED = 100
HOUSEHOLD_FIELDS = (
    "province", "district", "district_code", "commune", "commune_code", "village", "address",
    "class", "exit", "listing", "decision_number", "decision_date", "b1", "b2", "income", "causes",
    "size", "number",
)  # fmt: skip
"""What a list may repeat in every row of a household, always the same."""


@dataclass(slots=True)
class ParsedHousehold:
    """One group as understood: the household, or None where it is refused.

    `number` and `head` are the household's number and its head's name as far as they can be read.
    """

    household: ListedHousehold | None
    findings: list[Remark]
    rows: list[int]
    number: str
    head: str

    def __repr__(self) -> str:
        return f"ParsedHousehold(rows={self.rows})"


@dataclass(slots=True)
class HeadRow:
    """The values of a head's row about the household; days are None where they cannot be read."""

    number: str
    village: str
    address: str
    class_: str
    listing: str
    b1: int | None
    b2: int | None
    income: int | None
    causes: tuple[str, ...]
    size: int | None
    ethnic_minority: bool | None
    no_labour_capacity: bool | None
    meritorious: bool | None
    decision_number: str = ""
    decision_date: datetime.date | None = None
    effective_on: datetime.date | None = None
    area: str = ""
    area_type: str = ""


class HouseholdParser:
    """Reads the households of one list with one layout.

    `today` bounds the dates; `effective_on`, where given, is the day all households are of,
    else each is of the day of its decision. `kind` is what the list says of its households.
    """

    def __init__(
        self, layout: Layout, places: AreaLookup, today: datetime.date,
        effective_on: datetime.date | None = None, kind: ListKind = ANY_KIND,
    ) -> None:  # fmt: skip
        self.layout = layout
        self.kind = kind
        self.places = places
        self.today = today
        self.effective_on = effective_on
        self.at = layout.columns
        self.known: dict[tuple[AreaColumns, datetime.date], AreaMatch | Refusal] = {}
        self.flags = [
            flag for flag in ("ethnic_minority", "no_labour_capacity", "meritorious")
            if flag in layout.columns
        ]  # fmt: skip

    def households(self, rows: Iterable[Row]) -> Iterator[ParsedHousehold | LeftOut]:
        """The households of the rows below the header, and the rows that belong to none."""
        for group in Grouping(self.layout, self.kind).groups(rows):
            yield group if isinstance(group, LeftOut) else self.read(group)

    # What they say.

    def read(self, group: Group) -> ParsedHousehold:
        """The household of the group, with everything that is to be said about its rows."""
        findings = list(group.findings)
        numbers = [row.number for row in group.rows]
        for row in group.rows:
            if row.marks:
                self._marked(row, findings)
        head_row = group.rows[0]
        listed_on = self.effective_on or self._decided(head_row.cells) or self.today
        members = self._members(group, listed_on, findings)
        head = self._head_row(head_row, findings)
        self._agreeing(group, findings)
        if len(group.rows) > MOST_MEMBERS:
            findings.append(Remark(numbers[0], "too_many_members"))
        household = None
        if not refused(findings):
            household = self._household(group, head, members, findings)
        if household is None:
            mark_rows(findings, numbers)
        return ParsedHousehold(household, findings, numbers, *self._names(head_row.cells))

    def _names(self, cells: dict[str, Cell]) -> tuple[str, str]:
        """The number of a household and the name of its head, "" for what cannot be read."""
        found = {}
        for name in ("number", "head", "member"):
            cell = self._cell(cells, name)
            found[name] = cell if isinstance(cell, str) else str(cell) if _is_int(cell) else ""
        return found["number"][:MOST_NAMED], (found["head"] or found["member"])[:MOST_NAMED]

    def _members(
        self, group: Group, listed_on: datetime.date, findings: list[Remark]
    ) -> list[ListedMember]:
        members: list[ListedMember] = []
        seen: dict[tuple[object, ...], int] = {}
        for index, (number, cells, _) in enumerate(group.rows):
            head = index == 0 and not group.headless
            member = self._member(number, cells, listed_on, findings, head=head)
            if member is None:
                continue
            other = seen.setdefault(member.same_person(), number)
            if other != number:
                findings.append(Remark(number, "duplicate_row", "", {"other": other}))
            else:
                members.append(member)
        return members

    def _member(
        self, number: int, cells: dict[str, Cell], listed_on: datetime.date,
        findings: list[Remark], *, head: bool,
    ) -> ListedMember | None:  # fmt: skip
        taken = CellReader(number, findings)
        name_field = "member"
        if self._cell(cells, "member") is None and (head or "member" not in self.at):
            name_field = "head"
        name = taken(name_field, values.name, self._cell(cells, name_field)) or ""
        relation = taken("relation", values.relation, self._cell(cells, "relation")) or ""
        sex = taken("sex", values.sex, self._cell(cells, "sex")) or ""
        born, year, sex = self._birth(cells, taken, sex, listed_on)
        id_number = self._id_number(cells, taken, sex, year)
        ethnicity = taken("ethnicity", values.words, self._cell(cells, "ethnicity")) or ""
        meritorious = unable = False
        if not head:
            meritorious = bool(self._flag(cells, "meritorious", taken))
            unable = bool(self._flag(cells, "no_labour_capacity", taken))
        self._age(cells, taken, year, listed_on)
        if not name and not taken.failed:
            findings.append(Remark(number, "name_missing", name_field))
        elif not head and not relation and not taken.failed:
            findings.append(Remark(number, "relation_missing", "relation"))
        if taken.failed or not name or not (relation or head):
            return None
        return ListedMember(
            number, name, "head" if head else relation, sex, born, year, id_number,
            ethnicity, meritorious, False if unable else None,
        )  # fmt: skip

    def _id_number(
        self, cells: dict[str, Cell], taken: CellReader, sex: str, year: int | None
    ) -> str:
        """The digits; a number that was restored, or contradicts the row, gets its remark."""
        cell = self._cell(cells, "id_number")
        found = taken("id_number", lambda cell: values.id_number(cell, sex, year), cell) or ""
        if len(found) == 12 and not taken.failed:
            if found not in re.sub(r"[^0-9]", "", str(cell)):
                taken.note("id_number", "id_restored")
            if implausible(found, sex, year):
                taken.note("id_number", "id_doubtful")
        return found

    def _marked(self, row: Row, findings: list[Remark]) -> None:
        """Says what the paper does not show: a hidden row, a cell struck through or invisible.

        A row of which the name or every cell is struck through is struck through as a whole.
        """
        fields = {letters: name for name, letters in self.at.items()}
        codes: dict[str, list[str]] = {}
        for letters, code in row.marks:
            if not letters:
                findings.append(Remark(row.number, code))
            elif letters in fields:
                codes.setdefault(code, []).append(fields[letters])
        for code, names in codes.items():
            whole = code == CELL_STRUCK and {"head", "member"} & {*names}
            if whole:
                findings.append(Remark(row.number, "row_struck"))
            else:
                findings += [Remark(row.number, code, name) for name in names]

    def _birth(
        self, cells: dict[str, Cell], taken: CellReader, sex: str, listed_on: datetime.date
    ) -> tuple[datetime.date | None, int | None, str]:
        """Birth date, year and sex; forms with a column for each sex tell the sex by the column."""
        found = [
            (name, by_column) for name, by_column in
            (("birth", ""), ("birth_male", "male"), ("birth_female", "female"))
            if self._cell(cells, name) is not None
        ]  # fmt: skip
        if not found:
            return None, None, sex
        if len(found) > 1:
            taken.fail(found[1][0], "birth_twice")
        name, by_column = found[0]
        if sex and by_column and sex != by_column:
            taken.fail("sex", "sex_differs")
        cell = self._cell(cells, name)
        born, year = taken(name, values.birth, cell) or (None, None)
        if isinstance(cell, PartOfDate) and cell.as_number:
            taken.note(name, "year_in_date_cell")
        if year is not None:
            if year > listed_on.year or (born is not None and born > listed_on):
                taken.fail(name, "birth_in_future")
            elif year < listed_on.year - values.OLDEST:
                taken.fail(name, "birth_too_early")
        return born, year, by_column or sex

    def _age(
        self, cells: dict[str, Cell], taken: CellReader, year: int | None, listed_on: datetime.date
    ) -> None:
        """The age as it was when the list was made may be one off the year, no more."""
        cell = self._cell(cells, "age")
        if cell is None:
            return
        age = taken("age", values.whole, cell)
        if age is not None and year is not None and abs(listed_on.year - year - age) > 1:
            taken.fail("age", "age_differs")

    def _decided(self, cells: dict[str, Cell]) -> datetime.date | None:
        """The day of the decision in the head's row; None where there is none to be read."""
        try:
            own = values.date(self._cell(cells, "decision_date"))
            return own or values.decision(self._cell(cells, "decision_number"))[1]
        except Unusable:
            return None

    def _head_row(self, row: Row, findings: list[Remark]) -> HeadRow:
        """What the head's row says of the household."""
        number, cells, _ = row
        taken = CellReader(number, findings)
        read = HeadRow(
            number=taken("number", values.number, self._cell(cells, "number")) or "",
            village=taken("village", values.village, self._cell(cells, "village")) or "",
            address=taken("address", values.words, self._cell(cells, "address")) or "",
            class_=self._class(cells, taken),
            listing=taken("listing", values.listing, self._cell(cells, "listing")) or "",
            b1=taken("b1", values.whole, self._cell(cells, "b1")),
            b2=taken("b2", values.whole, self._cell(cells, "b2")),
            income=taken(
                "income", lambda cell: values.income(cell, self.layout.income_factor),
                self._cell(cells, "income"),
            ),
            causes=taken("causes", values.causes, self._cell(cells, "causes")) or (),
            size=taken("size", values.whole, self._cell(cells, "size")),
            ethnic_minority=self._flag(cells, "ethnic_minority", taken),
            no_labour_capacity=self._flag(cells, "no_labour_capacity", taken),
            meritorious=self._flag(cells, "meritorious", taken),
        )  # fmt: skip
        read.decision_number, read.decision_date = self._decision(cells, taken)
        read.effective_on = self.effective_on or read.decision_date
        if read.effective_on is not None and not taken.failed:
            found = self._area(cells, taken, read.effective_on)
            read.area, read.area_type = found or ("", "")
        return read

    def _class(self, cells: dict[str, Cell], taken: CellReader) -> str:
        """The class that the list gives; for an exit what the household became.

        In a list of exits the column may as well repeat the class that was left, which is no
        answer. "" leaves it to the figures.
        """
        if self.kind.purpose == LISTED:
            given = taken("class", values.class_, self._cell(cells, "class"))
            if given == "":
                given = "" if "class" in self.at else self.kind.only_class
                if not given:
                    taken.fail("class", "class_missing")
            return given or ""
        said = {
            name: taken(name, values.exit_class, self._cell(cells, name)) or ""
            for name in ("exit", "class")
        }
        became = {one for one in said.values() if one and one not in self._left()}
        if len(became) > 1:
            taken.fail("exit", "exit_class_unknown")
        if became:
            return became.pop()
        return "not_poor" if self.kind.only_class == "near_poor" else ""

    def _left(self) -> tuple[str, ...]:
        """The classes that are no answer to what became of a household on this list."""
        return ("near_poor", "poor") if self.kind.only_class == "near_poor" else ("poor",)

    def _decision(
        self, cells: dict[str, Cell], taken: CellReader
    ) -> tuple[str, datetime.date | None]:
        number, day = taken(
            "decision_number", values.decision, self._cell(cells, "decision_number")
        ) or ("", None)  # fmt: skip
        own = taken("decision_date", values.date, self._cell(cells, "decision_date"))
        if own is not None and day is not None and own != day:
            taken.fail("decision_date", "decision_date_differs")
        day = own or day
        if not number:
            taken.missing("decision_number", "decision_missing")
        if day is None:
            taken.missing("decision_date", "decision_date_missing")
        elif day > self.today:
            taken.fail("decision_date", "decision_in_future")
        return number, day

    def _area(
        self, cells: dict[str, Cell], taken: CellReader, on: datetime.date
    ) -> AreaMatch | None:
        try:
            place = AreaColumns(
                values.text(self._cell(cells, "province")),
                values.text(self._cell(cells, "district")),
                values.code(self._cell(cells, "district_code"), 3),
                values.text(self._cell(cells, "commune")),
                values.code(self._cell(cells, "commune_code"), 5),
            )
        except Unusable as unusable:
            taken.fail("commune_code", unusable.code)
            return None
        if (place, on) not in self.known:
            try:
                self.known[place, on] = self.places.find(place, on)
            except Refusal as refusal:
                self.known[place, on] = refusal
        found = self.known[place, on]
        if isinstance(found, Refusal):
            taken.fail("commune_code" if place.commune_code else "commune", area_problem(found))
            return None
        return found

    def _agreeing(self, group: Group, findings: list[Remark]) -> None:
        """What member rows repeat of the household has to be what the head's row says."""
        first = group.rows[0].cells
        for number, cells, _ in group.rows[1:]:
            for name in HOUSEHOLD_FIELDS:
                letters = self.at.get(name)
                cell = cells.get(letters) if letters else None
                if cell is not None and cell != first.get(letters or ""):
                    findings.append(Remark(number, "differs_from_head", name))
                    break

    def _household(
        self, group: Group, head: HeadRow, members: list[ListedMember],
        findings: list[Remark],
    ) -> ListedHousehold | None:  # fmt: skip
        row = group.rows[0].number
        on = head.effective_on
        if on is None or head.decision_date is None:
            return None
        if head.size is not None and head.size != len(members):
            stated = {"stated": head.size, "counted": len(members)}
            findings.append(Remark(row, "size_differs", "size", stated))
            return None
        unborn = [m for m in members if m.birth_date and m.birth_date > on]
        findings += [Remark(one.row, "birth_in_future", "birth") for one in unborn]
        if unborn:
            return None
        ids = [member.id_number for member in members if member.id_number]
        if len(set(ids)) < len(ids):
            for member in members:
                if member.id_number and ids.count(member.id_number) > 1:
                    other = next(
                        m.row for m in members
                        if m.id_number == member.id_number and m is not member
                    )  # fmt: skip
                    findings.append(Remark(member.row, "id_twice", "id_number", {"other": other}))
            return None
        if self.kind.purpose == LISTED and head.b1 is None and head.income is None:
            findings.append(Remark(row, "figures_missing", "b1"))
        merit = head.meritorious
        return ListedHousehold(
            row, head.area, head.area_type, head.village, head.address,
            head.number, on, head.class_, head.listing,
            head.b1, head.b2, head.income,
            head.decision_number, head.decision_date,
            head.ethnic_minority, head.no_labour_capacity,
            merit if merit is None else merit or any(m.meritorious for m in members),
            head.causes, tuple(members),
            "" if self.kind.purpose == LISTED else self.kind.only_class or "listed",
            group.rows[-1].number, len(group.rows),
        )  # fmt: skip

    def _flag(self, cells: dict[str, Cell], name: str, taken: CellReader) -> bool | None:
        if name not in self.at:
            return None
        return taken(name, values.flag, self._cell(cells, name))

    def _cell(self, cells: dict[str, Cell], name: str) -> Cell | None:
        letters = self.at.get(name)
        return cells.get(letters) if letters else None


def _is_int(cell: Cell | None) -> bool:
    return isinstance(cell, int) and not isinstance(cell, bool)
