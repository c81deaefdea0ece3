"""An administrative unit (đơn vị hành chính) is recorded from its first day to its last.

    established -> renamed, its area type changed, put under another unit; part of it transferred
                -> merged into one unit, divided into several, or closed

The unit is its land under a code: a new name, kind or parent leaves it the same unit; land that
is joined to other land, or divided, ends it, and what comes after is another unit, even where it
has the same code (docs/decisions/0021). Whether the code is free, and whether the units named
here exist on that day, is asked in `commands.py`, where all units are at hand.
"""

from eventsourcing.domain import Aggregate

from domain.areas import events
from domain.areas.codes import (
    AREA_TYPES,
    COMMUNE,
    aggregate_id,
    clean_name,
    kind_of,
    level_of,
    unit_id,
)
from domain.areas.errors import (
    AlreadyClosed,
    AreaTypeUnknown,
    BeforeItsTime,
    NameMissing,
    SourcesMissing,
)
from domain.areas.unit import Unit, begin, evolve
from domain.commands.command import CommandContext


class AreaUnit(Aggregate):
    """One unit's own history. `unit` is what it makes of it."""

    TOPIC = "area"
    Event = events.AreaEvent  # type: ignore[assignment]

    @classmethod
    def establish(
        cls,
        context: CommandContext,
        *,
        code: str,
        name: str,
        area_type: str,
        parent: str,
        source: str = "",
        certain: bool = True,
    ) -> "AreaUnit":
        """A new unit, from `context.effective_on` on. `name` is the full name with its kind."""
        name = clean_name(name)
        if not name:
            raise NameMissing(code=code)
        level = level_of(code)
        _check_area_type(level, area_type)
        unit = unit_id(code, context.effective_on)
        return cls._create(
            events.Established,
            id=aggregate_id(unit),
            timestamp=context.recorded_at,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            unit=unit,
            code=code,
            name=name,
            kind=kind_of(code, name),
            level=level,
            area_type=area_type,
            parent=parent,
            source=source,
            certain=certain,
        )

    def rename(
        self, context: CommandContext, *, name: str, source: str = "", certain: bool = True
    ) -> None:
        """Records another full name, and the kind in it."""
        self._admit(context)
        name = clean_name(name)
        if not name:
            raise NameMissing(unit=self.unit.id)
        kind = kind_of(self.unit.code, name)
        before = self.unit.name_on(context.effective_on), self.unit.kind_on(context.effective_on)
        if (name, kind) != before:
            self._note(
                events.Renamed,
                context,
                name_before=before[0],
                name=name,
                kind_before=before[1],
                kind=kind,
                source=source,
                certain=certain,
            )

    def change_area_type(
        self, context: CommandContext, *, area_type: str, source: str = "", certain: bool = True
    ) -> None:
        """Urban, rural or unknown from that day on."""
        self._admit(context)
        _check_area_type(self.unit.level, area_type)
        before = self.unit.area_type_on(context.effective_on)
        if area_type != before:
            self._note(
                events.AreaTypeChanged,
                context,
                area_type_before=before,
                area_type=area_type,
                source=source,
                certain=certain,
            )

    def put_under(
        self, context: CommandContext, *, parent: str, source: str = "", certain: bool = True
    ) -> None:
        """Belongs to another unit from that day on."""
        self._admit(context)
        before = self.unit.parent_on(context.effective_on)
        if parent != before:
            self._note(
                events.Reparented,
                context,
                parent_before=before,
                parent=parent,
                source=source,
                certain=certain,
            )

    def transfer_part(
        self, context: CommandContext, *, to: str, what: str, source: str = "", certain: bool = True
    ) -> None:
        """Records that a part of its land goes to another unit; this one goes on."""
        self._admit(context)
        known = {(one.on, one.to, one.what) for one in self.unit.transfers}
        if (context.effective_on, to, what) not in known:
            self._note(
                events.PartTransferred, context, to=to, what=what, source=source, certain=certain
            )

    def merge_into(
        self, context: CommandContext, *, into: str, source: str = "", certain: bool = True
    ) -> None:
        """It ends; all its land goes to one unit."""
        self._admit_end(context)
        self._note(events.MergedInto, context, into=into, source=source, certain=certain)

    def split_into(
        self,
        context: CommandContext,
        *,
        parts: tuple[str, ...],
        complete: bool = True,
        source: str = "",
        certain: bool = True,
    ) -> None:
        """It ends; its land goes to several units, of which one is enough if not all are known."""
        self._admit_end(context)
        if len(set(parts)) != len(parts) or len(parts) < (2 if complete else 1):
            raise SourcesMissing(unit=self.unit.id, parts=parts)
        self._note(
            events.SplitInto,
            context,
            parts=parts,
            complete=complete,
            source=source,
            certain=certain,
        )

    def close(
        self, context: CommandContext, *, reason: str, source: str = "", certain: bool = True
    ) -> None:
        """It ends without an heir of its own."""
        self._admit_end(context)
        self._note(events.Closed, context, reason=reason, source=source, certain=certain)

    def _note(
        self, event: type[events.AreaEvent], context: CommandContext, **fields: object
    ) -> None:
        self.trigger_event(
            event,
            timestamp=context.recorded_at,
            unit=self.unit.id,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            **fields,
        )

    def _admit(self, context: CommandContext) -> None:
        """Refuses what is dated before the unit's first day, or on or after its end."""
        if context.effective_on < self.unit.valid_from:
            raise BeforeItsTime(
                unit=self.unit.id, on=context.effective_on, valid_from=self.unit.valid_from
            )
        if self.unit.valid_to is not None and context.effective_on >= self.unit.valid_to:
            raise AlreadyClosed(unit=self.unit.id, valid_to=self.unit.valid_to)

    def _admit_end(self, context: CommandContext) -> None:
        """Refuses a second end, and one that comes before something already recorded."""
        if self.unit.valid_to is not None:
            raise AlreadyClosed(unit=self.unit.id, valid_to=self.unit.valid_to)
        latest = max(self.unit.days_of_change | {one.on for one in self.unit.transfers})
        if context.effective_on < latest:
            raise BeforeItsTime(unit=self.unit.id, on=context.effective_on, latest=latest)
        if context.effective_on == self.unit.valid_from:
            raise BeforeItsTime(
                unit=self.unit.id, on=context.effective_on, valid_from=self.unit.valid_from
            )

    def when(self, event: events.AreaEvent) -> None:
        """Takes an event over into what the unit is. Assigns only."""
        if isinstance(event, events.Established):
            self.unit: Unit = begin(event)
        else:
            self.unit = evolve(event, self.unit)


def _check_area_type(level: str, area_type: str) -> None:
    if (level == COMMUNE) != (area_type in AREA_TYPES):
        raise AreaTypeUnknown(area_type=area_type, level=level, known=AREA_TYPES)
