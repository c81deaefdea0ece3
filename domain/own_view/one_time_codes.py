"""One-time codes of a household are given, used and revoked.

A code has eight digits in two groups. Only its HMAC is kept, under the index key and with the id of
the code beside it, so that equal codes of two households have nothing in common.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID, uuid5

from domain.commands.command import LEFT_OUT, CommandContext, CommandResult
from domain.eventstore.personal import Keyring
from domain.own_view.claims import claim_paper, paper_key
from domain.own_view.errors import OneTimeCodeMalformed, OwnViewNotOpened
from domain.own_view.handler import OwnViewCommand, OwnViewServices
from domain.own_view.own_view import OwnView, own_view_id

DIGITS = 8
OPENED, MISTYPED = "opened", "mistyped"


def new_code() -> str:
    """A code of chance, as it is shown once and kept nowhere."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def grouped(code: str) -> str:
    """The code as people read and type it: 1234 5678."""
    half = DIGITS // 2
    return f"{code[:half]} {code[half:]}"


def read_code(typed: str) -> str:
    """The digits of a code as typed, with or without blanks and hyphens between.

    Raises OneTimeCodeMalformed.
    """
    code = "".join(typed.replace("-", "").split())
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise OneTimeCodeMalformed
    return code


def code_digest(keyring: Keyring, code_id: UUID, code: str) -> str:
    """The HMAC of a code, in hexadecimal digits."""
    return keyring.blind_text(f"own_view/{code_id}/{code}").hex()


@dataclass(frozen=True, slots=True)
class GiveCode(OwnViewCommand):
    """The office gives the household a one-time code; `created` is its id.

    `code` is what was made for it. `papers` are the codes on the papers of the household, which
    lead to its own view from now on. A repeat answers without a code of its own: what it brings is
    not the one that was recorded. Refused: HouseholdEnded, PersonUnknown, PersonNotMemberThen.
    """

    NAME: ClassVar[str] = "own_view.give_code"
    household_id: UUID
    person_id: UUID | None
    way: str
    code: str = field(repr=False, metadata=LEFT_OUT)
    papers: tuple[bytes, ...] = field(repr=False, metadata=LEFT_OUT)

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The own view with the code, begun where the household has none."""
        household = services.household(self.household_id)
        household.require_open_on(context)
        if self.person_id is not None:
            household.was_member(self.person_id, context.effective_on)
        own_view = services.find(own_view_id(self.household_id))
        if own_view is None:
            own_view = OwnView.begin(context, self.household_id)
        code_id = uuid5(context.command_id, "code")
        own_view.give(
            context,
            code_id=code_id,
            digest=code_digest(services.keyring, code_id, read_code(self.code)),
            person_id=self.person_id,
            way=self.way,
            limits=services.limits_of(context),
        )
        claims = [claim_paper(one, own_view.id, context) for one in dict.fromkeys(self.papers)]
        return CommandResult(own_view, claims=claims, created=code_id)


@dataclass(frozen=True, slots=True)
class UseCode(OwnViewCommand):
    """The household types the code of a paper and its one-time code.

    The notes have `opened`, or `mistyped` for a wrong code, which is recorded. Refused with one
    answer, OwnViewNotOpened: a paper that leads to no household, a code while a lock runs. Refused
    by name, of a right code only: OneTimeCodeUsed, OneTimeCodeRevoked, OneTimeCodeExpired.
    """

    NAME: ClassVar[str] = "own_view.use_code"
    paper: bytes = field(repr=False)
    code: str = field(repr=False)

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The own view with the try."""
        code = read_code(self.code)
        holder = services.claims.holder(paper_key(self.paper))
        # Looked for all the same where the paper leads nowhere, so that it takes as long.
        own_view = services.find(holder or own_view_id(UUID(bytes=self.paper[:15] + b"\0")))
        if own_view is None or own_view.code is None:
            raise OwnViewNotOpened
        code_id = own_view.code.code_id
        right = hmac.compare_digest(
            code_digest(services.keyring, code_id, code), own_view.code.digest
        )
        opened = own_view.use(context, right=right, limits=services.limits_of(context))
        # A wrong try of a code that opens nothing any more leaves no row behind.
        return CommandResult(
            own_view,
            created=code_id,
            notes=(OPENED if opened else MISTYPED,),
            recorded_unchanged=False,
        )


@dataclass(frozen=True, slots=True)
class RevokeCode(OwnViewCommand):
    """The office revokes the last code, used or not. Refused: OwnViewUnknown, NoCodeToRevoke."""

    NAME: ClassVar[str] = "own_view.revoke_code"
    household_id: UUID

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The own view without a code that works."""
        own_view = services.own_view(self.household_id)
        own_view.revoke(context)
        return CommandResult(own_view)
