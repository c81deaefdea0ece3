"""The measurement of a review round can be made, on a small commune."""

from bench import papers, review
from tests.conftest import Database


def test_a_round_is_signed_whole_and_its_decision_printed(database: Database) -> None:
    took = review.run_round(database.url, 40)
    assert took.keys() == {"listed", "signed", "shown"}
    assert all(one > 0 for one in took.values())
    size, typesetter = review.print_decision(3)
    assert size > 1_000
    assert typesetter == papers.typesetter_memory() > 0
