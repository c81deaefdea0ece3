"""`./socai rebuild`: read models made anew beside the live ones, which serve until the swap."""

import threading

import click
import psycopg
from psycopg_pool import ConnectionPool

from domain.eventstore.personal import Keyring
from projections.read_models import MODELS
from projections.rebuild import progress, rebuild_job
from service.cli.progress import Progress, progress_bar
from service.config import Settings
from service.nudge import Notifier
from service.operations.failure import Failure
from service.operations.instance import instance

LOOK_SECONDS = 0.3


@click.command()
@click.argument("name", required=False)
def rebuild(name: str | None) -> None:
    """Rebuild the read model NAME, or all of them; goes on with a rebuild that was interrupted.

    Workers that run help; the live tables serve and are swapped when the new ones are ready.
    """
    known = [model.name for model in MODELS]
    if name is not None and name not in known:
        raise Failure(f"there is no read model {name}; there are {', '.join(known)}")
    with instance() as running:
        settings = running.settings
        with ConnectionPool(settings.database_url, min_size=1, max_size=6, open=True) as pool:
            number = _begin(pool, name)
            _ask_for_help(settings)
            keyring = Keyring(pool, settings.master_key, settings.index_key)
            _work(settings, pool, keyring, number)
    click.echo(f"rebuilt: {name or 'all read models'}")


def _begin(pool: ConnectionPool, name: str | None) -> int:
    try:
        return rebuild_job.request(pool, [name] if name else None)
    except rebuild_job.RebuildUnderWay as under_way:
        click.echo(f"going on with rebuild {under_way.rebuild}", err=True)
        return under_way.rebuild


def _ask_for_help(settings: Settings) -> None:
    nudge = Notifier(settings.redis_url, settings.instance)
    nudge.resume_jobs()
    nudge.close()


def _work(settings: Settings, pool: ConnectionPool, keyring: Keyring, number: int) -> None:
    """Take part in the rebuild until it is finished, here or by others."""
    finished = threading.Event()
    with progress_bar("rebuilding", "events") as show:
        watcher = threading.Thread(target=_watch, args=(settings, number, finished, show))
        watcher.start()
        try:
            while not rebuild_job.work(pool, keyring, number):
                finished.wait(LOOK_SECONDS)  # others are at the last parts
        finally:
            finished.set()
            watcher.join()


def _watch(settings: Settings, number: int, finished: threading.Event, show: Progress) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as conn:
        while not finished.wait(LOOK_SECONDS):
            now = progress.get(conn, number)
            show(now.done, now.total)
