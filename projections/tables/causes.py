"""R10: why the poor and the near-poor households of each unit are poor, by the eight causes.

A household may have several causes, so the causes add up to more than the households.
"""

from domain.households.codes import CAUSES, LISTED
from projections.households.counts import Note
from projections.tables.question import Question
from projections.tables.table import Column, Figures
from projections.tables.units import Sums

_TOTALS = {
    "poor": Column("poor", "Tổng số hộ nghèo", "Poor households", seen=True),
    "near_poor": Column("near_poor", "Tổng số hộ cận nghèo", "Near-poor households", seen=True),
}
_PREFIX = {"poor": "HN", "near_poor": "CN"}
COLUMNS: tuple[Column, ...] = tuple(
    column
    for class_ in LISTED
    for column in (
        _TOTALS[class_],
        *(
            Column(f"{class_}.{code}", f"{_PREFIX[class_]} - {code}. {text}",
                   f"{'Poor' if class_ == 'poor' else 'Near-poor'} - cause {code}", seen=True)
            for code, text in CAUSES.items()
        ),
    )
)  # fmt: skip


def sums(question: Question) -> Sums:
    """Households of each class, and those with each cause."""
    found: list[tuple[str, str, Figures]] = []
    for one in question.caused:
        if one.class_ in LISTED:
            figures = {one.class_: one.households}
            for code in set(one.codes or ()):
                figures[f"{one.class_}.{code}"] = one.households
            found.append((one.area, one.village, figures))
    return Sums.of_villages(question.tree, found)


def notes(question: Question) -> list[Note]:
    """Notes that causes overlap, and how many households have none on record."""
    without = sum(
        one.households
        for one in question.caused
        if not one.codes and one.class_ in LISTED and question.tree.node(one.area) is not None
    )
    found = [Note("several_causes")]
    return [*found, Note("without_causes", {"households": without})] if without else found
