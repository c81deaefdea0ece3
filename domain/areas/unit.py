"""A unit keeps its names, kinds, types and parents, each with its first day.

Pure values; `evolve` folds events in any order of recording and reads them in order of effect.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from functools import singledispatch
from operator import itemgetter

from domain.areas import events
from domain.areas.codes import PART, WHOLE

Dated = tuple[tuple[date, str], ...]
_since = itemgetter(0)

MERGED, SPLIT, CLOSED = "merged", "split", "closed"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Land that went to another unit while this one went on."""

    on: date
    to: str
    what: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. `valid_to` is the first day without it, None while it stands.

    `names`, `kinds`, `area_types` and `parents` are (first day, value), by day. `ending` is
    "merged" (one heir), "split" (several, `complete` if all are known), "closed" (none) or "".
    `certain` is false where the first day is a convention, `ending_certain` where the end or
    the heirs are inferred.
    """

    id: str
    code: str
    level: str
    valid_from: date
    certain: bool
    source: str
    names: Dated
    kinds: Dated
    area_types: Dated
    parents: Dated
    valid_to: date | None = None
    ending: str = ""
    heirs: tuple[str, ...] = ()
    complete: bool = True
    ending_certain: bool = True
    ending_reason: str = ""
    transfers: tuple[Transfer, ...] = ()

    def stands_on(self, day: date) -> bool:
        """Whether the unit is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def name_on(self, day: date) -> str:
        """The full official name on a day; before its first day the first name."""
        return in_force(self.names, day)

    def kind_on(self, day: date) -> str:
        """phường, xã, quận ... on a day."""
        return in_force(self.kinds, day)

    def area_type_on(self, day: date) -> str:
        """urban, rural or unknown for communes, "" above them."""
        return in_force(self.area_types, day)

    def parent_on(self, day: date) -> str:
        """The id of the unit above it on a day, "" for a province."""
        return in_force(self.parents, day)

    @property
    def last_parent(self) -> str:
        """The unit above it today, or when it ended."""
        return self.parents[-1][1]

    @property
    def extent(self) -> str:
        """The extent to which its land went to its heirs: whole or part."""
        return WHOLE if self.ending == MERGED else PART if self.heirs else ""

    @property
    def days_of_change(self) -> set[date]:
        """Every day on which something about it changes."""
        days = {
            day
            for dated in (self.names, self.kinds, self.area_types, self.parents)
            for day, _ in dated
        }
        days.add(self.valid_from)
        if self.valid_to is not None:
            days.add(self.valid_to)
        return days


def in_force(dated: Dated, day: date) -> str:
    """The value in force on a day, the first one before any."""
    if len(dated) == 1:
        return dated[0][1]
    return dated[max(bisect_right(dated, day, key=_since) - 1, 0)][1]


def _with(dated: Dated, day: date, value: str) -> Dated:
    """The same with a value from a day on; what was learnt later wins on the same day."""
    kept = [entry for entry in dated if entry[0] != day]
    return tuple(sorted([*kept, (day, value)], key=_since))


@singledispatch
def evolve(event: events.AreaEvent, unit: Unit) -> Unit:
    """The unit after one more event. Only assigns: it runs on every replay."""
    raise TypeError(f"{type(event).__name__} is no event of a unit")


@evolve.register
def _(event: events.Renamed, unit: Unit) -> Unit:
    return replace(
        unit,
        names=_with(unit.names, event.effective_on, event.name),
        kinds=_with(unit.kinds, event.effective_on, event.kind),
    )


@evolve.register
def _(event: events.AreaTypeChanged, unit: Unit) -> Unit:
    return replace(unit, area_types=_with(unit.area_types, event.effective_on, event.area_type))


@evolve.register
def _(event: events.Reparented, unit: Unit) -> Unit:
    return replace(unit, parents=_with(unit.parents, event.effective_on, event.parent))


@evolve.register
def _(event: events.PartTransferred, unit: Unit) -> Unit:
    transfer = Transfer(event.effective_on, event.to, event.what)
    return replace(unit, transfers=(*unit.transfers, transfer))


@evolve.register
def _(event: events.MergedInto, unit: Unit) -> Unit:
    return replace(
        unit,
        valid_to=event.effective_on,
        ending=MERGED,
        heirs=(event.into,),
        ending_certain=event.certain,
    )


@evolve.register
def _(event: events.SplitInto, unit: Unit) -> Unit:
    return replace(
        unit,
        valid_to=event.effective_on,
        ending=SPLIT,
        heirs=event.parts,
        complete=event.complete,
        ending_certain=event.certain,
    )


@evolve.register
def _(event: events.Closed, unit: Unit) -> Unit:
    return replace(
        unit,
        valid_to=event.effective_on,
        ending=CLOSED,
        ending_certain=event.certain,
        ending_reason=event.reason,
    )


def begin(event: events.Established) -> Unit:
    """The unit as its first event makes it."""
    day = event.effective_on
    return Unit(
        id=event.unit,
        code=event.code,
        level=event.level,
        valid_from=day,
        certain=event.certain,
        source=event.source,
        names=((day, event.name),),
        kinds=((day, event.kind),),
        area_types=((day, event.area_type),),
        parents=((day, event.parent),),
    )
