"""Loads the country's units into an empty or half-filled event store, in seconds.

Saved by the thousand, each unit with its whole history or not at all. Run again after a kill it
adds what is missing; run again after that it adds nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from domain.application import SocaiApplication
from domain.areas.area import AreaUnit
from domain.areas.claims import area_code_key
from domain.areas.seed.national import DONE, EDITION, LOADER, Differences, bucket, command_of, plan
from domain.commands.claims import Claim
from domain.eventstore.recorder import CommandRecord, StoredAnswer

_UNITS_A_SAVE = 1_500


@dataclass(frozen=True, slots=True)
class Loaded:
    """Counts of a run: units and events added, units that were there before."""

    units: int
    events: int
    already_there: int
    findings: Differences


def is_loaded(application: SocaiApplication) -> bool:
    """Whether this edition of the lists was loaded to its end."""
    return application.recorder.find_command(DONE) is not None


def load_national(
    application: SocaiApplication,
    recorded_at: datetime,
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Loaded:
    """Loads every unit that is not there yet. `progress` is told (units done, all units).

    Units that were changed meanwhile are left as they are.
    """
    planned = plan(recorded_at)
    there = _there(application, [unit.id for unit in planned.units])
    missing = [unit for unit in planned.units if unit.id not in there]
    done = events = 0
    for units in _portions(missing):
        stored = [
            application.mapper.to_stored_event(event)
            for unit in units
            for event in unit.collect_events()
        ]
        events += len(stored)
        application.recorder.insert_events(
            stored,
            commands=_commands(application, units, recorded_at),
            claims=[
                Claim(area_code_key(one.unit.code), one.id, one.unit.valid_from)
                for one in units
                if one.unit.valid_to is None
            ],
            wait=False,
        )
        done += len(units)
        progress(done + len(there), len(planned.units))
    if not is_loaded(application):
        application.recorder.insert_events([], commands=[_command(DONE, recorded_at)])
    application.areas.refresh()
    return Loaded(done, events, len(there), planned.findings)


def _there(application: SocaiApplication, ids: Sequence[UUID]) -> set[UUID]:
    with application.pool.connection() as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            "select originator_id from store.events"
            " where originator_version = 1 and originator_id = any(%b::uuid[])",
            [list(ids)],
        )
        return {row[0] for row in cursor}


def _portions(units: Sequence[AreaUnit]) -> Iterator[list[AreaUnit]]:
    """Units that are saved together; units of one bucket of codes never part."""
    by_bucket = sorted(units, key=lambda one: (bucket(one.unit.code), one.unit.id))
    portion: list[AreaUnit] = []
    for _, same in groupby(by_bucket, key=lambda one: bucket(one.unit.code)):
        portion.extend(same)
        if len(portion) >= _UNITS_A_SAVE:
            yield portion
            portion = []
    if portion:
        yield portion


def _commands(
    application: SocaiApplication, units: Sequence[AreaUnit], recorded_at: datetime
) -> list[CommandRecord]:
    """The commands of these units, but for those of an earlier, interrupted run."""
    wanted = {command_of(one.unit.code): one.unit.code for one in units}
    known = application.recorder.find_commands(list(wanted))
    return [_command(command, recorded_at) for command in wanted if command not in known]


def _command(command: UUID, recorded_at: datetime) -> CommandRecord:
    answer: StoredAnswer = {"versions": {}, "answer": {}}
    return CommandRecord(command, LOADER.account, EDITION.encode(), answer, recorded_at)
