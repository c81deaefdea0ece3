"""The context of a request: its account and values, and once authorized its role and area."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar import day_of
from domain.commands.context import Actor
from service.access.accounts import Account, HeldRole
from service.access.errors import NotAllowed
from service.services import Services

WHOLE_COUNTRY = ""


@dataclass(frozen=True, slots=True)
class RequestArea:
    """The area of a request: a unit ("" is the country), and perhaps a village in it.

    `hidden` answers 404 for everything outside. `household_id` and `version` are set where the
    request is about one household.
    """

    area: str
    village: str | None = None
    hidden: bool = False
    household_id: UUID | None = None
    version: int | None = None


@dataclass(slots=True)
class RequestContext:
    """A request with its account, values and, once authorized, the role and area it acts in.

    `repeat` says that the account used this command id before and may no longer do what it asks:
    it gets the answer of then, and nothing else. Its value is the schema that holds the command.
    """

    services: Services
    account: Account | None = None
    query: Any = field(default_factory=dict)
    body: Any = None
    roles: tuple[HeldRole, ...] = ()
    role: HeldRole | None = None
    place: RequestArea | None = None
    also: tuple[RequestArea, ...] = ()
    grant_id: UUID | None = None
    command_id: UUID | None = None
    expected_version: int | None = None
    request_id: str = ""
    repeat: str = ""

    @property
    def today(self) -> date:
        """The civil day in Việt Nam."""
        return day_of(self.services.clock())

    @property
    def actor(self) -> Actor:
        """The account with the role and area it acts in; known once the request is authorized."""
        if self.account is not None and self.role is None and self.repeat:
            return Actor(self.account.account, "")
        if self.account is None or self.role is None:
            raise NotAllowed
        return Actor(self.account.account, self.role.role, self.role.area)

    @property
    def needed_command_id(self) -> UUID:
        """The command id of a request whose route takes an Idempotency-Key."""
        if self.command_id is None:
            raise ValueError("this route takes no Idempotency-Key")
        return self.command_id

    @property
    def area(self) -> str:
        """The area unit of the request, "" for the whole country."""
        return self.place.area if self.place else WHOLE_COUNTRY
