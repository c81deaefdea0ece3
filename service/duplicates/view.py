"""Pairs as an account may see them: its own side whole, of the other at most the commune.

A household outside the account's reach is not described, and neither is what agrees or differs: an
officer must not learn from a pair what stands in a file elsewhere (docs/decisions/0095).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.commands.command import Outcome
from domain.duplicates.commands import ReopenDuplicate, SettleDuplicate
from domain.eventstore.personal import Personal
from projections.duplicates import pairs
from projections.duplicates.pairs import PairRow, Side
from projections.households import file
from projections.households.sentences import ERASED
from projections.households.state import HouseholdState
from service.access import authorization
from service.access.authorization import RequestContext
from service.access.read_log import note_read, note_several
from service.duplicates import rights
from service.http.commands import context_of
from service.problems import NoSuchThing

SHOWN_BY = ("duplicates",)
_TOLD_TO_BOTH = ("how", "score", "evidence", "couples", "found_by", "reason", "settled_by", "paper")


def queue(
    context: RequestContext, state: pairs.State, *, after: pairs.Place | None, limit: int
) -> list[dict[str, Any]]:
    """Pairs of the area of the request, and an empty one behind them where there is more."""
    with context.services.reading() as conn:
        found = pairs.queue(
            conn,
            units=context.services.areas().units_within(context.area, context.today),
            village=context.place.village if context.place else None,
            state=state,
            after=after,
            limit=limit + 1,
        )
    shown = found[:limit]
    note_several(context, "list", len(shown), found=())
    told = _told(context, shown)
    return told + [{}] * (len(found) - len(shown))


def count(context: RequestContext, state: pairs.State) -> tuple[int, bool]:
    """The number of pairs of the area of the request, and whether there are more."""
    with context.services.reading() as conn:
        return pairs.count(
            conn,
            units=context.services.areas().units_within(context.area, context.today),
            village=context.place.village if context.place else None,
            state=state,
        )


def one(context: RequestContext, duplicate_id: UUID) -> dict[str, Any]:
    """One pair with the members of the households within reach; each reading is logged.

    Raises NoSuchThing where the read models do not have it yet.
    """
    with context.services.reading() as conn:
        found = pairs.pair(conn, duplicate_id)
    if found is None:
        raise NoSuchThing
    (told,) = _told(context, [found])
    for side in told["sides"]:
        if side["within_reach"]:
            note_read(context, side["household_id"], side["area"], "file")
            side["members"] = _members(context, side["household_id"])
    return told


def settle(context: RequestContext, duplicate_id: UUID) -> Outcome:
    """Settles a pair as the body says. Raises Refusal."""
    rights.require_both(context, rights.pair_of(context, duplicate_id))
    body = context.body
    command = SettleDuplicate(duplicate_id, body["verdict"], body["reason"])
    return context.services.application.run(
        command, context_of(context), expected_version=context.expected_version
    )


def reopen(context: RequestContext, duplicate_id: UUID) -> Outcome:
    """Opens a pair again that was settled by error. Raises Refusal."""
    rights.require_both(context, rights.pair_of(context, duplicate_id))
    command = ReopenDuplicate(duplicate_id, context.body["reason"])
    return context.services.application.run(
        command, context_of(context), expected_version=context.expected_version
    )


def _told(context: RequestContext, found: Sequence[PairRow]) -> list[dict[str, Any]]:
    """Pairs with what of each the account may know."""
    reached = authorization.all_within_reach(
        context, {side.household_id for row in found for side in row.sides}
    )
    heads = [
        side.head
        for row in found
        for side in row.sides
        if side.head is not None and side.household_id in reached
    ]
    with context.services.reading() as conn:
        names = context.services.keyring.reveal_many(heads, conn) if heads else {}
    return [_pair(context, row, reached, names) for row in found]


def _pair(
    context: RequestContext, row: PairRow, reached: frozenset[UUID], names: dict[Any, Any]
) -> dict[str, Any]:
    both = all(side.household_id in reached for side in row.sides)
    told: dict[str, Any] = {
        **{name: getattr(row, name) for name in PairRow._fields if name not in ("first", "second")},
        "place": [row.score, row.duplicate_id],
        "score": row.score or None,
        "state": pairs.SETTLED if row.verdict else pairs.OPEN,
        "within_reach": both,
        "sides": [_side(context, side, side.household_id in reached, names) for side in row.sides],
        "couples": [
            {"first": first, "second": second, "evidence": list(codes)}
            for first, second, codes in row.couples
        ],
    }
    if not both:
        told |= dict.fromkeys(_TOLD_TO_BOTH)
        told |= {"evidence": [], "couples": [], "how": ""}
        told["sides"].sort(key=lambda side: not side["within_reach"])
    return told


def _side(
    context: RequestContext, side: Side, within_reach: bool, names: dict[Any, Any]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "within_reach": within_reach,
        "area": side.area,
        "area_name": context.services.areas().name_of(side.area, context.today),
        "household_id": None,
        "number": None,
        "village": None,
        "persons": None,
        "ended": None,
        "head": None,
        "members": [],
    }
    if within_reach:
        told |= {
            name: getattr(side, name)
            for name in ("household_id", "number", "village", "persons", "ended")
        }
        told["head"] = _name(side.head, names)
    return told


def _name(head: Personal | None, names: dict[Any, Any]) -> str:
    if head is None:
        return ""
    found = names.get((head.subject, head.sealed))
    return str(found.get("name", "")) if found is not None else ERASED


def _members(context: RequestContext, household_id: UUID) -> list[dict[str, Any]]:
    """The members of a household within reach, the head first."""
    services = context.services
    with services.reading() as conn:
        state: HouseholdState | None = file.household(conn, household_id, as_of=context.today)
        if state is None:
            return []
        revealed = services.keyring.reveal_many([each.private for each in state.members], conn)
    members = []
    for each in sorted(state.members, key=lambda one: one.person_id != state.head):
        known = revealed[each.private.subject, each.private.sealed]
        values = known or {}
        born = values.get("birth_date")
        members.append(
            {
                "person_id": each.person_id,
                "name": values.get("name", "") if known is not None else ERASED,
                "relation": each.relation,
                "sex": each.sex,
                "birth_date": date.fromisoformat(born) if born else None,
                "birth_year": each.birth_year,
                "id_number": values.get("id_number") or None,
            }
        )
    return members
