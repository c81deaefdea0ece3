"""What a test's casework has recorded."""

from typing import Any


def events(application: Any) -> list[Any]:
    """All household events, oldest first."""
    with application.pool.connection() as conn:
        rows = conn.execute(
            "select originator_id, originator_version from store.events"
            " where topic like 'household.%%' order by position"
        ).fetchall()
    return [next(iter(application.events.get(id_, gt=v - 1, lte=v))) for id_, v in rows]


def names(application: Any) -> list[str]:
    return [type(one).__name__ for one in events(application)]
