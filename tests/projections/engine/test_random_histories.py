"""The history of a household: rows, sentences in both languages, what changed from what to what."""

import tomllib
from datetime import date
from importlib import resources
from itertools import chain
from typing import Any, get_type_hints

import pytest

from domain.application import SocaiApplication
from domain.households import codes
from domain.households import events as e
from domain.households.corrections import HouseholdCorrection, MemberCorrection
from projections.households import sentences
from projections.households.sentences import ERASED, Changed
from tests.given import CHAIRMAN, HUONG_SO, RURAL, Life, a_few_areas, paper
from tests.histories import alone, escaped, family, poor, supported, widowed
from tests.projections.recorded_offices import Office
from tests.standards import standards

TEXTS = tomllib.loads(
    resources.files("projections.households").joinpath("sentences.toml").read_text(encoding="utf-8")
)


@pytest.fixture
def office(database: Any, keyring: Any, clock: Any) -> Office:
    directory = a_few_areas()
    return Office(SocaiApplication(database.pool, keyring, standards(), clock, directory=directory))


def name_of(unit: str, on: date) -> str:
    return {HUONG_SO: "Phường Hương Sơ", RURAL: "Xã Hương Thọ"}[unit]


def told(office: Office, life: Life, language: str = "vi", **asked: Any) -> list[str]:
    found = office.history(life, language=language, unit_name=name_of, **asked)
    return [entry.sentence for entry in found.entries]


def test_every_event_has_a_sentence_in_every_language() -> None:
    kinds = {event.TOPIC.removeprefix("household.").partition(":")[0] for event in e.EVENTS}
    assert set(TEXTS["events"]) == kinds
    events = TEXTS["events"].values()
    more = [said[name] for said in events for name in ("title", "exit", "outside") if name in said]
    tables = (TEXTS[name].values() for name in ("groups", "parts", "attributes"))
    for said in (*events, *more, *chain.from_iterable(tables)):
        assert all(said[language] for language in sentences.LANGUAGES), said


def test_every_event_is_in_a_group_and_every_group_is_known() -> None:
    for kind, said in TEXTS["events"].items():
        assert said["groups"], kind
        assert set(said["groups"]) <= set(TEXTS["groups"]), kind


def test_no_part_of_a_sentence_has_the_name_of_a_field() -> None:
    fields = {name for event in e.EVENTS for name in get_type_hints(event)}
    assert not fields & set(TEXTS["parts"])


def test_every_code_that_a_sentence_shows_has_an_english_word() -> None:
    for name, words in TEXTS["en"]["codes"].items():
        assert set(words) == set(getattr(codes, name)), name


def test_the_life_of_a_household_reads_as_sentences(office: Office) -> None:
    life = office.live("an", supported)
    assert told(office, life) == [
        "Lập hồ sơ hộ (mã hộ TDP5-017) tại Tổ dân phố 5, Phường Hương Sơ, 4 nhân khẩu,"
        " chủ hộ Hồ Văn An.",
        "Thu thập thông tin, tính điểm (Phiếu B), rà soát viên khaosat (B1 150 điểm, B2 40 điểm).",
        "Công nhận là hộ nghèo: phát sinh mới, quyết định số 12/QĐ-UBND.",
        "Nguyên nhân nghèo: không có vốn sản xuất, kinh doanh;"
        " có người ốm đau, bệnh nặng, tai nạn.",
        "Nhu cầu hỗ trợ: y tế; tín dụng.",
        "Thống nhất kế hoạch: Thoát nghèo trước cuối năm 2024, đánh giá lại ngày 30/06/2023.",
        "Phê duyệt hỗ trợ electricity: 708.000 đồng, từ 01/01/2023 đến 31/12/2023,"
        " ngân sách trung ương năm 2023.",
    ]
    assert told(office, life, "en")[2:4] == [
        "Recognised as poor: newly arising, decision 12/QĐ-UBND.",
        "Causes of poverty: no capital; illness or accident.",
    ]


