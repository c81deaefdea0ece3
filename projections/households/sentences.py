"""Writes the sentence of an event in the reader's language when it is shown.

`sentence` and `changes` know what an event says; the caller gives the names of persons
and units, as it knows what may be shown. Nothing here is stored. The texts are one table by event,
`sentences.toml`; what its fields alone do not say is written by a function here.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from operator import attrgetter
from string import Formatter
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct

from domain.calendar import shown
from domain.eventstore.personal import Personal, PersonalValues
from domain.households import codes
from domain.households import events as e
from domain.households.codes import LISTED
from domain.standards import NATIONAL, load_standards
from domain.standards.parts import Text
from domain.support.load import published as published_programmes
from domain.terms import term

LANGUAGES = ("vi", "en")
OUTSIDE = ("not_poor", "not_listed")
ERASED = "[đã xoá]"  # a value of the API: its spelling stays
Value = str | int | bool | None

_TEXTS: dict[str, Any] = tomllib.loads(
    resources.files("projections.households").joinpath("sentences.toml").read_text(encoding="utf-8")
)
_ATTRIBUTE_CODES = {
    "relation": codes.RELATIONS,
    "sex": codes.SEXES,
    "residence": codes.RESIDENCES,
    "class": codes.CLASSES,
}
# Code lists whose terms are in the one catalogue of legal terms.
_TERMS = {"CLASSES": "class", "MOVEMENTS": "movement", "EXITS": "exit"}
_CODES: dict[str, dict[str, str]] = {
    name: list_ for name, list_ in vars(codes).items() if isinstance(list_, dict)
}
_CODE_LISTS = {id(list_): name for name, list_ in _CODES.items()}
# What a reader can filter the history by: the topics of events, by group.
GROUPS: dict[str, tuple[str, ...]] = {
    group: tuple(f"household.{kind}" for kind, said in _TEXTS["events"].items()
                 if group in said["groups"])
    for group in _TEXTS["groups"]
}  # fmt: skip


class Names(NamedTuple):
    """Look-ups of names: `person` gives a person's name or ERASED, `unit` a unit's name on a day,
    `reveal` the values of something sealed or None."""

    person: Callable[[UUID], str]
    unit: Callable[[str, date], str]
    reveal: Callable[[Personal], PersonalValues | None]


class Changed(Struct, frozen=True):
    """One attribute before and after; `attribute` is a key of `[attributes]`."""

    attribute: str
    before: Value
    after: Value


def sentence(event: e.HouseholdEvent, names: Names, language: str = "vi") -> str:
    """The event in one sentence, "vi" or "en". Raises KeyError for an event without one."""
    text = _Writer(event, names, language).write()
    return text[:1].upper() + text[1:]


def code(list_: dict[str, str], value: str, language: str = "vi") -> str:
    """The word for a code of a list of `domain.households.codes`; the code itself if unknown."""
    if language == "vi":
        return list_.get(value, value)
    name = _CODE_LISTS.get(id(list_), "")
    if name in _TERMS:
        return term(_TERMS[name], value, language)
    words: Mapping[str, str] = _TEXTS["en"]["codes"].get(name, {})
    return words.get(value, value)


def attribute(name: str, language: str = "vi") -> str:
    """The word for an attribute that can change."""
    if name in ("no_labour_capacity", "ethnic_minority"):
        return term("flag", name, language)
    words: Mapping[str, str] = _TEXTS["attributes"].get(name, {})
    return words.get(language, name)


def title(kind: str, language: str = "vi") -> str:
    """The short title of a kind of event ("surveyed"); the kind itself if unknown."""
    said: dict[str, Any] = _TEXTS["events"].get(kind, {})
    return str(said["title"][language]) if said else kind


def groups(language: str = "vi") -> dict[str, str]:
    """The groups of `GROUPS` with their names, in order."""
    return {name: said[language] for name, said in _TEXTS["groups"].items()}


def changes(event: e.HouseholdEvent, names: Names) -> tuple[Changed, ...]:
    """The changes that an event made, codes as they are, sealed values opened."""
    match event:
        case e.MemberCorrected() | e.HouseholdCorrected():
            return tuple(one for change in event.changes for one in _opened(change, names))
        case e.PapersChanged():
            return tuple(_opened(e.Change("private", event.before, event.after), names))
        case e.HeadChanged():
            before, after = names.person(event.head_before), names.person(event.head)
            return (Changed("head", before, after),)
        case e.Moved():
            on = event.effective_on
            areas = names.unit(event.area_before, on), names.unit(event.area, on)
            moved = (("area", *areas), ("village", event.village_before, event.village))
            return tuple(Changed(*one) for one in moved if one[1] != one[2])
        case e.Classified() if event.class_before != event.class_:
            return (Changed("class", event.class_before, event.class_),)
        case e.MemberJoined():
            return (Changed("member", None, names.person(event.member.person_id)),)
        case e.MemberLeft():
            return (Changed("member", names.person(event.person_id), None),)
        case e.SplitOff() | e.MergedInto():
            return tuple(Changed("member", names.person(one), None) for one in event.persons)
        case e.MembersReceived():
            came = [names.person(one.person_id) for one in event.members]
            return tuple(Changed("member", None, name) for name in came)
    return ()


def _opened(change: e.Change, names: Names) -> Iterable[Changed]:
    """A sealed attribute holds several: those that differ."""
    if not isinstance(change.before, Personal) and not isinstance(change.after, Personal):
        yield Changed(change.attribute, change.before, change.after)
        return
    before, after = _values(change.before, names), _values(change.after, names)
    if before is None or after is None:
        yield Changed(
            change.attribute,
            ERASED if before is None else None,
            ERASED if after is None else None,
        )
        return
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield Changed(key, before.get(key), after.get(key))


def _values(value: e.CorrectedValue, names: Names) -> PersonalValues | None:
    return names.reveal(value) if isinstance(value, Personal) else {}


class _Writer:
    """Fills the texts about one event in one language."""

    def __init__(self, event: e.HouseholdEvent, names: Names, language: str) -> None:
        self.event, self.names, self.language = event, names, language
        self.kind = event.TOPIC.removeprefix("household.").partition(":")[0]

    def write(self) -> str:
        said: dict[str, Any] = _TEXTS["events"][self.kind]
        if isinstance(self.event, e.Classified):
            said = said.get(_result(self.event), said)
        return "".join(self.pieces(said[self.language]))

    def part(self, name: str) -> str:
        """A part of a sentence, or nothing where one of its places says nothing."""
        found = list(self.pieces(_TEXTS["parts"][name][self.language]))
        return "".join(found) if all(found) else ""

    def pieces(self, text: str) -> Iterable[str]:
        """The text, cut at its places and with these filled."""
        for between, place, how, _ in Formatter().parse(text):
            if between:
                yield between
            if place is not None:
                yield self.place(place, how or "")

    def place(self, name: str, how: str) -> str:
        special = _SPECIAL.get((self.kind, name)) or _OF_ANY.get(name)
        if special:
            return special(self, self.event)
        if name in _TEXTS["parts"]:
            return self.part(name)
        field, _dot, within = name.partition(".")
        value = getattr(self.event, field)
        return self.said(attrgetter(within)(value) if within and value is not None else value, how)

    def said(self, value: object, how: str) -> str:
        """A value as its place asks: a code by the name of its list, a "count", a "number"."""
        match value:
            case None:
                return ""
            case tuple() if how == "count":
                return str(len(value))
            case int() if how == "number":
                return f"{value:,}".replace(",", "." if self.language == "vi" else ",")
            case tuple():
                return ("; " if how else ", ").join(self.said(one, how) for one in value)
            case str() if how:
                return self.small(_CODES[how], value)
            case date():
                return shown(value)
            case UUID():
                return self.names.person(value)
            case e.Member():
                return self.names.person(value.person_id)
        return str(value)

    def small(self, list_: dict[str, str], value: str) -> str:
        """The word of a code within a sentence: its first letter small, names as they are."""
        return _lower_first(code(list_, value, self.language))

    def home(self, village: str, area: str) -> str:
        unit = self.names.unit(area, self.event.effective_on)
        return ", ".join(part for part in (village, unit) if part)

    def attributes(self) -> str:
        found = dict.fromkeys(one.attribute for one in changes(self.event, self.names))
        return ", ".join(attribute(name, self.language) for name in found)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


@cache
def _local_standards() -> dict[str, Text]:
    """The titles of the local standards, by scope."""
    return {one.scope: one.title for one in load_standards() if one.scope != NATIONAL}


def _result(event: e.Classified) -> str:
    """The kind of a decision: "class", "exit", or "outside" for neither poor nor near-poor.

    Decision 24/2021/QĐ-TTg has one form for lists of poor and near-poor households and one for
    exits; that a household never was on a list is recognised by neither.
    """
    outside, before = event.class_ in OUTSIDE, event.class_before
    if (outside and before in LISTED) or (before, event.class_) == ("poor", "near_poor"):
        return "exit"
    return "outside" if outside else "class"


def _origin(w: _Writer, event: e.Registered) -> str:
    if event.split_from:
        return w.part("origin_split")
    return w.part("origin_import") if event.source.startswith("import") else ""


def _figures_found(w: _Writer, _event: e.Surveyed) -> str:
    parts = ("income_found", "b1_points", "b2_points", "deprivations")
    return ", ".join(said for name in parts if (said := w.part(name)))


def _local_standard(w: _Writer, event: e.Classified) -> str:
    """The title of the local standard within a sentence; "" for the national one."""
    if event.scope == NATIONAL:
        return ""
    found = _local_standards().get(event.scope)
    return _lower_first(found.in_language(w.language)) if found else event.scope


def _former_class(w: _Writer, event: e.Classified) -> str:
    before = event.class_before
    return w.small(codes.CLASSES, before) if before and before != event.class_ else ""


def _exit(w: _Writer, event: e.Classified) -> str:
    """The list that the household left, and where it is now."""
    if event.class_ == "near_poor":
        return w.small(codes.EXITS, "to_near_poor")
    return w.part(f"exit_of_{event.class_before}") if event.class_before in LISTED else ""


def _kind_of_exit(w: _Writer, event: e.LeftPoverty) -> str:
    """The list that it left and where it is now: a decision never says "one or the other"."""
    if event.kind == "above_near_poor" and event.class_before in LISTED:
        return w.part(f"exit_of_{event.class_before}")
    return w.small(codes.EXITS, event.kind)


@cache
def _published_benefits() -> dict[tuple[str, str], tuple[str, str]]:
    """The Vietnamese and the English title of each published benefit, by programme and code."""
    return {
        (programme.code, one.code): (one.title, one.title_en or one.title)
        for programme in published_programmes()
        for one in programme.benefits
    }


def benefit(programme: str, code: str, language: str) -> str:
    """The title of a published benefit; what was typed or coded where there is none."""
    titles = _published_benefits().get((programme, code))
    return code if titles is None else titles[language == "en"]


def _granted(w: _Writer, event: e.SupportGranted) -> str:
    if event.amount is not None:
        return w.part("money")
    return w.part("goods" if event.quantity is not None else "nothing")


def _why_papers(w: _Writer, event: e.PapersChanged) -> str:
    """The reason of other papers, where a person said so: it stands in the source."""
    entry, _, why = event.source.partition(":")
    return f" ({w.small(codes.PAPER_REASONS, why)})" if entry == "entry" and why else ""


# Withdrawals of entries, whose reason is free text.
_WITHDRAWALS = [
    one.TOPIC.removeprefix("household.").partition(":")[0] for one in e.Withdrawal.__subclasses__()
]
_Special = Callable[[_Writer, Any], str]

# Places that say more than a field of their event: of any event, and by kind of event.
_OF_ANY: dict[str, _Special] = {
    "place": lambda w, event: w.home(event.village, event.area),
    "place_before": lambda w, event: w.home(event.village_before, event.area_before),
    "attributes": lambda w, _event: w.attributes(),
}
_SPECIAL: dict[tuple[str, str], _Special] = {
    ("registered", "origin"): _origin,
    ("surveyed", "found"): _figures_found,
    ("classified", "local_standard"): _local_standard,
    ("classified", "former_class"): _former_class,
    ("classified", "exit"): _exit,
    ("left_poverty", "exit"): _kind_of_exit,
    ("support_granted", "benefit"): lambda w, event: benefit(
        event.programme, event.benefit, w.language
    ),
    ("support_granted", "granted"): _granted,
    ("support_granted", "unit"): lambda _w, event: event.unit or "-",
    ("papers_changed", "why"): _why_papers,
    **{(kind, "reason"): lambda _w, event: event.reason.rstrip(". ") for kind in _WITHDRAWALS},
}
