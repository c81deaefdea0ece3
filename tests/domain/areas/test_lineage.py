"""Where the households of a unit count, whatever became of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.areas.area import AreaUnit
from domain.areas.codes import COUNTRY
from domain.areas.errors import AreaNotValidOn, AreaUnknown
from domain.areas.lineage import Lineage
from tests.domain.areas.conftest import context

FIRST = date(2016, 1, 1)


@dataclass
class Land:
    """A country made of fields. Every unit of the lowest level holds some, known to the test
    only; what the lineage says of a unit must be true of its fields."""

    units: dict[str, AreaUnit] = field(default_factory=dict)
    fields: dict[str, set[int]] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)
    codes: int = 0
    on: date = FIRST

    def begin(self, level: str, parent: str, fields: set[int], code: str = "") -> str:
        width, name, area_type = {
            "province": (2, "Tỉnh", ""),
            "district": (3, "Huyện", ""),
            "commune": (5, "Xã", "rural"),
        }[level]
        if not code:
            self.codes += 1
            code = str(self.codes).zfill(width)
        unit = AreaUnit.establish(
            context(self.on), code=code, name=f"{name} {code}", area_type=area_type, parent=parent
        )
        self.units[unit.unit.id] = unit
        self.fields[unit.unit.id] = fields
        self.standing.add(unit.unit.id)
        return unit.unit.id

    def end(self, unit: str) -> AreaUnit:
        self.standing.discard(unit)
        return self.units[unit]

    def below(self, unit: str) -> list[str]:
        return sorted(
            one for one in self.standing if self.units[one].unit.parent_on(self.on) == unit
        )

    def of_level(self, level: str) -> list[str]:
        return sorted(one for one in self.standing if self.units[one].unit.level == level)

    def province(self, unit: str) -> str:
        while (above := self.units[unit].unit.parent_on(self.on)) != COUNTRY:
            unit = above
        return unit

    def held(self, unit: str) -> set[int]:
        """The fields of a standing unit and of all below it."""
        return self.fields[unit].union(*(self.held(one) for one in self.below(unit)))

    def lineage(self) -> Lineage:
        return Lineage(one.unit for one in self.units.values())


def merge(land: Land, draw: st.DrawFn) -> None:
    """Communes of one province, or provinces, become one unit, often under an old code."""
    level = draw(st.sampled_from(["commune", "commune", "province"]))
    candidates = land.of_level(level)
    if level == "commune" and candidates:
        province = land.province(draw(st.sampled_from(candidates)))
        candidates = [one for one in candidates if land.province(one) == province]
    if len(candidates) < 2:
        return
    old = draw(st.lists(st.sampled_from(candidates), min_size=2, max_size=3, unique=True))
    code = draw(st.sampled_from(["", land.units[old[0]].unit.code]))
    parent = land.units[old[0]].unit.parent_on(land.on)
    moved = [child for one in old for child in land.below(one)]
    new = land.begin(level, parent, set().union(*(land.fields[one] for one in old)), code)
    for child in moved:
        land.units[child].put_under(context(land.on), parent=new)
    for one in old:
        land.end(one).merge_into(context(land.on), into=new)


def split(land: Land, draw: st.DrawFn) -> None:
    """A commune's fields go to two others, new or old, of its province; one may be kept secret."""
    communes = [one for one in land.of_level("commune") if len(land.fields[one]) > 1]
    if not communes:
        return
    old = draw(st.sampled_from(communes))
    parent = land.units[old].unit.parent_on(land.on)
    fields = sorted(land.fields[old])
    cut = draw(st.integers(1, len(fields) - 1))
    neighbours = [
        one
        for one in land.of_level("commune")
        if one != old and land.province(one) == land.province(old)
    ]
    parts = []
    for some in (set(fields[:cut]), set(fields[cut:])):
        if neighbours and draw(st.booleans()):
            part = draw(st.sampled_from(neighbours))
            land.fields[part] |= some
        else:
            part = land.begin("commune", parent, some)
        parts.append(part)
    known = list(dict.fromkeys(parts))
    secret = draw(st.booleans())
    if len(known) == 1 and not secret:
        land.end(old).merge_into(context(land.on), into=known[0])
    elif secret:
        land.end(old).split_into(context(land.on), parts=(known[0],), complete=False)
    else:
        land.end(old).split_into(context(land.on), parts=tuple(known))


def lose(land: Land, draw: st.DrawFn) -> None:
    """A commune is gone and nobody knows that it went to another one of its province."""
    communes = land.of_level("commune")
    if not communes:
        return
    old = draw(st.sampled_from(communes))
    others = [o for o in communes if o != old and land.province(o) == land.province(old)]
    if not others:
        return
    land.fields[draw(st.sampled_from(others))] |= land.fields[old]
    land.end(old).close(context(land.on), reason="heir_unknown")


def move(land: Land, draw: st.DrawFn) -> None:
    """A commune comes under another district of its province, or straight under the province."""
    communes = land.of_level("commune")
    if not communes:
        return
    unit = draw(st.sampled_from(communes))
    province = land.province(unit)
    above = [province, *(o for o in land.of_level("district") if land.province(o) == province)]
    land.units[unit].put_under(context(land.on), parent=draw(st.sampled_from(above)))


def abolish(land: Land, draw: st.DrawFn) -> None:
    """A district is abolished; its communes belong to the province."""
    districts = land.of_level("district")
    if not districts:
        return
    unit = draw(st.sampled_from(districts))
    for child in land.below(unit):
        land.units[child].put_under(context(land.on), parent=land.province(unit))
    land.end(unit).close(context(land.on), reason="level_abolished")


