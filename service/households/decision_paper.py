"""A signed decision as a paper, with its list: from what is on record of its households.

The record has a decision once for each household. One paper is made of all that have the same
commune, number and day. An entry that was withdrawn is not on it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.eventstore.postgres import Connection
from domain.households import codes
from domain.households import events as e
from domain.households.codes import LISTED
from domain.reviews.events import Decided
from domain.reviews.steps import EXIT
from domain.standards.standard import NATIONAL
from projections.engine import ledger
from projections.engine.ledger import LedgerEvent, histories_of
from projections.households import signed_decisions
from projections.households.sentences import ERASED
from projections.households.signed_decisions import SignedDecision
from projections.households.state import HouseholdState, as_of, fold, withdrawn_versions
from projections.reviews import rounds
from projections.vietnamese import place_key, sort_key
from service.access.authorization import RequestContext
from service.households.paper_parts import code_for, legal_bases
from service.papers import contents, pdf
from service.papers.parts import commune_name, heading, signature

TEMPLATE = "decision"
READ_AT_ONCE = 200
LEFT = {"poor": "Hộ thoát nghèo", "near_poor": "Hộ thoát cận nghèo"}


class _Entry(NamedTuple):
    """A household of the decision: its classes before and by it, who signed, and its row."""

    class_before: str
    class_: str
    signer: str
    row: contents.DecisionRow


class _Named(NamedTuple):
    """A household as the decision names it, on the day of its effect."""

    class_before: str
    class_: str
    signer: str
    state: HouseholdState


def printed(context: RequestContext, decision: SignedDecision) -> tuple[bytes, int]:
    """The PDF of a decision, and of how many households it tells."""
    with context.services.reading() as conn:
        leaving = is_exit(conn, decision)
        entries = list(_entries(context, conn, decision))
        if leaving:
            entries += _of_named(context, conn, _also_named(conn, decision, entries))
    entries.sort(key=lambda one: (place_key(one.row.village), sort_key(one.row.head)))
    content = _content(context, decision, entries, leaving=leaving)
    day = decision.signed_on or decision.effective_on
    return pdf.printed(TEMPLATE, content, day=day), len(entries)


def _content(
    context: RequestContext, decision: SignedDecision, entries: Sequence[_Entry], *, leaving: bool
) -> contents.Decision:
    directory, day = context.services.areas(), decision.signed_on or decision.effective_on
    signers = [one.signer for one in entries]
    return contents.Decision(
        heading=heading(
            directory, decision.area, day, number=decision.number, signed_on=decision.signed_on
        ),
        leaving=leaving,
        average=decision.is_of_average,
        year=day.year,
        commune=commune_name(directory, decision.area, day),
        effective_on=decision.effective_on,
        bases=legal_bases(context, day),
        groups=_groups(entries, leaving=leaving),
        signature=signature(next(filter(None, signers), ""), "Như Điều 3", "Lưu: VT"),
        code=code_for(context, decision.check_key),
    )


def is_exit(conn: Connection, decision: SignedDecision) -> bool:
    """Whether a decision is of exits: as its round says, or else if all households leave by it.

    A recognition may name none but poor households that become near-poor.
    """
    signed = rounds.decision_of(conn, decision.area, decision.number, decision.signed_on)
    return signed.kind == EXIT if signed else decision.exits == decision.households


def _groups(entries: Sequence[_Entry], *, leaving: bool) -> list[contents.DecisionGroup]:
    groups: dict[str, list[contents.DecisionRow]] = {}
    for title in LEFT.values() if leaving else (codes.CLASSES[one] for one in LISTED):
        groups[title] = []
    for one in entries:
        left = one.class_before in LEFT and (leaving or one.class_ not in LISTED)
        title = LEFT[one.class_before] if left else one.row.class_
        groups.setdefault(title, []).append(one.row)
    return [
        contents.DecisionGroup(
            title=title, households=len(rows), persons=sum(row.persons for row in rows), rows=rows
        )
        for title, rows in groups.items()
        if rows
    ]


def _entries(
    context: RequestContext, conn: Connection, decision: SignedDecision
) -> Iterator[_Entry]:
    found = signed_decisions.households_of(conn, decision.check_key)
    ids = list(dict.fromkeys(one.household_id for one in found))
    for at in range(0, len(ids), READ_AT_ONCE):
        named = []
        for events in histories_of(conn, ids[at : at + READ_AT_ONCE]).values():
            known = [row for row in events if row.event is not None]
            event = _decision_event(known, decision)
            if event is not None:
                state = fold(as_of(known, event.effective_on, None))
                signer = event.document.signer if event.document else ""
                named.append(_Named(event.class_before, event.class_, signer, state))
        yield from _of_named(context, conn, named)


def _also_named(
    conn: Connection, decision: SignedDecision, entries: Sequence[_Entry]
) -> list[_Named]:
    """The poor households that became near-poor: the exit decision names them, the recognition of
    the same round gives them their class."""
    signed = rounds.decision_of(conn, decision.area, decision.number, decision.signed_on)
    if signed is None:
        return []
    ids = [
        id_
        for row in ledger.history(conn, signed.round_id)
        if isinstance(row.event, Decided)
        and row.event.kind == EXIT
        and row.event.document is not None
        and row.event.document.number == decision.number
        for id_ in row.event.also_named
    ]
    signer = next((one.signer for one in entries if one.signer), "")
    found = []
    for events in histories_of(conn, ids).values():
        known = as_of([row for row in events if row.event is not None], decision.effective_on, None)
        if known:
            found.append(_Named("poor", "near_poor", signer, fold(known)))
    return found


def _of_named(context: RequestContext, conn: Connection, named: Sequence[_Named]) -> list[_Entry]:
    heads = [(one.state.member(one.state.head), one) for one in named]
    sealed = [head.private for head, _ in heads if head is not None]
    revealed = context.services.keyring.reveal_many(sealed, conn)
    entries = []
    for head, one in heads:
        state = one.state
        values = revealed[head.private.subject, head.private.sealed] if head else {}
        row = contents.DecisionRow(
            head=ERASED if values is None else values.get("name", ""),
            birth_year=head.birth_year if head else None,
            sex=codes.SEXES.get(head.sex, "") if head else "",
            village=state.village,
            persons=len(state.members),
            class_=codes.CLASSES.get(one.class_, one.class_),
            class_before=codes.CLASSES.get(one.class_before, "Chưa có trong danh sách"),
        )
        entries.append(_Entry(one.class_before, one.class_, one.signer, row))
    return entries


def _decision_event(events: Sequence[LedgerEvent], decision: SignedDecision) -> e.Classified | None:
    """The last entry of a household by this decision that was not withdrawn."""
    withdrawn = withdrawn_versions(events)
    wanted = decision.number, decision.signed_on
    for row in reversed(events):
        event = row.event
        if not isinstance(event, e.Classified) or event.document is None:
            continue
        paper = event.document.number, event.document.signed_on
        if paper == wanted and event.scope == NATIONAL and row.version not in withdrawn:
            return event
    return None
