"""R8, R9 and R11: poor and near-poor households by target group, by ethnic group, their children.

The three target groups overlap. "Other" are the households in none of them: the printed formula of
the form, total less the three, counts a household of two groups twice.
"""

from collections import Counter
from collections.abc import Mapping

from domain.households.codes import LISTED
from projections.households.counts import Note
from projections.tables.question import CHILD_AGE, Question
from projections.tables.table import HOUSEHOLDS, Column, Figures
from projections.tables.units import Sums
from projections.vietnamese import fold_diacritics

KINH = "kinh"
MOST_GROUPS = 12
_OF_CLASS = {"poor": ("HN", "nghèo", "poor"), "near_poor": ("CN", "cận nghèo", "near-poor")}


def _target_columns(class_: str) -> tuple[Column, ...]:
    short, vi, en = _OF_CLASS[class_]
    return (
        Column(class_, f"Tổng số hộ {vi}", f"All {en}", seen=True),
        Column(f"{class_}.ethnic_minority", f"{short} - Hộ dân tộc thiểu số",
               f"{en}: ethnic minority", seen=True),
        Column(f"{class_}.no_labour_capacity", f"{short} - Hộ không có khả năng lao động",
               f"{en}: no labour capacity", seen=True),
        Column(f"{class_}.meritorious", f"{short} - Hộ có người có công",
               f"{en}: with a person of merit", seen=True),
        Column(f"{class_}.none", f"{short} - Khác (không thuộc nhóm nào)",
               f"{en}: other (in none of the groups)", seen=True),
    )  # fmt: skip


TARGETS: tuple[Column, ...] = tuple(one for class_ in LISTED for one in _target_columns(class_))


def targets(question: Question, measure: str) -> Sums:
    """R8: households, or their persons, in each target group and in none."""
    of_persons = "" if measure == HOUSEHOLDS else "_persons"
    return Sums.of_villages(
        question.tree,
        (
            (
                one.area,
                one.village,
                {
                    one.class_: one.households if measure == HOUSEHOLDS else one.persons,
                    **{
                        f"{one.class_}.{group}": getattr(one, group + of_persons)
                        for group in (
                            "ethnic_minority", "no_labour_capacity", "meritorious", "none",
                        )
                    },
                },
            )
            for one in question.groups
            if one.class_ in LISTED
        ),
    )  # fmt: skip


def group_key(name: str) -> str:
    """The name of an ethnic group without marks, blanks and apostrophes, so that equal ones
    compare; "" where it is not known."""
    return "".join(letter for letter in fold_diacritics(name) if letter.isalnum())


class EthnicGroups:
    """The groups of the heads of an area: the largest by name, all others together."""

    def __init__(self, question: Question) -> None:
        numbers: Counter[str] = Counter()
        self.names: dict[str, str] = {}
        for one in question.heads:
            key = group_key(one.ethnicity)
            if one.class_ in LISTED and question.tree.node(one.area) and key not in ("", KINH):
                numbers[key] += one.number
                self.names.setdefault(key, one.ethnicity)
        ranked = sorted(numbers, key=lambda key: (-numbers[key], key))
        self.named = ranked[:MOST_GROUPS]

    def columns(self) -> tuple[Column, ...]:
        """The columns of R9."""
        return tuple(one for class_ in LISTED for one in self._columns(class_))

    def _columns(self, class_: str) -> tuple[Column, ...]:
        short, vi, en = _OF_CLASS[class_]
        return (
            Column(class_, f"Tổng số hộ {vi}", f"All {en}", seen=True),
            Column(f"{class_}.{KINH}", f"{short} - Kinh", f"{en}: Kinh", seen=True),
            Column(f"{class_}.minority", f"{short} - Tổng dân tộc thiểu số",
                   f"{en}: all minorities", seen=True),
            *(
                Column(f"{class_}.{key}", f"{short} - {self.names[key]}",
                       f"{en}: {self.names[key]}", seen=True)
                for key in self.named
            ),
            Column(f"{class_}.other", f"{short} - Khác", f"{en}: other", seen=True),
            Column(f"{class_}.unknown", f"{short} - Chưa ghi dân tộc", f"{en}: not recorded"),
        )  # fmt: skip

    def figures(self, class_: str, ethnicity: str, number: int) -> Figures:
        """The figures that households of one group add to their row."""
        key = group_key(ethnicity)
        if not key:
            return {class_: number, f"{class_}.unknown": number}
        if key == KINH:
            return {class_: number, f"{class_}.{KINH}": number}
        group = key if key in self.named else "other"
        return {class_: number, f"{class_}.minority": number, f"{class_}.{group}": number}


def ethnic_sums(question: Question, groups: EthnicGroups) -> Sums:
    """R9: households by the ethnic group of their head."""
    return Sums.of_villages(
        question.tree,
        (
            (one.area, one.village, groups.figures(one.class_, one.ethnicity, one.number))
            for one in question.heads
            if one.class_ in LISTED
        ),
    )


_CHILDREN = ("health_insurance", "nutrition", "child_attendance")


def _children_columns(class_: str) -> tuple[Column, ...]:
    _, vi, en = _OF_CLASS[class_]
    return (
        Column(class_, f"Tổng số trẻ em hộ {vi}", f"Children of {en} households", seen=True),
        Column(f"{class_}.health_insurance",
               f"Y tế hộ {vi}: trẻ em của hộ thiếu hụt bảo hiểm y tế",
               f"Children of {en} households deprived in health insurance"),
        Column(f"{class_}.nutrition", f"Y tế hộ {vi}: trẻ em của hộ thiếu hụt dinh dưỡng",
               f"Children of {en} households deprived in nutrition"),
        Column(f"{class_}.child_attendance",
               f"Giáo dục hộ {vi}: trẻ em của hộ thiếu hụt đi học của trẻ em",
               f"Children of {en} households deprived in school attendance"),
    )  # fmt: skip


CHILDREN: tuple[Column, ...] = tuple(one for class_ in LISTED for one in _children_columns(class_))


def child_sums(question: Question) -> Sums:
    """R11: children, and those of households that are deprived in what concerns children."""
    found: list[tuple[str, str, Figures]] = []
    for one in question.surveyed:
        if one.class_ in LISTED:
            figures = {one.class_: one.children}
            for code in set(one.codes or ()) & set(_CHILDREN):
                figures[f"{one.class_}.{code}"] = one.children
            found.append((one.area, one.village, figures))
    return Sums.of_villages(question.tree, found)


def child_notes(question: Question) -> list[Note]:
    """Notes of how a child is told by year of birth, and how many members have none."""
    undated = sum(
        one.undated
        for one in question.surveyed
        if one.class_ in LISTED and question.tree.node(one.area) is not None
    )
    notes = [Note("children_by_year", {"age": CHILD_AGE})]
    return [*notes, Note("births_unknown", {"persons": undated})] if undated else notes


def minority(by_group: Mapping[str, int]) -> tuple[int, int]:
    """The numbers of Kinh and of all others in figures by the name of the group."""
    kinh = sum(number for name, number in by_group.items() if group_key(name) == KINH)
    return kinh, sum(by_group.values()) - kinh