def test_leaving_poverty_and_the_death_of_a_head_are_told(office: Office) -> None:
    gone = told(office, office.live("an", widowed))
    assert gone[-2:] == [
        "Chủ hộ mới là Lê Thị Bình, thay Hồ Văn An: chủ hộ chết.",
        "Giảm nhân khẩu: Hồ Văn An, chết.",
    ]


def test_an_exit_says_from_what_and_until_when_it_is_newly_escaped(office: Office) -> None:
    life = office.live("an", escaped)
    assert told(office, life)[-2:] == [
        "Công nhận hộ thoát nghèo, vượt chuẩn cận nghèo, quyết định số 30/QĐ-UBND.",
        "Công nhận hộ thoát nghèo, vượt chuẩn cận nghèo, là hộ mới thoát nghèo đến 12/12/2026.",
    ]
    assert office.history(life).entries[-2].changes == (Changed("class", "poor", "not_listed"),)


def test_a_correction_shows_what_it_said_and_what_it_says(office: Office) -> None:
    life = office.live("an", family)
    life.do(
        "correct_member", "2022-12-01", person_id=life["bình"], reason="papers",
        correction=MemberCorrection(name="Lê Thị Bính", birth_year=1983),
    )  # fmt: skip
    life.do(
        "correct_household", "2022-12-02", reason="judged",
        correction=HouseholdCorrection(no_labour_capacity=True, address="14 kiệt 3"),
    )  # fmt: skip
    member, household = office.history(life).entries[1:]
    assert set(member.changes) == {
        Changed("name", "Lê Thị Bình", "Lê Thị Bính"),
        Changed("birth_year", 1982, 1983),
    }
    assert member.sentence == (
        "Sửa thông tin của Lê Thị Bính: năm sinh, họ tên. Lý do: theo giấy tờ mới xuất trình."
    )
    assert set(household.changes) == {
        Changed("no_labour_capacity", None, True),
        Changed("address", "12 kiệt 3 đường Nguyễn Văn Linh", "14 kiệt 3"),
    }


def test_a_forgotten_person_is_unreadable_in_every_sentence_and_change(office: Office) -> None:
    life = office.live("an", family)
    life.do(
        "correct_member", "2022-12-01", person_id=life["bình"], reason="papers",
        correction=MemberCorrection(name="Lê Thị Bính"),
    )  # fmt: skip
    for who in ("an", "bình"):
        life.do("forget_person", "2023-01-05", person_id=life[who], legal_basis="Luật 91/2025/QH15")
    found = office.history(life)
    text = " ".join(entry.sentence for entry in found.entries) + str(found)
    assert "Hồ Văn An" not in text
    assert "Bình" not in text
    assert "Bính" not in text
    assert found.entries[0].sentence.endswith(f"chủ hộ {ERASED}.")
    assert found.entries[1].changes == (Changed("private", ERASED, ERASED),)
    assert found.entries[2].sentence == (
        "Xóa dữ liệu cá nhân của một người theo Luật 91/2025/QH15."
    )


def test_a_split_stands_in_the_timelines_of_both_households(office: Office) -> None:
    life = office.live("an", poor)
    outcome = life.do("split", "2023-02-01", persons={life["cúc"]: "head"}, village="Tổ dân phố 6")
    new = Life(office.application)
    new.id = outcome.created
    own = [entry for entry in office.history(life, own=True).entries if entry.own]
    assert own[-1].sentence == "1 thành viên tách ra lập hộ mới: Hồ Thị Cúc."
    assert office.history(life).entries[-1].own is False
    theirs = office.history(new, unit_name=name_of).entries
    assert [(entry.own, entry.type) for entry in theirs] == [
        (False, "household.split_off"),
        (True, "household.registered"),
    ]
    assert theirs[1].sentence == (
        "Lập hồ sơ hộ tại Tổ dân phố 6, Phường Hương Sơ, 1 nhân khẩu, chủ hộ Hồ Thị Cúc,"
        " tách từ hộ khác."
    )


