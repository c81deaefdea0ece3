"""What all commands about areas share: load, ask, save everything at once, answer once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError

from domain.areas.area import AreaUnit
from domain.areas.codes import (
    COMMUNE,
    COUNTRY,
    PROVINCE,
    aggregate_id,
    area_type_of,
    clean_name,
    kind_of,
    level_of,
    unit_id,
)
from domain.areas.directory import AreaDirectory
from domain.areas.directory_cache import AreaDirectoryCache
from domain.areas.errors import (
    AreaUnknown,
    CodeInUse,
    DocumentMissing,
    LevelMismatch,
    ParentLevelWrong,
)
from domain.commands.claims import area_code_key
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Release, SaveResult
from domain.errors import Refusal, StaleVersion
from domain.eventstore.errors import ClaimTaken

if TYPE_CHECKING:
    from domain.application import SocaiApplication


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be. `name` is the full official name with its kind.

    `area_type` "" takes what follows from the kind. `children` are the ids of the units that
    belong to it from its first day on.
    """

    code: str
    name: str
    parent: str = COUNTRY
    area_type: str = ""
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaOutcome:
    """The answer to a command: the unit it was about, or made, and its version.

    `created` are the ids of all units it made; `seq` is the ledger position if already known.
    `repeated` says that this command was answered before and nothing was recorded now.
    """

    unit: str
    version: int
    seq: int | None = None
    created: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(slots=True)
class CommandResult:
    """What one command wants saved. `about` is the aggregate it answers with."""

    unit: str
    about: Any
    others: list[Any] = field(default_factory=list)
    created: list[AreaUnit] = field(default_factory=list)
    ended: list[AreaUnit] = field(default_factory=list)

    @property
    def all(self) -> list[Any]:
        """Every aggregate that has something to save, each once."""
        every = {one.id: one for one in (self.about, *self.created, *self.ended, *self.others)}
        return [one for one in every.values() if one.pending_events]

    def claims(self) -> list[Claim]:
        """The codes that the new units take."""
        return [
            Claim(area_code_key(one.unit.code), one.id, one.unit.valid_from) for one in self.created
        ]

    def releases(self) -> list[Release]:
        """The codes that the ended units leave."""
        return [
            Release(area_code_key(one.unit.code), one.id, one.unit.valid_to) for one in self.ended
        ]


class CommandRunner:
    """Runs commands on units of one SocaiApplication."""

    def __init__(self, casework: "SocaiApplication", look_again_after: float = 1.0) -> None:
        self._casework = casework
        self._stored = AreaDirectoryCache(casework.pool, look_again_after)

    def load(self, unit: str, expected_version: int | None = None) -> AreaUnit:
        """The unit's own history. Raises AreaUnknown or StaleVersion."""
        try:
            found: Any = self._casework.repository.get(aggregate_id(unit))
        except AggregateNotFoundError:
            raise AreaUnknown(area=unit) from None
        self._as_expected(found.version, expected_version)
        return found

    @staticmethod
    def _as_expected(actual: int, expected: int | None) -> None:
        if expected is not None and actual != expected:
            raise StaleVersion(expected=expected, actual=actual)

    def _run(
        self,
        command: str,
        facts: CommandContext,
        asked: dict[str, Any],
        act: Callable[[AreaDirectory], CommandResult],
        *,
        on_paper: bool = True,
    ) -> AreaOutcome:
        """Answers a repeated command as it was answered; else acts on all units as they are now,
        and saves what comes of it in one transaction."""
        digest = self._casework.digest(command, facts, asked)
        earlier = self._casework.earlier(facts, digest)
        if earlier is not None:
            return _outcome(earlier)
        try:
            return self._act(command, facts, digest, act, on_paper=on_paper)
        except Refusal:
            # The same command at the same moment: its first one did what now stands in the way.
            earlier = self._casework.earlier(facts, digest)
            if earlier is None:
                raise
            return _outcome(earlier)

    def _act(
        self,
        command: str,
        facts: CommandContext,
        digest: bytes,
        act: Callable[[AreaDirectory], CommandResult],
        *,
        on_paper: bool,
    ) -> AreaOutcome:
        if on_paper and (facts.document is None or not facts.document.number.strip()):
            raise DocumentMissing(command=command)
        work = act(self._stored.look())
        if not work.all:
            return AreaOutcome(work.unit, work.about.version)
        answer = {
            "unit": work.unit,
            "about": str(work.about.id),
            "created": [one.unit.id for one in work.created],
        }
        try:
            recorded = self._casework.record(
                *work.all,
                facts=facts,
                digest=digest,
                answer=answer,
                claims=work.claims(),
                releases=work.releases(),
            )
        except ClaimTaken:
            raise CodeInUse(codes=[one.unit.code for one in work.created]) from None
        self._stored.look()
        return _outcome(recorded)

    def _new(
        self, facts: CommandContext, areas: AreaDirectory, new: NewUnit, ending: Iterable[str] = ()
    ) -> CommandResult:
        """A new unit, and its children moved under it. `ending` are units that end for it."""
        level = level_of(new.code)
        check_parent(areas, level, new.parent, facts.effective_on)
        for same in areas.with_code(new.code):
            free_from = facts.effective_on if same.id in ending else same.valid_to
            if free_from is None or free_from > facts.effective_on:
                raise CodeInUse(code=new.code, by=same.id, name=same.name_on(facts.effective_on))
        if new.area_type or level != COMMUNE:
            area_type = new.area_type
        else:
            area_type = area_type_of(kind_of(new.code, clean_name(new.name)), facts.effective_on)
        made = AreaUnit.establish(
            facts, code=new.code, name=new.name, area_type=area_type, parent=new.parent
        )
        work = CommandResult(made.unit.id, made, created=[made])
        for child in new.children:
            area = self.load(child)
            check_level_above(area.unit.level, level, child)
            area.put_under(facts, parent=unit_id(new.code, facts.effective_on))
            work.others.append(area)
        return work


def check_parent(areas: AreaDirectory, level: str, parent: str, on: date) -> None:
    """ParentLevelWrong, or what the directory raises, unless a unit of that level may belong to
    the parent, and the parent stands that day."""
    if parent == COUNTRY:
        if level != PROVINCE:
            raise ParentLevelWrong(level=level, parent="")
        return
    check_level_above(level, areas.unit_on(parent, on).level, parent)


def check_level_above(level: str, above: str, unit: str) -> None:
    """ParentLevelWrong unless a unit of `level` may belong to one of the level `above`."""
    if above not in {"district": (PROVINCE,), COMMUNE: ("district", PROVINCE)}.get(level, ()):
        raise ParentLevelWrong(level=level, parent_level=above, unit=unit)


def check_same_level(units: Sequence[AreaUnit], new: NewUnit) -> None:
    """LevelMismatch unless the new unit is of the level of those it is made of."""
    for one in units:
        if one.unit.level != level_of(new.code):
            raise LevelMismatch(unit=one.unit.id, level=one.unit.level, code=new.code)


def below(areas: AreaDirectory, unit: str, on: date) -> list[str]:
    """The units that belong to a unit on a day, and will no longer if it ends then."""
    return [
        one.id
        for one in areas.lineage.units.values()
        if one.stands_on(on) and one.parent_on(on) == unit
    ]


def _outcome(recorded: SaveResult) -> AreaOutcome:
    answer: dict[str, Any] = recorded.answer
    return AreaOutcome(
        unit=answer["unit"],
        version=recorded.versions[UUID(answer["about"])],
        seq=recorded.seq,
        created=tuple(answer["created"]),
        repeated=recorded.repeated,
    )
