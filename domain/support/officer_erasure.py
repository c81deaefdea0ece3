"""Erasure destroys the key of a named officer: the name can never be read again.

An officer who was entered by the account has no sealed name here. What an account did stays named
by the account, as evidence of who acted; the account itself is closed where accounts are managed.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.support.handler import SupportCommand, SupportServices
from domain.support.office_errors import OfficerNamedInBasis, OfficerWithoutName
from domain.support.officer import find_officer


@dataclass(frozen=True, slots=True)
class ForgetOfficer(SupportCommand):
    """The key of a named officer is destroyed in the save that records it; again is nothing.

    The officer stays counted: unit, days and trainings stand. Refused: OfficerWithoutName of an
    officer by account, OfficerNamedInBasis where the legal basis would keep the name.
    """

    NAME: ClassVar[str] = "officer.forget"
    officer_id: UUID
    legal_basis: str

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The officer without a name that can be read."""
        officer = find_officer(services, self.officer_id, expected_version)
        basis = text.required("legal_basis", self.legal_basis, text.NOTE)
        if officer.private is None:
            raise OfficerWithoutName(officer=officer.id)
        values = services.keyring.reveal(officer.private)
        if values and _plain(values["name"]) in _plain(basis):
            raise OfficerNamedInBasis(officer=officer.id)
        officer.forget(context, basis)
        return CommandResult(officer, forget=[officer.id] if officer.pending_events else [])


def _plain(words: str) -> str:
    """Words as they are compared, between blanks."""
    return f" {' '.join(words.casefold().split())} "
