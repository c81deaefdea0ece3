"""R1: poor, near-poor and average households of each unit, and their shares of all residents."""

from collections.abc import Mapping

from projections.tables.question import Question
from projections.tables.table import (
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

COLUMNS = (
    Column("1", "Số hộ", "Households", seen=True),
    Column("2", "Nhân khẩu", "Persons", seen=True),
    Column("3", "Tổng số hộ nghèo", "Poor households", seen=True),
    Column("4", "Tỷ lệ hộ nghèo (%)", "Share of poor households (%)", PERCENT, seen=True),
    Column("5", "Tổng số hộ cận nghèo", "Near-poor households", seen=True),
    Column("6", "Tỷ lệ hộ cận nghèo (%)", "Share of near-poor households (%)", PERCENT, seen=True),
    Column("7", "Tổng số hộ nông, lâm, ngư nghiệp có mức sống trung bình",
           "Farm households of average living standard", seen=True),
    Column("8", "Tỷ lệ hộ nông, lâm, ngư nghiệp có mức sống trung bình (%)",
           "Share of farm households of average living standard (%)", PERCENT, seen=True),
    Column("9", "Tổng số khẩu nghèo", "Poor persons", seen=True),
    Column("10", "Tỷ lệ khẩu nghèo (%)", "Share of poor persons (%)", PERCENT, seen=True),
    Column("11", "Tổng số khẩu cận nghèo", "Near-poor persons", seen=True),
    Column("12", "Tỷ lệ khẩu cận nghèo (%)", "Share of near-poor persons (%)", PERCENT, seen=True),
    Column("13", "Tổng số khẩu nông, lâm, ngư nghiệp có mức sống trung bình",
           "Persons of farm households of average living standard", seen=True),
    Column("14", "Tỷ lệ khẩu nông, lâm, ngư nghiệp có mức sống trung bình (%)",
           "Share of persons of farm households of average living standard (%)", PERCENT,
           seen=True),
)  # fmt: skip
# The share, what it is of, and the whole.
SHARES = (
    ("4", "3", "1"), ("6", "5", "1"), ("8", "7", "1"),
    ("10", "9", "2"), ("12", "11", "2"), ("14", "13", "2"),
)  # fmt: skip
OF_CLASS = {"poor": ("3", "9"), "near_poor": ("5", "11"), "average": ("7", "13")}


def sums(question: Question) -> Sums:
    """The counts by unit and village, of the households as they stand in their spans."""
    return Sums.of_villages(
        question.tree,
        (
            (one.area, one.village, dict(zip(OF_CLASS[one.class_], one[3:5], strict=True)))
            for one in question.groups
        ),
    )


def cells(question: Question) -> "_Cells":
    """Makes the cells of a row: residents, counts and shares."""
    return _Cells(question)


class _Cells:
    def __init__(self, question: Question) -> None:
        self._residents = question.residents

    def __call__(
        self, heading: Heading, figures: Figures
    ) -> tuple[Mapping[str, Cell], Mapping[str, str]]:
        cells: dict[str, Cell] = dict(figures)
        empty: dict[str, str] = {}
        wholes: dict[str, int | None] = {"1": None, "2": None}
        if heading.level not in (VILLAGE, UNPLACED):
            lives = self._residents[heading.unit]
            wholes = {"1": lives.households, "2": lives.persons}
        missing = NOT_KEPT_BY_VILLAGE if heading.level in (VILLAGE, UNPLACED) else NO_DENOMINATOR
        for code, whole in wholes.items():
            cells[code] = whole
            if whole is None:
                empty[code] = missing
        for code, part, of in SHARES:
            cells[code], why = percent(figures.get(part, 0), wholes[of])
            if why:
                empty[code] = missing if why == NO_DENOMINATOR else why
        return cells, empty
