"""Certificates are given to poor and near-poor households, withdrawn and replaced.

Giấy chứng nhận hộ nghèo, hộ cận nghèo: form 03 of Quyết định 24/2021/QĐ-TTg, signed by the
chairman of the commune. How long one is valid, and when it is withdrawn, no text was found to say.
Whether it is valid follows from the record: the household still has the class that it names, in the
commune that gave it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.claims import Claim
from domain.commands.command import CommandContext, CommandResult, Document
from domain.households import events
from domain.households.claims import certificate_key, last_certificate_serial
from domain.households.codes import CERTIFICATE_REPLACEMENTS, CERTIFICATE_WITHDRAWALS, LISTED
from domain.households.errors import (
    CertificateBeforeDecision,
    CertificateEnded,
    CertificateInForce,
    CertificateNotDue,
    CertificateNumberInvalid,
    CertificateNumberTaken,
    CertificateUnknown,
    DecisionWithoutPaper,
)
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household, HouseholdRecord
from domain.households.person_name import signer as signer_of
from domain.standards.standard import NATIONAL

SUFFIX = "GCN-HN.HCN"  # of the number, as printed on form 03
LAST_SERIAL = 999_999
LOOKED_AHEAD = 200


@dataclass(frozen=True, slots=True)
class IssueCertificate(HouseholdChange):
    """A certificate is given; the outcome's `created` is its id.

    `serial` is the number in front of ".../GCN-HN.HCN", None for the next one of the commune in
    the year. The effective date is the day of the signature.

    Refused: CertificateNotDue, CertificateBeforeDecision, CertificateInForce,
    CertificateNumberTaken, CertificateNumberInvalid, OutOfOrder, TextMissing.
    """

    NAME: ClassVar[str] = "issue_certificate"
    signer: str
    serial: int | None = None

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the certificate, and claims its number."""
        return issue(household, context, services, signer=self.signer, serial=self.serial)


@dataclass(frozen=True, slots=True)
class WithdrawCertificate(HouseholdChange):
    """A certificate is taken back; `reason` is a code of CERTIFICATE_WITHDRAWALS.

    Refused: CertificateUnknown, CertificateEnded, OutOfOrder, UnknownCode.
    """

    NAME: ClassVar[str] = "withdraw_certificate"
    certificate_id: UUID
    reason: str

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the withdrawal."""
        text.known("reason", self.reason, CERTIFICATE_WITHDRAWALS)
        household.require_within_lifetime(context)
        given = _standing_certificate(household, self.certificate_id)
        household.require_not_before(context, given.effective_on)
        household.record(
            events.CertificateWithdrawn,
            context,
            certificate_id=self.certificate_id,
            number=given.number,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class ReplaceCertificate(HouseholdChange):
    """A new certificate takes the place of one; the outcome's `created` is the id of the new one.

    `reason` is a code of CERTIFICATE_REPLACEMENTS. Refused as IssueCertificate and
    WithdrawCertificate.
    """

    NAME: ClassVar[str] = "replace_certificate"
    certificate_id: UUID
    reason: str
    signer: str
    serial: int | None = None

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the end of the old certificate and the new one, in one save."""
        text.known("reason", self.reason, CERTIFICATE_REPLACEMENTS)
        household.require_open_on(context, late=True)
        given = _standing_certificate(household, self.certificate_id)
        household.require_not_before(context, given.effective_on)
        household.record(
            events.CertificateReplaced,
            context,
            certificate_id=self.certificate_id,
            number=given.number,
            replaced_by=certificate_id_of(context),
            reason=self.reason,
        )
        return issue(household, context, services, signer=self.signer, serial=self.serial)


def issue(
    household: Household,
    context: CommandContext,
    services: HouseholdServices,
    *,
    signer: str,
    serial: int | None,
) -> CommandResult:
    """Gives a household a certificate with the number `serial`, or the next one."""
    household.require_open_on(context, late=True)
    latest = [one.effective_on for one in household.certificates.values()]
    household.require_not_before(context, household.placed_on, *latest)
    signed_by = text.required("signer", signer_of("signer", signer))
    day = context.effective_on
    decision = decision_in_force(household, day)
    if decision is None or decision.class_ not in LISTED:
        raise CertificateNotDue(class_=decision.class_ if decision else "", day=day)
    paper = decision.document
    if paper is None or not paper.number:
        raise DecisionWithoutPaper(number="", signed_on=None)
    if paper.signed_on is not None and paper.signed_on > day:
        raise CertificateBeforeDecision(signed_on=paper.signed_on, effective_on=day)
    for one in household.certificates.values():
        if one.rests_on == paper and validity(household, one).holds_on(day):
            raise CertificateInForce(number=one.number, issued_on=one.effective_on)
    unit = services.unit_now(household.area, day)
    if serial is not None:
        _check_serial(services, unit, day.year, serial)
    given = serial or _next_serial(services, unit, day.year)
    certificate_id, number = certificate_id_of(context), number_of(given)
    household.record(
        events.CertificateIssued,
        context,
        certificate_id=certificate_id,
        number=number,
        area=unit,
        class_=decision.class_,
        rests_on=Document(paper.number, paper.signed_on, paper.signer),
        signer=signed_by,
    )
    key = certificate_key(unit, day.year, given)
    claims = [Claim(key, certificate_id, day, number)]
    return CommandResult(household, claims=claims, created=certificate_id)


