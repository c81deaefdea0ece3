"""Erasing a person: what beside the person's own key holds the name, and what is done about it."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.commands.command import Outcome
from domain.households.erasure import ForgetPerson
from domain.households.handler import HouseholdCommand
from projections.imports.erasure import destroy_imports, imports_holding
from projections.support import grant_list_job, grant_lists
from service.access.authorization import RequestContext
from service.households import free_text
from service.households.commands import run
from service.households.file_view import HouseholdView
from service.households.free_text import TextBeside


@dataclass(frozen=True, slots=True)
class Erasing:
    """Where a person still stands in clear: `texts` are (version, field) of the household's events,
    `beside` those of its pairs and rounds; kept files of imports, finished and still at work, and
    of lists of recipients."""

    texts: tuple[tuple[int, str], ...] = ()
    beside: tuple[TextBeside, ...] = ()
    imports: tuple[UUID, ...] = ()
    at_work: tuple[UUID, ...] = ()
    grant_lists: tuple[UUID, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """As notes of an answer."""
        return (
            *(f"events/{version}/{field}/{free_text.NOTE}" for version, field in self.texts),
            *(
                f"{one.kind}/{one.id}/{one.version}/{one.field}/{free_text.NOTE}"
                for one in self.beside
            ),
            *(f"imports/{one}/destroyed" for one in self.imports),
            *(f"imports/{one}/still_at_work" for one in self.at_work),
            *(f"grant_lists/{one}/destroyed" for one in self.grant_lists),
        )


def look(context: RequestContext, reading: HouseholdView, person_id: UUID) -> Erasing:
    """What holds the person's name or identity number; nothing for one who is erased already."""
    if context.repeat:
        return Erasing()
    household = reading.household()
    people: list[dict[str, Any]] = []
    if household is not None:
        people = [*household["members"], *household["former_members"]]
    person = next((one for one in people if one["person_id"] == person_id), None)
    if household is None or person is None or person["forgotten"]:
        return Erasing()
    with context.services.reading() as conn:
        texts = free_text.events_naming(conn, household["household_id"], person["name"])
        beside = free_text.events_beside_naming(conn, household["household_id"], person["name"])
        number = person["id_number"]
        numbers = [number] if number else []
        keyring, name = context.services.keyring, person["name"]
        done, at_work = imports_holding(conn, keyring, name, numbers)
        lists = grant_lists.lists_holding(conn, keyring, name, numbers)
    return Erasing(tuple(texts), tuple(beside), tuple(done), tuple(at_work), tuple(lists))


def erase(context: RequestContext, command: HouseholdCommand, reading: HouseholdView) -> Outcome:
    """Erases the person with the keys of the files, then removes these; notes of the outcome say
    what was found. What is cut short between the two is removed by the sweep of old files."""
    if not isinstance(command, ForgetPerson):
        raise TypeError(f"{type(command).__name__} erases no person")
    erasing = look(context, reading, command.person_id)
    files = (*erasing.imports, *erasing.grant_lists)
    outcome = run(context, replace(command, files=files), reading)
    if erasing.imports or erasing.grant_lists:
        with context.services.pool.connection() as conn:
            destroy_imports(conn, context.services.keyring, erasing.imports)
            grant_list_job.destroy_files(conn, context.services.keyring, erasing.grant_lists)
    return replace(outcome, notes=(*outcome.notes, *erasing.notes))
