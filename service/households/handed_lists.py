"""Lists of households that a commune hands over: to the insurance agency, and to the policy bank.

They are as of a day, made of the households in parts, so that memory holds one part at a time. They
have identity numbers, by which the agency and the bank know people, and so a permission of their
own. Which columns are known, and which are our choice, is in docs/papers.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext

from domain.eventstore.personal import Personal
from domain.eventstore.postgres import Connection
from domain.households import codes
from domain.households.codes import LISTED
from domain.standards.standard import NATIONAL
from projections.households import file, signed_decisions
from projections.households.sentences import ERASED
from projections.households.state import Classification, HouseholdState, MemberState
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from projections.vietnamese import place_key, sort_key
from service.access.authorization import RequestContext
from service.households.file_view import Revealed
from service.ui import labels, render

INSURANCE, BANK = "insurance", "bank"
KINDS = (INSURANCE, BANK)
_AT_ONCE = 500


class _Entry(NamedTuple):
    """A household on a sheet with the key of its place: the village, then the head."""

    key: tuple[str, str]
    household_id: UUID


@dataclass(slots=True)
class HandedList:
    """The households of each sheet by its name, in their order; the rows are read when written."""

    kind: str
    area_name: str
    on: date
    sheets: dict[str, list[_Entry]] = field(default_factory=dict)

    @property
    def households(self) -> int:
        """The number of households on it."""
        return sum(len(entries) for entries in self.sheets.values())


def gathered(context: RequestContext, kind: str, on: date) -> HandedList:
    """The list of an area on a day."""
    found = HandedList(kind, context.services.areas().name_of(context.area, on), on)
    found.sheets = {title: [] for title in _titles(kind)}
    with context.services.reading() as conn:
        for listed in _listed(context, conn, kind, on):
            _put(context, conn, found, listed)
    for entries in found.sheets.values():
        entries.sort()
    return found


def chosen(
    context: RequestContext, kind: str, title: str, ids: Sequence[UUID], on: date
) -> HandedList:
    """The list of these households of an area on a day, on one sheet."""
    found = HandedList(kind, context.services.areas().name_of(context.area, on), on, {title: []})
    with context.services.reading() as conn:
        for at in range(0, len(ids), _AT_ONCE):
            states = file.households_in(conn, ids[at : at + _AT_ONCE], as_of=on)
            _put(context, conn, found, [(title, one) for one in states.values()])
    found.sheets[title].sort()
    return found


def _put(
    context: RequestContext, conn: Connection, found: HandedList,
    listed: Sequence[tuple[str, HouseholdState]],
) -> None:  # fmt: skip
    """Puts households on their sheets, each with the key of its place."""
    heads = {one.household_id: one.member(one.head) for _, one in listed}
    sealed = [head.private for head in heads.values() if head is not None]
    revealed = context.services.keyring.reveal_many(sealed, conn)
    for title, one in listed:
        head = heads[one.household_id]
        name = _values(head.private, revealed).get("name", "") if head else ""
        key = place_key(one.village), sort_key(name)
        found.sheets[title].append(_Entry(key, one.household_id))


def rows_of(context: RequestContext, kind: str, on: date) -> int:
    """How many rows the list of an area has on a day: persons for insurance, else households."""
    with context.services.reading() as conn:
        return sum(
            len(_people(kind, one))
            for listed in _listed(context, conn, kind, on)
            for _, one in listed
        )


def _listed(
    context: RequestContext, conn: Connection, kind: str, on: date
) -> Iterator[list[tuple[str, HouseholdState]]]:
    """The households on the list with their sheets, a part at a time."""
    units = set(context.services.areas().units_within(context.area, on) or ())
    ids = signed_decisions.households_decided(conn, sorted(units))
    for at in range(0, len(ids), _AT_ONCE):
        states = file.households_in(conn, ids[at : at + _AT_ONCE], as_of=on)
        there = [one for one in states.values() if one.area in units and one.ended is None]
        yield [(title, one) for one in there if (title := _sheet(kind, one, on))]


def _titles(kind: str) -> tuple[str, ...]:
    third = gettext("Thoát nghèo và cận nghèo") if kind == INSURANCE else gettext("Mới thoát nghèo")
    return str(labels.CLASSES["poor"]), str(labels.CLASSES["near_poor"]), third


def _sheet(kind: str, state: HouseholdState, on: date) -> str:
    """The sheet that a household is on; "" for none.

    The insurance agency is told who left poverty and near-poverty at once within the year; the bank
    who counts as newly escaped.
    """
    titles, decided = _titles(kind), state.classes.get(NATIONAL)
    if decided is None:
        return ""
    if decided.class_ in LISTED:
        return titles[LISTED.index(decided.class_)]
    if kind == INSURANCE:
        left_both = decided.class_before == "poor" and decided.since.year == on.year
        return titles[2] if left_both else ""
    until = state.newly_escaped_until
    return titles[2] if until is not None and on <= until else ""


def _people(kind: str, state: HouseholdState) -> list[MemberState]:
    """The persons who have a line, the head first: all for insurance, the head for the bank."""
    ordered = sorted(state.members, key=lambda one: one.person_id != state.head)
    return ordered if kind == INSURANCE else ordered[:1]


def _sealed(kind: str, state: HouseholdState) -> list[Personal]:
    sealed = [one.private for one in _people(kind, state)]
    return [*sealed, state.address] if state.address else sealed


def _rows(
    kind: str, state: HouseholdState, revealed: Revealed, commune: str
) -> Iterator[tuple[Any, ...]]:
    people = [(one, _values(one.private, revealed)) for one in _people(kind, state)]
    address = _values(state.address, revealed).get("address", "") if state.address else ""
    decided = state.classes[NATIONAL]
    for member, values in people:
        yield (
            state.number,
            values.get("name", ""),
            _day(values.get("birth_date")),
            member.birth_year,
            codes.SEXES.get(member.sex, ""),
            values.get("id_number", ""),
            *_own(kind, state, member),
            address,
            state.village,
            commune,
            codes.CLASSES.get(decided.class_, decided.class_),
            *_paper(decided),
        )


def _in_order(
    context: RequestContext, found: HandedList, entries: Sequence[_Entry]
) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet, of a part of its households at a time."""
    directory, keyring = context.services.areas(), context.services.keyring
    for at in range(0, len(entries), _AT_ONCE):
        ids = [one.household_id for one in entries[at : at + _AT_ONCE]]
        with context.services.reading() as conn:
            states = file.households_in(conn, ids, as_of=found.on)
            sealed = [one for state in states.values() for one in _sealed(found.kind, state)]
            revealed = keyring.reveal_many(sealed, conn)
        for id_ in ids:
            state = states[id_]
            place = directory.name_of(state.area, found.on)
            yield from _rows(found.kind, state, revealed, place)


