"""Reads the standards from their files and refuses by name what does not make sense."""

import itertools
import operator
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NoReturn

import msgspec

from domain.standards.errors import MalformedStandard
from domain.standards.parts import Figure, Line
from domain.standards.questions import QuestionSet, QuestionSets
from domain.standards.standard import CLASSES, NATIONAL, Standard, Standards

FOLDERS = ("national", "local")
EARLIER = "earlier"
QUESTIONS = "form_b"


def load_standards(root: Traversable | None = None) -> Standards:
    """All standards under `root`: national/, local/ and, for replaced editions, earlier/.

    Without `root`, those that come with the program. Raises MalformedStandard(file, where, what).
    """
    root = root or resources.files("domain.standards")
    named = [item for folder in FOLDERS for item in _read(root / folder)]
    by_id = {standard.id: standard for _, standard in named}
    current = [_with_indicators(name, standard, by_id) for name, standard in named]
    _check_together(named)
    earlier = [_with_indicators(name, standard, by_id) for name, standard in _read(root / EARLIER)]
    return Standards(current, earlier, _question_sets(root / QUESTIONS, current))


def parse(text: str, *, file: str) -> Standard:
    """One standard from the text of its file. Raises MalformedStandard."""
    try:
        standard = msgspec.convert(tomllib.loads(text), Standard)
    except tomllib.TOMLDecodeError as error:
        raise MalformedStandard(file=file, where="", what=str(error)) from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        raise MalformedStandard(file=file, where=where.strip("`"), what=what) from error
    _check(standard, file)
    return standard


def _read(folder: Traversable) -> Iterator[tuple[str, Standard]]:
    for name, text in _texts(folder):
        yield name, parse(text, file=name)


def _question_sets(folder: Traversable, standards: Iterable[Standard]) -> QuestionSets:
    """The questions of form B, which a local standard shares with the national one it names."""
    indicators = {one.id: one.indicator_codes for one in standards}
    current = [_questions(name, text, indicators) for name, text in _texts(folder)]
    earlier = [_questions(name, text, indicators) for name, text in _texts(folder / EARLIER)]
    return QuestionSets(current, earlier)


def _questions(file: str, text: str, indicators: Mapping[str, frozenset[str]]) -> QuestionSet:
    try:
        found = msgspec.convert(tomllib.loads(text), QuestionSet)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MalformedStandard(file=file, where="", what=str(error)) from error
    if found.standard not in indicators:
        _refuse(file, "standard", f"names {found.standard!r}, which is not there")
    if len(found.by_code) != len(found.questions):
        _refuse(file, "questions", "repeat a code")
    for question in found.questions:
        choices = {one.code for one in question.choices}
        if (question.kind == "choice") != bool(choices) or not choices >= set(question.meets):
            _refuse(file, f"questions.{question.code}", "has choices exactly where it is a choice")
    for test in found.tests:
        if test.indicator not in indicators[found.standard]:
            _refuse(file, "tests", f"name {test.indicator!r}, which is no indicator")
        if not set(found.by_code) >= set(test.reads):
            _refuse(file, f"tests.{test.indicator}", "reads a question that is not there")
        if bool(test.whole) != (test.test in ("share_above", "per_person_below")):
            _refuse(file, f"tests.{test.indicator}", "has a whole exactly where it is a ratio")
    if bool(found.questions) == bool(found.missing):
        _refuse(file, "missing", "is said exactly where there are no questions")
    return found


def _texts(folder: Traversable) -> Iterator[tuple[str, str]]:
    if folder.is_dir():
        for item in sorted(folder.iterdir(), key=lambda item: item.name):
            if item.name.endswith(".toml"):
                yield item.name, item.read_text(encoding="utf-8")


def _with_indicators(file: str, standard: Standard, by_id: dict[str, Standard]) -> Standard:
    """A local standard may use the indicators of a national one by name."""
    if not standard.indicators_from:
        return standard
    if standard.indicators or standard.indicators_from not in by_id:
        _refuse(file, "indicators_from", "names no standard, or the file lists its own indicators")
    lent = by_id[standard.indicators_from].indicators
    return msgspec.structs.replace(standard, indicators=lent)


def _check(standard: Standard, file: str) -> None:
    if standard.valid_from and standard.valid_until and standard.valid_until < standard.valid_from:
        _refuse(file, "valid_until", "ends before it begins")
    if (standard.scope == NATIONAL) == bool(standard.base):
        _refuse(file, "base", "a local standard names the national one it stands beside")
    numbers = {source.number for source in standard.sources}
    for where, number in _cited(standard):
        if number not in numbers:
            _refuse(file, where, f"cites {number!r}, which is not among the sources")
    for where, figure in _figures(standard):
        if (figure.value is None) != (figure.certainty == "unknown"):
            _refuse(file, where, "has a value exactly when its certainty is not 'unknown'")
        if figure.value is not None and figure.value < 0:
            _refuse(file, where, "is below zero")
    _check_rule(standard, file)
    _check_indicators(standard, file)


