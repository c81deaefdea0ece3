"""The population of a unit on one day, listed or not, is what every rate is a share of.

    declared -> corrected, any number of times

One declaration is of one unit and one day; the next day's is another one. A rate without a
denominator, or above 100%, is refused (docs/areas.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from eventsourcing.domain import Aggregate

from domain.areas import events
from domain.areas.codes import population_id
from domain.commands.command import CommandContext, Fingerprinted
from domain.population.errors import (
    DenominatorInvalid,
    EffectiveInFuture,
    FewerPersonsThanHouseholds,
    PartAboveWhole,
    RateAboveHundred,
    RateBaseUnknown,
    ReasonMissing,
    SignedInFuture,
)

CLASSES_WITH_RATES = ("poor", "near_poor", "average")


@dataclass(frozen=True, slots=True)
class Denominators(Fingerprinted):
    """All resident households and persons of a unit; None where one of the two is not known.

    `rate_bases` names another number of households for the rate of a class, where the office
    that published the rate used one.
    """

    households: int | None = None
    persons: int | None = None
    households_by_ethnicity: Mapping[str, int] = field(default_factory=dict)
    persons_by_ethnicity: Mapping[str, int] = field(default_factory=dict)
    rate_bases: Mapping[str, int] = field(default_factory=dict)
    source: str = ""

    def check(self) -> None:
        """Refuses figures that cannot be."""
        whole = {"households": self.households, "persons": self.persons}
        if self.households is None and self.persons is None:
            raise DenominatorInvalid(households=None, persons=None)
        for what, number in whole.items():
            if number is not None and (isinstance(number, bool) or number <= 0):
                raise DenominatorInvalid(**{what: number})
        if (
            self.households is not None
            and self.persons is not None
            and self.persons < self.households
        ):
            raise FewerPersonsThanHouseholds(**whole)
        for what, parts in (
            ("households", self.households_by_ethnicity),
            ("persons", self.persons_by_ethnicity),
        ):
            _check_parts(what, whole[what], parts)
        for class_, base in self.rate_bases.items():
            if class_ not in CLASSES_WITH_RATES:
                raise RateBaseUnknown(**{"class": class_, "known": CLASSES_WITH_RATES})
            if isinstance(base, bool) or base <= 0:
                raise DenominatorInvalid(**{"class": class_, "base": base})

    def check_against(self, listed: "ListedCounts") -> None:
        """Refuses a denominator below what is listed already: its rate would pass 100%."""
        for what, all_, some in (
            ("households", self.households, listed.households),
            ("persons", self.persons, listed.persons),
        ):
            if all_ is not None and some is not None and some > all_:
                raise RateAboveHundred(of=what, declared=all_, listed=some)
        for class_, base in self.rate_bases.items():
            count = listed.by_class.get(class_, 0)
            if count > base:
                raise RateAboveHundred(**{"class": class_, "declared": base, "listed": count})

    def fingerprint(self) -> dict[str, object]:
        """The figures as an event holds them."""
        return self.fields()

    def fields(self) -> dict[str, object]:
        """The figures as an event holds them."""
        return {
            "households": self.households,
            "persons": self.persons,
            "households_by_ethnicity": dict(self.households_by_ethnicity),
            "persons_by_ethnicity": dict(self.persons_by_ethnicity),
            "rate_bases": dict(self.rate_bases),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class ListedCounts:
    """Counts of the register in the unit on that day, where the caller knows them."""

    households: int | None = None
    persons: int | None = None
    by_class: Mapping[str, int] = field(default_factory=dict)


def _check_parts(figure: str, whole: int | None, parts: Mapping[str, int]) -> None:
    for group, number in parts.items():
        if isinstance(number, bool) or number < 0:
            raise DenominatorInvalid(**{figure: number, "group": group})
    total = sum(parts.values())
    if whole is not None and total > whole:
        raise PartAboveWhole(of=figure, declared=whole, by_ethnicity=total)


def _check_paper(context: CommandContext) -> None:
    paper = context.document
    if paper is not None and paper.signed_on is not None and paper.signed_on > context.recorded_on:
        raise SignedInFuture(signed_on=paper.signed_on, recorded_on=context.recorded_on)


class Population(Aggregate):
    """The declared population of one unit on one day."""

    TOPIC = "population"
    Event = events.PopulationEvent  # type: ignore[assignment]

    @classmethod
    def declare(cls, context: CommandContext, *, unit: str, figures: Denominators) -> "Population":
        """The first word on that unit and day, which is `context.effective_on`."""
        if context.effective_on > context.recorded_on:
            raise EffectiveInFuture(
                effective_on=context.effective_on, recorded_on=context.recorded_on
            )
        _check_paper(context)
        figures.check()
        return cls._create(
            events.PopulationDeclared,
            id=population_id(unit, context.effective_on),
            timestamp=context.recorded_at,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            unit=unit,
            **figures.fields(),
        )

    def correct(self, context: CommandContext, *, figures: Denominators, reason: str) -> None:
        """The whole declaration reads otherwise from now on; nothing happens if it does not."""
        if not reason.strip():
            raise ReasonMissing(unit=self.unit)
        _check_paper(context)
        figures.check()
        if figures.fields() == self.figures.fields():
            return
        self.trigger_event(
            events.PopulationCorrected,
            timestamp=context.recorded_at,
            effective_on=self.on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            unit=self.unit,
            reason=" ".join(reason.split()),
            **figures.fields(),
        )

    def when(self, event: events.PopulationDeclared | events.PopulationCorrected) -> None:
        """Takes the figures over. Assigns only."""
        self.unit: str = event.unit
        self.on: date = event.effective_on
        self.figures = figures_of(event)


def figures_of(event: events.PopulationDeclared | events.PopulationCorrected) -> Denominators:
    """The figures that an event holds."""
    return Denominators(
        households=event.households,
        persons=event.persons,
        households_by_ethnicity=event.households_by_ethnicity,
        persons_by_ethnicity=event.persons_by_ethnicity,
        rate_bases=event.rate_bases,
        source=event.source,
    )
