"""The cell reader takes values out of cells and keeps the remarks on them."""

from collections.abc import Callable
from typing import TypeVar

from domain.errors import Refusal
from domain.imports.remarks import NOTE, REFUSED, TEXTS, Remark
from domain.imports.values import Unusable
from domain.imports.xlsx.cells import Cell

Value = TypeVar("Value")


class CellReader:
    """Takes the values of one row and notes what cannot be taken."""

    __slots__ = ("failed", "findings", "row")

    def __init__(self, row: int, findings: list[Remark]) -> None:
        self.row = row
        self.findings = findings
        self.failed = False

    def __call__(
        self, name: str, parse: Callable[[Cell | None], Value], cell: Cell | None
    ) -> Value | None:
        """The parsed value, None where there is none or it is unusable."""
        try:
            return parse(cell)
        except Unusable as unusable:
            self.fail(name, unusable.code, **unusable.values)
            return None

    def fail(self, name: str, code: str, **values: str) -> None:
        self.failed = True
        self.findings.append(Remark(self.row, code, name, values))

    def note(self, name: str, code: str) -> None:
        """A remark that keeps nothing out."""
        self.findings.append(Remark(self.row, code, name))

    def missing(self, name: str, code: str) -> None:
        """As `fail`, unless the cell was there and has been complained about already."""
        if not any(f.row == self.row and f.field == name for f in self.findings):
            self.fail(name, code)
        self.failed = True


def area_problem(refusal: Refusal) -> str:
    """The code of `findings` for a refusal of `Places`."""
    return _AREA_PROBLEMS.get(refusal.code, "area_unknown")


_AREA_PROBLEMS = {
    "area_missing": "area_missing",
    "area_unknown": "area_unknown",
    "area_not_valid_on": "area_unknown",
    "not_a_commune": "area_unknown",
    "code_malformed": "area_unknown",
    "area_ambiguous": "area_ambiguous",
    "area_name_contradicts_code": "area_name_differs",
    "area_parent_differs": "area_parent_differs",
    "area_outside": "area_outside",
}


def refused(findings: list[Remark]) -> bool:
    """Whether any of the findings keeps the household out."""
    return any(TEXTS[finding.code]["kind"] == REFUSED for finding in findings)


def mark_rows(findings: list[Remark], rows: list[int]) -> None:
    """Says of the other rows of a refused household which row it is refused for."""
    findings[:] = [finding for finding in findings if TEXTS[finding.code]["kind"] != NOTE]
    named = {finding.row for finding in findings if TEXTS[finding.code]["kind"] == REFUSED}
    because = min(named)
    for row in rows:
        if row not in named:
            findings.append(Remark(row, "household_refused", "", {"because": because}))
