"""One entry of a household's history that may be withdrawn: what it says, who may, what follows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from psycopg import Connection

from domain.households import codes
from domain.households import events as e
from domain.households.withdrawals import KINDS
from projections.engine import ledger
from projections.households import timeline
from projections.households.sentences import code
from projections.households.state import as_of, fold
from service.access import authorization
from service.access.authorization import RequestContext
from service.access.read_log import note_read
from service.households import carried_classes
from service.households.permissions import May
from service.households.timeline_presenter import Shown, shown_entries
from service.households.withdrawals import PREFIX
from service.problems import NoSuchThing

# Who may withdraw an entry of each kind: who may record it.
MAY = {
    "screening": May.SCREEN,
    "survey": May.SURVEY,
    "decision": May.SIGN,
    "support": May.SUPPORT,
    "causes": May.AMEND,
    "needs": May.AMEND,
    "plan": May.AMEND,
}
_KIND_OF: dict[type[Any], str] = {entry: kind for kind, (entry, _by) in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry as the history shows it, and sentences on what its withdrawal leaves."""

    shown: Shown
    follows: tuple[str, ...]
    carried: tuple[tuple[str, str], ...] = ()
    """Households that took the class along: what they are called here, and where it is withdrawn,
    "" for one outside the area."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of an entry offers: an `address` to withdraw it, or why that is for others."""

    address: str
    why_not: str = ""


def of(
    context: RequestContext, household_id: UUID, form: str, version: int, language: str
) -> Entry:
    """The entry that a form of withdrawal is about; NoSuchThing if it is of another kind."""
    with context.services.reading() as conn:
        rows = [one for one in ledger.history(conn, household_id) if one.event is not None]
        row = next((one for one in rows if one.version == version), None)
        if row is None or PREFIX + _KIND_OF.get(type(row.event), "") != form:
            raise NoSuchThing
        found = timeline.history(
            conn,
            context.services.keyring,
            household_id,
            newest=True,
            before=row.seq + 1,
            limit=1,
            language=language,
            unit_name=lambda unit, on: context.services.areas().name_of(unit, on),
        )
        (shown,) = shown_entries(context, conn, found.entries, language)
    follows = _follows(context, rows, row, language)
    return Entry(shown, follows, _carried(context, household_id, rows, row))


def _follows(
    context: RequestContext,
    rows: list[ledger.LedgerEvent],
    entry: ledger.LedgerEvent,
    language: str,
) -> tuple[str, ...]:
    """What the household is classed as without a decision, and which households it left behind."""
    decision = entry.event
    if not isinstance(decision, e.Classified):
        return ()
    gone = {
        one.version
        for one in rows
        if one is entry
        or (isinstance(one.event, e.LeftPoverty) and one.event.command_id == decision.command_id)
    }
    state = fold(as_of([one for one in rows if one.version not in gone], context.today, None))
    standing = state.classes.get(decision.scope)
    if standing is None:
        said = [_("Sau khi rút lại, hộ không còn kết quả công nhận.")]
    else:
        said = [
            _(
                "Sau khi rút lại, kết quả công nhận của hộ là: %(name)s, từ %(day)s.",
                name=code(codes.CLASSES, standing.class_, language),
                day=f"{standing.since:%d/%m/%Y}",
            )
        ]
    return tuple(said)


def _carried(
    context: RequestContext,
    household_id: UUID,
    rows: list[ledger.LedgerEvent],
    entry: ledger.LedgerEvent,
) -> tuple[tuple[str, str], ...]:
    """Households that took the class of a decision along when they split off."""
    decision = entry.event
    if not isinstance(decision, e.Classified):
        return ()
    history = [one.event for one in rows if isinstance(one.event, e.HouseholdEvent)]
    found = []
    for one in carried_classes.carried_over(context, household_id, history, decision):
        day, new = f"{one.on:%d/%m/%Y}", one.household
        if not authorization.within_reach(context, new.id):
            text = _(
                "Hộ tách ngày %(day)s giữ kết quả này, nay ở ngoài địa bàn được giao.", day=day
            )
            found.append((text, ""))
            continue
        note_read(context, new.id, new.area, "history")
        text = _("Hộ tách ngày %(day)s (mã hộ %(number)s) giữ kết quả này", day=day,
                 number=new.number or "–")  # fmt: skip
        where = url_for(f"commands.show_{PREFIX}decision", household_id=new.id, entry=one.entry)
        found.append((text, where))
    return tuple(found)


def offered(context: RequestContext, conn: Connection[Any], one: Shown, event: Any) -> Offer | None:
    """What the page of an entry offers on its withdrawal; None where it cannot be withdrawn."""
    if one.withdrawn_by is not None or not one.own:
        return None
    version = one.version
    if isinstance(event, e.LeftPoverty):
        rows = ledger.history(conn, one.household_id)
        decision = next((f for f in rows if isinstance(f.event, e.Classified)
                         and f.event.command_id == event.command_id), None)  # fmt: skip
        if decision is None:
            return None
        kind, version = "decision", decision.version
    elif type(event) in _KIND_OF:
        kind = _KIND_OF[type(event)]
    else:
        return None
    allowed = authorization.permissions_at(context, context.place) if context.place else frozenset()
    if MAY[kind] in allowed:
        where = f"commands.show_{PREFIX}{kind}"
        return Offer(url_for(where, household_id=one.household_id, entry=version))
    if kind == "decision" and May.AMEND in allowed:
        return Offer("", _("Nếu ghi nhầm, quyết định công nhận do Chủ tịch UBND cấp xã rút lại."))
    return None
