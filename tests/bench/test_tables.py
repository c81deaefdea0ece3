"""The measurement of the official tables can be made, on a small office."""

from bench import office, questions, tables
from projections.tables.official import TABLES
from tests.conftest import Database


def test_every_table_is_measured_about_the_largest_province(database: Database) -> None:
    office.fill(database.url, database.superuser_url, 60, 3)
    with questions.reader_of(database.url) as reader:
        province, listed = tables.largest(reader)
        taken = {name: tables.milliseconds(reader, name, province) for name in TABLES}
    assert listed > 10
    assert all(one > 0 for one in taken.values())
