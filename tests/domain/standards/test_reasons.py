"""Reasons read as sentences in both languages, with the figures and the legal source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.standards import SurveyFigures, decide
from domain.standards.reasons import CLASS_NAMES, CODES, conclusion, parsed, reason, sentences
from tests.standards import standards

STANDARDS = standards()
S2022 = STANDARDS.get("2022-2026")


def said(standard_id: str, figures: SurveyFigures, language: str) -> tuple[str, ...]:
    standard = STANDARDS.get(standard_id)
    return sentences(standard, decide(standard, figures).reasons, language)


def test_a_poor_household_reads_why_in_vietnamese() -> None:
    figures = SurveyFigures("rural", income=1_500_000, deprived_count=3)
    assert said("2022-2026", figures, "vi") == (
        "Thu nhập bình quân là 1.500.000 đồng/người/tháng, không vượt chuẩn thu nhập "
        "1.500.000 đồng/người/tháng áp dụng cho khu vực nông thôn "
        "(Điều 3 Nghị định 07/2021/NĐ-CP ngày 27/01/2021).",
        "Số chỉ số thiếu hụt là 3, thuộc mức thiếu hụt từ 3 chỉ số trở lên "
        "(Điều 3 Nghị định 07/2021/NĐ-CP ngày 27/01/2021).",
    )
    assert conclusion(S2022, "poor") == (
        "Kết quả: hộ nghèo, theo Chuẩn nghèo đa chiều giai đoạn 2022-2025, "
        "áp dụng tiếp trong năm 2026."
    )


def test_a_household_above_the_line_and_below_the_deprivations_reads_why() -> None:
    above = SurveyFigures("rural", income=1_500_001, deprived_count=2)
    assert said("2022-2026", above, "vi")[0].startswith(
        "Thu nhập bình quân là 1.500.001 đồng/người/tháng, vượt chuẩn thu nhập "
    )
    below = SurveyFigures("rural", income=1_500_000, deprived_count=2)
    assert said("2022-2026", below, "vi")[1] == (
        "Số chỉ số thiếu hụt là 2, dưới mức thiếu hụt từ 3 chỉ số trở lên "
        "(Điều 3 Nghị định 07/2021/NĐ-CP ngày 27/01/2021)."
    )


def test_and_in_english() -> None:
    figures = SurveyFigures("urban", b1=175, b2=20)
    assert said("2022-2026", figures, "en") == (
        "Score B1 175 points is at or below the income line of 175 points for urban areas "
        "(Circular 07/2021/TT-BLĐTBXH of 18/07/2021).",
        "Score B2 20 is below the 30 points of the deprivation test "
        "(Circular 07/2021/TT-BLĐTBXH of 18/07/2021).",
    )


def test_an_unset_ceiling_is_said_in_words() -> None:
    figures = SurveyFigures("urban", income=2_800_001, deprived_count=6)
    assert said("2027-2030", figures, "vi")[-1] == (
        "Không phải hộ nghèo, hộ cận nghèo; chưa có mức trần của hộ có mức sống trung bình "
        "cho khu vực thành thị để so với số liệu này."
    )


def test_a_line_per_year_is_said_per_year() -> None:
    first = said("hcmc-2021-2025", SurveyFigures("urban", income=3_000_000), "vi")[0]
    assert "36.000.000 đồng/người/năm, không vượt chuẩn nghèo của Thành phố" in first


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_has_a_sentence_in_both_languages(code: str, language: str) -> None:
    text = reason(
        code, figure="income", value=1, bound=2, line="line", area="rural", wanting="b2",
        deprived_count=3, b2=40, question="validity_unknown", recognised="poor",
        why="missing_figures",
    )  # fmt: skip
    (sentence,) = sentences(S2022, [text], language)
    assert sentence.endswith((".", ")."))
    assert "?" not in sentence
    assert "_" not in sentence


@pytest.mark.parametrize("class_", CLASS_NAMES)
def test_every_class_has_a_name(class_: str) -> None:
    assert "_" not in conclusion(S2022, class_, "vi")
    assert "_" not in conclusion(S2022, class_, "en")


def test_a_reason_of_a_later_version_is_shown_as_it_was_stored() -> None:
    assert sentences(S2022, ["surveyed_twice?times=2"]) == ("surveyed_twice?times=2",)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=20)))
def test_a_reason_reads_back_as_it_was_written(values: dict[str, str]) -> None:
    text = reason("code", **values)
    assert parsed(text) == ("code", values)
    assert "\n" not in text
