"""The job of a search reads the people of an area, scores them, and records the pairs found.

What is compared is in the memory of the worker alone, so a search that is killed begins again. Its
commands have ids that follow from the search and the pair: what was recorded before the kill is
answered as recorded. Another search of the same people finds the same and records nothing new.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

import structlog

from domain.application import SocaiApplication
from domain.calendar import day_of
from domain.commands.command import Actor, CommandContext
from domain.duplicates.codes import BULK, CERTAIN_SCORE, MOST_COUPLES
from domain.duplicates.commands import FindDuplicate
from domain.duplicates.errors import DuplicateEnded, DuplicateToldApart
from domain.duplicates.pair import pair_id
from domain.errors import CommandReused
from domain.eventstore.postgres import Pool, autocommitting
from domain.households.household import Household
from domain.jobs.leases import Lease, Overtaken
from domain.matching.evidence import DescribedHousehold
from domain.matching.records import describe
from projections.duplicates import linkage
from projections.duplicates.comparison import evidence_of
from projections.duplicates.linkage import PersonRow, ScoredCouple
from projections.duplicates.people import People, PersonKey
from projections.duplicates.searches import SEARCHES, SearchUnknown

AT_ONCE = 100
"""Pairs whose households are read at once."""

log = structlog.get_logger("socai.duplicates")

Note = Callable[[str, int, int], None]
"""Called with the stage, and how much of how much is done."""


class CloseHouseholds(NamedTuple):
    """Two households whose persons come close: the lower id first, with score and couples."""

    first: UUID
    second: UUID
    score: int
    couples: tuple[tuple[UUID, UUID], ...]


class _Task(NamedTuple):
    """The request that the job works on."""

    id: UUID
    units: list[str]
    actor: Actor
    requested_at: datetime


def run(
    application: SocaiApplication,
    search_id: UUID,
    clock: Callable[[], datetime],
    using: linkage.Settings | None = None,
) -> bool:
    """Works on a search until it is done. False: another worker has it.

    Safe to run twice, beside itself, and again after it was killed. Raises SearchUnknown.
    """
    with SEARCHES.alone(application.pool, search_id) as lease:
        if lease is None:
            return False
        try:
            task = _begin(application.pool, search_id, clock())
            if task is not None:
                _search(application, task, clock, lease, using or linkage.settings())
        except Overtaken:
            return False
        return True


def _begin(pool: Pool, search_id: UUID, now: datetime) -> _Task | None:
    """The search, marked as running; None where it is finished or was given up."""
    columns = "units, requested_by, requested_role, requested_area, requested_at, attempts"
    with autocommitting(pool) as conn:
        try:
            row = SEARCHES.begin(conn, search_id, now, columns)
        except LookupError:
            raise SearchUnknown(search=search_id) from None
        if row is None:
            return None
        if SEARCHES.is_given_up(row[5]):
            conn.execute(
                "update office.duplicate_searches set status = 'failed', finished_at = %s,"
                " error = case when error = '' then 'given up' else error end where id = %s",
                [now, search_id],
            )
            return None
    return _Task(search_id, row[0], Actor(*row[1:4]), row[4])


def _search(
    application: SocaiApplication,
    task: _Task,
    clock: Callable[[], datetime],
    lease: Lease,
    using: linkage.Settings,
) -> None:
    close, households = find_close(application, task.units, using, _note(application.pool, task))
    with autocommitting(application.pool) as conn:
        conn.execute(
            "update office.duplicate_searches set stage = 'recording', done = 0, total = %s,"
            " households = %s, found = %s, recorded = 0, passed_over = 0 where id = %s",
            [len(close), households, len(close), task.id],
        )
    recorded = passed_over = 0
    for start in range(0, len(close), AT_ONCE):
        chunk = close[start : start + AT_ONCE]
        for command in _commands(application, task, chunk):
            if command is None:
                passed_over += 1
                continue
            new = _record(application, task, command, clock, lease)
            recorded += new is True
            passed_over += new is None
        with autocommitting(application.pool) as conn:
            conn.execute(
                "update office.duplicate_searches set done = %s, recorded = %s, passed_over = %s"
                " where id = %s",
                [start + len(chunk), recorded, passed_over, task.id],
            )
    with autocommitting(application.pool) as conn:
        conn.execute(
            "update office.duplicate_searches set status = 'done', finished_at = %s where id = %s",
            [clock(), task.id],
        )
    log.info("search done", search=str(task.id), found=len(close), recorded=recorded)


def find_close(
    application: SocaiApplication, units: list[str], using: linkage.Settings, note: Note
) -> tuple[list[CloseHouseholds], int]:
    """Households of these units that come close, the likeliest first; and how many were read.

    The people go into the comparison as they are read: names are in memory once.
    """
    with autocommitting(application.pool) as conn:
        people = People(conn, application.keyring, units)
        couples = linkage.score(_noted(people, note), using)
    return close_households(couples, people.keys), people.households


def _noted(people: People, note: Note) -> Iterator[PersonRow]:
    total = people.count()
    note("reading", 0, total)
    yield from people.rows(lambda done: note("reading", done, total))
    note("scoring", 0, 1)


def close_households(
    couples: Sequence[ScoredCouple], keys: Sequence[PersonKey]
) -> list[CloseHouseholds]:
    """The couples by their two households, the likeliest first."""
    found: dict[tuple[UUID, UUID], list[tuple[float, UUID, UUID]]] = defaultdict(list)
    for one in couples:
        here, there = sorted((keys[one.row], keys[one.other]))
        found[here.household, there.household].append((one.probability, here.person, there.person))
    close = []
    for (first, second), scored in found.items():
        scored.sort(key=lambda each: (-each[0], each[1], each[2]))
        kept = tuple((person, other) for _, person, other in scored[:MOST_COUPLES])
        close.append(CloseHouseholds(first, second, int(scored[0][0] * CERTAIN_SCORE), kept))
    return sorted(close, key=lambda each: (-each.score, each.first, each.second))


def _note(pool: Pool, task: _Task) -> Note:
    def note(stage: str, done: int, total: int) -> None:
        with autocommitting(pool) as conn:
            conn.execute(
                "update office.duplicate_searches set stage = %s, done = %s, total = %s"
                " where id = %s",
                [stage, done, total, task.id],
            )

    return note


def _commands(
    application: SocaiApplication, task: _Task, close: Sequence[CloseHouseholds]
) -> list[FindDuplicate | None]:
    """The commands of some pairs, on the households as the store has them now; None for a pair of
    which a household moved away meanwhile, or of which no couple is left."""
    ids = {id_ for one in close for id_ in (one.first, one.second)}
    homes = application.households.load_many(ids)
    told = _described(application, homes)
    units = frozenset(task.units)
    return [_command(one, homes, told, units) for one in close]


def _described(
    application: SocaiApplication, homes: Mapping[UUID, Household]
) -> dict[UUID, DescribedHousehold]:
    sealed = [member.private for home in homes.values() for member in home.members.values()]
    revealed = application.keyring.reveal_many(sealed)
    return {
        id_: describe(home, lambda p: revealed.get((p.subject, p.sealed)))
        for id_, home in homes.items()
        if home.ended_on is None
    }


def _command(
    one: CloseHouseholds,
    homes: Mapping[UUID, Household],
    told: Mapping[UUID, DescribedHousehold],
    units: frozenset[str],
) -> FindDuplicate | None:
    if one.first not in told or one.second not in told:
        return None
    if homes[one.first].area not in units or homes[one.second].area not in units:
        return None
    first, second = told[one.first], told[one.second]
    if not first.members or not second.members:
        return None
    evidence = evidence_of(first, second, one.couples)
    if evidence is None:
        return None
    return FindDuplicate(one.first, one.second, BULK, one.score, evidence)


def _record(
    application: SocaiApplication,
    task: _Task,
    command: FindDuplicate,
    clock: Callable[[], datetime],
    lease: Lease,
) -> bool | None:
    """Records one pair. True: it is new, or open again; None: an officer told the two apart, or one
    has ended; False: it was known."""
    pair = pair_id(command.household, command.other)
    context = CommandContext(
        day_of(task.requested_at), task.actor, uuid5(task.id, str(pair)), clock()
    )
    try:
        outcome = application.run(command, context, lease=lease)
    except (DuplicateToldApart, DuplicateEnded):
        return None
    except CommandReused:  # recorded before a kill, and what is known of the two changed since
        return True
    return outcome.seq is not None
