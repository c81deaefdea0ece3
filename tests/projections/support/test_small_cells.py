"""No count that is held back follows from the rows and columns that are shown."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.support.small_cells import Sum, held_back, small, worked_out

Cell = tuple[int, str]
SMALLEST = 5
NUMBERS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 20, 150])


def table(rows: list[tuple[int, int, int]]) -> tuple[dict[Cell, int], list[Sum[Cell]]]:
    """Rows of covered, unserved and outside, with their sums; the row -1 is the sum of all."""
    counts: dict[Cell, int] = {}
    for at, (covered, unserved, outside) in [
        *enumerate(rows), (-1, tuple(map(sum, zip(*rows, strict=True)))),
    ]:  # fmt: skip
        counts |= {
            (at, "covered"): covered, (at, "unserved"): unserved, (at, "outside"): outside,
            (at, "eligible"): covered + unserved, (at, "served"): covered + outside,
        }  # fmt: skip
    places = range(-1, len(rows))
    sums = [Sum((at, "eligible"), ((at, "covered"), (at, "unserved"))) for at in places]
    sums += [Sum((at, "served"), ((at, "covered"), (at, "outside"))) for at in places]
    sums += [
        Sum((-1, name), tuple((at, name) for at in range(len(rows))))
        for name in ("covered", "unserved", "outside", "eligible", "served")
    ]
    return counts, sums


def derivable(hidden: set[Cell], sums: list[Sum[Cell]]) -> set[Cell]:
    """The same question as `worked_out`, answered by ranks of matrices of fractions: a cell
    follows where its own unit vector adds nothing to the equations."""
    cells = sorted(hidden, key=repr)
    matrix = [
        [Fraction((cell == one.whole) - one.parts.count(cell)) for cell in cells] for one in sums
    ]
    base = rank(matrix)
    found = set()
    for at, cell in enumerate(cells):
        unit = [Fraction(at == other) for other in range(len(cells))]
        if rank([*matrix, unit]) == base:
            found.add(cell)
    return found


def rank(rows: list[list[Fraction]]) -> int:
    rows, done = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(done, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        for at in range(done + 1, len(rows)):
            times = rows[at][column] / rows[done][column]
            if times:
                rows[at] = [a - times * b for a, b in zip(rows[at], rows[done], strict=True)]
        done += 1
    return done


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=6))
def test_no_hidden_cell_is_derivable_and_no_small_one_is_shown(
    rows: list[tuple[int, int, int]],
) -> None:
    counts, sums = table(rows)
    hidden = held_back(counts, sums, SMALLEST)
    assert small(counts, SMALLEST) <= hidden
    assert derivable(set(hidden), sums) == set()


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=4),
    data=st.data(),
)
def test_what_is_worked_out_is_what_ranks_of_matrices_say(
    rows: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    counts, sums = table(rows)
    hidden = data.draw(st.sets(st.sampled_from(sorted(counts)), max_size=12))
    assert set(worked_out(hidden, sums)) == derivable(hidden, sums)


def test_a_table_without_small_counts_shows_everything() -> None:
    counts, sums = table([(20, 9, 0), (150, 6, 5)])
    assert held_back(counts, sums, SMALLEST) == frozenset()


def test_one_small_count_takes_another_row_with_it() -> None:
    counts, sums = table([(20, 3, 0), (150, 60, 0), (40, 9, 0)])
    hidden = held_back(counts, sums, SMALLEST)
    assert (0, "unserved") in hidden
    assert {at for at, _ in hidden} >= {0, 2}, "the row of fewest beside it"
    assert (1, "unserved") not in hidden
    assert not any(counts[cell] == 0 for cell in hidden)


def test_settled_cells_stay_as_they_were_settled() -> None:
    counts, sums = table([(20, 3, 0), (150, 60, 0), (40, 9, 0)])
    settled = [cell for cell in counts if cell[0] == -1]
    hidden = held_back(counts, sums, SMALLEST, hidden=[(-1, "covered")], settled=settled)
    assert {cell for cell in hidden if cell[0] == -1} == {(-1, "covered")}
    assert small(counts, SMALLEST) <= hidden
