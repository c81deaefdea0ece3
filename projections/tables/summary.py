"""R12 and R13: the poor or near-poor households of each unit among all, by ethnic group.

Shares are of the residents of the group, which the declaration has to name for all residents. Which
groups are local in a province is a list that is not known: those columns are empty.
"""

from collections.abc import Callable, Mapping

from domain.terms import label
from projections.tables.groups import KINH, group_key, minority
from projections.tables.question import Question
from projections.tables.table import (
    ETHNICITIES_INCOMPLETE,
    LOCAL_GROUPS_UNKNOWN,
    NO_DENOMINATOR,
    NOT_KEPT_BY_VILLAGE,
    PERCENT,
    UNPLACED,
    VILLAGE,
    Cell,
    Column,
    Figures,
    percent,
)
from projections.tables.units import Heading, Sums

CLASS_OF = {"R12": "poor", "R13": "near_poor"}
_NAME = {"poor": ("nghèo", "poor"), "near_poor": ("cận nghèo", "near-poor")}
LOCAL = ("4", "8", "12", "19", "22")


def columns(class_: str) -> tuple[Column, ...]:
    """The columns of the table of a class."""
    vi, en = _NAME[class_]
    said = (
        ("1", "Tổng số hộ", "All households"),
        ("2", "Hộ Kinh", "Kinh households"),
        ("3", label("flag", "ethnic_minority"), "Minority households"),
        ("4", "Hộ dân tộc tại chỗ", "Local minority households"),
        ("5", "Tổng số khẩu", "All persons"),
        ("6", "Khẩu Kinh", "Kinh persons"),
        ("7", "Khẩu dân tộc thiểu số", "Minority persons"),
        ("8", "Khẩu dân tộc tại chỗ", "Local minority persons"),
        ("9", f"Tổng số hộ {vi}", f"All {en} households"),
        ("10", f"Hộ {vi} Kinh", f"Kinh {en} households"),
        ("11", f"Hộ {vi} dân tộc thiểu số", f"Minority {en} households"),
        ("12", f"Hộ {vi} dân tộc tại chỗ", f"Local minority {en} households"),
        ("13", "Hộ có người có công (chính sách có công)", "With a person of merit"),
        ("14", "Hộ không có khả năng lao động", "No labour capacity"),
        ("15", "Chủ hộ là nữ", "Headed by a woman"),
        ("16", f"Tổng số khẩu {vi}", f"All {en} persons"),
        ("17", f"Khẩu {vi} Kinh", f"Kinh {en} persons"),
        ("18", f"Khẩu {vi} dân tộc thiểu số", f"Minority {en} persons"),
        ("19", f"Khẩu {vi} dân tộc tại chỗ", f"Local minority {en} persons"),
    )
    rates = (
        ("20", "Tỷ lệ (%)", "Share (%)"),
        ("21", "Tỷ lệ dân tộc thiểu số (%)", "Share of minorities (%)"),
        ("22", "Tỷ lệ dân tộc tại chỗ (%)", "Share of local minorities (%)"),
    )
    return (
        *(Column(*one, seen=True) for one in said),
        *(Column(*one, PERCENT, seen=True) for one in rates),
        Column("unknown", f"Hộ {vi} chưa ghi dân tộc chủ hộ", f"{en} households, head not said"),
        Column("unknown_persons", f"Khẩu {vi} chưa ghi dân tộc", f"{en} persons, not said"),
    )


def sums(question: Question, class_: str) -> Sums:
    """The households and persons of a class in each group."""
    found: list[tuple[str, str, Figures]] = []
    for one in question.groups:
        if one.class_ == class_:
            found.append(
                (
                    one.area,
                    one.village,
                    {
                        "9": one.households, "13": one.meritorious,
                        "14": one.no_labour_capacity, "15": one.female_head, "16": one.persons,
                    },
                )
            )  # fmt: skip
    for rows, codes in (
        (question.heads, ("10", "11", "unknown")),
        (question.members, ("17", "18", "unknown_persons")),
    ):
        for group in rows:
            if group.class_ == class_:
                code = _code(group.ethnicity, codes)
                found.append((group.area, group.village, {code: group.number}))
    return Sums.of_villages(question.tree, found)


def _code(ethnicity: str, codes: tuple[str, str, str]) -> str:
    key = group_key(ethnicity)
    kinh, others, unknown = codes
    return unknown if not key else kinh if key == KINH else others


def cells(
    question: Question,
) -> Callable[[Heading, Figures], tuple[Mapping[str, Cell], Mapping[str, str]]]:
    """Makes the cells of a row: residents by group, the class by group, and shares."""
    residents = question.residents

    def made(heading: Heading, figures: Figures) -> tuple[Mapping[str, Cell], Mapping[str, str]]:
        found: dict[str, Cell] = dict(figures)
        empty = dict.fromkeys(LOCAL, LOCAL_GROUPS_UNKNOWN)
        below = heading.level in (VILLAGE, UNPLACED)
        lives = None if below else residents[heading.unit]
        wholes: dict[str, int | None] = {}
        for codes, measure in ((("1", "2", "3"), "households"), (("5", "6", "7"), "persons")):
            wholes[codes[0]] = getattr(lives, measure, None)
            groups = getattr(lives, f"{measure}_by_ethnicity", None)
            wholes[codes[1]], wholes[codes[2]] = minority(groups) if groups else (None, None)
        for code, whole in wholes.items():
            found[code] = whole
            if whole is None:
                missing = NO_DENOMINATOR if code in ("1", "5") else ETHNICITIES_INCOMPLETE
                empty[code] = NOT_KEPT_BY_VILLAGE if below else missing
        for code, part, of in (("20", "9", "1"), ("21", "11", "3")):
            found[code], why = percent(figures.get(part, 0), wholes[of])
            if why:
                empty[code] = empty[of] if why == NO_DENOMINATOR else why
        return found, empty

    return made
