"""Where a household of a list ends: at the number of persons that its head's row states, or at a
gap in which nothing says that it goes on."""

from domain.imports.groups import Group, Grouping, LeftOut
from domain.imports.layout import Layout
from domain.imports.xlsx.cells import Row

HEADINGS = {"A": "Chủ hộ", "B": "Thành viên", "C": "Quan hệ", "D": "Phân loại hộ", "E": "Số khẩu"}
FIELDS = {"head": "A", "member": "B", "relation": "C", "class": "D", "size": "E"}
LAYOUT = Layout(1, FIELDS, HEADINGS)


def head(number: int, size: int | None = None) -> Row:
    cells = {"A": "Hồ Văn An", "C": "Chủ hộ", "D": "Hộ nghèo"}
    return Row(number, cells if size is None else {**cells, "E": size})


def member(number: int) -> Row:
    return Row(number, {"B": f"Hồ Thị {'Abcdefgh'[number]}", "C": "Con"})


def cut(*rows: Row) -> list[tuple[int, ...]]:
    """The rows of each household; a household with something wrong has a zero behind them."""
    found = []
    for one in Grouping(LAYOUT).groups(rows):
        if isinstance(one, Group):
            wrong = (0,) if one.findings else ()
            found.append((*(row.number for row in one.rows), *wrong))
        else:
            assert isinstance(one, LeftOut)
    return found


def test_below_a_blank_row_a_household_goes_on_up_to_the_persons_it_states() -> None:
    assert cut(head(2, 3), member(3), member(5)) == [(2, 3, 5)]
    assert cut(head(2, 2), member(3), member(5)) == [(2, 3), (5, 0)]


def test_below_a_blank_row_a_household_that_states_no_number_is_refused() -> None:
    assert cut(head(2), member(3), member(4)) == [(2, 3, 4)]
    assert cut(head(2), member(3), member(5)) == [(2, 3, 5, 0)]


def test_a_header_that_is_printed_again_is_no_gap_unless_a_blank_row_came_before_it() -> None:
    assert cut(head(2), Row(3, dict(HEADINGS)), member(4)) == [(2, 4)]
    assert cut(head(2), Row(4, dict(HEADINGS)), member(5)) == [(2, 5, 0)]
