"""Whatever units merge, divide or end: a role reaches what is counted inside it, and no more."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.areas.directory import AreaDirectory
from domain.areas.unit import CLOSED, MERGED, SPLIT, Unit

OLD, REFORM = date(2004, 7, 8), date(2025, 7, 1)
BEFORE, AFTER = date(2022, 12, 31), date(2026, 1, 1)


def unit(code: str, parent: str, since: date = OLD, ending: str = "", heirs: tuple[str, ...] = ()):  # type: ignore[no-untyped-def]
    level = {2: "province", 3: "district", 5: "commune"}[len(code)]
    return Unit(
        id=f"{code}@{since}", code=code, level=level, valid_from=since, certain=True, source="",
        names=((since, f"Xã {code}"),), kinds=((since, "xã"),), area_types=((since, "rural"),),
        parents=((since, parent),), valid_to=REFORM if ending else None, ending=ending,
        heirs=heirs,
    )  # fmt: skip


@st.composite
def countries(draw: st.DrawFn) -> AreaDirectory:
    """Two provinces of districts and communes; on the reform the districts end, and each commune
    stays, goes over whole into a new one, or is divided between two new ones of its province."""
    units = []
    for province in ("46", "42"):
        top = f"{province}@{OLD}"
        units.append(unit(province, ""))
        new = [f"{province}9{number:02d}" for number in range(draw(st.integers(2, 4)))]
        units.extend(unit(code, top, REFORM) for code in new)
        for district in range(draw(st.integers(1, 2))):
            middle = f"{district}{province}"
            units.append(unit(middle, top, ending=CLOSED))
            for commune in range(draw(st.integers(1, 4))):
                fate = draw(st.sampled_from(["stays", MERGED, SPLIT]))
                count = {"stays": 0, MERGED: 1, SPLIT: 2}[fate]
                chosen = draw(
                    st.lists(st.sampled_from(new), min_size=count, max_size=count, unique=True)
                )
                heirs = tuple(f"{code}@{REFORM}" for code in chosen)
                code = f"{province}{district}{commune:02d}"
                ending = "" if fate == "stays" else fate
                units.append(unit(code, f"{middle}@{OLD}", ending=ending, heirs=heirs))
    return AreaDirectory(units)


@settings(deadline=None)
@given(countries(), st.sampled_from([BEFORE, AFTER]), st.data())
def test_a_role_in_a_unit_that_stands_reaches_exactly_what_is_counted_there(
    directory: AreaDirectory, on: date, data: st.DataObject
) -> None:
    units = list(directory.lineage.units.values())
    held = data.draw(st.sampled_from([one.id for one in units if one.stands_on(on)]))
    inside = directory.units_within(held, on)
    assert inside is not None
    reached = {one.id for one in units if directory.covers(held, one.id, on)}
    assert reached == {one for one in inside if directory.unit(one).valid_from <= on}


@settings(deadline=None)
@given(countries(), st.sampled_from([BEFORE, AFTER]), st.data())
def test_no_role_below_the_country_reaches_another_province(
    directory: AreaDirectory, on: date, data: st.DataObject
) -> None:
    ids = sorted(directory.lineage.units)
    here = data.draw(st.sampled_from([one for one in ids if "46" in one.split("@")[0]]))
    there = [one for one in ids if "46" not in one.split("@")[0]]
    assert not any(directory.covers(here, one, on) for one in there)
    assert not directory.covers(here, "", on)


@settings(deadline=None)
@given(countries(), st.data())
def test_a_role_never_loses_the_unit_it_is_held_in_nor_those_that_were_below_it(
    directory: AreaDirectory, data: st.DataObject
) -> None:
    units = [one for one in directory.lineage.units.values() if one.valid_from == OLD]
    held = data.draw(st.sampled_from([one.id for one in units]))
    for below in directory.lineage.tree(held, BEFORE):
        assert directory.covers(held, below, AFTER)
