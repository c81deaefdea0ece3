"""The write side of the register: it hands commands to their handlers and saves their events.

The name is pinned, as it stands in stored data; nothing here creates tables.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.utils import Environment, EnvType

from domain.areas.claims import CLAIM_KINDS as AREA_CLAIMS
from domain.areas.directory import AreaDirectory, AreaDirectoryCache
from domain.areas.handler import AreaCommand, AreaHandler
from domain.commands.batch import PlannedCommand, run_many
from domain.commands.claims import Claim, ClaimReader
from domain.commands.command import Command, CommandContext, Outcome
from domain.commands.runner import CommandRunner, Handler
from domain.duplicates.claims import CLAIM_KINDS as DUPLICATE_CLAIMS
from domain.duplicates.commands import DuplicateCommand, DuplicateHandler
from domain.duplicates.pair import Pair
from domain.errors import Refusal
from domain.eventstore.mapper import StateMapper
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Pool
from domain.eventstore.recorder import PostgresRecorder
from domain.households.claims import CLAIM_KINDS as HOUSEHOLD_CLAIMS
from domain.households.double_grants import Grant
from domain.households.handler import HouseholdCommand, HouseholdHandler
from domain.households.household import Household
from domain.jobs.leases import Lease
from domain.matching.settlement import Settlement
from domain.oversight.commands import ReportCommand, ReportHandler
from domain.own_view.claims import CLAIM_KINDS as OWN_VIEW_CLAIMS
from domain.own_view.handler import OwnViewCommand, OwnViewHandler
from domain.own_view.limits import published_limits
from domain.population.commands import PopulationCommand, PopulationHandler
from domain.reviews.brake import published_brakes
from domain.reviews.claims import CLAIM_KINDS as REVIEW_CLAIMS
from domain.reviews.handler import RoundCommand, RoundHandler
from domain.reviews.load import published
from domain.standards.standard import Standards
from domain.support import (  # noqa: F401  # their events
    activity,
    case,
    grant_batch,
    livelihood,
    officer,
    signing_rules,
    smallest_count,
    target,
)
from domain.support.benefit_names import BenefitDirectoryCache
from domain.support.claims import CLAIM_KINDS as SUPPORT_CLAIMS
from domain.support.handler import SupportCommand, SupportHandler
from domain.support.recorded_grants import check_grant

O = TypeVar("O", bound=Outcome)  # noqa: E741
CLAIM_KINDS = (
    *HOUSEHOLD_CLAIMS,
    *AREA_CLAIMS,
    *DUPLICATE_CLAIMS,
    *REVIEW_CLAIMS,
    *SUPPORT_CLAIMS,
    *OWN_VIEW_CLAIMS,
)


def utcnow() -> datetime:
    """This moment, in UTC."""
    return datetime.now(tz=UTC)


class SocaiApplication(Application[UUID]):
    """The write side on one database.

    `areas` is the directory of all units; `households`, `population`, `duplicates`, `rounds`,
    `own_views` and `reports` load what they are named for. `clock` gives this moment in UTC; it is
    an argument so that a demo can record what was recorded years ago. Commands take their moment
    from `CommandContext.recorded_at`; `clock` is only used by callers that make a context.
    `directory` is where households look up areas; without it, `areas`.
    """

    name = "socai"
    recorder: PostgresRecorder
    mapper: StateMapper

    def __init__(
        self,
        pool: Pool,
        keyring: Keyring,
        standards: Standards,
        clock: Callable[[], datetime] = utcnow,
        *,
        directory: AreaDirectory | None = None,
    ) -> None:
        self.pool = pool
        self.keyring = keyring
        self.standards = standards
        self.clock = clock
        super().__init__()
        self.runner = CommandRunner(self.save, self.recorder, pool, keyring, CLAIM_KINDS)
        self.areas = AreaDirectoryCache(pool)
        self.population = PopulationHandler(self.areas, self.repository)
        self.reports = ReportHandler(self.repository)
        self.households = HouseholdHandler(
            self.repository,
            self.recorder,
            self.mapper,
            pool,
            keyring,
            standards,
            lambda: directory or self.areas.directory,
            self._pairs_found,
            lambda: self.support.services().benefits,
            self._check_grant,
        )
        self.duplicates = DuplicateHandler(pool, self.repository, self.households)
        self.rounds = RoundHandler(
            self.repository,
            self.households,
            standards,
            keyring,
            ClaimReader(pool),
            lambda: directory or self.areas.directory,
            published,
            published_brakes,
            self.duplicates.unsettled,
        )
        self.support = SupportHandler(
            self.repository,
            self.recorder,
            self.mapper,
            self.households,
            lambda: directory or self.areas.directory,
            keyring,
            pool,
            BenefitDirectoryCache(pool, self.recorder, self.mapper).directory,
        )
        self.own_views = OwnViewHandler(
            self.repository, self.households, self.rounds, self.support, ClaimReader(pool), keyring,
            published_limits,
        )  # fmt: skip
        self._handlers: tuple[tuple[type[Command[Any]], Handler[Any, Any]], ...] = (
            (HouseholdCommand, self.households),
            (AreaCommand, AreaHandler(self.areas, self.repository)),
            (PopulationCommand, self.population),
            (DuplicateCommand, self.duplicates),
            (RoundCommand, self.rounds),
            (SupportCommand, self.support),
            (OwnViewCommand, self.own_views),
            (ReportCommand, self.reports),
        )

    def _pairs_found(
        self,
        household: Household,
        persons: Sequence[UUID],
        settled: Sequence[Settlement],
        context: CommandContext,
    ) -> Iterator[tuple[Pair, list[Claim]]]:
        return self.duplicates.found_at_entry(household, persons, settled, context)

    def _check_grant(
        self, household: Household, grant: Grant, amount: int | None, on: date
    ) -> tuple[str, ...]:
        return check_grant(self.support.services(), household, grant, amount, on)

    def run(
        self,
        command: Command[O],
        context: CommandContext,
        *,
        expected_version: int | None = None,
        lease: Lease | None = None,
    ) -> O:
        """Carries out one command; see `CommandRunner.run`."""
        for kind, handler in self._handlers:
            if isinstance(command, kind):
                outcome: O = self.runner.run(handler, command, context, expected_version, lease)
                return outcome
        raise TypeError(f"{type(command).__name__} has no handler")

    def run_many(
        self,
        groups: Sequence[Sequence[PlannedCommand[HouseholdCommand]]],
        *,
        dry_run: bool = False,
        lease: Lease | None = None,
    ) -> list[Outcome | Refusal]:
        """Carries out groups of commands about households in one save; see `batch.run_many`."""
        return run_many(self.runner, self.households, groups, dry_run=dry_run, lease=lease)

    def run_support(
        self,
        groups: Sequence[Sequence[PlannedCommand[SupportCommand]]],
        *,
        dry_run: bool = False,
        lease: Lease | None = None,
    ) -> list[Outcome | Refusal]:
        """Carries out groups of commands about support in one save; see `batch.run_many`."""
        return run_many(self.runner, self.support, groups, dry_run=dry_run, lease=lease)

    # The library's parts, ours in place of its own; its environment variables change nothing.

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """No settings from outside: what is recorded, and how, is not an operator's choice."""
        return Environment(name, {})

    def construct_mapper(self) -> StateMapper:
        """Events are stored as JSON of their own fields."""
        return StateMapper()

    def construct_recorder(self) -> PostgresRecorder:
        """Events are appended in one statement, and ordered by the ledger."""
        return PostgresRecorder(self.pool)
