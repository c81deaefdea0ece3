"""One answer from comparisons with several households, and what of them a person has passed."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.matching.errors import PossibleMatch
from domain.matching.evidence import (
    BIRTH,
    CERTAIN,
    CONTRADICTION,
    IDENTITY_NUMBER,
    MEMBERS,
    NAME,
    NONE,
    NUMBER,
    POSSIBLE,
    VILLAGE,
    Evidence,
)
from domain.matching.matcher import Candidate, _decided
from domain.matching.settlement import Anyway, pass_or_refuse

APART: frozenset[UUID] = frozenset()


def near(*agrees: str) -> Candidate:
    household: Any = SimpleNamespace(id=uuid4())
    return Candidate(household, Evidence(POSSIBLE, agrees))


BY_NAME = near(NAME, BIRTH, VILLAGE)
OTHER = near(NAME, BIRTH)


@pytest.mark.parametrize("kind", [IDENTITY_NUMBER, NUMBER, MEMBERS])
def test_what_holds_by_a_number_or_by_members_is_not_shaken_by_a_namesake(kind: str) -> None:
    strong = near(kind, NAME)
    assert _decided([strong, BY_NAME], [OTHER], [], APART).certain is strong
    two = _decided([strong, near(kind, BIRTH)], [], [], APART)
    assert (two.verdict, two.certain, len(two.candidates)) == (POSSIBLE, None, 2)


def test_what_holds_by_name_and_birth_is_shaken_by_any_other() -> None:
    assert _decided([BY_NAME], [], [], APART).verdict == CERTAIN
    for certain, possible in (([BY_NAME], [OTHER]), ([BY_NAME, OTHER], [])):
        match = _decided(certain, possible, [], APART)
        assert (match.verdict, match.certain) == (POSSIBLE, None)
        assert match.candidates == (BY_NAME, OTHER)


def test_a_contradiction_comes_first_and_nothing_is_none() -> None:
    match = _decided([BY_NAME], [], [OTHER], APART)
    assert (match.verdict, match.candidates[0]) == (CONTRADICTION, OTHER)
    assert _decided([], [], [], frozenset({OTHER.household_id})).verdict == NONE


def test_every_candidate_has_to_be_looked_at() -> None:
    both = (BY_NAME, OTHER)
    with pytest.raises(PossibleMatch):
        pass_or_refuse(both, (), Anyway("khác", frozenset({BY_NAME.household_id})))
    seen = frozenset(one.household_id for one in both)
    passed = pass_or_refuse(both, (), Anyway("khác", seen))
    assert [one.candidate for one in passed] == [one.household_id for one in both]
    assert len(pass_or_refuse(both, ("child_head",), Anyway("khác"))) == 3
