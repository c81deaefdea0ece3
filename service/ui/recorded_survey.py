"""The survey that a session recorded last, told once on the worklist that it leads back to.

Only the household's id is kept in the session: no name goes into a cookie.
"""

from uuid import UUID

from flask import session

_KEPT_AS = "surveyed"


def note(household_id: UUID) -> None:
    """Keeps which household was surveyed until the worklist says so."""
    session[_KEPT_AS] = str(household_id)


def take() -> UUID | None:
    """The household surveyed last, if the worklist did not say so yet."""
    kept = session.pop(_KEPT_AS, None)
    return UUID(kept) if isinstance(kept, str) else None
