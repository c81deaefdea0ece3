"""Standards as data: which one is in force, what a file must say, and what its digest covers."""

from datetime import date
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from domain.standards import NATIONAL, Standards, SurveyFigures, decide, load_standards
from domain.standards.errors import MalformedStandard, NoStandardInForce, UnknownStandard
from domain.standards.load import parse

STANDARDS = load_standards()
ROOM = resources.files("domain.standards")
DIGESTS = {
    "2016-2021": "080b1d0e15975addf306ee1ec0da8623a8b144a64f70477016c9363a88b2fc54",
    "2022-2026": "fc74af14f00483db080a4efc433835c17e0ff86a1b30fa69f2c906f9591859c2",
    "2027-2030": "412d1f6600f6884fc0400ca4f01629cccaee2cd358f7995943089003fa41e233",
    "bacninh": "591489bc05bee4f6b70d44d7cfa108fc6ce35890f797e376141a30a392173d93",
    "hcmc-2021-2025": "77c34b2fa0ac26834ea2af0b4ebd581d6ce2c8aa02da53c34a5726d0139853fa",
}


def text_of(name: str, folder: str = "national") -> str:
    return (ROOM / folder / f"{name}.toml").read_text(encoding="utf-8")


# ---- in force -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2016, 1, 1), "2016-2021"),
        (date(2021, 12, 31), "2016-2021"),
        (date(2022, 1, 1), "2022-2026"),
        (date(2026, 12, 31), "2022-2026"),
        (date(2027, 1, 1), "2027-2030"),
        (date(2030, 12, 31), "2027-2030"),
    ],
)
def test_the_standard_changes_on_its_day(on: date, expected: str) -> None:
    assert STANDARDS.in_force(on).id == expected


@pytest.mark.parametrize("on", [date(1993, 1, 1), date(2015, 12, 31), date(2031, 1, 1)])
def test_a_day_before_the_first_standard_or_after_the_last_is_refused(on: date) -> None:
    with pytest.raises(NoStandardInForce) as refused:
        STANDARDS.in_force(on)
    assert refused.value.values == {"on": on.isoformat(), "scope": NATIONAL}


def test_a_day_in_a_gap_between_standards_is_refused() -> None:
    gapped = Standards(s for s in STANDARDS if s.id != "2022-2026")
    assert gapped.in_force(date(2021, 12, 31)).id == "2016-2021"
    with pytest.raises(NoStandardInForce):
        gapped.in_force(date(2024, 6, 30))


def test_a_local_standard_holds_beside_the_national_one() -> None:
    on = date(2023, 5, 1)
    assert STANDARDS.in_force(on, "hcmc").id == "hcmc-2021-2025"
    assert STANDARDS.in_force(on).id == "2022-2026"
    assert STANDARDS.local_scopes("79", on) == ("hcmc",)
    assert STANDARDS.local_scopes("79", date(2026, 1, 1)) == ()
    with pytest.raises(NoStandardInForce):
        STANDARDS.in_force(date(2026, 1, 1), "hcmc")


def test_a_local_standard_of_unknown_validity_is_never_chosen_by_date() -> None:
    with pytest.raises(NoStandardInForce):
        STANDARDS.in_force(date(2024, 1, 1), "bacninh")
    assert STANDARDS.get("bacninh").open_questions == ("validity_unknown",)
    assert STANDARDS.local_scopes("27") == ("bacninh",)


def test_an_unknown_standard_is_refused_by_its_id() -> None:
    with pytest.raises(UnknownStandard) as refused:
        STANDARDS.get("2035-2040")
    assert refused.value.values == {"standard": "2035-2040"}


# ---- digest -------------------------------------------------------------------------------------


def test_the_digests_of_the_standards_are_those_that_decisions_carry() -> None:
    """A change here means that what decides has changed.

    Keep the file as it was under `earlier/`, so that decisions taken by it stay reproducible,
    and write the new digest here.
    """
    assert {standard.id: standard.digest for standard in STANDARDS} == DIGESTS


def test_a_corrected_title_or_a_year_more_of_validity_leaves_the_digest() -> None:
    standard = STANDARDS.get("2022-2026")
    longer = msgspec.structs.replace(standard, valid_until=date(2027, 6, 30), sources=())
    assert longer.digest == standard.digest


