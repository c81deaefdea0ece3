"""No small count follows from all tables together: of the country, its provinces and communes."""

from collections.abc import Iterator
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.areas.directory import AreaDirectory
from domain.areas.unit import Unit
from projections.support.coverage import GROUPS, Delivered, Group
from projections.support.small_cells import Sum, worked_out
from service.support.coverage_figures import CoverageTable, Line, table_of
from tests.domain.support.conftest import PROVINCE
from tests.given import HUONG_SO, RURAL

ON = date(2023, 5, 10)
SMALLEST = 5
OTHER_PROVINCE, OTHER_COMMUNE = "01@2016-01-01", "00001@2016-01-01"
PARENTS = {
    PROVINCE: "", HUONG_SO: PROVINCE, RURAL: PROVINCE, OTHER_PROVINCE: "",
    OTHER_COMMUNE: OTHER_PROVINCE,
}  # fmt: skip
AREAS = ("", *PARENTS)
Cell = tuple[object, str]


def _unit(id_: str, parent: str) -> Unit:
    code, _, since = id_.partition("@")
    day = date.fromisoformat(since)
    return Unit(
        id=id_, code=code, level="commune" if parent else "province", valid_from=day, certain=True,
        source="tests", names=((day, f"Xã {code}"),), kinds=((day, "xã"),),
        area_types=((day, "rural"),), parents=((day, parent),),
    )  # fmt: skip


DIRECTORY = AreaDirectory([_unit(*one) for one in PARENTS.items()])
PLACES = [(unit, village) for unit in (HUONG_SO, RURAL, OTHER_COMMUNE) for village in "ABC"]
BOOLEANS = st.booleans()
GROUP = st.builds(
    lambda place, eligible, served, leaked, granted, left, near, female, minority, households: (
        Group(*place, eligible, served, served and leaked, granted, granted and left,
              granted and near, female, minority, households)
    ),
    st.sampled_from(PLACES), BOOLEANS, BOOLEANS, BOOLEANS, BOOLEANS, BOOLEANS, BOOLEANS, BOOLEANS,
    BOOLEANS, st.sampled_from([1, 2, 4, 5, 7, 30, 200]),
)  # fmt: skip
TIMED = st.builds(
    lambda place, days, cases: Delivered(*place, days, cases),
    st.sampled_from(PLACES), st.integers(0, 90), st.sampled_from([1, 3, 8, 40]),
)  # fmt: skip


def tables(
    groups: list[Group], delivered: list[Delivered], least: int | None
) -> list[CoverageTable]:
    smallest = None if least is None else lambda _: least
    return [
        table_of(groups, delivered, DIRECTORY, area, on=ON, smallest=smallest) for area in AREAS
    ]


def lines(found: list[CoverageTable]) -> Iterator[tuple[object, Line]]:
    """Each line with its place: that of a unit stands in two tables."""
    for table in found:
        yield table.area, table.total
        for line in table.lines:
            yield line.place if line.place.village else line.place.unit, line


def sums_of(found: list[CoverageTable], names: set[str]) -> list[Sum[Cell]]:
    """All that a reader knows: how counts of a line, and counts of a table, add up."""
    sums: list[Sum[Cell]] = []
    for place in dict(lines(found)):
        for whole, parts in _of_a_line():
            sums.append(Sum((place, whole), tuple((place, part) for part in parts)))
    for table in found:
        places = [one.place if one.place.village else one.place.unit for one in table.lines]
        sums += [Sum((table.area, n), tuple((one, n) for one in places)) for n in sorted(names)]
    return sums


def _of_a_line() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "eligible", ("covered", "unserved")
    yield "served", ("covered", "outside")
    yield "served", ("leaked", "served rightly")
    for left in ("left_poverty", "left_near_poverty"):
        yield "granted", (left, f"not {left}")
    for group in GROUPS:
        for name in ("eligible", "covered", "unserved"):
            yield name, (f"{name}_{group}", f"{name} not {group}")
        yield f"eligible_{group}", (f"covered_{group}", f"unserved_{group}")


@settings(max_examples=60, deadline=None)
@given(groups=st.lists(GROUP, min_size=1, max_size=14), delivered=st.lists(TIMED, max_size=4))
def test_no_small_count_follows_from_any_tables_together(
    groups: list[Group], delivered: list[Delivered]
) -> None:
    shown, true = tables(groups, delivered, SMALLEST), tables(groups, delivered, None)
    hidden: set[Cell] = set()
    for (place, line), (_, as_it_is) in zip(lines(shown), lines(true), strict=True):
        for name, count in as_it_is.counts.items():
            assert (line.counts[name] is None) == (name in line.hidden)
            assert line.counts[name] in (None, count)
            if name in line.hidden:
                hidden.add((place, name))
    for place, line in lines(shown):
        assert {name for at, name in hidden if at == place} == line.hidden, "alike in both tables"
    small: set[Cell] = set()
    rests: set[Cell] = set()
    for place, line in lines(true):
        counts = {name: count or 0 for name, count in line.counts.items()}
        for whole, parts in _of_a_line():
            rest = [part for part in parts if part not in counts]
            if rest:
                rests.add((place, rest[0]))
                counts[rest[0]] = counts[whole] - sum(counts.get(part, 0) for part in parts)
        small |= {(place, name) for name, count in counts.items() if 0 < count < SMALLEST}
    names = set(true[0].total.counts) | {name for _, name in rests}
    assert small - rests <= hidden
    followed = set(worked_out(hidden | rests, sums_of(true, names)))
    assert not followed & small


def test_what_is_not_small_is_shown_where_nothing_is_small() -> None:
    groups = [
        Group(*place, eligible, served, False, served, False, False, female, female, 30)
        for place in PLACES
        for eligible, served in ((True, True), (True, False))
        for female in (True, False)
    ]
    for table in tables(groups, [], SMALLEST):
        assert not table.holds_back


def test_a_small_count_of_a_village_hides_another_village_and_not_the_commune() -> None:
    groups = [
        Group(*place, True, served, False, served, False, False, False, False, 30)
        for place in PLACES
        for served in (True, False)
    ]
    groups.append(Group(HUONG_SO, "D", True, False, False, False, False, False, False, False, 3))
    (table,) = [one for one in tables(groups, [], SMALLEST) if one.area == HUONG_SO]
    assert not table.total.hidden
    hiding = {line.place.village for line in table.lines if "unserved" in line.hidden}
    assert len(hiding) == 2
    assert "D" in hiding
