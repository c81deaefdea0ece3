"""Each event reads as it always did, and each decision as what it is: a class, an exit, or neither
poor nor near-poor."""

import json
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from domain.calendar import VIETNAM
from domain.commands.command import Actor
from domain.households import events as e
from projections.households.sentences import LANGUAGES, Names, sentence
from tests.test_stored_events import MAPPER, NAMESPACE, RECORDED_AT, file_of

NAMES = Names(person=str, unit=lambda unit, on: unit, reveal=lambda sealed: None)


def decision(before: str, class_: str, movement: str, scope: str = "national") -> e.Classified:
    return e.Classified(
        originator_id=UUID(int=1), originator_version=2,
        timestamp=datetime(2022, 12, 12, tzinfo=VIETNAM), effective_on=date(2022, 12, 12),
        actor=Actor("chutich", "chairman", "19804"), command_id=UUID(int=2), document=None,
        scope=scope, class_=class_, class_before=before, movement=movement, proposed=class_,
        override_reason="", standard="2022-2026", standard_digest="", survey_id=None, facts={},
        comparisons=(), reasons=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "vietnamese", "english"),
    [
        (
            decision("poor", "not_listed", "exit_above"),
            "Công nhận hộ thoát nghèo, vượt chuẩn cận nghèo.",
            "Recognised: left poverty, above the near-poor line.",
        ),
        (
            decision("near_poor", "not_poor", "exit_near_poverty"),
            "Công nhận hộ thoát cận nghèo, vượt chuẩn cận nghèo.",
            "Recognised: left near-poverty, above the near-poor line.",
        ),
        (
            decision("poor", "near_poor", "poor_to_near_poor"),
            "Công nhận hộ thoát nghèo, trở thành hộ cận nghèo.",
            "Recognised: left poverty, became near-poor.",
        ),
        (
            decision("", "not_listed", "unchanged"),
            "Kết quả rà soát: không thuộc diện nghèo, cận nghèo.",
            "Result of the review: neither poor nor near-poor.",
        ),
        (
            decision("near_poor", "poor", "near_poor_to_poor"),
            "Công nhận là hộ nghèo, trước đó là hộ cận nghèo: hộ cận nghèo trở thành hộ nghèo.",
            "Recognised as poor, before near-poor: near-poor became poor.",
        ),
        (
            decision("", "poor", "newly_arising", "bacninh"),
            "Công nhận là hộ nghèo theo chuẩn nghèo của tỉnh Bắc Ninh: phát sinh mới.",
            "Recognised as poor by the poverty standard of Bắc Ninh province: newly arising.",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_decision_names_what_was_recognised(
    event: e.Classified, vietnamese: str, english: str
) -> None:
    assert sentence(event, NAMES) == vietnamese
    assert sentence(event, NAMES, "en") == english


def test_a_scope_without_a_standard_is_named_by_its_code() -> None:
    said = sentence(decision("", "poor", "newly_arising", "moi"), NAMES)
    assert said == "Công nhận là hộ nghèo theo moi: phát sinh mới."


# The sentences of the examples in `tests/stored`, by topic.
TOLD = json.loads((Path(__file__).parent / "told.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("topic", TOLD)
def test_a_stored_event_reads_as_it_always_did(topic: str) -> None:
    names = Names(
        person=lambda person: f"Hồ {str(person)[:4]}",
        unit=lambda unit, on: f"Xã {unit}",
        reveal=lambda sealed: {"name": "Hồ Bưởi"},
    )
    stored = json.loads(file_of(topic).read_text(encoding="utf-8"))["examples"]
    read = [MAPPER.event(topic, NAMESPACE, 1, RECORDED_AT, one["state"].encode()) for one in stored]
    said = [{one: sentence(event, names, one) for one in LANGUAGES} for event in read]
    assert said == TOLD[topic]
