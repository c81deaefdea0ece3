"""The questions of form B are data, and so are the tests that read a deprivation from the answers.

Each standard has a file in `form_b`. A question set says for every indicator whether a household is
deprived, not deprived, or whether the answers leave it open; it never guesses. `edition` of a set
is what a survey keeps, so that its deprivations can be worked out again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

import msgspec

from domain.households.events import Answers
from domain.standards.errors import AnswerInvalid, AnswersContradict, QuestionsUnknown
from domain.standards.parts import Certainty, Part, Text

Kind = Literal["yes_no", "count", "whole", "choice"]
State = Literal["deprived", "not_deprived", "not_known"]
DEPRIVED: State = "deprived"
NOT_DEPRIVED: State = "not_deprived"
NOT_KNOWN: State = "not_known"

ASKED = "questions"
"""The answer that names the question set which was asked: "2022-2026@" and its digest."""

Answer = bool | int | str


class Choice(Part, frozen=True):
    """One answer that can be chosen."""

    code: str
    text: Text


class Known(Part, frozen=True):
    """An answer that the record can offer: members from the first age to below the second, as
    their number, or as 0 where there are none."""

    of_age: tuple[int, int]
    as_: Literal["count", "none"] = msgspec.field(name="as")


class Question(Part, frozen=True):
    """One question. `meets` are the choices that count for a test; `most` is the largest number."""

    code: str
    kind: Kind
    text: Text
    certainty: Certainty
    help: Text | None = None
    choices: tuple[Choice, ...] = ()
    meets: tuple[str, ...] = ()
    most: int = 9
    known: Known | None = None
    note: str = ""

    def accepts(self, answer: object) -> bool:
        """Whether an answer is one that the question can have."""
        if self.kind == "yes_no":
            return isinstance(answer, bool)
        if self.kind == "choice":
            return isinstance(answer, str) and any(answer == one.code for one in self.choices)
        return type(answer) is int and 0 <= answer <= self.most

    def met(self, answer: Answer) -> bool:
        """Whether an answer counts for a test: yes, one or more, or a choice of `meets`."""
        if self.kind == "choice":
            return answer in self.meets
        return int(answer) > 0


class IndicatorTest(Part, frozen=True):
    """The test of one indicator; `form_b/2022-2026.toml` says what each kind reads."""

    indicator: str
    test: Literal["at_least", "fewer_than", "share_above", "per_person_below"]
    of: tuple[str, ...]
    bound: int
    whole: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The codes of all questions that the test reads."""
        return (*self.of, self.whole) if self.whole else self.of


class QuestionSet(Part, frozen=True, dict=True):
    """The questions of one standard with their tests; `missing` says why there are none."""

    standard: str
    form: str
    questions: tuple[Question, ...]
    tests: tuple[IndicatorTest, ...]
    missing: Text | None = None

    @cached_property
    def by_code(self) -> Mapping[str, Question]:
        """The questions by their codes."""
        return {one.code: one for one in self.questions}

    @cached_property
    def edition(self) -> str:
        """The standard's id, "@", and the SHA-256 hex digest of what decides."""
        return f"{self.standard}@{hashlib.sha256(self.canonical()).hexdigest()}"

    def canonical(self) -> bytes:
        """The bytes that the digest is taken of: codes, choices, bounds and tests, but no texts."""
        questions = [
            [one.code, one.kind, one.most, [c.code for c in one.choices], list(one.meets)]
            for one in self.questions
        ]
        tests = [
            [one.indicator, one.test, list(one.of), one.whole, one.bound] for one in self.tests
        ]
        content = {"standard": self.standard, "questions": questions, "tests": tests}
        return msgspec.json.encode(content, order="deterministic")

    def answered(self, answers: Answers) -> dict[str, Answer]:
        """The answers to its own questions. Raises AnswerInvalid for one that it cannot have."""
        found: dict[str, Answer] = {}
        for code, question in self.by_code.items():
            answer = answers.get(code)
            if answer is None:
                continue
            if not question.accepts(answer) or not isinstance(answer, bool | int | str):
                raise AnswerInvalid(question=code)
            found[code] = answer
        return found

    def states(self, answers: Answers) -> dict[str, State]:
        """Each indicator with what the answers say of it. Raises AnswerInvalid."""
        answered = self.answered(answers)
        return {one.indicator: self._state(one, answered) for one in self.tests}

    def deprivations(
        self, answers: Answers, given: Iterable[str] | None
    ) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The deprivations of a survey, and the indicators that are left open.

        `given` are the deprivations that were entered, None where they were not: they settle what
        the answers leave open. Raises AnswersContradict where they say otherwise.
        """
        states = self.states(answers)
        open_ = tuple(name for name, state in states.items() if state == NOT_KNOWN)
        found = {name for name, state in states.items() if state == DEPRIVED}
        if given is None:
            return (None if open_ else tuple(sorted(found))), open_
        entered = set(given)
        wrong = sorted(
            name
            for name, state in states.items()
            if state != NOT_KNOWN and (state == DEPRIVED) != (name in entered)
        )
        if wrong:
            raise AnswersContradict(indicators=wrong)
        return tuple(sorted(entered)), open_

    def _state(self, test: IndicatorTest, answered: Mapping[str, Answer]) -> State:
        if test.whole:
            return self._ratio(test, answered)
        met = sum(self.by_code[code].met(answered[code]) for code in test.of if code in answered)
        most = met + sum(code not in answered for code in test.of)
        # Met by what is answered already, or out of reach whatever the rest may be.
        reached, reachable = met >= test.bound, most >= test.bound
        if reached != reachable:
            return NOT_KNOWN
        return DEPRIVED if reached == (test.test == "at_least") else NOT_DEPRIVED

    def _ratio(self, test: IndicatorTest, answered: Mapping[str, Answer]) -> State:
        if any(code not in answered for code in test.reads):
            return NOT_KNOWN
        whole, part = int(answered[test.whole]), sum(int(answered[code]) for code in test.of)
        if whole == 0:
            raise AnswerInvalid(question=test.whole)
        if test.test == "share_above":
            if part > whole:
                raise AnswerInvalid(question=test.of[-1])
            return DEPRIVED if part * 100 > test.bound * whole else NOT_DEPRIVED
        return DEPRIVED if part < test.bound * whole else NOT_DEPRIVED


class QuestionSets:
    """All question sets: by standard, and by edition where a file was changed."""

    def __init__(self, current: Iterable[QuestionSet], earlier: Iterable[QuestionSet] = ()) -> None:
        self._current = {one.standard: one for one in current}
        self._editions = {one.edition: one for one in (*earlier, *self._current.values())}

    def of(self, standard_id: str) -> QuestionSet | None:
        """The questions of a standard as they are now; None where it has no file."""
        return self._current.get(standard_id)

    def edition(self, edition: str) -> QuestionSet:
        """The very questions that were asked. Raises QuestionsUnknown."""
        try:
            return self._editions[edition]
        except KeyError:
            raise QuestionsUnknown(questions=edition) from None
