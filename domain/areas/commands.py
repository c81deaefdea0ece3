"""What can be asked of administrative units and their denominators, and where they are looked up.

Every change of units rests on a document (the resolution) and names the day it takes effect,
which may lie ahead. All that a command changes is saved at once: a merger ends the old units and
begins the new one in one transaction. A repeated command answers as it did and records nothing.
Refusals are in `domain.areas.errors`; StaleVersion where somebody else changed a unit meanwhile.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from domain.areas.area import AreaUnit
from domain.areas.codes import area_type_of
from domain.areas.directory import AreaDirectory
from domain.areas.errors import HasUnitsBelow, SourcesMissing
from domain.areas.runner import (
    AreaOutcome,
    CommandResult,
    NewUnit,
    below,
    check_parent,
    check_same_level,
)
from domain.areas.unit import Unit
from domain.commands.context import CommandContext
from domain.population.commands import PopulationCommands

__all__ = ["AreaCommands", "AreaOutcome", "NewUnit"]


class AreaCommands(PopulationCommands):
    """The commands about areas, on one Casework; also the directory that others ask."""

    # Looking up.

    @property
    def directory(self) -> AreaDirectory:
        """All units, at most a second old."""
        return self._stored.directory()

    def look(self) -> AreaDirectory:
        """All units as they are now."""
        return self._stored.look()

    def require(self, unit_or_code: str, on: date) -> str:
        """The id of the unit that a household can belong to on a day.

        Raises AreaUnknown, AreaNotValidOn or NotACommune.
        """
        return self.directory.require(unit_or_code, on)

    def unit_on(self, unit_or_code: str, on: date) -> Unit:
        """The unit of an id or a code on a day. Raises AreaUnknown or AreaNotValidOn."""
        return self.directory.unit_on(unit_or_code, on)

    def commune_of(self, unit: str, on: date) -> str:
        """The commune in which the households of a unit live on a day. Raises AreaUnknown,
        AreaNotValidOn or NotACommune."""
        return self.directory.commune_of(unit, on)

    def communes_on_land_of(self, unit: str, on: date) -> tuple[str, ...]:
        """The communes that stand on a day on the land of a unit. Raises AreaUnknown."""
        return self.directory.communes_on_land_of(unit, on)

    # Units begin, change and end.

    def establish(self, facts: CommandContext, new: NewUnit) -> AreaOutcome:
        """A unit that comes from no other one that is known; its children move under it."""
        return self._run(
            "area.establish", facts, {"new": new}, lambda areas: self._new(facts, areas, new)
        )

    def rename(
        self, unit: str, facts: CommandContext, *, name: str, expected_version: int | None = None
    ) -> AreaOutcome:
        """Another full name or kind for the same land.

        The area type follows the kind, in the same save, where it was what the kind before gave.
        """

        def act(_: AreaDirectory) -> CommandResult:
            area, on = self.load(unit, expected_version), facts.effective_on
            usual = area_type_of(area.unit.kind_on(on), on)
            follows = area.unit.area_type_on(on) == usual
            area.rename(facts, name=name)
            if follows:
                area.change_area_type(facts, area_type=area_type_of(area.unit.kind_on(on), on))
            return CommandResult(unit, area)

        return self._run("area.rename", facts, {"unit": unit, "name": name}, act)

    def change_area_type(
        self,
        unit: str,
        facts: CommandContext,
        *,
        area_type: str,
        expected_version: int | None = None,
    ) -> AreaOutcome:
        """Urban, rural or unknown from that day on: the other poverty line applies."""

        def act(_: AreaDirectory) -> CommandResult:
            area = self.load(unit, expected_version)
            area.change_area_type(facts, area_type=area_type)
            return CommandResult(unit, area)

        return self._run("area.change_type", facts, {"unit": unit, "to": area_type}, act)

    def put_under(
        self, unit: str, facts: CommandContext, *, parent: str, expected_version: int | None = None
    ) -> AreaOutcome:
        """Belongs to another unit from that day on."""

        def act(areas: AreaDirectory) -> CommandResult:
            area = self.load(unit, expected_version)
            check_parent(areas, area.unit.level, parent, facts.effective_on)
            area.put_under(facts, parent=parent)
            return CommandResult(unit, area)

        return self._run("area.put_under", facts, {"unit": unit, "parent": parent}, act)

    def transfer_part(
        self,
        unit: str,
        facts: CommandContext,
        *,
        to: str,
        what: str,
        expected_version: int | None = None,
    ) -> AreaOutcome:
        """Some land goes to another unit; households stay until somebody moves them."""

        def act(areas: AreaDirectory) -> CommandResult:
            area = self.load(unit, expected_version)
            areas.unit_on(to, facts.effective_on)
            area.transfer_part(facts, to=to, what=what)
            return CommandResult(unit, area)

        return self._run("area.transfer", facts, {"unit": unit, "to": to, "what": what}, act)

    def merge(self, facts: CommandContext, units: Sequence[str], new: NewUnit) -> AreaOutcome:
        """Several units end and their land is one new unit, which may bear the code of one.

        What belonged to them belongs to the new one.
        """

        def act(areas: AreaDirectory) -> CommandResult:
            if len(set(units)) < 2:
                raise SourcesMissing(units=list(units))
            old = [self.load(unit) for unit in units]
            check_same_level(old, new)
            moved = [one for unit in units for one in below(areas, unit, facts.effective_on)]
            children = dict.fromkeys([*new.children, *moved])
            work = self._new(facts, areas, replace(new, children=tuple(children)), units)
            for one in old:
                one.merge_into(facts, into=work.unit)
            work.ended += old
            return work

        return self._run("area.merge", facts, {"units": list(units), "new": new}, act)

    def split(self, unit: str, facts: CommandContext, parts: Sequence[NewUnit]) -> AreaOutcome:
        """A unit ends and its land is divided; answers with the unit that ended.

        Each unit below it must be named among the children of a part. Its own households are to
        be placed by people.
        """

        def act(areas: AreaDirectory) -> CommandResult:
            old = self.load(unit)
            made: list[AreaUnit] = []
            moved: list[AreaUnit] = []
            for part in parts:
                check_same_level([old], part)
                work = self._new(facts, areas, part, [unit])
                made += work.created
                moved += work.others
            left = set(below(areas, unit, facts.effective_on)) - {one.unit.id for one in moved}
            if left:
                raise HasUnitsBelow(unit=unit, below=sorted(left))
            old.split_into(facts, parts=tuple(one.unit.id for one in made))
            return CommandResult(unit, old, others=moved, created=made, ended=[old])

        return self._run("area.split", facts, {"unit": unit, "parts": list(parts)}, act)

    def close(
        self, unit: str, facts: CommandContext, *, reason: str, expected_version: int | None = None
    ) -> AreaOutcome:
        """A unit ends without an heir; nothing may belong to it any more."""

        def act(areas: AreaDirectory) -> CommandResult:
            area = self.load(unit, expected_version)
            left = below(areas, unit, facts.effective_on)
            if left:
                raise HasUnitsBelow(unit=unit, below=left)
            area.close(facts, reason=reason)
            return CommandResult(unit, area, ended=[area])

        return self._run("area.close", facts, {"unit": unit, "reason": reason}, act)
