"""The papers of a round of low-income workers: the rows of a posting, and the decision.

A person is named as known at the act that the paper is of. The decision is of form 02 of Decree
30/2025/NĐ-CP, whose articles and columns were not seen.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.households.codes import LOW_INCOME_OUTCOMES, SEXES
from domain.reviews import events as r
from domain.reviews.errors import NothingToDecide
from domain.reviews.load import published
from domain.reviews.procedure import Procedure
from domain.reviews.round import ReviewedHousehold
from domain.reviews.steps import DECISION, version_of
from projections.engine import ledger
from projections.households import check_codes
from projections.vietnamese import place_key, sort_key
from service.access.authorization import RequestContext
from service.papers import contents, pdf
from service.papers.parts import bases, commune_name, heading, signature
from service.reviews import household_heads
from service.reviews.household_heads import NamedHousehold

TEMPLATE = "worker_decision"
STATUS = "30/2025/NĐ-CP"
"""The legal text that made the status, as the procedure has it."""


def posting_rows(
    context: RequestContext,
    reviewed: Sequence[ReviewedHousehold],
    known: Mapping[UUID, NamedHousehold],
) -> list[contents.PostingRow]:
    """A row for each worker of the households with the outcome that is posted."""
    posted = [
        (one, worker.outcome)
        for one in reviewed
        for worker in one.workers.values()
        if worker.outcome is not None
    ]
    members = [
        known[one.household].state.member(outcome.person_id)
        for one, outcome in posted
        if one.household in known
    ]
    with context.services.reading() as conn:
        names = household_heads.persons(context, conn, [one for one in members if one])
    return [
        contents.PostingRow(
            head=names.get(outcome.person_id, ""),
            village=one.village,
            class_=LOW_INCOME_OUTCOMES[outcome.outcome],
        )
        for one, outcome in posted
    ]


def name_in(context: RequestContext, home: NamedHousehold | None, person_id: UUID | None) -> str:
    """The name of a person of a household; "" where it is not known."""
    member = home.state.member(person_id) if home and person_id else None
    if member is None:
        return ""
    with context.services.reading() as conn:
        return household_heads.persons(context, conn, [member])[member.person_id]


def decision(context: RequestContext, round_id: UUID, number: str) -> tuple[bytes, int]:
    """The decision of a number with its list, and how many workers it names; "" is the last one.

    Raises NothingToDecide where the round has no such decision.
    """
    with context.services.reading() as conn:
        rows = [row for row in ledger.history(conn, round_id) if row.event is not None]
        signed = [
            row
            for row in rows
            if isinstance(row.event, r.WorkersRecognised) and number in ("", _number(row.event))
        ]
        if not signed:
            raise NothingToDecide(step=DECISION, list="result")
        event: Any = signed[-1].event
        day = event.effective_on
        ids = list(dict.fromkeys(one.household for one in event.workers))
        known = household_heads.named(context, conn, ids, day, signed[-1].seq)
        members = [
            (known[one.household], known[one.household].state.member(one.person_id))
            for one in event.workers
            if one.household in known
        ]
        names = household_heads.persons(context, conn, [one for _, one in members if one])
    opened: Any = rows[0].event
    listed = [
        contents.WorkerRow(
            name=names[member.person_id],
            birth_year=member.birth_year,
            sex=SEXES.get(member.sex, ""),
            head=home.head,
            village=home.state.village,
        )
        for home, member in members
        if member is not None
    ]
    listed.sort(key=lambda one: (place_key(one.village), sort_key(one.name)))
    return pdf.printed(TEMPLATE, _content(context, opened, event, listed), day=day), len(listed)


def _content(
    context: RequestContext, opened: Any, event: Any, rows: Sequence[contents.WorkerRow]
) -> contents.WorkerDecision:
    directory, day = context.services.areas(), event.effective_on
    paper = event.document
    key = check_codes.worker_decision_key(
        context.services.keyring, opened.originator_id, _number(event)
    )
    signed_on: date = (paper.signed_on if paper else None) or day
    return contents.WorkerDecision(
        heading=heading(directory, opened.area, day, number=_number(event), signed_on=signed_on),
        year=opened.year,
        commune=commune_name(directory, opened.area, day),
        effective_on=day,
        bases=_bases(version_of(published(), opened.procedure)),
        rows=rows,
        signature=signature(paper.signer if paper else "", "Như Điều 3", "Lưu: VT"),
        code=pdf.code_of_page(context, check_codes.written(key)),
    )


def _bases(version: Procedure) -> tuple[str, ...]:
    """The text that made the status, and the first one of the procedure."""
    of_status = [one for one in version.sources if one.number == STATUS]
    return bases([*version.sources[:1], *of_status])


def _number(event: Any) -> str:
    return event.document.number if event.document else ""
