"""What a code or a written name stands for on a day."""

import unicodedata
from datetime import date

import pytest

from domain.areas.directory import AreaDirectory
from domain.areas.errors import (
    AreaAmbiguous,
    AreaNameContradictsCode,
    AreaNotValidOn,
    AreaUnknown,
    NotACommune,
    UnitMalformed,
)


def fold(name: str) -> str:
    """Lower case without marks."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char))


IN_2022, EARLY_2025, TODAY = date(2022, 12, 15), date(2025, 3, 1), date(2026, 11, 20)


@pytest.mark.parametrize(
    "written",
    [
        "19804",
        "19804@2004-07-08",
        "Phường Hương Sơ",
        "phường hương sơ",
        "PHƯỜNG  HƯƠNG SƠ",
        "P. Hương Sơ",
        "P.Hương Sơ",
        "Hương Sơ",
        "huong so",
        "P. Huong So",
        "Phường Hương Sơ, Thành phố Huế, Tỉnh Thừa Thiên Huế",
        "Thừa Thiên - Huế / TP. Huế / Hương Sơ",
        "hương sơ; tp huế; tt. huế",
        "19804 - Phường Hương Sơ",
        "19804 Hương Sơ",
        "Phu\u031bo\u031b\u0300ng Hu\u031bo\u031bng So\u031b",
    ],
)
def test_a_ward_is_found_however_it_is_written(country: AreaDirectory, written: str) -> None:
    assert country.resolve(written, IN_2022).id == "19804@2004-07-08"


@pytest.mark.parametrize(
    ("written", "under", "code"),
    [
        ("Vĩ Dạ", "474", "19777"),
        ("Vỹ Dạ", "474", "19777"),
        ("Phường Thủy Biều", "474", "19807"),
        ("Thuỷ Biều", "474", "19807"),
        ("Phường Đúc", "474", "19780"),
        ("P. Phường Đúc", "474", "19780"),
        ("Cư Mlan", "646", "24232"),
        ("xã Cư M’Lan", "646", "24232"),
        ("Ia Jlơi", "646", "24215"),
        ("Ea Sup", "646", "24211"),
        ("TT Ea Súp", "646", "24211"),
        ("T.T. Ea Súp", "646", "24211"),
        ("Phường 1", "772", "27247"),
        ("P.01", "772", "27247"),
        ("P1", "772", "27247"),
        ("1", "772", "27247"),
        ("Văn Miếu-Quốc Tử Giám", "006", "00181"),
    ],
)
def test_spelling_is_tolerated_within_a_district(
    country: AreaDirectory, written: str, under: str, code: str
) -> None:
    day = EARLY_2025 if under == "006" else IN_2022
    district = country.unit_on(under, day).id
    assert country.resolve(written, day, level="commune", under=district).code == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("TP. HCM", "79"),
        ("TP Hồ Chí Minh", "79"),
        ("Hải Phòng", "31"),
        ("tỉnh Đăk Lăk", "66"),
        ("Đắc Lắc", "66"),
        ("Bà Rịa-Vũng Tàu", "77"),
        ("BR-VT", "77"),
        ("Thanh Hoá", "38"),
        ("8", "08"),
    ],
)
def test_provinces_are_known_by_their_usual_names(
    country: AreaDirectory, written: str, code: str
) -> None:
    assert country.resolve(written, IN_2022, level="province").code == code


def test_other_marks_are_another_name(country: AreaDirectory) -> None:
    hue = country.unit_on("474", IN_2022).id
    with pytest.raises(AreaUnknown) as refused:
        country.resolve("Phường Hương Sờ", IN_2022, level="commune", under=hue)
    assert "Phường Hương Sơ" in refused.value.values["similar"]


def test_no_name_is_ever_read_as_another_unit(country: AreaDirectory) -> None:
    """Every commune of 2022 by its own name, as it is written and without any mark."""
    ambiguous = []
    for unit, parent in country.lineage.day(IN_2022).parents.items():
        name, level = country.unit(unit).name_on(IN_2022), country.unit(unit).level
        for written in (name, fold(name)):
            try:
                found = country.resolve(written, IN_2022, level=level, under=parent)
            except AreaAmbiguous:
                ambiguous.append(written)
            else:
                assert found.id == unit, written
    assert [name for name in ambiguous if fold(name) != name] == ["Xã Đông Khê"] * 2
    assert len(ambiguous) < 60


def test_a_name_of_several_units_is_refused_and_names_them(country: AreaDirectory) -> None:
    with pytest.raises(AreaAmbiguous) as refused:
        country.resolve("Thuận Hóa", EARLY_2025)
    assert refused.value.values["candidates"] == [
        "Quận Thuận Hóa, Thành phố Huế",
        "Xã Thuận Hóa, Huyện Tuyên Hóa, Tỉnh Quảng Bình",
    ]
    assert country.resolve("Quận Thuận Hóa", EARLY_2025).code == "474"


def test_two_communes_of_one_name_in_one_district_are_told_apart_by_code(
    country: AreaDirectory,
) -> None:
    city = country.unit_on("380", EARLY_2025).id
    with pytest.raises(AreaAmbiguous):
        country.resolve("Xã Đông Khê", EARLY_2025, level="commune", under=city)
    assert country.resolve("16387", EARLY_2025, under=city).name_on(EARLY_2025) == "Xã Đông Khê"


def test_a_unit_of_another_time_is_refused_with_its_days_and_its_heirs(
    country: AreaDirectory,
) -> None:
    for written in ("Phường Hương Sơ, Huế", "19804@2004-07-08"):
        with pytest.raises(AreaNotValidOn) as refused:
            country.resolve(written, TODAY)
        assert refused.value.values["valid_to"] == date(2025, 7, 1)
        assert refused.value.values["successors"] == ["19804@2025-07-01 Phường Hương An"]
    with pytest.raises(AreaNotValidOn):
        country.require("11948", IN_2022)


def test_a_code_means_what_it_means_on_the_day(country: AreaDirectory) -> None:
    assert country.resolve("474", IN_2022).name_on(IN_2022) == "Thành phố Huế"
    assert country.resolve("474", EARLY_2025).name_on(EARLY_2025) == "Quận Thuận Hóa"
    with pytest.raises(AreaNotValidOn):
        country.resolve("474", TODAY)


def test_a_former_name_of_the_same_land_is_understood(country: AreaDirectory) -> None:
    assert country.resolve("Tỉnh Thừa Thiên Huế", TODAY, level="province").code == "46"
    assert country.resolve("Xã Thủy Bằng", EARLY_2025).code == "19981"


def test_a_code_beside_another_name_is_refused(country: AreaDirectory) -> None:
    with pytest.raises(AreaNameContradictsCode):
        country.resolve("19804 - Phường Gia Hội", IN_2022)


def test_what_nobody_knows_is_refused(country: AreaDirectory) -> None:
    for written in ("99999", "xyz", "", "  ", "Phường", ", ,"):
        with pytest.raises(AreaUnknown):
            country.resolve(written, IN_2022)
    with pytest.raises(UnitMalformed):
        country.resolve("19804@yesterday", IN_2022)
    elsewhere = country.unit_on("646", IN_2022).id
    with pytest.raises(AreaUnknown):
        country.resolve("19804", IN_2022, under=elsewhere)


def test_households_belong_to_communes(country: AreaDirectory) -> None:
    with pytest.raises(NotACommune):
        country.require("474", IN_2022)
    with pytest.raises(NotACommune):
        country.require("46", TODAY)


def test_a_row_of_a_spreadsheet_is_found_by_its_columns(country: AreaDirectory) -> None:
    row = {"province": "Thừa Thiên Huế", "district": "TP Huế", "commune": "Hương Sơ"}
    assert country.resolve_row(IN_2022, **row).id == "19804@2004-07-08"
    row = {"province": "46", "district": "474", "commune": "19804"}
    assert country.resolve_row(IN_2022, **row).id == "19804@2004-07-08"
    row = {"province": "TP Huế", "district": "", "commune": "Phường Hương An"}
    assert country.resolve_row(TODAY, **row).id == "19804@2025-07-01"
    row = {"province": "Quảng Ngãi", "district": "Lý Sơn", "commune": ""}
    assert country.resolve_row(IN_2022, **row).code == "536"
    with pytest.raises(AreaUnknown):
        country.resolve_row(IN_2022, province="", district="", commune=" ")


def test_an_answer_is_kept_for_the_next_row(country: AreaDirectory) -> None:
    hue = country.unit_on("474", IN_2022).id
    first = country.resolve("Phường Hương Sơ", IN_2022, level="commune", under=hue)
    kept = len(country._kept)
    for day in range(1, 28):
        on = date(2022, 6, day)
        assert country.resolve("Phường Hương Sơ", on, level="commune", under=hue) is first
    assert len(country._kept) == kept
    for day in (IN_2022, date(2022, 6, 1)):
        with pytest.raises(AreaUnknown) as refused:
            country.resolve("Phường Không Có", day, level="commune", under=hue)
        assert refused.value.values["on"] == day


def test_the_communes_on_the_land_of_a_unit_are_found_for_any_day(country):
    huong_so, huong_an = country.unit_on("19804", IN_2022).id, country.unit_on("19804", TODAY).id
    assert country.communes_on_land_of(huong_so, IN_2022) == (huong_so,)
    assert country.communes_on_land_of(huong_so, TODAY) == (huong_an,)
    assert huong_so in country.communes_on_land_of(huong_an, IN_2022)
    assert country.commune_of(huong_so, TODAY) == huong_an
    with pytest.raises(AreaUnknown):
        country.communes_on_land_of("99999@2025-07-01", TODAY)


def test_the_offices_over_a_unit_are_those_of_the_day_asked(country: AreaDirectory) -> None:
    huong_so = country.unit_on("19804", IN_2022).id
    huong_an = country.unit_on("19804", TODAY).id
    on_the_day = country.offices_over(huong_so, IN_2022)
    assert on_the_day == (huong_so, *country.lineage.path(huong_so, IN_2022), "")
    assert len(on_the_day) == 4, "a ward, its district, its province, the country"
    today = country.offices_over(huong_so, TODAY)
    assert today == country.offices_over(huong_an, TODAY)
    assert today == (huong_an, *country.lineage.path(huong_an, TODAY), "")
    assert country.offices_over("", TODAY) == ("",)
    with pytest.raises(AreaUnknown):
        country.offices_over("99999@2025-07-01", TODAY)


def test_the_offices_of_a_merged_unit_are_those_of_the_land_and_then_its_own(
    country: AreaDirectory,
) -> None:
    units = country.lineage.units.values()
    old = next(one for one in units if one.code == "19804" and one.ending == "merged")
    [heir] = old.heirs
    offices = country.offices_of(old.id, TODAY)
    assert offices[0] == country.lineage.place(old.id, TODAY).node == heir
    assert offices.index(heir) < offices.index("") < offices.index(old.id)
    assert country.offices_of(heir, TODAY) == [heir, *country.above(heir, TODAY)]
    assert country.offices_of("", TODAY) == [""]
