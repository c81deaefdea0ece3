"""Progress on stderr: a bar for a person, a line now and then for a log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import progress
from rich.console import Console

Progress = Callable[[int, int], None]

LINE_SECONDS = 10.0


@contextmanager
def progress_bar(title: str, unit: str = "") -> Iterator[Progress]:
    """Gives a function to call with (done, total), as often as one likes."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(console, title, unit)
        return
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn(unit),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=console) as bars:
        task = bars.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield show


def _lines(console: Console, title: str, unit: str) -> Progress:
    said = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= LINE_SECONDS:
            said = time.monotonic()
            console.print(f"{title}: {done} of {total} {unit}".rstrip(), highlight=False)

    return show
