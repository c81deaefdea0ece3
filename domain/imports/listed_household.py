"""A listed household holds all that a list gives of it, typed and complete.

The plain text of persons is in here: these are never logged, never stored unsealed, and live
only while an import runs.
"""

import datetime

import msgspec

from domain.imports.layout import fold


class ListedMember(msgspec.Struct, frozen=True, array_like=True):
    """One person of a list; `row` is where. Codes as in `domain.households.codes`."""

    row: int
    name: str
    relation: str
    sex: str
    birth_date: datetime.date | None
    birth_year: int | None
    id_number: str
    ethnicity: str
    meritorious: bool
    able_to_work: bool | None

    def __repr__(self) -> str:
        return f"ListedMember(row={self.row})"

    def same_person(self) -> tuple[object, ...]:
        """The values by which two rows are of one person: all but their place."""
        return (
            self.name, self.relation, self.sex, self.birth_date, self.birth_year, self.id_number,
            self.ethnicity, self.meritorious, self.able_to_work,
        )  # fmt: skip


class ListedHousehold(msgspec.Struct, frozen=True, array_like=True):
    """One household of a list. The first member is the head; `row` is the head's row.

    `area` is a unit id, `area_type` its type on the effective date; `class_` a code of
    `codes.CLASSES`; B1 and B2 are points, `income` VND per head and month. Flags are None where
    the list has no such column. `leaves` is "" in a list of poor and near-poor households; in a
    list of exits it is the class left ("listed" where the title does not tell which), and
    `class_` what the household became, "" where the figures have to tell. Its rows end with
    `last_row`; `row_count` counts them, repeated ones included. `twice` says that a person of it,
    by name and birth date, stands in another household of the list as well.
    """

    row: int
    area: str
    area_type: str
    village: str
    address: str
    number: str
    effective_on: datetime.date
    class_: str
    listing: str
    b1: int | None
    b2: int | None
    income: int | None
    decision_number: str
    decision_date: datetime.date
    ethnic_minority: bool | None
    no_labour_capacity: bool | None
    meritorious: bool | None
    causes: tuple[str, ...]
    members: tuple[ListedMember, ...]
    leaves: str = ""
    last_row: int = 0
    row_count: int = 0
    twice: bool = False

    def __repr__(self) -> str:
        return f"ListedHousehold(row={self.row}, members={len(self.members)})"

    @property
    def head(self) -> ListedMember:
        """The head of the household."""
        return self.members[0]

    def rows(self) -> list[int]:
        """The rows that are recorded for it."""
        return [member.row for member in self.members]

    def content(self) -> bytes:
        """The values of the list in one canonical form, without their place.

        The order of the members below the head does not count.
        """
        members = sorted(str(member.same_person()) for member in self.members)
        fields = [getattr(self, name) for name in self.__struct_fields__[1:-5]]
        if self.leaves:
            fields.append(self.leaves)
        return msgspec.msgpack.encode([fields, members])

    def identity(self) -> str:
        """The text that names the household across lists, within its commune.

        Its number; else the identity number of its head; else name, sex and birth of the head in
        the village, which two households can share: such a match is for a person to judge.
        """
        if self.number:
            return f"number|{self.area}|{self.number.casefold()}"
        if self.head.id_number:
            return f"head|{self.head.id_number}"
        head = self.head
        born = head.birth_date or head.birth_year or ""
        return f"name|{self.area}|{fold(self.village)}|{head.name.casefold()}|{head.sex}|{born}"
