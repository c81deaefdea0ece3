"""Finds the benefits of programmes that a grant names, by code or by words of a title.

A process keeps the names of its database in memory. Programmes change a few times a year and are
asked for at every grant, so each look counts their events, and loads only those that have new ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from uuid import UUID

from domain.eventstore.mapper import StateMapper, aggregate_of
from domain.eventstore.postgres import Pool, autocommitting
from domain.eventstore.recorder import PostgresRecorder
from domain.households.double_grants import NamedBenefit
from domain.matching.names import fold_name
from domain.support.programme import Benefit, Node, Programme

# Word for word the condition of the index programme_events, or it is not used.
_COUNTED = (
    b"select originator_id, count(*) from store.events where topic like 'programme.%' group by 1"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for one benefit in grants: `words`, folded, in whatever programme.

    Not where a programme has another benefit of that code (`codes` of programme and code) or of
    those words (`titles` of programme and words). Of `once` there is one grant for good.
    """

    once: bool
    words: frozenset[str]
    codes: frozenset[tuple[str, str]] = frozenset()
    titles: frozenset[tuple[str, str]] = frozenset()


class BenefitDirectory:
    """The benefits of programmes, by what grants call them."""

    def __init__(self, programmes: Iterable[Sequence[NamedBenefit]]) -> None:
        """`programmes` are the benefits of each programme, in the order of their definition."""
        self._programmes = {of[0].programme: list(of) for of in programmes if of}

    def named(self, programme: str, benefit: str) -> NamedBenefit | None:
        """The benefit of the programme of this code that has this code, else these words."""
        known = self._programmes.get(programme, ())
        folded = fold_name(benefit)
        by_code = (one for one in known if one.benefit == benefit)
        by_title = (one for one in known if folded in one.words)
        return next(by_code, None) or next(by_title, None)

    def with_words(self, benefit: str) -> list[NamedBenefit]:
        """The benefits of all programmes that have these words as code or title."""
        folded = fold_name(benefit)
        return [one for of in self._programmes.values() for one in of if folded in one.words]

    def wording(self, programme: str, benefit: str) -> Wording | None:
        """The words for a benefit in grants; None where no programme has that benefit."""
        wanted = next(
            (one for one in self._programmes.get(programme, ()) if one.benefit == benefit), None
        )
        if wanted is None:
            return None
        codes, titles = set(), set()
        for code, known in self._programmes.items():
            for one in known:
                if one != wanted and fold_name(one.benefit) in wanted.words:
                    codes.add((code, one.benefit))
            for words in wanted.words:
                first = next((one for one in known if words in one.words), None)
                if first not in (None, wanted):
                    titles.add((code, words))
        return Wording(wanted.once, wanted.words, frozenset(codes), frozenset(titles))


def named_benefits(
    programme: str, definitions: Iterable[tuple[date, Benefit]], nodes: Mapping[str, Node]
) -> list[NamedBenefit]:
    """Each benefit by its code; words of earlier definitions name it too, the last one counts.

    A policy that gives one benefit alone ("Hỗ trợ tiền điện") names it by its own title.
    """
    found: dict[str, NamedBenefit] = {}
    of_node: dict[str, set[str]] = {}
    defined = list(definitions)
    for _since, one in defined:
        of_node.setdefault(one.node, set()).add(one.code)
    for _since, one in defined:
        texts = [one.code, one.title, one.title_en]
        if of_node[one.node] == {one.code}:
            texts += [nodes[one.node].title, nodes[one.node].title_en]
        words = {folded for text in texts if (folded := fold_name(text))}
        before = found[one.code].words if one.code in found else frozenset()
        once = one.period == "once" and one.counted != "turn"
        found[one.code] = NamedBenefit(programme, one.code, once, before | words)
    return list(found.values())


class BenefitDirectoryCache:
    """The benefits of one database, by what grants call them. Safe to share between threads."""

    def __init__(self, pool: Pool, recorder: PostgresRecorder, mapper: StateMapper) -> None:
        self._pool = pool
        self._recorder = recorder
        self._mapper = mapper
        self._lock = Lock()
        self._events: dict[UUID, int] = {}
        self._benefits: dict[UUID, list[NamedBenefit]] = {}
        self._directory = BenefitDirectory(())

    def directory(self) -> BenefitDirectory:
        """The benefits of all programmes as they are now."""
        with self._lock:
            with autocommitting(self._pool) as conn:
                counted: dict[UUID, int] = dict(conn.execute(_COUNTED).fetchall())
            changed = [id_ for id_, count in counted.items() if self._events.get(id_) != count]
            for id_, events in self._recorder.select_histories(changed).items() if changed else ():
                found: object = aggregate_of(map(self._mapper.to_domain_event, events))
                if isinstance(found, Programme):
                    self._benefits[id_] = named_benefits(found.code, found.definitions, found.nodes)
                self._events[id_] = len(events)
            if changed:
                self._directory = BenefitDirectory(self._benefits.values())
            return self._directory
