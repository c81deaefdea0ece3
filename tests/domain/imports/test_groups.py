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


def test_below_a_blank_row_the_next_head_begins_a_household_of_its_own() -> None:
    assert cut(head(2, 2), member(3), head(5, 1)) == [(2, 3), (5,)]
    assert cut(head(2), member(3), head(5)) == [(2, 3), (5,)]


def test_a_member_who_names_the_head_belongs_to_that_head() -> None:
    of_an = Row(3, {**member(3).cells, "A": "HỒ VĂN AN"})
    of_another = Row(3, {**member(3).cells, "A": "Hồ Văn Bảy"})
    assert cut(head(2), of_an) == [(2, 3)]
    assert cut(head(2), of_another) == [(2,), (3, 0)]
    named = Row(2, {**head(2).cells, "B": "Hồ Văn An"})
    assert cut(named, of_an) == [(2, 3)]


def test_below_a_blank_row_a_member_who_names_the_head_is_sure() -> None:
    of_an = Row(5, {**member(5).cells, "A": "Hồ Văn An"})
    assert cut(head(2), member(3), of_an) == [(2, 3, 5)]