def _own(kind: str, state: HouseholdState, member: MemberState) -> tuple[Any, ...]:
    """The columns of one list alone."""
    if kind == INSURANCE:
        return (codes.RELATIONS.get(member.relation, member.relation), member.ethnicity)
    return (
        len(state.members),
        render.yes_no(state.flags.no_labour_capacity),
        state.newly_escaped_until,
    )


def _paper(decided: Classification) -> tuple[Any, ...]:
    paper = decided.document
    return (paper.number, paper.signed_on, decided.since) if paper else (None, None, decided.since)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _values(personal: Personal, revealed: Revealed) -> dict[str, Any]:
    found = revealed[personal.subject, personal.sealed]
    return {"name": ERASED} if found is None else found


def workbook(context: RequestContext, found: HandedList) -> bytes:
    """The bytes of an .xlsx file; no cell of it can become a formula."""
    with new_workbook() as (book, content):
        formats = Formats(book)
        for title, entries in found.sheets.items():
            rows = _in_order(context, found, entries)
            _write(book.add_worksheet(title), formats, _lines(context, found, title), found, rows)
    return content.getvalue()


def _lines(context: RequestContext, found: HandedList, title: str) -> list[str]:
    receiver = (
        gettext("Danh sách gửi cơ quan bảo hiểm xã hội")
        if found.kind == INSURANCE
        else gettext("Danh sách gửi Ngân hàng Chính sách xã hội")
    )
    return [
        f"{receiver}: {title}",
        found.area_name,
        gettext("Tính đến ngày %(day)s", day=render.day(found.on)),
        gettext(
            "Người xuất: %(account)s, lúc %(moment)s",
            moment=render.moment_in_sentence(context.services.clock()),
            account=context.account.account if context.account else "",
        ),
    ]


def _write(
    sheet: Any,
    formats: Formats,
    lines: Sequence[str],
    found: HandedList,
    rows: Iterable[tuple[Any, ...]],
) -> None:
    headings = [gettext("STT"), *_headings(found.kind)]
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, len(headings) - 1, 18)
    for at, line in enumerate(lines):
        write_cell(sheet, at, 0, line, formats)
    top = len(lines) + 1
    sheet.freeze_panes(top + 1, 3)
    sheet.repeat_rows(top)
    for column, heading in enumerate(headings):
        sheet.write_string(top, column, heading, formats.head)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate((last, *row)):
            write_cell(sheet, top + last, column, cell, formats)
    sheet.autofilter(top, 0, top + max(1, last), len(headings) - 1)


def _headings(kind: str) -> list[str]:
    own = (
        (gettext("Quan hệ với chủ hộ"), gettext("Dân tộc"))
        if kind == INSURANCE
        else (
            gettext("Nhân khẩu"),
            gettext("Hộ không có khả năng lao động"),
            gettext("Mới thoát nghèo đến"),
        )
    )
    name = gettext("Họ và tên") if kind == INSURANCE else gettext("Họ và tên chủ hộ")
    return [
        gettext("Mã hộ"),
        name,
        gettext("Ngày sinh"),
        gettext("Năm sinh"),
        gettext("Giới tính"),
        gettext("Số CCCD/CMND"),
        *own,
        gettext("Địa chỉ"),
        gettext("Thôn, tổ dân phố"),
        gettext("Xã, phường, đặc khu"),
        gettext("Phân loại"),
        gettext("Số quyết định"),
        gettext("Ngày quyết định"),
        gettext("Từ ngày"),
    ]
