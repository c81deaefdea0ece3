"""A signed decision as a paper, with its list: from what is on record of its households.

The record has a decision once for each household. One paper is made of all that have the same
commune, number and day. An entry that was withdrawn is not on it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from domain.eventstore.postgres import Connection
from domain.households import codes
from domain.households import events as e
from domain.households.codes import LISTED
from domain.standards.standard import NATIONAL
from projections.engine.ledger import LedgerEvent, histories_of
from projections.households import signed_decisions
from projections.households.sentences import ERASED
from projections.households.signed_decisions import SignedDecision
from projections.households.state import as_of, fold, withdrawn_versions
from projections.vietnamese import place_key, sort_key
from service.access.authorization import RequestContext
from service.households.paper_parts import code_for, legal_bases
from service.papers import contents, pdf
from service.papers.parts import commune_name, heading, signature

TEMPLATE = "decision"
READ_AT_ONCE = 200
EXITS = {"poor": "Hộ thoát nghèo", "near_poor": "Hộ thoát cận nghèo"}


class _Entry(NamedTuple):
    """A household of the decision, with the event that says so."""

    event: e.Classified
    row: contents.DecisionRow


def printed(context: RequestContext, decision: SignedDecision) -> tuple[bytes, int]:
    """The PDF of a decision, and of how many households it tells."""
    entries = list(_entries(context, decision))
    entries.sort(key=lambda one: (place_key(one.row.village), sort_key(one.row.head)))
    content = _content(context, decision, entries)
    day = decision.signed_on or decision.effective_on
    return pdf.printed(TEMPLATE, content, day=day), len(entries)


def _content(
    context: RequestContext, decision: SignedDecision, entries: Sequence[_Entry]
) -> contents.Decision:
    directory, day = context.services.areas(), decision.signed_on or decision.effective_on
    signers = [one.event.document.signer for one in entries if one.event.document]
    return contents.Decision(
        heading=heading(
            directory, decision.area, day, number=decision.number, signed_on=decision.signed_on
        ),
        leaving=is_exit(decision),
        year=day.year,
        commune=commune_name(directory, decision.area, day),
        effective_on=decision.effective_on,
        bases=legal_bases(context, day),
        groups=_groups(entries, leaving=is_exit(decision)),
        signature=signature(next(filter(None, signers), ""), "Như Điều 3", "Lưu: VT"),
        code=code_for(context, decision.check_key),
    )


def is_exit(decision: SignedDecision) -> bool:
    """Whether all households of a decision leave poverty or near-poverty by it."""
    return decision.exits == decision.households


def _groups(entries: Sequence[_Entry], *, leaving: bool) -> list[contents.DecisionGroup]:
    groups: dict[str, list[contents.DecisionRow]] = {}
    for title in EXITS.values() if leaving else (codes.CLASSES[one] for one in LISTED):
        groups[title] = []
    for event, row in entries:
        left = event.class_before in EXITS and (leaving or event.class_ not in LISTED)
        title = EXITS[event.class_before] if left else row.class_
        groups.setdefault(title, []).append(row)
    return [
        contents.DecisionGroup(
            title=title, households=len(rows), persons=sum(row.persons for row in rows), rows=rows
        )
        for title, rows in groups.items()
        if rows
    ]


def _entries(context: RequestContext, decision: SignedDecision) -> Iterator[_Entry]:
    with context.services.reading() as conn:
        found = signed_decisions.households_of(conn, decision.check_key)
        ids = list(dict.fromkeys(one.household_id for one in found))
        for at in range(0, len(ids), READ_AT_ONCE):
            yield from _of_households(context, conn, decision, ids[at : at + READ_AT_ONCE])


def _of_households(
    context: RequestContext, conn: Connection, decision: SignedDecision, ids: list[UUID]
) -> list[_Entry]:
    found = []
    for events in histories_of(conn, ids).values():
        known = [row for row in events if row.event is not None]
        event = _decision_event(known, decision)
        if event is not None:
            found.append((event, fold(as_of(known, event.effective_on, None))))
    heads = [(state.member(state.head), event, state) for event, state in found]
    sealed = [head.private for head, _, _ in heads if head is not None]
    revealed = context.services.keyring.reveal_many(sealed, conn)
    entries = []
    for head, event, state in heads:
        values = revealed[head.private.subject, head.private.sealed] if head else {}
        row = contents.DecisionRow(
            head=ERASED if values is None else values.get("name", ""),
            birth_year=head.birth_year if head else None,
            sex=codes.SEXES.get(head.sex, "") if head else "",
            village=state.village,
            persons=len(state.members),
            class_=codes.CLASSES.get(event.class_, event.class_),
            class_before=codes.CLASSES.get(event.class_before, "Chưa có trong danh sách"),
        )
        entries.append(_Entry(event, row))
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