def certificate_id_of(context: CommandContext) -> UUID:
    """The id of the certificate that a command issues."""
    return uuid5(context.command_id, "certificate")


def number_of(serial: int) -> str:
    """The number as it is printed: two digits at least, as numbers of documents have."""
    return f"{serial:02d}/{SUFFIX}"


def _next_serial(services: HouseholdServices, unit: str, year: int) -> int:
    """The first serial after the last one of the commune and year, in the store or this batch."""
    first = last_certificate_serial(services.pool, unit, year) + 1
    while True:
        serials = range(first, first + LOOKED_AHEAD)
        keys = [certificate_key(unit, year, serial) for serial in serials]
        taken = services.claims.look(keys)
        for serial, key in zip(serials, keys, strict=True):
            if key not in taken:
                return serial
        first += LOOKED_AHEAD


def _check_serial(services: HouseholdServices, unit: str, year: int, serial: int) -> None:
    if not 1 <= serial <= LAST_SERIAL:
        raise CertificateNumberInvalid(serial=serial, at_most=LAST_SERIAL)
    if services.claims.look([certificate_key(unit, year, serial)]):
        raise CertificateNumberTaken(area=unit, year=year, number=number_of(serial))


def _standing_certificate(household: Household, id_: UUID) -> events.CertificateIssued:
    """A certificate that was neither withdrawn nor replaced."""
    given = household.certificates.get(id_)
    if given is None:
        raise CertificateUnknown(certificate_id=id_)
    ended = household.certificates_ended.get(id_)
    if ended is not None:
        how = "replaced" if isinstance(ended, events.CertificateReplaced) else "withdrawn"
        raise CertificateEnded(number=given.number, ended_on=ended.effective_on, how=how)
    return given


# Validity.


@dataclass(frozen=True, slots=True)
class Validity:
    """Validity of a certificate: `ended_on` is the first day without it, `how` a code of ENDS."""

    issued_on: date
    ended_on: date | None = None
    how: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the certificate is valid on a day."""
        return self.issued_on <= day and (self.ended_on is None or day < self.ended_on)


ENDS = ("withdrawn", "replaced", "renewed", "class_changed", "moved", "closed", "unfounded")
"""How a certificate ends: `renewed` by a later one, `unfounded` where the household had another
class on the day of issue, as its decision was withdrawn."""


def validity(household: HouseholdRecord, given: events.CertificateIssued) -> Validity:
    """When a certificate is valid, by all that is on record of its household."""
    ends = list(_ends(household, given))
    if not ends:
        return Validity(given.effective_on)
    ended_on, _, how = min((day, ENDS.index(how), how) for day, how in ends)
    return Validity(given.effective_on, ended_on, how)


def _ends(
    household: HouseholdRecord, given: events.CertificateIssued
) -> Iterator[tuple[date, str]]:
    issued_on = given.effective_on
    ended = household.certificates_ended.get(given.certificate_id)
    if ended is not None:
        replaced = isinstance(ended, events.CertificateReplaced)
        yield ended.effective_on, "replaced" if replaced else "withdrawn"
    place = issued_on, given.originator_version
    for other in household.certificates.values():
        if (other.effective_on, other.originator_version) > place:
            yield other.effective_on, "renewed"
    at_issue = decision_in_force(household, issued_on)
    if at_issue is None or at_issue.class_ != given.class_:
        yield issued_on, "unfounded"
    for decision in household.decisions:
        if decision.scope == NATIONAL and decision.effective_on > issued_on:
            in_force = decision_in_force(household, decision.effective_on)
            if in_force is not None and in_force.class_ != given.class_:
                yield decision.effective_on, "class_changed"
    for move in household.moves:
        if move.effective_on >= issued_on and move.area not in (move.area_before, given.area):
            yield move.effective_on, "moved"
    if household.ended_on is not None:
        yield household.ended_on, "closed"


def decision_in_force(household: HouseholdRecord, day: date) -> events.Classified | None:
    """The national decision in force on a day, as known now."""
    found: events.Classified | None = None
    for one in household.decisions:
        if one.scope == NATIONAL and one.effective_on <= day:
            found = one if found is None or one.effective_on >= found.effective_on else found
    return found
