"""What grants of a benefit are called agrees with what is refused as a double grant."""

from datetime import date

from hypothesis import given as examples
from hypothesis import strategies as st

from domain.households.double_grants import Grant, NamedBenefit, is_same
from domain.matching.names import fold_name
from domain.support.benefit_names import BenefitDirectory, Wording, named_benefits
from domain.support.load import published
from domain.support.programme import Node

TEXTS = ("gao", "dien", "Gạo", "GẠO ", "Tiền điện", "tiền  ĐIỆN", "nhà", "Chăn ấm")
PROGRAMMES = ("p1", "p2")
DAY = date(2023, 2, 1)
texts = st.sampled_from(TEXTS)


@st.composite
def directories(draw: st.DrawFn) -> BenefitDirectory:
    """Two programmes whose codes and titles are drawn from a few words, so that they collide."""
    found = []
    for programme in PROGRAMMES:
        codes = draw(st.lists(st.sampled_from(("gao", "dien", "nha")), unique=True, max_size=3))
        found.append([
            NamedBenefit(
                programme, code, draw(st.booleans()),
                frozenset({code, *map(fold_name, draw(st.lists(texts, max_size=2)))}),
            )
            for code in codes
        ])  # fmt: skip
    return BenefitDirectory(found)


def is_called(wording: Wording, grant: Grant, programme: str, benefit: str) -> bool:
    """As the list of those who seem to qualify asks its rows."""
    words = fold_name(grant.benefit)
    return (grant.programme, grant.benefit) == (programme, benefit) or (
        words in wording.words
        and (grant.programme, grant.benefit) not in wording.codes
        and (grant.programme, words) not in wording.titles
    )


@examples(
    directories(), st.sampled_from((*PROGRAMMES, "Tết")), texts, st.sampled_from(PROGRAMMES),
    st.sampled_from(("gao", "dien", "nha")),
)  # fmt: skip
def test_a_grant_is_called_as_a_benefit_exactly_where_both_are_one(
    directory: BenefitDirectory, programme: str, text: str, of: str, code: str
) -> None:
    wording = directory.wording(of, code)
    if wording is None:
        assert all(one.benefit != code for one in directory.with_words(code)
                   if one.programme == of)  # fmt: skip
        return
    granted, wanted = (Grant(*names, None, DAY, DAY) for names in ((programme, text), (of, code)))
    assert is_called(wording, granted, of, code) == is_same(granted, wanted, directory.named)


def test_every_published_benefit_is_found_by_its_titles_in_its_programme() -> None:
    known = [
        named_benefits(
            one.code,
            [(one.valid_from, benefit) for benefit in one.benefits],
            {node.code: node for node in one.nodes},
        )
        for one in published()
    ]
    directory = BenefitDirectory(known)
    for programme in published():
        for one in programme.benefits:
            for text in (one.code, one.title, one.title.upper(), one.title_en):
                named = directory.named(programme.code, text)
                assert named is not None, text
                assert named.benefit == one.code, text


def test_a_policy_of_one_benefit_is_found_by_the_title_of_the_policy() -> None:
    (policies,) = (one for one in published() if one.code == "policies")
    benefits = [(policies.valid_from, one) for one in policies.benefits]
    nodes: dict[str, Node] = {one.code: one for one in policies.nodes}
    directory = BenefitDirectory([named_benefits("policies", benefits, nodes)])
    assert [one.benefit for one in directory.with_words("hỗ trợ TIỀN ĐIỆN")] == ["electricity"]
    assert directory.with_words("Bảo hiểm y tế") == []
    assert directory.with_words("...") == []