def test_a_changed_figure_changes_the_digest() -> None:
    before = STANDARDS.get("2022-2026").digest
    for old, new in (
        ("rural = { value = 1_500_000", "rural = { value = 1_500_001"),
        ("deprived_at_least = { value = 3", "deprived_at_least = { value = 4"),
        ("urban = { value = 175", "urban = { value = 174"),
        ('otherwise = "near_poor"', 'otherwise = "average"'),
        ('code = "telecom"', 'code = "internet"'),
    ):
        text = text_of("2022-2026")
        assert old in text
        assert parse(text.replace(old, new), file="2022-2026.toml").digest != before


def test_a_replaced_edition_is_found_by_its_digest_and_decides_nothing_new(tmp_path: Path) -> None:
    for folder in ("national", "earlier"):
        (tmp_path / folder).mkdir()
    old = text_of("2027-2030")
    ceiling = 'rural = { certainty = "unknown" }'
    before, mark, after = old.partition("[lines.average_ceiling.income]")
    new = (
        before
        + mark
        + after.replace(ceiling, 'rural = { value = 3_300_000, certainty = "seen" }', 1)
    )
    (tmp_path / "national" / "2027-2030.toml").write_text(new, encoding="utf-8")
    (tmp_path / "earlier" / "2027-2030-as-of-2026.toml").write_text(old, encoding="utf-8")
    standards = load_standards(tmp_path)
    figures = SurveyFigures("rural", income=2_200_001, deprived_count=6)
    assert decide(standards.get("2027-2030"), figures).class_ == "average"
    then = standards.edition("2027-2030", DIGESTS["2027-2030"])
    assert decide(then, figures).class_ == "not_listed"
    assert [standard.id for standard in standards] == ["2027-2030"]
    with pytest.raises(UnknownStandard):
        standards.edition("2027-2030", "0" * 64)


# ---- what stands in the files -------------------------------------------------------------------


def test_every_standard_has_as_many_indicators_as_its_rule_says() -> None:
    counts = {standard.id: len(standard.indicators) for standard in STANDARDS}
    assert counts == {
        "2016-2021": 10,
        "2022-2026": 12,
        "2027-2030": 12,
        "bacninh": 12,
        "hcmc-2021-2025": 0,
    }


def test_2022_has_six_dimensions_of_two_indicators_each() -> None:
    dimensions = [i.dimension.code for i in STANDARDS.get("2022-2026").indicators]
    assert {code: dimensions.count(code) for code in dimensions} == {
        "employment": 2,
        "health": 2,
        "education": 2,
        "housing": 2,
        "water_sanitation": 2,
        "information": 2,
    }


def test_2027_swaps_the_means_of_information_for_digital_services_and_waste() -> None:
    before = STANDARDS.get("2022-2026").indicator_codes
    after = STANDARDS.get("2027-2030").indicator_codes
    assert before - after == {"telecom", "information_means"}
    assert after - before == {"digital_services", "household_waste"}


def test_a_definition_that_was_not_found_is_empty_and_marked() -> None:
    definition = next(
        i.deprived_when
        for i in STANDARDS.get("2027-2030").indicators
        if i.code == "household_waste"
    )
    assert (definition.certainty, definition.vi, definition.en) == ("unknown", "", "")


# ---- after leaving the list ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left_on", "until"),
    [
        (date(2022, 12, 14), date(2025, 12, 14)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2023, 1, 31), date(2026, 1, 31)),
    ],
)
def test_newly_escaped_lasts_thirty_six_months(left_on: date, until: date) -> None:
    assert STANDARDS.get("2022-2026").newly_escaped_until(left_on) == until


def test_a_standard_that_does_not_say_how_long_gives_no_end() -> None:
    assert STANDARDS.get("hcmc-2021-2025").newly_escaped_until(date(2023, 1, 1)) is None


def test_the_look_back_for_a_return_to_poverty_is_the_whole_history_where_no_limit_is_known() -> (
    None
):
    standard = STANDARDS.get("2022-2026")
    assert standard.re_poverty_since(date(2024, 1, 1)) is None
    text = text_of("2022-2026").replace(
        're_poverty_look_back_months = { certainty = "unknown" }',
        're_poverty_look_back_months = { value = 60, certainty = "seen" }',
    )
    limited = parse(text, file="2022-2026.toml")
    assert limited.re_poverty_since(date(2024, 2, 29)) == date(2019, 2, 28)
    assert limited.digest == standard.digest


# ---- malformed files ----------------------------------------------------------------------------

