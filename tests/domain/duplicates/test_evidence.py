"""Evidence of a pair: the same from both sides, and when it says more than what was known."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.duplicates.events import Couple
from domain.duplicates.evidence import PairEvidence, ordered_pair, says_more
from domain.duplicates.pair import pair_id

CODES = ("name", "name_nearly", "birth", "village", "id_number", "not:birth", "not:sex")
ids = st.uuids(version=4)
codes = st.lists(st.sampled_from(CODES), unique=True, max_size=4).map(tuple)
couples = st.lists(st.builds(Couple, ids, ids, codes), max_size=4).map(tuple)
evidences = st.builds(PairEvidence, codes, couples)


@given(ids, ids, evidences)
def test_a_pair_and_its_evidence_are_the_same_from_both_sides(
    household: UUID, other: UUID, evidence: PairEvidence
) -> None:
    if household == other:
        return
    seen = ordered_pair(household, other, evidence)
    assert seen == ordered_pair(other, household, evidence.turned())
    assert seen[0] < seen[1]
    assert pair_id(household, other) == pair_id(other, household)


@given(evidences)
def test_evidence_says_no_more_than_itself(evidence: PairEvidence) -> None:
    assert not says_more(evidence, evidence)


@given(evidences, st.sampled_from(CODES))
def test_one_more_code_for_it_says_more_and_one_against_it_does_not(
    evidence: PairEvidence, code: str
) -> None:
    if code in evidence.households:
        return
    more = PairEvidence((*evidence.households, code), evidence.couples)
    assert says_more(more, evidence) == (not code.startswith("not:"))
    assert says_more(evidence, more) == code.startswith("not:")


@given(evidences, st.builds(Couple, ids, ids, codes))
def test_another_couple_says_more_and_one_less_does_not(
    evidence: PairEvidence, couple: Couple
) -> None:
    if any((one.first, one.second) == (couple.first, couple.second) for one in evidence.couples):
        return
    more = PairEvidence(evidence.households, (*evidence.couples, couple))
    assert says_more(more, evidence)
    assert not says_more(evidence, more)
