"""What can be asked of administrative units: given what stands, when asked, then this."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.areas.area import AreaUnit
from domain.areas.commands import NewUnit
from domain.areas.errors import (
    AlreadyClosed,
    AreaNotValidOn,
    AreaTypeUnknown,
    AreaUnknown,
    BeforeItsTime,
    CodeInUse,
    CodeMalformed,
    DocumentMissing,
    HasUnitsBelow,
    KindUnknown,
    LevelMismatch,
    NameMissing,
    ParentLevelWrong,
    SourcesMissing,
)
from domain.areas.events import (
    AreaTypeChanged,
    Closed,
    Established,
    MergedInto,
    PartTransferred,
    Renamed,
    Reparented,
    SplitInto,
)
from domain.areas.handler import Units
from domain.errors import CommandReused, StaleVersion
from tests.calls import Calls, areas_of
from tests.domain.areas.conftest import context

BEGIN, LATER, LAST = date(2020, 1, 1), date(2022, 7, 1), date(2025, 7, 1)
PROVINCE, DISTRICT = "46@2020-01-01", "474@2020-01-01"
HUONG_SO, AN_HOA = "19804@2020-01-01", "19803@2020-01-01"


@pytest.fixture
def areas(application: Any) -> Calls:
    """A province with one district of two wards."""
    commands = areas_of(application)
    for new in (
        NewUnit("46", "Tỉnh Thừa Thiên Huế"),
        NewUnit("474", "Thành phố Huế", PROVINCE),
        NewUnit("19804", "Phường Hương Sơ", DISTRICT),
        NewUnit("19803", "Phường An Hòa", DISTRICT),
    ):
        commands.establish(context(BEGIN), new)
    return commands


@pytest.fixture
def history(application: Any) -> Callable[[str], list[Any]]:
    """The events of one unit."""
    from domain.areas.codes import aggregate_id

    return lambda unit: list(application.events.get(aggregate_id(unit)))


def test_a_unit_is_established_under_its_parent(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    (event,) = history(HUONG_SO)
    assert isinstance(event, Established)
    assert (event.kind, event.level, event.area_type) == ("phường", "commune", "urban")
    assert (event.parent, event.effective_on) == (DISTRICT, BEGIN)
    assert event.document.number == "1/NQ"
    assert areas.directory.lineage.tree(PROVINCE, BEGIN) == (
        PROVINCE,
        DISTRICT,
        AN_HOA,
        HUONG_SO,
    )


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (NewUnit("19804", "Phường Khác", DISTRICT), CodeInUse),
        (NewUnit("1980", "Phường Khác", DISTRICT), CodeMalformed),
        (NewUnit("1980x", "Phường Khác", DISTRICT), CodeMalformed),
        (NewUnit("19805", "Hương Sơ", DISTRICT), KindUnknown),
        (NewUnit("19805", "  ", DISTRICT), KindUnknown),
        (NewUnit("19805", "Phường Khác"), ParentLevelWrong),
        (NewUnit("19805", "Phường Khác", HUONG_SO), ParentLevelWrong),
        (NewUnit("475", "Quận Phú Xuân", DISTRICT), ParentLevelWrong),
        (NewUnit("47", "Tỉnh Khác", PROVINCE), ParentLevelWrong),
        (NewUnit("19805", "Phường Khác", "99@2020-01-01"), AreaUnknown),
        (NewUnit("19805", "Phường Khác", DISTRICT, "suburban"), AreaTypeUnknown),
        (NewUnit("475", "Quận Phú Xuân", PROVINCE, "urban"), AreaTypeUnknown),
        (NewUnit("475", "Quận Phú Xuân", PROVINCE, children=(PROVINCE,)), ParentLevelWrong),
    ],
)
def test_a_unit_that_cannot_be_is_refused(
    areas: Calls, application: Any, new: NewUnit, refusal: type[Exception]
) -> None:
    before = len(areas.refresh())
    with pytest.raises(refusal):
        areas.establish(context(LATER), new)
    assert len(areas.refresh()) == before


def test_a_change_without_its_resolution_is_refused(areas: Calls) -> None:
    with pytest.raises(DocumentMissing):
        areas.establish(context(LATER, paper=""), NewUnit("475", "Quận Phú Xuân", PROVINCE))
    with pytest.raises(DocumentMissing):
        areas.rename(HUONG_SO, context(LATER, paper=" "), name="Phường Khác")


def test_a_parent_has_to_stand_on_that_day(areas: Calls) -> None:
    with pytest.raises(AreaNotValidOn):
        areas.establish(context(date(2019, 1, 1)), NewUnit("19805", "Phường Khác", DISTRICT))


def test_a_new_name_is_the_same_unit_and_a_new_kind_brings_its_area_type(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    done = areas.rename(HUONG_SO, context(LATER), name="Xã Hương Sơ")
    assert (done.unit, done.version) == (HUONG_SO, 3)
    renamed, typed = history(HUONG_SO)[1:]
    assert isinstance(renamed, Renamed)
    assert isinstance(typed, AreaTypeChanged)
    assert (renamed.name_before, renamed.name) == ("Phường Hương Sơ", "Xã Hương Sơ")
    assert (typed.area_type_before, typed.area_type) == ("urban", "rural")
    unit = areas.directory.unit(HUONG_SO)
    assert unit.area_type_on(date(2022, 6, 30)) == "urban"
    assert unit.area_type_on(LATER) == "rural"


def test_an_area_type_set_apart_from_the_kind_outlives_a_rename(areas: Calls) -> None:
    areas.change_area_type(HUONG_SO, context(LATER), area_type="rural")
    areas.rename(HUONG_SO, context(LAST), name="Phường Hương Sơ Mới")
    assert areas.directory.unit(HUONG_SO).area_type_on(LAST) == "rural"


def test_a_command_that_changes_nothing_records_nothing(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    assert areas.rename(HUONG_SO, context(LATER), name=" Phường  Hương Sơ ").version == 1
    assert areas.change_area_type(HUONG_SO, context(LATER), area_type="urban").version == 1
    assert areas.put_under(HUONG_SO, context(LATER), parent=DISTRICT).version == 1
    assert len(history(HUONG_SO)) == 1


def test_a_fact_learnt_late_takes_its_place_in_time(areas: Calls) -> None:
    areas.rename(HUONG_SO, context(LAST), name="Phường Sau")
    areas.rename(HUONG_SO, context(LATER), name="Phường Giữa")
    unit = areas.directory.unit(HUONG_SO)
    assert [unit.name_on(day) for day in (BEGIN, LATER, LAST)] == [
        "Phường Hương Sơ",
        "Phường Giữa",
        "Phường Sau",
    ]


def test_what_is_dated_before_the_first_day_is_refused(areas: Calls) -> None:
    with pytest.raises(BeforeItsTime):
        areas.rename(HUONG_SO, context(date(2019, 12, 31)), name="Phường Khác")
    with pytest.raises(NameMissing):
        areas.rename(HUONG_SO, context(LATER), name=" ")


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("rename", {"name": "Phường Khác"}),
        ("change_area_type", {"area_type": "urban"}),
        ("transfer_part", {"to": AN_HOA, "what": "Tổ 3"}),
    ],
)
def test_a_unit_changes_from_its_first_day_to_the_day_before_its_end(
    areas: Calls, command: str, asked: dict[str, str]
) -> None:
    areas.close(HUONG_SO, context(LATER), reason="error")
    change = getattr(areas, command)
    with pytest.raises((BeforeItsTime, AreaNotValidOn)):  # of both ends of a transfer
        change(HUONG_SO, context(BEGIN - timedelta(days=1)), **asked)
    with pytest.raises(AlreadyClosed):
        change(HUONG_SO, context(LATER), **asked)
    before = areas.directory.unit(HUONG_SO).days_of_change
    change(HUONG_SO, context(LATER - timedelta(days=1)), **asked)
    assert areas.refresh().unit(HUONG_SO).days_of_change >= before


def test_a_merger_ends_the_old_units_and_begins_one_under_a_known_code(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    done = areas.merge(
        context(LAST), [HUONG_SO, AN_HOA], NewUnit("19804", "Phường Hương An", DISTRICT)
    )
    new = "19804@2025-07-01"
    assert (done.unit, done.units, done.version) == (new, (new,), 1)
    for old in (HUONG_SO, AN_HOA):
        assert isinstance(history(old)[-1], MergedInto)
        assert areas.directory.lineage.place(old, LAST) == (new, True)
    assert areas.directory.unit_on("19804", LAST).id == new
    assert areas.directory.unit_on("19804", LATER).id == HUONG_SO
    with pytest.raises(AreaNotValidOn):
        areas.directory.require("19803", LAST)
    with pytest.raises(AlreadyClosed):
        areas.rename(HUONG_SO, context(LAST), name="Phường Khác")


def test_what_belonged_to_merged_provinces_belongs_to_the_new_one(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    areas.establish(context(BEGIN), NewUnit("45", "Tỉnh Quảng Trị"))
    areas.merge(context(LAST), [PROVINCE, "45@2020-01-01"], NewUnit("46", "Tỉnh Bình Trị Thiên"))
    new = "46@2025-07-01"
    assert isinstance(history(DISTRICT)[-1], Reparented)
    assert set(areas.directory.lineage.tree(new, LAST)) == {new, DISTRICT, HUONG_SO, AN_HOA}


@pytest.mark.parametrize(
    ("units", "new", "refusal"),
    [
        ([HUONG_SO], NewUnit("19804", "Phường Mới", DISTRICT), SourcesMissing),
        ([HUONG_SO, HUONG_SO], NewUnit("19804", "Phường Mới", DISTRICT), SourcesMissing),
        ([HUONG_SO, "1@2020-01-01"], NewUnit("19804", "Phường Mới", DISTRICT), AreaUnknown),
        ([HUONG_SO, DISTRICT], NewUnit("19804", "Phường Mới", DISTRICT), LevelMismatch),
        ([HUONG_SO, AN_HOA], NewUnit("475", "Quận Mới", PROVINCE), LevelMismatch),
    ],
)
def test_a_merger_that_cannot_be_is_refused_as_a_whole(
    areas: Calls, units: list[str], new: NewUnit, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        areas.merge(context(LAST), units, new)
    assert areas.refresh().unit(HUONG_SO).stands_on(LAST)


def test_a_unit_cannot_end_twice_or_before_what_is_known_of_it(areas: Calls) -> None:
    areas.rename(HUONG_SO, context(LAST), name="Phường Sau")
    with pytest.raises(BeforeItsTime):
        areas.merge(context(LATER), [HUONG_SO, AN_HOA], NewUnit("19804", "Phường Mới", DISTRICT))
    areas.close(AN_HOA, context(LATER), reason="error")
    with pytest.raises(AlreadyClosed):
        areas.close(AN_HOA, context(LAST), reason="error")
    with pytest.raises(BeforeItsTime):
        areas.close(HUONG_SO, context(BEGIN), reason="error")


def test_a_division_places_what_was_below_and_leaves_households_to_people(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    parts = [
        NewUnit("474", "Quận Thuận Hóa", PROVINCE, children=(AN_HOA,)),
        NewUnit("475", "Quận Phú Xuân", PROVINCE, children=(HUONG_SO,)),
    ]
    with pytest.raises(HasUnitsBelow) as refused:
        areas.split(DISTRICT, context(LAST), [parts[0], replace(parts[1], children=())])
    assert refused.value.values["below"] == [HUONG_SO]

    done = areas.split(DISTRICT, context(LAST), parts)
    assert done.units == ("474@2025-07-01", "475@2025-07-01")
    ended = history(DISTRICT)[-1]
    assert isinstance(ended, SplitInto)
    assert ended.parts == done.units
    lineage = areas.directory.lineage
    assert lineage.place(DISTRICT, LAST) == (PROVINCE, False)
    assert lineage.place(HUONG_SO, LAST) == (HUONG_SO, True)
    assert lineage.path(HUONG_SO, LAST) == ("475@2025-07-01", PROVINCE)


def test_a_division_into_one_part_is_none(areas: Calls) -> None:
    with pytest.raises(SourcesMissing):
        areas.split(HUONG_SO, context(LAST), [NewUnit("19804", "Phường Mới", DISTRICT)])
    with pytest.raises(LevelMismatch):
        areas.split(HUONG_SO, context(LAST), [NewUnit("475", "Quận Mới", PROVINCE)])


def test_land_that_changes_hands_leaves_the_households_where_they_are(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    areas.transfer_part(HUONG_SO, context(LATER), to=AN_HOA, what="tổ dân phố 6")
    event = history(HUONG_SO)[-1]
    assert isinstance(event, PartTransferred)
    assert (event.to, event.what) == (AN_HOA, "tổ dân phố 6")
    assert areas.directory.lineage.place(HUONG_SO, LAST) == (HUONG_SO, True)
    again = areas.transfer_part(HUONG_SO, context(LATER), to=AN_HOA, what="tổ dân phố 6")
    assert again.version == 2
    with pytest.raises(AreaUnknown):
        areas.transfer_part(HUONG_SO, context(LATER), to="5@2020-01-01", what="tổ dân phố 7")


def test_a_district_is_abolished_once_nothing_belongs_to_it(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    with pytest.raises(HasUnitsBelow):
        areas.close(DISTRICT, context(LAST), reason="level_abolished")
    for ward in (HUONG_SO, AN_HOA):
        areas.put_under(ward, context(LAST), parent=PROVINCE)
    areas.close(DISTRICT, context(LAST), reason="level_abolished")
    assert isinstance(history(DISTRICT)[-1], Closed)
    assert areas.directory.lineage.children(PROVINCE, LAST) == (AN_HOA, HUONG_SO)


def test_a_repeated_command_answers_as_it_did_and_another_one_under_its_id_is_refused(
    areas: Calls, history: Callable[[str], list[Any]]
) -> None:
    asked = context(LAST)
    new = NewUnit("19804", "Phường Hương An", DISTRICT)
    first = areas.merge(asked, [HUONG_SO, AN_HOA], new)
    again = areas.merge(asked, [HUONG_SO, AN_HOA], new)
    assert again.repeated
    assert (again.unit, again.version, again.units) == (first.unit, first.version, first.units)
    assert len(history(HUONG_SO)) == 2
    with pytest.raises(CommandReused):
        areas.close(AN_HOA, asked, reason="error")


def test_whoever_read_an_older_version_is_told(areas: Calls) -> None:
    areas.rename(HUONG_SO, context(LATER), name="Phường Khác", expected_version=1)
    with pytest.raises(StaleVersion):
        areas.rename(HUONG_SO, context(LAST), name="Phường Nữa", expected_version=1)


def test_two_processes_cannot_give_one_code_to_two_units(areas: Calls, application: Any) -> None:
    """The second one does not see the first one's unit; the claim in the same transaction does."""
    elsewhere = SocaiApplication(application.pool, application.keyring, application.standards)
    blind = elsewhere.areas.refresh()
    areas.establish(context(LATER), NewUnit("19805", "Phường Một", DISTRICT))
    elsewhere.areas.look = lambda: blind  # type: ignore[method-assign]
    with pytest.raises(CodeInUse):
        areas_of(elsewhere).establish(context(LAST), NewUnit("19805", "Phường Hai", DISTRICT))
    assert [one.id for one in areas.refresh().with_code("19805")] == ["19805@2022-07-01"]


def test_a_unit_reads_the_same_from_the_store_as_from_its_commands(
    areas: Calls, application: Any
) -> None:
    areas.rename(HUONG_SO, context(LATER), name="Xã Hương Sơ")
    areas.merge(context(LAST), [HUONG_SO, AN_HOA], NewUnit("19804", "Xã Mới", DISTRICT))
    units = Units(areas.refresh(), application.repository)
    for unit in units.directory.lineage.units.values():
        loaded = units.load(unit.id)
        assert isinstance(loaded, AreaUnit)
        assert loaded.unit == unit == areas.directory.unit(unit.id)