def test_a_merger_names_those_who_came(office: Office) -> None:
    life, other = office.live("an", family), office.live("én", alone)
    other.do("merge", "2023-02-01", into=life.id, relations={other["én"]: "parent"})
    assert set(told(office, life)[-2:]) == {
        "Nhận 1 nhân khẩu từ hộ nhập vào: Trần Thị Én.",
        "Toàn hộ, 1 nhân khẩu, nhập vào hộ khác.",
    }
    assert sorted(entry.own for entry in office.history(other).entries) == [False, True, True]


def test_a_move_says_from_where_to_where_and_rows_say_where_it_lived_then(
    office: Office,
) -> None:
    life = office.live("an", family)
    life.do("move", "2023-06-01", area=RURAL, village="Thôn 1")
    life.do("record_causes", "2023-02-01", causes=["1"], recorded="2023-07-01")
    life.do("record_causes", "2023-07-02", causes=["2"])
    found = office.history(life, unit_name=name_of).entries
    assert [entry.area for entry in found] == [HUONG_SO, RURAL, HUONG_SO, RURAL]
    assert found[1].sentence == (
        "Chuyển từ Tổ dân phố 5, Phường Hương Sơ đến Thôn 1, Xã Hương Thọ."
    )
    assert found[1].changes == (
        Changed("area", "Phường Hương Sơ", "Xã Hương Thọ"),
        Changed("village", "Tổ dân phố 5", "Thôn 1"),
    )


def test_a_history_is_paged_and_filtered_by_kind(office: Office) -> None:
    life = office.live("an", supported)
    first = office.history(life, limit=3)
    assert len(first.entries) == 3
    rest = office.history(life, limit=100, after=first.next or 0)
    assert rest.next is None
    assert [one.seq for one in (*first.entries, *rest.entries)] == sorted(
        {one.seq for one in (*first.entries, *rest.entries)}
    )
    assert len(first.entries) + len(rest.entries) == 7
    kinds = office.history(life, types=["household.surveyed", "household.classified"])
    assert [one.type for one in kinds.entries] == ["household.surveyed", "household.classified"]
    assert [one.version for one in kinds.entries] == [2, 3]
    assert kinds.entries[1].actor.role == "chairman"
    assert kinds.entries[1].document is not None


def test_a_household_without_history_has_an_empty_one(office: Office) -> None:
    assert office.history(Life(office.application)).entries == ()


def test_a_withdrawal_is_told_with_its_reason_and_paper_and_dated_as_what_it_withdraws(
    office: Office,
) -> None:
    life = office.live("an", poor)
    life.do(
        "withdraw", "2022-12-20", kind="decision", entry=3, reason="Ghi nhầm sang hộ này.",
        by=CHAIRMAN, document=paper("15/QĐ-UBND", "2022-12-20"),
    )  # fmt: skip
    life.do("withdraw", "2022-12-21", kind="survey", entry=2, reason="Phiếu của hộ khác")
    assert told(office, life)[-2:] == [
        "Rút lại quyết định công nhận có hiệu lực từ 12/12/2022 (lần ghi số 3):"
        " Ghi nhầm sang hộ này (văn bản số 15/QĐ-UBND).",
        "Rút lại Phiếu B ngày 20/11/2022 (lần ghi số 2): Phiếu của hộ khác.",
    ]
    assert told(office, life, "en")[-1] == (
        "Form B of 20/11/2022 (entry 2) withdrawn: Phiếu của hộ khác."
    )
    first, last = office.history(life).entries[2], office.history(life).entries[3]
    assert last.effective_on == first.effective_on
    assert last.recorded_at > first.recorded_at


def test_days_are_written_with_two_figures_in_both_languages(office: Office) -> None:
    life = office.live("an", supported)
    assert "từ 01/01/2023 đến 31/12/2023" in told(office, life)[-1]
    assert "from 01/01/2023 to 31/12/2023" in told(office, life, "en")[-1]
