"""Score cards of B1. The card here is invented: no points of the law are known to the program."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands.command import Document
from domain.standards.errors import ScoreCardMalformed, ScoreCardUnknown, ScoreCardVersionTaken
from domain.standards.score_card import (
    card_name,
    import_score_card,
    is_card_name,
    newest_score_card,
    parse_card,
    read_score_cards,
    score,
)

INVENTED = """
version = "invented-for-tests"
standard = "2022-2026"
area_type = "urban"
region = "nowhere"
source = { vi = "Bảng điểm đặt ra để kiểm thử", en = "A card invented for tests" }

[[items]]
code = "motorbike"
text = { vi = "Xe máy", en = "Motorbike" }
answers = [
    { code = "none", text = { vi = "Không", en = "None" }, points = 0 },
    { code = "one", text = { vi = "Một", en = "One" }, points = 25 },
]

[[items]]
code = "electricity"
text = { vi = "Điện", en = "Electricity" }
answers = [
    { code = "below_50", text = { vi = "Dưới 50 kWh", en = "Below 50 kWh" }, points = 100 },
    { code = "above", text = { vi = "Từ 50 kWh", en = "50 kWh or more" }, points = 140 },
]
"""
CARD = parse_card(INVENTED.encode())
NAME = card_name(CARD, INVENTED.encode())
NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
PAPER = Document("1/QĐ-TEST")


def keep(database: Any, text: str, at: datetime = NOW) -> str:
    with psycopg.connect(database.url) as conn:
        return import_score_card(conn, text.encode(), by="tinh.hue", at=at, document=PAPER)


def test_the_program_brings_no_card(database: Any) -> None:
    with psycopg.connect(database.url) as conn:
        assert read_score_cards(conn).cards == ()


def test_points_are_added_up() -> None:
    assert score(CARD, {"b1.motorbike": "one", "b1.electricity": "below_50"}) == (125, ())


def test_an_item_without_an_answer_leaves_the_score_open() -> None:
    assert score(CARD, {"b1.motorbike": "one"}) == (None, ("electricity",))
    assert score(CARD, {"b1.motorbike": "two", "b1.electricity": "above"})[1] == ("motorbike",)


@given(st.dictionaries(st.sampled_from([f"b1.{one.code}" for one in CARD.items]), st.text()))
def test_no_answer_of_elsewhere_has_points(answers: dict[str, Any]) -> None:
    known = {answer.code for item in CARD.items for answer in item.answers}
    if not known & set(answers.values()):
        assert score(CARD, answers)[0] is None


def test_a_card_is_named_by_its_checksum() -> None:
    assert is_card_name(NAME)
    assert NAME.startswith("invented-for-tests@")
    assert not is_card_name("2022-2026/urban")


def test_a_card_is_kept_to_the_byte_with_its_paper(database: Any) -> None:
    assert keep(database, INVENTED) == keep(database, INVENTED) == NAME
    with psycopg.connect(database.url) as conn:
        cards = read_score_cards(conn)
    (one,) = cards.cards
    assert (one.name, one.imported_by, one.document) == (NAME, "tinh.hue", "1/QĐ-TEST")
    assert cards.get(NAME) == CARD
    with pytest.raises(ScoreCardUnknown):
        cards.get(NAME[:-1] + "x")


@pytest.mark.parametrize("sql", ["update {} set content = ''", "delete from {}"])
def test_a_card_is_never_changed(database: Any, sql: str) -> None:
    keep(database, INVENTED)
    with (
        psycopg.connect(database.owner_url) as conn,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        conn.execute(sql.format("store.score_cards"))


def test_the_newest_card_scores_new_surveys_of_its_region(database: Any) -> None:
    keep(database, INVENTED)
    later = INVENTED.replace("points = 25", "points = 30").replace('"nowhere"', '"nowhere 2"')
    later = later.replace("invented-for-tests", "invented-later")
    later = later.replace("area_type", 'areas = ["46"]\narea_type', 1)
    name = keep(database, later, datetime(2026, 11, 2, tzinfo=UTC))
    with psycopg.connect(database.url) as conn:
        here = newest_score_card(conn, "2022-2026", "urban", ("19804", "46"))
        elsewhere = newest_score_card(conn, "2022-2026", "urban", ("42",))
        assert newest_score_card(conn, "2022-2026", "rural", ("46",)) is None
    assert (here.name, elsewhere.name) == (name, NAME)


def test_of_one_version_there_is_one_card(database: Any) -> None:
    keep(database, INVENTED)
    with pytest.raises(ScoreCardVersionTaken):
        keep(database, INVENTED.replace("points = 25", "points = 30"))


@pytest.mark.parametrize(("begins", "goes_on"), [("a = ", "["), ("", '{"a":')])
def test_a_card_of_endless_brackets_is_refused_by_name(begins: str, goes_on: str) -> None:
    with pytest.raises(ScoreCardMalformed):
        parse_card((begins + goes_on * 50_000).encode())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("points = 25", "points = 2000"),
        ('code = "one"', 'code = "none"'),
        ('code = "electricity"', 'code = "motorbike"'),
        ('code = "motorbike"', 'code = "Motor bike"'),
        ('version = "invented-for-tests"', 'version = "a@b"'),
        ("points = 0", "points = 0.5"),
        ("[[items]]", "[[things]]"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(before: str, after: str) -> None:
    with pytest.raises(ScoreCardMalformed):
        parse_card(INVENTED.replace(before, after).encode())
