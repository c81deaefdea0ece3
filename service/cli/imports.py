"""`./socai import` and `./socai template`: import of official lists, and an empty one."""

import sys
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from psycopg_pool import ConnectionPool

from domain.application import SocaiApplication
from domain.areas.seed.load import is_loaded, load_national
from domain.calendar import day_of
from domain.commands.command import Actor
from domain.eventstore.personal import Keyring
from domain.standards import load_standards
from projections.catch_up import catch_up
from projections.imports import import_job, imports, job_store
from projections.imports.imports import Import
from projections.spreadsheets.household_list_template import list_template
from projections.spreadsheets.import_errors import error_sheet
from service.cli.parameters import Day
from service.cli.progress import progress_bar
from service.config import Settings
from service.nudge import Notifier
from service.operations.instance import instance

ACCOUNT, ROLE = "cli", "operator"
SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", required=True, metavar="CODE", help="Official code, or a unit id.")
@click.option(
    "--effective",
    type=Day(),
    help="The day all households are of; without it each is of the day of its decision.",
)
@click.option("--dry-run", is_flag=True, help="Check everything and record nothing.")
@click.option("--sheet", default="", help="The sheet, where several hold a list.")
@click.option(
    "--remarks",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the error sheet goes; by default beside FILE.",
)
def import_(
    file: Path,
    area: str,
    effective: date | None,
    dry_run: bool,
    sheet: str,
    remarks: Path | None,
) -> None:
    """Import an official household list, FILE.xlsx.

    Households are recorded whole or not at all; rows that were refused go to an error sheet with
    the reason. Exit code 0 where the list was imported, also with rows refused, 1 where the
    file as a whole was refused. The same file again changes nothing.
    """
    content = file.read_bytes()
    with (
        instance() as running,
        ConnectionPool(running.settings.database_url, min_size=1, max_size=6) as pool,
    ):
        application = _casework(running.settings, pool)
        import_id = uuid.uuid4()
        actor = Actor(ACCOUNT, ROLE, _unit(application, area, effective))
        with pool.connection() as conn:
            job_store.request(
                conn,
                application.keyring,
                import_id=import_id,
                area=area,
                file=content,
                actor=actor,
                requested_at=_now(),
                file_name=file.name,
                effective_on=effective,
                sheet=sheet,
                dry_run=dry_run,
            )
        done = _work(application, import_id)
        if not dry_run and done.recorded + done.reclassified:
            Notifier(running.settings.redis_url, running.settings.instance).catch_up()
            _catch_up(pool, application.keyring)
        sheet_file = remarks or file.with_name(f"{file.stem}.remarks.xlsx")
        _report(pool, application.keyring, done, sheet_file)
    if done.status == "refused":
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(file: Path) -> None:
    """Write an empty household list to FILE.xlsx, with an explanation of every column."""
    file.write_bytes(list_template())
    click.echo(str(file))


def _casework(settings: Settings, pool: ConnectionPool[Any]) -> SocaiApplication:
    keyring = Keyring(pool, settings.master_key, settings.index_key)
    application = SocaiApplication(pool, keyring, load_standards())
    if not is_loaded(application):
        with progress_bar("loading administrative units", "units") as show:
            load_national(application, _now(), show)
    return application


def _unit(application: SocaiApplication, area: str, on: date | None) -> str:
    """The unit the import is for, as its actor holds it: on the day given, else the latest."""
    directory = application.areas.directory
    if "@" in area:
        return directory.unit(area).id
    if on is not None:
        return directory.unit_on(area, on).id
    found = directory.with_code(area)
    if not found:
        directory.unit_on(area, day_of(_now()))
    return found[-1].id


def _work(application: SocaiApplication, import_id: uuid.UUID) -> Import:
    with progress_bar("checking", "rows") as show_rows, _households() as show_households:

        def progress(what: str, done: int, total: int) -> None:
            if what == "checking":
                show_rows(done, total or done)
            else:
                show_households(done, total)

        import_job.run(application, import_id, _now, progress)
    with application.pool.connection() as conn:
        return imports.get(conn, import_id)


def _households() -> Any:
    return progress_bar("recording", "households")


def _catch_up(pool: ConnectionPool[Any], keyring: Keyring) -> None:
    """Brings the read models up to date, or leaves it to the workers that run."""
    while catch_up(pool, keyring):
        continue


def _report(pool: ConnectionPool[Any], keyring: Keyring, done: Import, file: Path) -> None:
    if done.refusal is not None:
        values = ", ".join(f"{name}={value}" for name, value in done.refusal["values"].items())
        click.echo(f"refused: {done.refusal['message']}" + (f" ({values})" if values else ""))
        return
    would = "would be " if done.dry_run else ""
    click.echo(f"{done.rows} rows, {done.households} households")
    for count, what in (
        (done.recorded, f"{would}recorded, with {done.persons} persons"),
        (done.reclassified, f"on record already, {would}given the class of this list"),
        (done.already, "on record already, nothing new"),
        (done.repeated, "repeated in the file"),
        (done.refused, "refused"),
    ):
        click.echo(f"  {count:>8}  {what}")
    if left_out := done.row_counts.get("left_out"):
        click.echo(f"  {left_out:>8}  rows of no household: captions, totals, signatures")
    ignored = done.columns["ignored"] if done.columns else {}
    if ignored:
        click.echo("columns ignored: " + ", ".join(text or at for at, text in ignored.items()))
    with pool.connection() as conn:
        counts = imports.remark_counts(conn, done.id)
        if not any(counts.values()):
            return
        for remark in imports.remarks(conn, keyring, done.id, limit=SHOWN):
            at = f"{remark.column}: " if remark.column else ""
            whose = " ".join(filter(None, (remark.number, remark.head)))
            of = f" ({whose})" if whose else ""
            click.echo(f"  row {remark.row}{of}: {at}{remark.sentence()}")
        if sum(counts.values()) > SHOWN:
            click.echo("  ...")
        file.write_bytes(error_sheet(conn, keyring, done.id))
    click.echo(f"all remarks with their rows: {file}")


def _now() -> datetime:
    return datetime.now(tz=UTC)
