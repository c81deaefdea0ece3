"""The place of a household in review rounds, for the page of the household."""

from uuid import UUID

from flask import Flask, g

from projections.reviews import households as reviewed
from projections.reviews import rounds
from projections.reviews.households import ReviewedRow
from service.config import Settings
from service.reviews import words
from service.reviews.permissions import May
from service.ui import navigation

Place = tuple[str, bool, ReviewedRow]
"""The name of a round, whether it runs, and the household in it."""


def register(app: Flask, settings: Settings) -> None:
    """Lets the page of a household show its rounds."""
    app.jinja_env.globals["review_places"] = review_places
    app.jinja_env.globals["review_steps"] = words.STEPS


def review_places(household_id: UUID) -> list[Place]:
    """The rounds of a household, the latest first; none where the account reads no rounds."""
    if not navigation.may_here(May.READ_ROUNDS.value):
        return []
    context = g.context
    found = []
    with context.services.reading() as conn:
        rows = reviewed.rounds_of_household(
            conn, context.services.keyring, household_id, on=context.today
        )
        for row in rows:
            one = rounds.round_of(conn, row.round_id)
            if one is not None:
                title = words.round_title(one.track, one.year, one.month)
                found.append((title, one.closed_on is None, row))
    return found