@st.composite
def lands(draw: st.DrawFn) -> Land:
    land = Land()
    number = 0
    for _ in range(draw(st.integers(1, 3))):
        province = land.begin("province", COUNTRY, set())
        for _ in range(draw(st.integers(1, 2))):
            district = land.begin("district", province, set())
            for _ in range(draw(st.integers(1, 3))):
                size = draw(st.integers(1, 3))
                land.begin("commune", district, set(range(number, number + size)))
                number += size
    for _ in range(draw(st.integers(0, 8))):
        land.on += timedelta(days=draw(st.integers(1, 400)))
        draw(st.sampled_from([merge, merge, split, lose, move, abolish]))(land, draw)
    return land


@settings(max_examples=200, deadline=None)
@given(land=lands(), day=st.integers(0, 3_500))
def test_on_every_day_every_unit_counts_once_and_in_one_province_at_most(
    land: Land, day: int
) -> None:
    lineage, on = land.lineage(), FIRST + timedelta(days=day)
    everything = lineage.counted(COUNTRY, on)
    begun = {one.unit.id for one in land.units.values() if one.unit.valid_from <= on}
    assert everything.units | everything.to_be_placed == begun
    assert not everything.units & everything.to_be_placed

    seen: list[str] = []
    for province in lineage.children(COUNTRY, on):
        counted = lineage.counted(province, on)
        seen += [*counted.units, *counted.to_be_placed]
    in_no_province = {unit for unit in begun if lineage.place(unit, on).node == COUNTRY}
    assert sorted(seen) == sorted(begun - in_no_province)


@settings(max_examples=200, deadline=None)
@given(land=lands(), day=st.integers(0, 3_500))
def test_a_unit_counts_what_its_parts_count_and_what_is_placed_at_itself(
    land: Land, day: int
) -> None:
    lineage, on = land.lineage(), FIRST + timedelta(days=day)
    for unit in lineage.tree(COUNTRY, on):
        counted = lineage.counted(unit, on)
        below = [lineage.counted(child, on) for child in lineage.children(unit, on)]
        own = {u for u in counted.units if lineage.place(u, on) == (unit, True)}
        open_ = {u for u in counted.to_be_placed if lineage.place(u, on) == (unit, False)}
        assert counted.units == own.union(*(one.units for one in below))
        assert counted.to_be_placed == open_.union(*(one.to_be_placed for one in below))
        if unit != COUNTRY:
            assert unit in own


@settings(max_examples=300, deadline=None)
@given(land=lands())
def test_a_place_is_never_wrong_about_the_land(land: Land) -> None:
    began_with = {unit: set(fields) for unit, fields in land.fields.items()}
    lineage = land.lineage()
    for unit, fields in began_with.items():
        place = lineage.place(unit, land.on)
        if unit in land.standing:
            assert place == (unit, True)
        elif place.node != COUNTRY:
            assert fields <= land.held(place.node)


@settings(max_examples=100, deadline=None)
@given(land=lands(), days=st.lists(st.integers(0, 3_500), min_size=2, max_size=6))
def test_the_answers_of_a_day_do_not_depend_on_what_was_asked_before(
    land: Land, days: list[int]
) -> None:
    kept = land.lineage()
    for day in days:
        on = FIRST + timedelta(days=day)
        fresh = land.lineage()
        assert kept.counted(COUNTRY, on) == fresh.counted(COUNTRY, on)
        assert kept.tree(COUNTRY, on) == fresh.tree(COUNTRY, on)


def test_a_divided_unit_counts_again_below_once_its_parts_are_united() -> None:
    land = Land()
    province = land.begin("province", COUNTRY, set())
    district = land.begin("district", province, set())
    old = land.begin("commune", district, {1, 2})
    land.on = date(2020, 1, 1)
    one, other = (land.begin("commune", district, {n}) for n in (1, 2))
    land.end(old).split_into(context(land.on), parts=(one, other))
    land.on = date(2024, 1, 1)
    whole = land.begin("commune", district, {1, 2})
    for part in (one, other):
        land.end(part).merge_into(context(land.on), into=whole)
    lineage = land.lineage()
    assert lineage.place(old, date(2019, 12, 31)) == (old, True)
    assert lineage.place(old, date(2020, 1, 1)) == (district, False)
    assert lineage.place(old, date(2024, 1, 1)) == (whole, True)
    assert lineage.counted_units(whole, date(2024, 1, 1)) == {old, one, other, whole}
    assert lineage.to_be_placed(district, date(2020, 1, 1)) == {old}
    assert lineage.predecessors(whole) == (one, other)


def test_a_unit_is_asked_about_only_while_it_stands() -> None:
    land = Land()
    province = land.begin("province", COUNTRY, set())
    land.on = date(2020, 1, 1)
    heir = land.begin("province", COUNTRY, set())
    land.end(province).merge_into(context(land.on), into=heir)
    lineage = land.lineage()
    with pytest.raises(AreaNotValidOn) as refused:
        lineage.counted_units(province, date(2021, 1, 1))
    assert refused.value.values["valid_to"] == date(2020, 1, 1)
    assert refused.value.values["successors"] == [f"{heir} Tỉnh 02"]
    with pytest.raises(AreaNotValidOn):
        lineage.tree(heir, date(2019, 1, 1))
    with pytest.raises(AreaNotValidOn):
        lineage.place(heir, date(2019, 1, 1))
    with pytest.raises(AreaUnknown):
        lineage.tree("99@2020-01-01", date(2021, 1, 1))
