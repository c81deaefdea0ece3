"""The context of a command: its day, actor, id, moment and document, which its events repeat."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from domain.calendar import day_of


@dataclass(frozen=True, slots=True)
class Actor:
    """The account that acted, with the role and office held at that moment.

    `area` is the unit id ("CODE@YYYY-MM-DD") the role was held in; "" is the whole country.
    `account` is a login name, never a person's name.
    """

    account: str
    role: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The paper that an event rests on: a decision, a request, minutes, a resolution."""

    number: str
    signed_on: date | None = None
    signer: str = ""


PersonalValues: TypeAlias = dict[str, str]
"""What a `Personal` seals, by name ("name", "birth_date", "address"). Days are ISO texts; what is
unknown is left out."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data of one subject (a person, or a household for its address), sealed.

    `sealed` is nonce + AES-256-GCM ciphertext under the subject's own key. Reading needs the
    keyring; once the key is destroyed it can never be read again, and nothing else changes.
    """

    subject: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The circumstances of one command, which its events repeat.

    `effective_on` is when it was so, `recorded_at` (UTC) when we learnt it.
    """

    effective_on: date
    actor: Actor
    command_id: UUID
    recorded_at: datetime
    document: Document | None = None

    @property
    def recorded_on(self) -> date:
        """The day of recording in Việt Nam."""
        return day_of(self.recorded_at)
