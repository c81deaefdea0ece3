"""The published lists, as histories of units: what they say, and what they leave open."""

from collections import Counter
from datetime import date

import pytest

from domain.areas.codes import COUNTRY, bare_name, kind_of, level_of
from domain.areas.directory import AreaDirectory
from domain.areas.seed.national import Plan
from domain.areas.seed.published_units import changes, first_list

IN_2019, IN_2022 = date(2019, 4, 4), date(2022, 12, 15)
EARLY_2025, SINCE_REFORM, TODAY = date(2025, 3, 1), date(2025, 7, 1), date(2026, 11, 20)


def levels(country: AreaDirectory, on: date) -> dict[str, int]:
    return dict(Counter(country.unit(one).level for one in country.lineage.day(on).parents))


def names(country: AreaDirectory, units: frozenset[str] | tuple[str, ...], on: date) -> set[str]:
    return {country.unit(one).name_on(on) for one in units}


def test_the_lists_hold_as_many_units_as_were_published(country: AreaDirectory) -> None:
    before, since = (change.units for change in changes())
    assert Counter(map(level_of, before)) == {"province": 63, "district": 696, "commune": 10_051}
    assert Counter(map(level_of, since)) == {"province": 34, "commune": 3_321}
    assert levels(country, EARLY_2025) == Counter(map(level_of, before))
    assert levels(country, SINCE_REFORM) == Counter(map(level_of, since))


def test_every_unit_has_a_kind_of_its_level_and_a_parent_that_stands(
    country: AreaDirectory,
) -> None:
    for units in (first_list(), *(change.units for change in changes())):
        for listed in units.values():
            assert kind_of(listed.code, listed.name)
            assert bare_name(listed.name)
            assert (listed.parent in units) != (listed.parent == COUNTRY)
    for day in (IN_2022, EARLY_2025, SINCE_REFORM, TODAY):
        for unit, parent in country.lineage.day(day).parents.items():
            assert country.unit(unit).parent_on(day) == parent


def test_what_the_tables_contradict_or_leave_out_is_reported(national: Plan) -> None:
    found = national.findings
    assert len(found.without_row) == 28
    assert len({row.old for row in found.rows_of_unknown_units}) == 10
    assert found.without_source == ["11948", "19742", "20333", "21548", "26732"]
    assert [(row.old, row.new) for row in found.not_followed] == [("82", "80")]
    assert len(found.divided_in_part) == 4


def test_as_many_communes_were_left_as_they_were_as_the_resolutions_say(
    country: AreaDirectory,
) -> None:
    """3,193 communes came of the rearrangement of July 2025 and 128 stayed; here one more goes
    on, xã Thổ Châu, whose land became đặc khu Thổ Châu without any other."""
    stayed = [
        unit
        for unit in country.lineage.units.values()
        if unit.level == "commune" and unit.valid_from < SINCE_REFORM and unit.stands_on(TODAY)
    ]
    assert len(stayed) == 128 + 1
    tho_chau = country.unit_on("31105", TODAY)
    assert tho_chau.name_on(EARLY_2025) == "Xã Thổ Châu"
    assert tho_chau.name_on(TODAY) == "Đặc khu Thổ Châu"
    assert tho_chau.area_type_on(EARLY_2025) == "rural"
    assert tho_chau.area_type_on(TODAY) == "unknown"


def test_hue_had_36_wards_and_communes_in_2022_huong_so_among_them(
    country: AreaDirectory,
) -> None:
    hue = country.resolve("thành phố Huế, tỉnh Thừa Thiên Huế", IN_2022)
    children = country.lineage.children(hue.id, IN_2022)
    assert Counter(country.unit(one).kind_on(IN_2022) for one in children) == {
        "phường": 29,
        "xã": 7,
    }
    assert "Phường Hương Sơ" in names(country, children, IN_2022)
    assert hue.code == "474"


def test_the_old_city_of_hue_was_divided_into_two_districts(country: AreaDirectory) -> None:
    old = country.unit_on("474", IN_2022)
    assert (old.valid_to, old.ending) == (date(2025, 1, 1), "split")
    assert names(country, old.heirs, EARLY_2025) == {"Quận Thuận Hóa", "Quận Phú Xuân"}
    province = country.unit_on("46", IN_2022)
    assert province.id == country.unit_on("46", TODAY).id
    assert province.name_on(IN_2022) == "Tỉnh Thừa Thiên Huế"
    assert province.name_on(EARLY_2025) == "Thành phố Huế"
    assert country.lineage.place(old.id, EARLY_2025) == (province.id, False)
    assert old.id in country.lineage.to_be_placed(province.id, TODAY)
    for code, now in (("474", 19), ("475", 13)):
        district = country.unit_on(code, EARLY_2025)
        assert len(country.lineage.children(district.id, EARLY_2025)) == now
        assert country.unit_on(code, EARLY_2025).valid_to == SINCE_REFORM


