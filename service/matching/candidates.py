"""Candidates of a match as one account may see them: within its area, or only the office to ask.

A candidate outside the reader's area is never described: the answer names only the office above
both areas. Every hit is logged; a hit by an identity number counts towards the account's limit
(`identity_hits`), as a form must be no oracle for numbers.
"""

from collections.abc import Container, Iterable
from typing import Any
from uuid import UUID

import structlog

from domain.areas.codes import COUNTRY
from domain.households.household import Household
from domain.imports.remarks import sheet_and_row
from domain.matching.candidate import Candidate
from domain.matching.errors import PossibleMatch
from domain.matching.evidence import IDENTITY_NUMBER, POSSIBLE, Evidence
from domain.matching.settlement import Anyway
from projections.imports import matches
from service.access import authorization, identity_hits
from service.access.authorization import RequestContext
from service.access.read_log import note_read

_log = structlog.get_logger("matching")


def anyway_of(context: RequestContext) -> Anyway | None:
    """Returns the request's reason to go on in spite of candidates; None where it gives none."""
    given = (context.body or {}).get("anyway")
    if not given:
        return None
    seen = given.get("seen")
    return Anyway(given["reason"], None if seen is None else _Seen(context, seen))


class _Seen(Container[UUID]):
    """The candidates by the references that were shown to this account."""

    def __init__(self, context: RequestContext, references: Iterable[str]) -> None:
        self._asked = context
        self._references = frozenset(references)

    def __contains__(self, household_id: object) -> bool:
        return reference(self._asked, household_id) in self._references


def reference(context: RequestContext, household_id: object) -> str:
    """Names a candidate to one account, without telling which household it is."""
    text = f"candidate {context.actor.account} {household_id}"
    return context.services.keyring.blind_text(text).hex()


def tell(context: RequestContext, possible: PossibleMatch) -> None:
    """Adds to a refusal the candidates that its reader may see, and logs reading and hit."""
    possible.shown = shown(context, possible.candidates, possible.warnings)
    outside = len(possible.shown["elsewhere"])
    _log.info("possible match", account=context.actor.account, outside=outside)


def shown(
    context: RequestContext,
    candidates: Iterable[Candidate],
    warnings: Iterable[str] = (),
    import_id: UUID | None = None,
) -> dict[str, Any]:
    """Returns candidates within reach with what tells them apart, and of others the office to ask.

    With `import_id` they are candidates of a row of that list, which may be shown repeatedly.
    """
    near, elsewhere = [], []
    for one in candidates:
        if authorization.within_reach(context, one.household_id):
            near.append(_described(context, one))
        else:
            if IDENTITY_NUMBER in one.evidence.agrees and import_id:
                identity_hits.note_hit_of_list(context, one.household_id, import_id)
            elif IDENTITY_NUMBER in one.evidence.agrees:
                identity_hits.note_hit(context, one.household_id)
            elsewhere.append({"ref": reference(context, one.household_id), **_ask(context, one)})
    return {"candidates": near, "elsewhere": elsewhere, "warnings": list(warnings)}


def waiting(
    context: RequestContext,
    import_id: UUID,
    *,
    row: int | None = None,
    after: int = 0,
    limit: int = 20,
) -> list[dict[str, Any]]:
    """Returns the rows of an import that wait for a decision or have one, with their candidates.

    What the list says of them is personal data; reading a candidate is logged.
    """
    services = context.services
    with services.reading() as conn:
        rows = matches.waiting_rows(
            conn, services.keyring, import_id, row=row, after=after, limit=limit
        )
    ids = {id_ for one in rows if not one.outcome for id_, _ in one.candidates}
    households = services.application.households.load_many(ids)
    return [_waiting(context, import_id, one, households) for one in rows]


def _waiting(
    context: RequestContext,
    import_id: UUID,
    one: matches.WaitingRow,
    households: dict[UUID, Household],
) -> dict[str, Any]:
    sheet, number = sheet_and_row(one.row)
    near = [
        Candidate(households[id_], Evidence(POSSIBLE, codes))
        for id_, codes in one.candidates
        if id_ in households
    ]
    listed, head = one.household, one.household.head
    return {
        "row": one.row,
        "sheet": sheet,
        "row_number": number,
        "listed": {
            "name": head.name,
            "birth_date": head.birth_date.isoformat() if head.birth_date else None,
            "birth_year": head.birth_date.year if head.birth_date else head.birth_year,
            "number": listed.number,
            "village": listed.village,
            "area": listed.area,
            "area_name": context.services.areas().name_of(listed.area, context.today),
            "persons": len(listed.members),
            "class": listed.class_,
        },
        "verdict": one.verdict or None,
        "outcome": one.outcome or None,
        "code": one.code,
        "reason": one.reason,
        "account": one.account,
        "said_at": one.said_at,
        **shown(context, near, one.warnings, import_id),
    }


def settle_row(
    context: RequestContext, import_id: UUID, row: int, *, same: UUID | None, reason: str
) -> str:
    """Settles a row and returns its outcome. "Same" needs a household within reach."""
    if same is not None and not authorization.within_reach(context, same):
        raise matches.NotACandidate
    done = matches.settle(
        context.services.application,
        import_id,
        row,
        candidate=same,
        reason=reason,
        actor=context.actor,
        now=context.services.clock(),
    )
    context.services.nudge.catch_up()
    return done.outcome


def _described(context: RequestContext, one: Candidate) -> dict[str, Any]:
    """Describes a household within reach, and logs the reading."""
    household, directory = one.household, context.services.areas()
    note_read(context, household.id, household.area, "search")
    person = household.members.get(one.evidence.person or household.head) or household.former.get(
        one.evidence.person or household.head
    )
    value = context.services.keyring.reveal(person.private) if person else None
    return {
        "ref": reference(context, household.id),
        "household_id": str(household.id),
        "number": household.number,
        "village": household.village,
        "area": household.area,
        "area_name": directory.name_of(household.area, context.today),
        "name": (value or {}).get("name", ""),
        "birth_date": (value or {}).get("birth_date"),
        "birth_year": person.birth_year if person else None,
        "persons": len(household.members),
        "ended": household.ended_on is not None,
        "evidence": list(one.evidence.codes()),
    }


def _ask(context: RequestContext, one: Candidate) -> dict[str, Any]:
    """Returns the lowest unit above both the reader's area and the household's."""
    directory, on = context.services.areas(), context.today
    own, theirs = (
        directory.offices_over(each, on) if each in directory.lineage.units else (COUNTRY,)
        for each in (context.actor.area, one.household.area)
    )
    unit = next((each for each in theirs[1:] if each in own), COUNTRY)
    name = directory.name_of(unit, on) if unit else ""
    return {"ask": unit, "ask_name": name}
