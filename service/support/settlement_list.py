"""The settlement list of a batch: who got what, with room to sign, as PDF and Excel.

It has identity numbers and addresses, by which a payment is checked (Circular 60/2026/TT-BTC), and
so it is never posted in public: what is posted comes from the review rounds. The household is as
it was on the day of its grant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from projections.households import file
from projections.households.sentences import ERASED
from projections.households.state import HouseholdState
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from projections.support import cases, grants, programmes
from projections.support.cases import CaseRow
from projections.support.grant_batches import BatchRow
from projections.vietnamese import place_key, sort_key
from service.access.authorization import RequestContext
from service.papers import pdf
from service.papers.contents import Heading
from service.support import words

AT_ONCE = 500
HEADINGS = (
    "STT", "Họ và tên", "Số định danh", "Thôn, tổ dân phố", "Địa chỉ", "Số tiền (đồng)",
    "Hiện vật, quy cách", "Ký nhận",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    """One beneficiary with what was granted."""

    name: str
    id_number: str
    village: str
    address: str
    amount: int | None
    goods: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementList:
    """The rows of a batch in the order of villages and names, with their sum."""

    area: str
    area_name: str
    benefit: str
    period: str
    day: date
    rows: Sequence[SettlementRow]

    @property
    def total(self) -> int:
        """The sum of all amounts, in đồng."""
        return sum(one.amount or 0 for one in self.rows)


def gathered(context: RequestContext, batch: BatchRow) -> SettlementList:
    """The list of a batch, of the cases that it granted until now and that were not withdrawn."""
    with context.services.reading() as conn:
        every = cases.of_batch(conn, batch.batch_id)
        gone = grants.withdrawn(conn, [(one.household_id, one.case_id) for one in every])
        titles = words.benefit_titles(programmes.programmes(conn), context.today)
    found = [one for one in every if one.case_id not in gone]
    day = max((_granted_on(one) for one in found), default=context.today)
    rows: list[SettlementRow] = []
    for at in range(0, len(found), AT_ONCE):
        rows += _rows(context, found[at : at + AT_ONCE], day)
    rows.sort(key=lambda one: (place_key(one.village), sort_key(one.name)))
    name = context.services.areas().name_of(batch.area, day)
    return SettlementList(
        area=batch.area,
        area_name=name[:1].lower() + name[1:],
        benefit=titles.get((batch.programme, batch.benefit), batch.benefit),
        period=words.period(batch.period_from, batch.period_until),
        day=day,
        rows=rows,
    )


def _granted_on(one: CaseRow) -> date:
    return one.steps[0].effective_on


def _rows(context: RequestContext, found: Sequence[CaseRow], day: date) -> list[SettlementRow]:
    ids = list({one.household_id for one in found})
    with context.services.reading() as conn:
        states: dict[UUID, HouseholdState] = dict(file.households_in(conn, ids, as_of=day))
        sealed = [
            personal
            for state in states.values()
            for personal in (
                *(member.private for member in state.members),
                *((state.address,) if state.address else ()),
            )
        ]
        revealed = context.services.keyring.reveal_many(sealed, conn)
    return [_row(one, states.get(one.household_id), revealed) for one in found]


def _row(one: CaseRow, state: HouseholdState | None, revealed: Any) -> SettlementRow:
    person = one.person_id or (state.head if state else None)
    member = next(
        (each for each in (state.members if state else ()) if each.person_id == person), None
    )
    known = revealed[member.private.subject, member.private.sealed] if member else {}
    place: Any = {}
    if state is not None and state.address is not None:
        place = revealed[state.address.subject, state.address.sealed] or {}
    values = {"name": ERASED} if known is None else known
    return SettlementRow(
        name=str(values.get("name", "")),
        id_number=str(values.get("id_number") or ""),
        village=state.village if state else "",
        address=str(place.get("address", "")),
        amount=one.amount,
        goods="" if one.quantity is None else f"{one.quantity} {one.unit}".strip(),
    )


def printed(context: RequestContext, found: SettlementList) -> bytes:
    """The PDF, in Vietnamese whatever the reader's language. Raises PaperNotPrinted."""
    data = {
        "heading": Heading(
            issuer=("Ủy ban nhân dân", found.area_name),
            place=found.area_name.split(" ", 1)[-1],
            day=None,
        ),
        "benefit": found.benefit,
        "period": found.period,
        "headings": HEADINGS,
        "rows": [
            [
                one.name, one.id_number, one.village, one.address,
                "" if one.amount is None else _dotted(one.amount), one.goods,
            ]
            for one in found.rows
        ],
        "count": _dotted(len(found.rows)),
        "total": _dotted(found.total),
    }  # fmt: skip
    return pdf.printed("settlement", data, day=found.day)


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def workbook(found: SettlementList) -> bytes:
    """The bytes of an .xlsx file; no cell of it can become a formula."""
    with new_workbook() as (book, content):
        formats, sheet = Formats(book), book.add_worksheet("Danh sách chi trả")
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, len(HEADINGS) - 1, 20)
        for at, line in enumerate((found.benefit, found.area_name, found.period)):
            write_cell(sheet, at, 0, line, formats)
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(4, column, heading, formats.head)
        for at, one in enumerate(found.rows, 1):
            cells = (at, one.name, one.id_number, one.village, one.address, one.amount, one.goods)
            for column, cell in enumerate(cells):
                write_cell(sheet, 4 + at, column, cell, formats)
        last = 5 + len(found.rows)
        write_cell(sheet, last, 1, "Tổng cộng", formats)
        write_cell(sheet, last, 5, found.total, formats)
    return content.getvalue()