def _check_rule(standard: Standard, file: str) -> None:
    rule = standard.rule
    for index, tier in enumerate(rule.tiers):
        where = f"rule.tiers[{index}]"
        if tier.line not in standard.lines:
            _refuse(file, where, f"names the line {tier.line!r}, which is not there")
        by_deprivation = (tier.deprived, tier.otherwise)
        if (tier.class_ is None) == (by_deprivation == (None, None)) or (
            tier.class_ is None and None in by_deprivation
        ):
            _refuse(file, where, "gives either `class`, or `deprived` and `otherwise`")
        for class_ in (tier.class_, *by_deprivation):
            if class_ is not None and class_ not in CLASSES:
                _refuse(file, where, f"gives {class_!r}, which is not a class")
        line = standard.lines[tier.line]
        for kind, figures in (("income", line.income), ("score", line.score)):
            if set(figures) != set(standard.area_types):
                _refuse(file, f"lines.{tier.line}.{kind}", "must name every area type, no other")
    if not rule.tiers or rule.above not in CLASSES:
        _refuse(file, "rule", "needs tiers, and a class above them all")
    for area in standard.area_types:
        for steps in (standard.income_steps[area], standard.score_steps[area]):
            # Compared per year, as lines of one rule may be stated per month and per year.
            bounds = [12 // s.times * s.bound for s in steps if s.bound is not None]
            if any(low >= high for low, high in itertools.pairwise(bounds)):
                _refuse(file, "rule.tiers", f"lines do not rise from tier to tier in {area}")


def _check_indicators(standard: Standard, file: str) -> None:
    count = standard.rule.indicator_count.value
    if standard.indicators and count not in (None, len(standard.indicators)):
        _refuse(file, "indicators", f"are {len(standard.indicators)}, the rule says {count}")
    codes = Counter(indicator.code for indicator in standard.indicators)
    repeated = sorted(code for code, times in codes.items() if times > 1)
    if repeated:
        _refuse(file, "indicators", f"repeat the code {repeated[0]!r}")
    for indicator in standard.indicators:
        definition = indicator.deprived_when
        if bool(definition.vi and definition.en) == (definition.certainty == "unknown"):
            _refuse(
                file,
                f"indicators.{indicator.code}",
                "is defined in both languages exactly when its certainty is not 'unknown'",
            )


def _check_together(named: Iterable[tuple[str, Standard]]) -> None:
    seen: dict[str, str] = {}
    for file, standard in named:
        if file != f"{standard.id}.toml":
            _refuse(file, "id", f"is {standard.id!r}; the file must bear its name")
        if standard.id in seen:
            _refuse(file, "id", f"is already that of {seen[standard.id]}")
        seen[standard.id] = file
    ids = set(seen)
    for file, standard in named:
        for base in standard.base:
            if base not in ids:
                _refuse(file, "base", f"names {base!r}, which is not there")
    dated = sorted(
        (
            (s.scope, s.valid_from, s.valid_until or date.max, file)
            for file, s in named
            if s.valid_from
        ),
        key=operator.itemgetter(0, 1, 2),
    )
    for (scope, _, until, _), (next_scope, since, _, file) in itertools.pairwise(dated):
        if scope == next_scope and since <= until:
            _refuse(file, "valid_from", f"begins while another standard of {scope} is in force")


def _cited(standard: Standard) -> Iterator[tuple[str, str]]:
    """(place in the file, number of the legal text) of everything that cites one."""
    yield "rule.source", standard.rule.source
    if standard.rule.score_source:
        yield "rule.score_source", standard.rule.score_source
    if standard.after_exit.newly_escaped_source:
        yield "after_exit.newly_escaped_source", standard.after_exit.newly_escaped_source
    for name, line in standard.lines.items():
        yield f"lines.{name}.source", line.source
        if line.score_source:
            yield f"lines.{name}.score_source", line.score_source


def _figures(standard: Standard) -> Iterator[tuple[str, Figure]]:
    """(place in the file, figure) of every figure."""
    for name, line in standard.lines.items():
        yield from _figures_of_line(name, line)
    rule, after = standard.rule, standard.after_exit
    yield "rule.deprived_at_least", rule.deprived_at_least
    yield "rule.points_at_least", rule.points_at_least
    yield "rule.points_per_indicator", rule.points_per_indicator
    yield "rule.indicator_count", rule.indicator_count
    yield "after_exit.newly_escaped_months", after.newly_escaped_months
    yield "after_exit.re_poverty_look_back_months", after.re_poverty_look_back_months


def _figures_of_line(name: str, line: Line) -> Iterator[tuple[str, Figure]]:
    for kind, figures in (("income", line.income), ("score", line.score)):
        for area, figure in figures.items():
            yield f"lines.{name}.{kind}.{area}", figure


def _refuse(file: str, where: str, fault: str) -> NoReturn:
    raise MalformedStandard(file=file, where=where, what=fault)
