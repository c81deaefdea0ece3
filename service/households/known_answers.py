"""Answers of form B that the record offers: how many members are of which ages on a day.

A member whose age is not certain (no birth, or a year alone at the edge of an age group) makes the
number unknown, and nothing is offered. The surveyor confirms what is offered.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from domain.standards.questions import Question, QuestionSet

Ages = tuple[int, int]
"""The youngest and the oldest that a member can be, in full years."""


def known_answers(
    asked: QuestionSet, members: Iterable[Mapping[str, Any]], on: date
) -> dict[str, int]:
    """The answers that the members' ages give on a day, by question."""
    ages = [ages_of(one.get("birth_date"), one.get("birth_year"), on) for one in members]
    found = {one.code: _offered(one, ages) for one in asked.questions}
    return {code: answer for code, answer in found.items() if answer is not None}


def ages_of(birth_date: str | date | None, birth_year: int | None, on: date) -> Ages | None:
    """The ages that a person can have on a day; None where nothing is known."""
    if birth_date:
        born = date.fromisoformat(birth_date) if isinstance(birth_date, str) else birth_date
        years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return years, years
    if birth_year is None:
        return None
    return max(on.year - birth_year - 1, 0), max(on.year - birth_year, 0)


def _offered(question: Question, ages: list[Ages | None]) -> int | None:
    if question.known is None:
        return None
    least, below = question.known.of_age
    if least == 0 and below > 150:  # every member, of whatever age
        return len(ages) or None
    inside = 0
    for one in ages:
        if one is None:
            return None
        youngest, oldest = (least <= age < below for age in one)
        if youngest != oldest or (one[0] < least and one[1] >= below):
            return None
        inside += youngest
    if question.known.as_ == "none":
        return None if inside else 0
    return min(inside, question.most)
