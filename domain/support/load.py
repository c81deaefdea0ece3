"""Reads the published programmes from their files and refuses by name what makes no sense.

One TOML file is one programme; everything in it carries its certainty. `published` gives the
commands that define them, which are run again after each change of a file: what is known already
is not recorded a second time.
"""

import tomllib
from collections.abc import Callable
from datetime import date, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NoReturn
from uuid import uuid4

import msgspec

from domain.commands.command import Actor, CommandContext, Outcome
from domain.standards.parts import Part, Text
from domain.support.errors import MalformedProgramme
from domain.support.programme import (
    Benefit,
    LegalSource,
    Node,
    Qualification,
    Rate,
)
from domain.support.programme_commands import DefineProgramme

NOTHING = Text("", "")


class PublishedSource(Part, frozen=True):
    """A legal text of a file."""

    number: str
    title: str
    certainty: str
    signed_on: date | None = None
    in_force_on: date | None = None


class PublishedNode(Part, frozen=True):
    """A node of a file."""

    code: str
    kind: str
    title: Text
    certainty: str
    parent: str = ""


class PublishedBenefit(Part, frozen=True):
    """A benefit of a file."""

    code: str
    node: str
    title: Text
    content: str
    counted: str
    period: str
    source: str
    certainty: str
    classes: tuple[str, ...] = ()
    newly_escaped: bool = False
    groups: tuple[str, ...] = ()
    note: Text = NOTHING


class PublishedRate(Part, frozen=True):
    """A rate of a file; without an amount exactly when its certainty is "unknown"."""

    benefit: str
    valid_from: date
    per: str
    source: str
    certainty: str
    valid_until: date | None = None
    amount: int | None = None
    at_most: int | None = None
    note: Text = NOTHING


class PublishedProgramme(Part, frozen=True):
    """The content of a file."""

    code: str
    title: Text
    valid_from: date
    sources: tuple[PublishedSource, ...]
    nodes: tuple[PublishedNode, ...]
    benefits: tuple[PublishedBenefit, ...] = ()
    rates: tuple[PublishedRate, ...] = ()
    valid_until: date | None = None


def published(root: Traversable | None = None) -> tuple[DefineProgramme, ...]:
    """The commands that define the programmes of a folder; without one, those of the program.

    Raises MalformedProgramme(file, where, what).
    """
    root = root or resources.files("domain.support") / "programmes"
    files = {one.name: one for one in root.iterdir() if one.name.endswith(".toml")}
    return tuple(
        parse(files[name].read_text(encoding="utf-8"), file=name) for name in sorted(files)
    )


def parse(text: str, *, file: str) -> DefineProgramme:
    """The command that defines the programme of a file. Raises MalformedProgramme."""
    try:
        programme = msgspec.convert(tomllib.loads(text), PublishedProgramme)
    except tomllib.TOMLDecodeError as error:
        raise MalformedProgramme(file=file, where="", what=str(error)) from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        raise MalformedProgramme(file=file, where=where.strip("`"), what=what) from error
    if file != f"{programme.code}.toml":
        _refuse(file, "code", f"is {programme.code!r}; the file must have its name")
    numbers = {source.number for source in programme.sources}
    for where, cited in (
        *((f"benefits.{one.code}", one.source) for one in programme.benefits),
        *((f"rates.{one.benefit}", one.source) for one in programme.rates),
    ):
        if cited not in numbers:
            _refuse(file, where, f"cites {cited!r}, which is not among the sources")
    for rate in programme.rates:
        _check_rate(programme, rate, file)
    return _command(programme)


def _check_rate(programme: PublishedProgramme, rate: PublishedRate, file: str) -> None:
    where = f"rates.{rate.benefit}"
    figures = [one for one in (rate.amount, rate.at_most) if one is not None]
    if bool(figures) == (rate.certainty == "unknown") or len(figures) > 1:
        _refuse(file, where, "has one figure exactly when its certainty is not 'unknown'")
    if rate.benefit not in {one.code for one in programme.benefits}:
        _refuse(file, where, "is the rate of a benefit that is not there")


def _command(programme: PublishedProgramme) -> DefineProgramme:
    return DefineProgramme(
        code=programme.code,
        title=programme.title.vi,
        title_en=programme.title.en,
        level="national",
        area="",
        valid_from=programme.valid_from,
        valid_until=programme.valid_until,
        nodes=tuple(
            Node(one.code, one.parent, one.kind, one.title.vi, one.certainty, one.title.en)
            for one in programme.nodes
        ),
        sources=tuple(
            LegalSource(one.number, one.title, one.certainty, one.signed_on, one.in_force_on)
            for one in programme.sources
        ),
        benefits=tuple(_benefit(one) for one in programme.benefits),
        rates=tuple(_rate(one) for one in programme.rates),
    )


def _benefit(one: PublishedBenefit) -> Benefit:
    return Benefit(
        code=one.code,
        node=one.node,
        title=one.title.vi,
        content=one.content,
        counted=one.counted,
        period=one.period,
        qualification=Qualification(one.classes, one.newly_escaped, one.groups),
        source=one.source,
        certainty=one.certainty,
        title_en=one.title.en,
        note=one.note.vi,
        note_en=one.note.en,
    )


def _rate(one: PublishedRate) -> Rate:
    return Rate(
        benefit=one.benefit,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        per=one.per,
        amount=one.amount,
        at_most=one.at_most,
        source=one.source,
        certainty=one.certainty,
        note=one.note.vi,
        note_en=one.note.en,
    )


def _refuse(file: str, where: str, fault: str) -> NoReturn:
    raise MalformedProgramme(file=file, where=where, what=fault)


def load_published(
    run: Callable[[DefineProgramme, CommandContext], Outcome], actor: Actor, now: datetime
) -> list[str]:
    """Defines the published programmes, or completes them; the codes of those that changed.

    Definitions count from the first day of their programme.
    """
    changed = []
    for command in published():
        context = CommandContext(command.valid_from, actor, uuid4(), now)
        if run(command, context).seq is not None:
            changed.append(command.code)
    return changed
