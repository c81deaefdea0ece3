"""The measurement of support can be made, on a small office."""

from bench import office, questions, support, tables
from domain.areas.directory import AreaDirectoryCache
from tests.conftest import Database


def test_a_batch_is_granted_and_its_questions_are_asked(database: Database) -> None:
    office.fill(database.url, database.superuser_url, 60, 3)
    with questions.reader_of(database.url) as reader:
        province, _ = tables.largest(reader)
    took = support.grant(database.url, province, 5)
    assert took.recipients == 5
    assert min(took.drawn_up, took.approved, took.granted, took.gathered, took.printed) > 0
    assert took.pdf_size > 1_000
    with questions.reader_of(database.url) as reader:
        asked = support.ask(reader, AreaDirectoryCache(database.pool).directory, province)
    assert asked["lines"] > len(support.NODES)
    assert all(one > 0 for one in asked.values())