MALFORMED = [
    ("not TOML", "id = ", "id == ", "", "Invalid value"),
    ("a field nobody reads", 'scope = "national"', 'scope = "national"\ncolour = 1', "", "colour"),
    (
        "text for a figure",
        "value = 1_500_000",
        'value = "1.5m"',
        "$.lines[...].income[...].value",
        "",
    ),
    ("a fraction", "value = 1_500_000", "value = 1500000.5", "$.lines[...].income[...].value", ""),
    (
        "an unknown mark",
        'certainty = "seen"',
        'certainty = "sure"',
        "$.sources[0].certainty",
        "sure",
    ),
    (
        "a value that is unknown",
        '{ value = 140, certainty = "seen" }',
        '{ value = 140, certainty = "unknown" }',
        "lines.line.score.rural",
        "certainty",
    ),
    (
        "a figure without value",
        '{ value = 140, certainty = "seen" }',
        '{ certainty = "seen" }',
        "lines.line.score.rural",
        "certainty",
    ),
    ("a negative line", "value = 140", "value = -140", "lines.line.score.rural", "below zero"),
    ("a tier without its line", 'line = "line"', 'line = "lime"', "rule.tiers[0]", "lime"),
    ("a class that is none", 'deprived = "poor"', 'deprived = "rich"', "rule.tiers[0]", "rich"),
    ("half a test", 'otherwise = "near_poor"', "", "rule.tiers[0]", "otherwise"),
    (
        "both at once",
        'otherwise = "near_poor"',
        'otherwise = "near_poor"\nclass = "poor"',
        "rule.tiers[0]",
        "either",
    ),
    ("nothing above", 'above = "not_poor"', 'above = "fine"', "rule", "above"),
    (
        "an area type left out",
        'special_zone = { certainty = "unknown" }',
        "",
        "lines.line.income",
        "every area type",
    ),
    (
        "falling lines",
        "rural = { value = 2_250_000",
        "rural = { value = 1_500_000",
        "rule.tiers",
        "rise",
    ),
    (
        "a source that is not there",
        'source = "07/2021/NĐ-CP"',
        'source = "1/1900"',
        "lines.line.source",
        "1/1900",
    ),
    (
        "ends before it begins",
        "valid_until = 2026-12-31",
        "valid_until = 2021-12-31",
        "valid_until",
        "before",
    ),
    (
        "a national base",
        'scope = "national"',
        'scope = "national"\nbase = ["2016-2021"]',
        "base",
        "national",
    ),
    (
        "too few indicators",
        "indicator_count = { value = 12",
        "indicator_count = { value = 13",
        "indicators",
        "13",
    ),
    ("a repeated code", 'code = "telecom"', 'code = "latrine"', "indicators", "latrine"),
    (
        "an undefined indicator",
        'vi = "Không có thành viên nào sử dụng dịch vụ internet"',
        'vi = ""',
        "indicators.telecom",
        "defined",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "where", "what"), [case[1:] for case in MALFORMED], ids=[c[0] for c in MALFORMED]
)
def test_a_malformed_file_is_refused_by_name(old: str, new: str, where: str, what: str) -> None:
    text = text_of("2022-2026")
    assert old in text
    with pytest.raises(MalformedStandard) as refused:
        parse(text.replace(old, new, 1), file="2022-2026.toml")
    values = refused.value.values
    assert values["file"] == "2022-2026.toml"
    assert where in str(values["where"])
    assert what in str(values["what"])


def folder_with(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "national").mkdir()
    for name, text in files.items():
        (tmp_path / "national" / name.replace("_", "-")).with_suffix(".toml").write_text(
            text, encoding="utf-8"
        )
    return tmp_path


def test_two_standards_of_a_scope_must_not_hold_on_the_same_day(tmp_path: Path) -> None:
    later = text_of("2027-2030").replace("valid_from = 2027-01-01", "valid_from = 2026-12-31")
    root = folder_with(tmp_path, **{"2022_2026": text_of("2022-2026"), "2027_2030": later})
    with pytest.raises(MalformedStandard) as refused:
        load_standards(root)
    assert refused.value.values["file"] == "2027-2030.toml"


def test_a_file_must_bear_the_name_of_its_standard(tmp_path: Path) -> None:
    with pytest.raises(MalformedStandard):
        load_standards(folder_with(tmp_path, **{"2023_2026": text_of("2022-2026")}))


def test_a_local_standard_must_stand_beside_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "bacninh.toml").write_text(text_of("bacninh", "local"), encoding="utf-8")
    with pytest.raises(MalformedStandard) as refused:
        load_standards(tmp_path)
    assert refused.value.values["where"] in ("indicators_from", "base")
