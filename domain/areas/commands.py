"""Commands begin, change and end administrative units.

Refusals are in `domain.areas.errors`; StaleVersion where a unit is not as the caller read it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from domain.areas.area import AreaUnit
from domain.areas.codes import (
    COMMUNE,
    COUNTRY,
    PROVINCE,
    area_type_of,
    clean_name,
    kind_of,
    level_of,
    unit_id,
)
from domain.areas.directory import AreaDirectory
from domain.areas.errors import (
    CodeInUse,
    HasUnitsBelow,
    LevelMismatch,
    ParentLevelWrong,
    SourcesMissing,
)
from domain.areas.handler import AreaChange, AreaCommand, Units
from domain.commands.command import CommandContext


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
class EstablishUnit(AreaCommand):
    """A unit begins that comes from no other one that is known; its children move under it."""

    NAME: ClassVar[str] = "area.establish"
    new: NewUnit

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The new unit and its children."""
        return _begin(units, context, self.new)


@dataclass(frozen=True, slots=True)
class RenameUnit(AreaCommand):
    """A unit has another full name or kind for the same land.

    The area type follows the kind, in the same save, where it was what the kind before gave.
    """

    NAME: ClassVar[str] = "area.rename"
    unit: str
    name: str

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The unit renamed."""
        area, on = units.load(self.unit, expected_version), context.effective_on
        usual = area_type_of(area.unit.kind_on(on), on)
        follows = area.unit.area_type_on(on) == usual
        area.rename(context, name=self.name)
        if follows:
            area.change_area_type(context, area_type=area_type_of(area.unit.kind_on(on), on))
        return AreaChange(area)


@dataclass(frozen=True, slots=True)
class ChangeAreaType(AreaCommand):
    """A commune is urban, rural or unknown from that day on: the other poverty line applies."""

    NAME: ClassVar[str] = "area.change_type"
    FINGERPRINT_NAMES: ClassVar[dict[str, str]] = {"area_type": "to"}
    unit: str
    area_type: str

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The unit with its area type."""
        area = units.load(self.unit, expected_version)
        area.change_area_type(context, area_type=self.area_type)
        return AreaChange(area)


@dataclass(frozen=True, slots=True)
class PutUnitUnder(AreaCommand):
    """A unit belongs to another unit from that day on."""

    NAME: ClassVar[str] = "area.put_under"
    unit: str
    parent: str

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The unit under its parent."""
        area = units.load(self.unit, expected_version)
        check_parent(units.directory, area.unit.level, self.parent, context.effective_on)
        area.put_under(context, parent=self.parent)
        return AreaChange(area)


@dataclass(frozen=True, slots=True)
class TransferPart(AreaCommand):
    """Some land goes to another unit; households stay until they are moved by a person."""

    NAME: ClassVar[str] = "area.transfer"
    unit: str
    to: str
    what: str

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The unit without the part."""
        area = units.load(self.unit, expected_version)
        units.directory.unit_on(self.to, context.effective_on)
        area.transfer_part(context, to=self.to, what=self.what)
        return AreaChange(area)


@dataclass(frozen=True, slots=True)
class MergeUnits(AreaCommand):
    """Several units end and their land is one new unit, which may have the code of one.

    What belonged to them belongs to the new one.
    """

    NAME: ClassVar[str] = "area.merge"
    units: Sequence[str]
    new: NewUnit

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The new unit, those that end for it, and what belonged to them."""
        if len(set(self.units)) < 2:
            raise SourcesMissing(units=list(self.units))
        old = [units.load(unit) for unit in self.units]
        check_same_level(old, self.new)
        moved = [
            one for unit in self.units for one in below(units.directory, unit, context.effective_on)
        ]
        children = dict.fromkeys([*self.new.children, *moved])
        change = _begin(units, context, replace(self.new, children=tuple(children)), self.units)
        for one in old:
            one.merge_into(context, into=change.about.unit.id)
        change.ended += old
        return change


@dataclass(frozen=True, slots=True)
class SplitUnit(AreaCommand):
    """A unit ends and its land is divided; answers with the unit that ended.

    Each unit below it must be named among the children of a part. Its own households are to
    be placed by people.
    """

    NAME: ClassVar[str] = "area.split"
    unit: str
    parts: Sequence[NewUnit]

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The unit that ends, its parts, and what belonged to it."""
        old = units.load(self.unit)
        change = AreaChange(old, ended=[old])
        for part in self.parts:
            check_same_level([old], part)
            begun = _begin(units, context, part, [self.unit])
            change.begun += begun.begun
            change.others += begun.others
        left = set(below(units.directory, self.unit, context.effective_on))
        left -= {one.unit.id for one in change.others}
        if left:
            raise HasUnitsBelow(unit=self.unit, below=sorted(left))
        old.split_into(context, parts=tuple(one.unit.id for one in change.begun))
        return change


@dataclass(frozen=True, slots=True)
class CloseUnit(AreaCommand):
    """A unit ends without an heir; nothing may belong to it any more."""

    NAME: ClassVar[str] = "area.close"
    unit: str
    reason: str

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The unit that ends."""
        area = units.load(self.unit, expected_version)
        left = below(units.directory, self.unit, context.effective_on)
        if left:
            raise HasUnitsBelow(unit=self.unit, below=left)
        area.close(context, reason=self.reason)
        return AreaChange(area, ended=[area])


def _begin(
    units: Units, context: CommandContext, new: NewUnit, ending: Iterable[str] = ()
) -> AreaChange:
    """A new unit, and its children moved under it. `ending` are units that end for it."""
    level, on = level_of(new.code), context.effective_on
    check_parent(units.directory, level, new.parent, on)
    for same in units.directory.with_code(new.code):
        free_from = on if same.id in ending else same.valid_to
        if free_from is None or free_from > on:
            raise CodeInUse(code=new.code, by=same.id, name=same.name_on(on))
    if new.area_type or level != COMMUNE:
        area_type = new.area_type
    else:
        area_type = area_type_of(kind_of(new.code, clean_name(new.name)), on)
    begun = AreaUnit.establish(
        context, code=new.code, name=new.name, area_type=area_type, parent=new.parent
    )
    change = AreaChange(begun, begun=[begun])
    for child in new.children:
        area = units.load(child)
        check_level_above(area.unit.level, level, child)
        area.put_under(context, parent=unit_id(new.code, on))
        change.others.append(area)
    return change


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
