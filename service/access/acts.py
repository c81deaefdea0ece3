"""Acts of administration on accounts, roles and tokens, with actor and reason.

Triggers of the database write them with each change of an account, role or token; no statement
changes or adds a line otherwise. A transaction names its actor (`acting`) before it changes one.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection

SHORTEST_REASON = 5
LONGEST_REASON = 500
# Acts that the owner of an account is told of at the next sign-in, where another account did them.
TOLD = ("password_reset", "disabled", "reopened", "token_made", "token_ended", "sign_on_released")


@dataclass(frozen=True, slots=True)
class By:
    """The actor of a change, the moment (UTC) and the reason. `actor` is an account, "cli" or
    "demo".
    """

    actor: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on one account; the role, its area and days where it is about a role."""

    id: int
    acted_at: datetime
    actor: str
    account: str
    act: str
    role: str | None
    role_area: str | None
    villages: list[str] | None
    valid_from: date | None
    valid_until: date | None
    label: str | None
    reason: str


_COLUMNS = (
    "id, acted_at, actor, account, act, role, role_area, villages, valid_from, valid_until, label,"
    " reason"
)


@contextmanager
def acting(conn: Connection[Any], by: By | None, *, rehash: bool = False) -> Iterator[None]:
    """Opens a transaction that changes accounts, with its actor and reason.

    Without `by` the act is that of the database role. `rehash` writes no act: the password is the
    same.
    """
    said: dict[str, str] = {}
    if by is not None:
        said = {"actor": by.actor, "at": by.at.isoformat(), "reason": by.reason}
    if rehash:
        said["quiet"] = "rehash"
    with conn.transaction():
        conn.execute("select set_config('socai.act', %s, true)", [json.dumps(said)])
        yield
        # The caller's transaction may go on with other things.
        conn.execute("select set_config('socai.act', '', true)")


def acts_in(
    conn: Connection[Any],
    areas: Iterable[str] | None,
    *,
    account: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[Act]:
    """Acts on accounts with a role in these units (None: everywhere), newest first.

    Of roles only those of these units. `account` is whose account it was, or who acted; `before`
    an id.
    """
    parameters = {
        "areas": None if areas is None else list(areas),
        "account": account,
        "before": before,
        "limit": limit,
    }
    rows = conn.execute(
        f"select {_COLUMNS} from office.acts where {_ASKED} order by id desc limit %(limit)s",
        parameters,
    ).fetchall()
    return [Act(*row) for row in rows]


def count_acts(
    conn: Connection[Any], areas: Iterable[str] | None, *, account: str | None = None
) -> int:
    """How many acts `acts_in` has."""
    parameters = {
        "areas": None if areas is None else list(areas),
        "account": account,
        "before": None,
    }
    row = conn.execute(f"select count(*) from office.acts where {_ASKED}", parameters).fetchone()
    return int(row[0]) if row else 0


_ASKED = """
     (%(areas)s::text[] is null or areas && %(areas)s
      or (role is null and exists (select from office.held_roles r
          where r.account = acts.account and r.area = any(%(areas)s))))
 and (%(account)s::text is null or account = %(account)s or actor = %(account)s)
 and (%(before)s::bigint is null or id < %(before)s)
"""


def untold(conn: Connection[Any], account: str) -> list[Act]:
    """Returns others' acts on an account that its owner has not seen, and marks them as seen."""
    rows = conn.execute(
        f"select {_COLUMNS} from office.acts a where a.account = %(account)s"
        " and a.actor <> %(account)s and a.act = any(%(told)s)"
        " and a.id > (select told_act from office.accounts where account = %(account)s)"
        " order by a.id",
        {"account": account, "told": list(TOLD)},
    ).fetchall()
    if rows:
        conn.execute(
            "update office.accounts set told_act = greatest(told_act, %s) where account = %s",
            [rows[-1][0], account],
        )
    return [Act(*row) for row in rows]


def who_disabled(conn: Connection[Any], account: str) -> str | None:
    """Returns the actor who disabled the account last; None where no act tells."""
    row = conn.execute(
        "select actor from office.acts where account = %s and act = 'disabled'"
        " order by id desc limit 1",
        [account],
    ).fetchone()
    return row[0] if row else None
