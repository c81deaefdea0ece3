"""The certificate as a paper: what was on record of the household on the day of issue.

A paper says what was known when the certificate was issued, so that printing it again gives the
same bytes, whatever was recorded since. The data of a person that was erased is left out.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from domain.eventstore.personal import Personal
from domain.eventstore.postgres import Connection
from domain.households import codes
from domain.households import events as e
from projections.engine.ledger import LedgerEvent, histories_of
from projections.households import check_codes
from projections.households.sentences import ERASED
from projections.households.state import HouseholdState, MemberState, as_of, fold
from service.access.authorization import RequestContext
from service.households.file_view import Revealed
from service.households.paper_parts import code_for, legal_bases
from service.papers import contents, pdf
from service.papers.parts import CHAIRMAN, COUNCIL, commune_name, heading, signature
from service.problems import NoSuchThing

TEMPLATE = "certificate"
ON_ONE_PRINT = 100
"""Certificates set in one process: more take more memory, fewer more time."""


def printed(context: RequestContext, household_id: UUID, certificate_id: UUID) -> bytes:
    """The PDF of one certificate. Raises NoSuchThing."""
    with context.services.reading() as conn:
        found = _contents(context, conn, {household_id: certificate_id})
    if not found:
        raise NoSuchThing
    (one,) = found
    return pdf.printed(TEMPLATE, contents.Certificates(certificates=found), day=_day(one))


def printed_together(context: RequestContext, wanted: Sequence[tuple[UUID, UUID]]) -> bytes:
    """One PDF of many certificates, given by household and certificate, in their order."""
    parts = _parts(context, wanted)
    return pdf.joined(TEMPLATE, parts, day=context.today)


def _parts(
    context: RequestContext, wanted: Sequence[tuple[UUID, UUID]]
) -> Iterator[contents.Certificates]:
    for at in range(0, len(wanted), ON_ONE_PRINT):
        with context.services.reading() as conn:
            found = _contents(context, conn, dict(wanted[at : at + ON_ONE_PRINT]))
        yield contents.Certificates(certificates=found)


def _day(one: contents.Certificate) -> Any:
    return one.heading.day


def _contents(
    context: RequestContext, conn: Connection, wanted: dict[UUID, UUID]
) -> list[contents.Certificate]:
    """The contents of one certificate of each household; those that there are not are left out."""
    issued: list[tuple[e.CertificateIssued, HouseholdState]] = []
    histories = histories_of(conn, list(wanted))
    for household_id, certificate_id in wanted.items():
        events = [row for row in histories.get(household_id, ()) if row.event is not None]
        event = _issue(events, certificate_id)
        if event is not None:
            known = [row for row in events if row.version <= event.originator_version]
            issued.append((event, fold(as_of(known, event.effective_on, None))))
    sealed = [personal for _, state in issued for personal in _sealed(state)]
    revealed = context.services.keyring.reveal_many(sealed, conn)
    return [_content(context, event, state, revealed) for event, state in issued]


def _issue(events: Sequence[LedgerEvent], certificate_id: UUID) -> e.CertificateIssued | None:
    for row in events:
        event = row.event
        if isinstance(event, e.CertificateIssued) and event.certificate_id == certificate_id:
            return event
    return None


def _sealed(state: HouseholdState) -> list[Personal]:
    sealed = [member.private for member in state.members]
    return [*sealed, state.address] if state.address else sealed


def _content(
    context: RequestContext, event: e.CertificateIssued, state: HouseholdState, revealed: Revealed
) -> contents.Certificate:
    directory, day = context.services.areas(), event.effective_on
    commune = commune_name(directory, event.area, day)
    members = sorted(state.members, key=lambda one: one.person_id != state.head)
    head = members[0] if members else None
    values = _values(head.private, revealed) if head else {}
    paper = event.rests_on
    issued_on = values.get("id_issued_on")
    signed = f" ngày {paper.signed_on:%d/%m/%Y}" if paper.signed_on else ""
    return contents.Certificate(
        heading=heading(directory, event.area, day, number=event.number, signed_on=day),
        bases=legal_bases(context, day),
        class_=codes.CLASSES[event.class_],
        year=day.year,
        head=values.get("name") or "",
        ethnicity=head.ethnicity if head else "",
        id_number=values.get("id_number") or "",
        id_issued_on=issued_on,
        residence=_residence(state, commune, revealed),
        members=[_member(one, revealed) for one in members],
        decision=f"Quyết định số {paper.number}{signed} của {CHAIRMAN} {COUNCIL} {commune}",
        signature=signature(event.signer, "Hộ gia đình", "Lưu: VT"),
        code=code_for(
            context, check_codes.certificate_key(context.services.keyring, event.certificate_id)
        ),
    )


def _residence(state: HouseholdState, commune: str, revealed: Revealed) -> str:
    address = _values(state.address, revealed).get("address", "") if state.address else ""
    return ", ".join(part for part in (address, state.village, commune) if part)


def _member(member: MemberState, revealed: Revealed) -> contents.CertificateMember:
    return contents.CertificateMember(
        name=_values(member.private, revealed).get("name", ""),
        ethnicity=member.ethnicity,
        relation=codes.RELATIONS.get(member.relation, member.relation),
        sex=member.sex,
        birth_year=member.birth_year,
    )


def _values(personal: Personal, revealed: Revealed) -> dict[str, Any]:
    found = revealed[personal.subject, personal.sealed]
    return {"name": ERASED} if found is None else found