def test_households_of_huong_so_count_in_huong_an_since_july_2025(
    country: AreaDirectory,
) -> None:
    old, new = country.unit_on("19804", IN_2022), country.unit_on("19804", TODAY)
    assert (old.name_on(IN_2022), new.name_on(TODAY)) == ("Phường Hương Sơ", "Phường Hương An")
    assert country.lineage.place(old.id, TODAY) == (new.id, True)
    assert names(country, country.lineage.counted_units(new.id, TODAY), IN_2022) == {
        "Phường Hương An",
        "Phường Hương Sơ",
        "Phường An Hòa",
    }
    assert country.lineage.to_be_placed(new.id, TODAY) == frozenset()


def test_ha_tinh_had_15_wards_and_communes_in_2023_and_grew_in_2025(
    country: AreaDirectory,
) -> None:
    city = country.unit_on("436", date(2023, 12, 31))
    assert len(country.lineage.children(city.id, date(2023, 12, 31))) == 15
    assert len(country.lineage.children(city.id, EARLY_2025)) == 27
    tran_phu = country.unit_on("18070", IN_2022)
    assert tran_phu.ending == "split"
    assert country.lineage.place(tran_phu.id, EARLY_2025) == (city.id, False)
    thach_linh = country.unit_on("18094", IN_2022)
    assert country.lineage.place(thach_linh.id, EARLY_2025) == ("18094@2025-01-01", True)


def test_dong_da_had_21_wards_in_2019(country: AreaDirectory) -> None:
    district = country.resolve("quận Đống Đa", IN_2019)
    assert len(country.lineage.children(district.id, IN_2019)) == 21
    assert len(country.lineage.children(district.id, EARLY_2025)) == 17
    trung_phung = country.resolve("phường Trung Phụng", IN_2019, under=district.id)
    assert country.lineage.place(trung_phung.id, EARLY_2025) == ("00202@2025-01-01", True)


def test_ea_sup_and_hai_phong_stood_as_the_articles_found_them(country: AreaDirectory) -> None:
    ea_sup = country.resolve("huyện Ea Súp, Đắk Lắk", date(2023, 12, 31))
    assert len(country.lineage.children(ea_sup.id, date(2023, 12, 31))) == 10
    hai_phong = country.resolve("thành phố Hải Phòng", date(2023, 12, 31))
    tree = country.lineage.tree(hai_phong.id, date(2023, 12, 31))
    assert Counter(country.unit(one).level for one in tree) == {
        "province": 1,
        "district": 15,
        "commune": 217,
    }


@pytest.mark.parametrize("province", ["46", "42", "01", "66", "31"])
def test_no_household_of_the_articles_gets_lost_on_the_way_to_today(
    country: AreaDirectory, province: str
) -> None:
    then = country.unit_on(province, IN_2022)
    today = country.lineage.place(then.id, TODAY).node
    counted = country.lineage.counted(today, TODAY)
    assert set(country.lineage.tree(then.id, IN_2022)) <= counted.units | counted.to_be_placed


def test_islands_without_communes_became_special_zones(country: AreaDirectory) -> None:
    for district, zone in (("536", "21548"), ("318", "11948"), ("755", "26732")):
        island = country.unit_on(district, IN_2022)
        assert country.require(district, IN_2022) == island.id
        assert country.lineage.place(island.id, TODAY) == (f"{zone}@2025-07-01", True)
        assert not island.ending_certain


def test_a_township_that_stayed_as_it_was_is_rural_since_the_reform(
    country: AreaDirectory,
) -> None:
    """Rules 1.3: a household may come under the other poverty line without moving house."""
    muong_lat = country.unit_on("14845", TODAY)
    assert muong_lat.area_type_on(EARLY_2025) == "urban"
    assert muong_lat.area_type_on(SINCE_REFORM) == "rural"


def test_communes_that_became_wards_in_2026_are_urban_from_that_day(
    country: AreaDirectory,
) -> None:
    long_thanh = country.unit_on("26368", TODAY)
    assert long_thanh.area_type_on(date(2026, 4, 29)) == "rural"
    assert long_thanh.area_type_on(date(2026, 4, 30)) == "urban"
    assert country.unit_on("75", date(2026, 4, 29)).name_on(date(2026, 4, 29)) == "Tỉnh Đồng Nai"
    kinds = Counter(country.unit(one).kind_on(TODAY) for one in country.lineage.day(TODAY).parents)
    assert (kinds["phường"], kinds["xã"], kinds["đặc khu"]) == (709, 2_599, 13)
    assert kinds["thành phố trung ương"] == 9
    on_the_day = Counter(
        country.unit(one).kind_on(SINCE_REFORM) for one in country.lineage.day(SINCE_REFORM).parents
    )
    assert on_the_day["thành phố trung ương"] == 6


def test_a_first_day_that_is_a_convention_says_so(country: AreaDirectory) -> None:
    for unit in country.lineage.units.values():
        assert unit.certain == (unit.valid_from != date(2004, 7, 8))
