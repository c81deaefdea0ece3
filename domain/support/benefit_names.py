"""Finds the benefit of a programme that a grant names, by its code or by words of a title."""

from collections.abc import Callable
from uuid import UUID

from domain.households.double_grants import BenefitNames, NamedBenefit
from domain.matching.names import fold_name
from domain.support.programme import Programme, programme_id


def benefit_names(load: Callable[[UUID], object]) -> BenefitNames:
    """Looks benefits up in the programmes that `load` gives by id, each programme once."""
    known: dict[str, list[NamedBenefit]] = {}

    def named(programme: str, benefit: str) -> NamedBenefit | None:
        if programme not in known:
            found = load(programme_id(programme))
            known[programme] = _benefits(found) if isinstance(found, Programme) else []
        folded = fold_name(benefit)
        by_code = (one for one in known[programme] if one.benefit == benefit)
        by_title = (one for one in known[programme] if folded in one.words)
        return next(by_code, None) or next(by_title, None)

    return named


def _benefits(programme: Programme) -> list[NamedBenefit]:
    """Each benefit by its code; words of earlier definitions name it too, the last one counts.

    A policy that gives one benefit alone ("Hỗ trợ tiền điện") names it by its own title.
    """
    found: dict[str, NamedBenefit] = {}
    of_node: dict[str, set[str]] = {}
    for _since, one in programme.definitions:
        of_node.setdefault(one.node, set()).add(one.code)
    for _since, one in programme.definitions:
        texts = [one.code, one.title, one.title_en]
        if of_node[one.node] == {one.code}:
            texts += [programme.nodes[one.node].title, programme.nodes[one.node].title_en]
        words = {fold_name(text) for text in texts if text}
        before = found[one.code].words if one.code in found else frozenset()
        once = one.period == "once" and one.counted != "turn"
        found[one.code] = NamedBenefit(programme.code, one.code, once, before | words)
    return list(found.values())
