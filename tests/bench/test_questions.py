"""The questions that are measured can be asked, and a row says what of a bar is missed."""

import pytest

from bench import office, questions
from bench.questions import Answered, Bar
from projections.engine import ledger
from tests.conftest import Database


def test_every_question_is_asked_about_a_small_office(database: Database) -> None:
    communes = office.fill(database.url, database.superuser_url, 90, 3)
    assert len(communes) == 3
    with questions.reader_of(database.url) as reader:
        assert {commune for commune, _ in reader.communes} == set(communes)
        found = questions.measure_all(reader, runs=2)
        assert len(ledger.history(reader.conn, reader.long)) == office.LONG
        units = reader.units(communes[0])
        counted = questions.deprivations.deprivations(reader.conn, units, on=questions.TODAY)
    assert found.keys() == questions.QUESTIONS.keys()
    assert all(0 < one.p50 <= one.p95 for one in found.values())
    assert sum(one.surveyed for one in counted.values()) > 0


@pytest.mark.parametrize(
    ("small", "large", "missed"),
    [
        (Answered(4, 9), Answered(8, 59), ""),
        (Answered(4, 9), Answered(8, 61), "p95 61.0 ms: all are looked at"),
        (Answered(4, 9), Answered(13, 20), "3.2 times as long: all are looked at"),
        (Answered(4, 9), Answered(40, 70), "p95 70.0 ms, 10.0 times as long: all are looked at"),
        (Answered(0.1, 0.1), Answered(0.9, 1), ""),
    ],
)
def test_a_question_is_held_to_its_time_and_to_its_growth(
    small: Answered, large: Answered, missed: str
) -> None:
    bar = Bar(lambda reader, asked: None, 60, "all are looked at")
    row = questions.row_of("lists", bar, 200_000, small, large)
    assert row.met == (not missed)
    assert missed in row.cause
    assert row.bar == "lists, 200,000 households"
