"""Writes the sentence of an event in the reader's language when it is shown.

`sentence` and `changes` know what an event says; the caller gives the names of persons
and units, as it knows what may be shown. Nothing here is stored.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources
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
_CODE_LISTS = {id(list_): name for name, list_ in vars(codes).items() if isinstance(list_, dict)}


class Names(NamedTuple):
    """Look-ups of names: `person` gives a person's name or ERASED, `unit` a unit's name on a day,
    `reveal` the values of something sealed or None."""

    person: Callable[[UUID], str]
    unit: Callable[[str, date], str]
    reveal: Callable[[Personal], PersonalValues | None]


class Changed(Struct, frozen=True):
    """One attribute before and after; `attribute` is a key of `[vi.attributes]`."""

    attribute: str
    before: Value
    after: Value


def sentence(event: e.HouseholdEvent, names: Names, language: str = "vi") -> str:
    """The event in one sentence, "vi" or "en". Raises KeyError for an event without one."""
    return _Writer(names, language).write(event)


def code(list_: dict[str, str], value: str, language: str = "vi") -> str:
    """The word for a code of a list of `domain.households.codes`; the code itself if unknown."""
    if language == "vi":
        return list_.get(value, value)
    name = _CODE_LISTS.get(id(list_), "")
    if name in _TERMS:
        return term(_TERMS[name], value, language)
    words: Mapping[str, str] = _TEXTS[language]["codes"].get(name, {})
    return words.get(value, value)


def attribute(name: str, language: str = "vi") -> str:
    """The word for an attribute that can change."""
    if name in ("no_labour_capacity", "ethnic_minority"):
        return term("flag", name, language)
    words: Mapping[str, str] = _TEXTS[language]["attributes"]
    return words.get(name, name)


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
    """Fills the templates of one language."""

    def __init__(self, names: Names, language: str) -> None:
        self.names, self.language = names, language
        self.templates: Mapping[str, Any] = _TEXTS[language]

    def write(self, event: e.HouseholdEvent) -> str:
        kind = event.TOPIC.removeprefix("household.").partition(":")[0]
        template: str = self.templates[kind]
        if isinstance(event, e.Classified):
            template = self.templates["decisions"].get(_result(event), template)
        text = template.format(**_FIELDS[kind](self, event))
        return text[:1].upper() + text[1:]

    def part(self, name: str, /, **values: object) -> str:
        """A piece of a sentence, or nothing where it would say nothing."""
        if not all(values.values()):
            return ""
        piece: str = self.templates["parts"][name]
        return piece.format(**values)

    def code(self, list_: dict[str, str], value: str) -> str:
        return code(list_, value, self.language)

    def codes(self, list_: dict[str, str], values: Iterable[str]) -> str:
        return "; ".join(self.small(list_, value) for value in values)

    def small(self, list_: dict[str, str], value: str) -> str:
        """The word of a code within a sentence: its first letter small, names as they are."""
        return _lower_first(self.code(list_, value))

    def day(self, day: date | None) -> str:
        if day is None:
            return ""
        return shown(day)

    def number(self, number: int) -> str:
        return f"{number:,}".replace(",", "." if self.language == "vi" else ",")

    def place(self, village: str, area: str, on: date) -> str:
        return ", ".join(part for part in (village, self.names.unit(area, on)) if part)

    def people(self, persons: Iterable[UUID]) -> str:
        return ", ".join(self.names.person(person) for person in persons)

    def attributes(self, event: e.HouseholdEvent) -> str:
        found = dict.fromkeys(one.attribute for one in changes(event, self.names))
        return ", ".join(attribute(name, self.language) for name in found)

    def registered(self, event: e.Registered) -> dict[str, object]:
        origin = "origin_split" if event.split_from else "origin_import"
        told = event.split_from or event.source.startswith("import")
        return {
            "number": self.part("number", number=event.number),
            "place": self.place(event.village, event.area, event.effective_on),
            "persons": len(event.members),
            "head": self.names.person(event.head),
            "origin": self.part(origin) if told else "",
        }

    def standard(self, scope: str) -> str:
        """The title of the local standard of a scope within a sentence; "" for the national one."""
        if scope == NATIONAL:
            return ""
        title = _local_standards().get(scope)
        return _lower_first(title.in_language(self.language)) if title else scope

    def exit(self, event: e.Classified) -> str:
        """The list that the household left, and where it is now."""
        if event.class_ == "near_poor":
            return self.small(codes.EXITS, "to_near_poor")
        return self.part(f"exit_of_{event.class_before}") if event.class_before in LISTED else ""

    def surveyed(self, event: e.Surveyed) -> dict[str, object]:
        figures = {
            "income": None if event.income is None else self.number(event.income),
            "b1": event.b1,
            "b2": event.b2,
            "deprived": None if event.deprived is None else len(event.deprived),
        }
        said = [
            self.templates["parts"][name].format(value=value)
            for name, value in figures.items()
            if value is not None
        ]
        return {
            "surveyor": event.surveyor,
            "figures": self.part("figures", figures=", ".join(said)),
        }

    def classified(self, event: e.Classified) -> dict[str, object]:
        before = event.class_before if event.class_before != event.class_ else ""
        return {
            "class": self.small(codes.CLASSES, event.class_),
            "exit": self.exit(event),
            "scope": self.part("scope", scope=self.standard(event.scope)),
            "before": self.part(
                "before", **{"class": before and self.small(codes.CLASSES, before)}
            ),
            "movement": self.small(codes.MOVEMENTS, event.movement),
            "decision": self.part(
                "decision", number=event.document.number if event.document else ""
            ),
            "override": self.part("override", reason=event.override_reason),
        }

    def support(self, event: e.SupportGranted) -> dict[str, object]:
        if event.amount is not None:
            amount = self.part("money", amount=self.number(event.amount))
        elif event.quantity is not None:
            amount = self.part(
                "quantity", amount=self.number(event.quantity), unit=event.unit or "-"
            )
        else:
            amount = self.part("nothing")
        person = event.person_id
        return {
            "benefit": event.benefit,
            "beneficiary": self.part("beneficiary", person=person and self.names.person(person)),
            "amount": amount,
            "from": self.day(event.period_from),
            "until": self.day(event.period_until),
            "source": self.small(codes.SOURCES, event.source),
            "year": event.funding_year,
        }


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


@cache
def _local_standards() -> dict[str, Text]:
    """The titles of the local standards, by scope."""
    return {one.scope: one.title for one in load_standards() if one.scope != NATIONAL}


def _result(event: e.Classified) -> str:
    """What a decision gives: "class", "exit", or "outside" for neither poor nor near-poor.

    Decision 24/2021/QĐ-TTg has one form for lists of poor and near-poor households and one for
    exits; that a household never was on a list is recognised by neither.
    """
    outside, before = event.class_ in OUTSIDE, event.class_before
    if (outside and before in LISTED) or (before, event.class_) == ("poor", "near_poor"):
        return "exit"
    return "outside" if outside else "class"


def _withdrawn(w: _Writer, event: e.Withdrawal) -> dict[str, object]:
    return {
        "on": w.day(event.effective_on),
        "entry": event.withdraws,
        "reason": event.reason.rstrip(". "),
        "paper": w.part("withdrawal_paper", number=event.document.number if event.document else ""),
    }


def _kind_of_exit(w: _Writer, event: e.LeftPoverty) -> str:
    """What the household left and where it is now: a decision never says "one or the other"."""
    if event.kind == "above_near_poor" and event.class_before in ("poor", "near_poor"):
        return w.part(f"exit_of_{event.class_before}")
    return w.small(codes.EXITS, event.kind)


def _why_papers(w: _Writer, source: str) -> str:
    """Why papers changed, where a person said so: the reason stands in the source."""
    entry, _, why = source.partition(":")
    return f" ({w.small(codes.PAPER_REASONS, why)})" if entry == "entry" and why else ""


_FIELDS: dict[str, Callable[[_Writer, Any], dict[str, object]]] = {
    "registered": _Writer.registered,
    "member_joined": lambda w, event: {
        "person": w.names.person(event.member.person_id),
        "relation": w.small(codes.RELATIONS, event.member.relation),
        "reason": w.small(codes.JOIN_REASONS, event.reason),
    },
    "member_left": lambda w, event: {
        "person": w.names.person(event.person_id),
        "reason": w.small(codes.LEAVE_REASONS, event.reason),
    },
    "member_corrected": lambda w, event: {
        "person": w.names.person(event.person_id),
        "attributes": w.attributes(event),
        "reason": w.small(codes.CORRECTION_REASONS, event.reason),
    },
    "corrected": lambda w, event: {
        "attributes": w.attributes(event),
        "reason": w.small(codes.CORRECTION_REASONS, event.reason),
    },
    "head_changed": lambda w, event: {
        "head": w.names.person(event.head),
        "head_before": w.names.person(event.head_before),
        "reason": w.small(codes.HEAD_REASONS, event.reason),
    },
    "moved": lambda w, event: {
        "place_before": w.place(event.village_before, event.area_before, event.effective_on),
        "place": w.place(event.village, event.area, event.effective_on),
    },
    "split_off": lambda w, event: {
        "persons": len(event.persons),
        "names": w.people(event.persons),
    },
    "merged_into": lambda w, event: {"persons": len(event.persons)},
    "members_received": lambda w, event: {
        "persons": len(event.members),
        "names": w.people(member.person_id for member in event.members),
    },
    "dissolved": lambda w, event: {"reason": w.small(codes.DISSOLVE_REASONS, event.reason)},
    "screened": lambda w, event: {
        "outcome": w.small(codes.SCREENINGS, event.outcome),
        "override": w.part("override", reason=event.override_reason),
    },
    "surveyed": _Writer.surveyed,
    "classified": _Writer.classified,
    "left_poverty": lambda w, event: {
        "kind": _kind_of_exit(w, event),
        "until": w.part("until", until=w.day(event.newly_escaped_until)),
    },
    "causes_recorded": lambda w, event: {"causes": w.codes(codes.CAUSES, event.causes)},
    "needs_recorded": lambda w, event: {"needs": w.codes(codes.NEEDS, event.needs)},
    "plan_agreed": lambda w, event: {
        "goal": event.goal,
        "review": w.part("review", date=w.day(event.review_on)),
    },
    "support_granted": _Writer.support,
    "person_forgotten": lambda w, event: {"legal_basis": event.legal_basis},
    "screening_withdrawn": _withdrawn,
    "survey_withdrawn": _withdrawn,
    "classification_withdrawn": _withdrawn,
    "exit_withdrawn": _withdrawn,
    "causes_withdrawn": _withdrawn,
    "needs_withdrawn": _withdrawn,
    "plan_withdrawn": _withdrawn,
    "support_withdrawn": _withdrawn,
    "matched": lambda w, event: {
        "verdict": w.small(codes.MATCH_VERDICTS, event.verdict),
        "reason": w.part("settled", reason=event.reason),
    },
    "papers_changed": lambda w, event: {
        "person": w.names.person(event.person_id),
        "why": _why_papers(w, event.source),
    },
}
