"""Run the measurements and write the table: `./socai bench [--quick] [NAME ...]`."""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from bench import (
    city,
    engine,
    isolated_runs,
    memory,
    ours,
    pages,
    questions,
    review,
    support,
    synthetic,
    tables,
    versions,
    visibility,
)
from bench.harness import Tail, concurrent, percentile
from bench.peers import library, machine
from bench.peers.trail import writer as trail
from bench.results import Row, record
from bench.server import BenchServer, bench_server

FULL = {"seconds": 10, "events": 60_000, "households": 1_000_000, "city": 130_000, "peer": 15_000,
        "next_year": 3_000, "asked": 200_000, "kept": 10_000, "tables": 110_000,
        "review": 3_000, "grants": 4_961, "supported": 110_000}  # fmt: skip
QUICK = {"seconds": 3, "events": 15_000, "households": 20_000, "city": 3_000, "peer": 3_000,
         "next_year": 300, "asked": 10_000, "kept": 2_000, "tables": 5_000,
         "review": 300, "grants": 400, "supported": 5_000}  # fmt: skip
Sizes = dict[str, int]
WORKLIST = 60  # milliseconds


def saves(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Concurrent saves beside the library's recorder, Django with history, and pgbench."""
    mine, plain, peer, django = server.migrated(), server.migrated(), server.empty(), server.empty()
    library.create_tables(peer.superuser_url)
    _in_a_process(trail.create_tables, django.superuser_url)
    seconds = sizes["seconds"]
    tail = Tail(ours.follower(plain.url))
    our = concurrent("bench.ours:plain_saver", plain.url, 8, seconds).per_second
    missed = ours.missed(plain.url, tail.stop())
    tail = Tail(library.follower(peer.superuser_url))
    theirs = concurrent("bench.peers.library:saver", peer.superuser_url, 8, seconds).per_second
    tail.stop()
    usual = concurrent("bench.peers.trail.writer:saver", django.superuser_url, 8, seconds)
    limit = machine.saves_per_second(server.empty().superuser_url, 8, seconds, 250)
    whole = concurrent("bench.ours:saver", mine.url, 8, seconds).per_second
    trail_rate = usual.per_second
    return [
        Row(
            "concurrent saves, 8 writers",
            f"{our:,.0f} saves/s, {missed} events missed",
            f"library recorder: {theirs:,.0f}",
            "2.5 times, 0 missed",
            our >= 2.5 * theirs and missed == 0,
            f"{our / theirs:.2f} times; both cores are busy with Python's part of the save",
        ),
        Row(
            "... beside the usual audit trail",
            f"{our:,.0f} saves/s",
            f"Django with django-pghistory: {trail_rate:,.0f}",
            "4 times",
            our >= 4 * trail_rate,
            f"{our / trail_rate:.2f} times",
        ),
        Row(
            "... and of the machine's limit",
            f"{our / limit:.2f}",
            f"pgbench, same rows: {limit:,.0f} transactions/s",
            "0.2",
            our >= 0.2 * limit,
        ),
        Row(
            "... whole commands: persons sealed, claims taken, repeats known",
            f"{whole:,.0f} households/s",
            f"Django, none of these: {trail_rate:,.0f}",
            "no bar",
            True,
        ),
    ]


def append(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Bulk append through the recorder, people sealed, beside a raw COPY of the same rows."""
    database, plain = server.migrated(), server.empty()
    spent = isolated_runs.alone(isolated_runs.append_households, database.url, sizes["events"] // 5)
    seconds, stored = spent.answer
    rate = len(stored) / seconds
    copied = len(stored) / machine.copy_rows(plain.superuser_url, stored)
    sealing, making = isolated_runs.alone(
        isolated_runs.seal_people, server.migrated().url, sizes["events"] // 5
    ).answer
    micro = 1e6 / len(stored)
    return [
        Row(
            "bulk append, personal data encrypted",
            f"{rate:,.0f} events/s",
            f"raw COPY of the same rows: {copied:,.0f}",
            "0.35 of it",
            rate >= 0.35 * copied,
            f"{rate / copied:.2f} of it: Python makes an event in {making * micro:.1f} µs, of which"
            f" sealing takes {sealing * micro:.1f}; the COPY of a ready row takes"
            f" {1e6 / copied:.1f} µs, so that 0.35 leaves {1e6 / copied / 0.35:.1f} for all",
        )
    ]


def catching_up(server: BenchServer, sizes: Sizes) -> list[Row]:
    """All household read models at once, beside the library's runner with one small table."""
    database = _filled(server, sizes["events"] // synthetic.EVENTS_PER_HOUSEHOLD)
    spent = isolated_runs.alone(isolated_runs.project_all, database.url)
    rate = spent.answer / spent.seconds
    events, seconds = library.catch_up(server.empty().superuser_url, sizes["peer"])
    theirs = events / seconds
    return [
        Row(
            "catching up all household read models",
            f"{rate:,.0f} events/s, {spent.memory:,.0f} MiB",
            f"library ProjectionRunner, one table: {theirs:,.0f}",
            "40 times",
            rate >= 40 * theirs,
            f"{rate / theirs:.1f} times: five models with search, spans on two clocks and counts"
            " against one counter; most of the time is Python's folding of each household",
        )
    ]


def seen(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Command to visible row at 100 commands a second."""
    samples = visibility.delays(server.migrated().url, 100, sizes["seconds"])
    median, slow = percentile(samples, 0.5) * 1000, percentile(samples, 0.99) * 1000
    return [
        Row(
            "command to visible row, 100 commands/s",
            f"p50 {median:,.0f} ms, p99 {slow:,.0f} ms",
            "-",
            "p50 under 60 ms, p99 under 500 ms",
            median < 60 and slow < 500,
            "commands, worker, server and the measuring clients share two cores",
        )
    ]


def city_import(server: BenchServer, sizes: Sizes) -> list[Row]:
    """A city's list from Excel to every read model, and 10,000 rows of one."""
    rows = []
    for households, seconds, room in ((sizes["city"], 150, 1024), (3_000, 25, 1024)):
        database = server.migrated()
        isolated_runs.alone(isolated_runs.load_areas, database.url)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "city.xlsx"
            persons = city.write(file, households)
            spent = isolated_runs.alone(isolated_runs.import_list, database.url, file)
        server.drop(database)
        if spent.answer["recorded"] != households or spent.answer["persons"] != persons:
            raise RuntimeError(f"the import is not whole: {spent.answer}")
        memory, did = spent.memory + spent.answer["beside"], spent.answer
        rows.append(
            Row(
                f"import of {households:,} households, {persons:,} rows, 2 processes",
                f"{spent.seconds:,.1f} s, {memory:,.0f} MiB of both; CPU seconds: checks"
                f" {did['checking']:,.0f}, recording {did['recording']:,.0f} and"
                f" {did['beside_cpu']:,.0f}, lists {did['listing']:,.0f}",
                "-",
                f"under {seconds} s and 1 GiB",
                spent.seconds < seconds and memory < room,
                "both processes record while the server saves, on the same two cores; checks and"
                " lists are the work of one",
            )
        )
    return rows


def next_year(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Import of the next review's list: every household is on record and matched."""
    households = sizes["next_year"]
    database = server.migrated()
    isolated_runs.alone(isolated_runs.load_areas, database.url)
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "first.xlsx", Path(folder) / "second.xlsx"
        city.write(first, households)
        persons = city.write(second, households, years_later=1)
        before = isolated_runs.alone(isolated_runs.import_list, database.url, first)
        spent = isolated_runs.alone(isolated_runs.import_list, database.url, second)
    server.drop(database)
    for name, got in (("recorded", before.answer), ("reclassified", spent.answer)):
        if got[name] != households or got["refused"] or got["persons"] != persons:
            raise RuntimeError(f"the import is not whole: {got}")
    return [
        Row(
            f"next year's list of {households:,} households on record, {persons:,} rows",
            f"{spent.seconds:,.1f} s, {spent.memory:,.0f} MiB",
            f"their first list: {before.seconds:,.1f} s",
            "under 15 s and 1 GiB",
            spent.seconds < 15 and spent.memory < 1024,
            "each household is matched with what is on record, and given its new class",
        )
    ]


def rebuild(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Rebuild of all read models beside the live ones, with a reader all the while."""
    households = sizes["households"]
    database = _filled(server, households)
    first = isolated_runs.alone(isolated_runs.project_all, database.url)
    seconds, reads = isolated_runs.rebuild_while_reading(database.url)
    events = households * synthetic.EVENTS_PER_HOUSEHOLD
    return [
        Row(
            f"rebuild of {households:,} households, {events:,} events, reads going on",
            f"{seconds:,.0f} s ({events / seconds:,.0f} events/s), {reads:,} reads answered",
            f"first build in ledger order: {first.seconds:,.0f} s",
            "under 10 min for 1,000,000 (in proportion)",
            seconds < 600 * households / 1_000_000,
            "the time for a million is this one in proportion",
        ),
    ]


def verification(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Every leaf of the ledger computed again from the stored events."""
    events = sizes["households"] * synthetic.EVENTS_PER_HOUSEHOLD
    database = _filled(server, sizes["households"])
    spent = isolated_runs.alone(isolated_runs.verify, database.url)
    server.drop(database)
    return [
        Row(
            f"verify the whole ledger, {events:,} events",
            f"{spent.seconds:,.1f} s, {spent.memory:,.0f} MiB; {spent.cpu / events * 1e6:.1f} µs of"
            " Python an event",
            "-",
            "under 40 s for 5,000,000 events (in proportion)",
            spent.seconds < 40 * events / 5_000_000,
            "one session reads and one process hashes every event",
        )
    ]


def partitions(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Read models by one, two and four processes on as many partitions."""
    return engine.partitions(server, sizes["events"] // synthetic.EVENTS_PER_HOUSEHOLD)


def at_the_pages(_: BenchServer, sizes: Sizes) -> list[Row]:
    """Two hundred clients at the pages of the demo."""
    return _people(pages.PEOPLE, 10 * sizes["seconds"])


def crowd(_: BenchServer, sizes: Sizes) -> list[Row]:
    """A thousand clients at the pages of the demo."""
    return _people(pages.CROWD, 10 * sizes["seconds"])


def _people(people: int, seconds: int) -> list[Row]:
    found = pages.measure(people, seconds)
    answers, cores = found.answers, os.cpu_count() or 1
    failed = sum(one.failed for one in answers.values())
    times = [round(answers[kind].p95) for kind in ("household", "list", "command")]
    work = answers["worklist"]
    busy = sum(found.cpu.values()) / seconds / cores
    faults = "".join(f"; {many} of {what}" for what, many in found.faults.items())
    return [
        Row(
            f"pages at {people:,} people, 5 to 15 s between clicks: household / list / command",
            f"p95 {times[0]} / {times[1]} / {times[2]} ms, {found.count:,} answers,"
            f" {failed} failed, {found.changed} changed meanwhile by another;"
            f" {found.count / seconds / cores:.0f} pages a second and core;"
            f" {found.each()}; cores busy {busy:.0%}",
            "-",
            "p95 under 160 / 60 / 340 ms",
            not failed and all(time < bar for time, bar in zip(times, (160, 60, 340), strict=True)),
            f"the people, the pages, the workers and the server share {cores} cores, which are"
            f" {busy:.0%} busy: {busy * cores * seconds / found.count * 1e3:.1f} ms of a core for"
            f" each of {found.count / seconds:.0f} answers a second{faults}",
        ),
        Row(
            f"... the worklist of case workers at {people:,} people",
            f"p95 {work.p95:,.0f} ms, {work.requests:,} answers, {work.failed} failed",
            "-",
            f"p95 under {WORKLIST} ms",
            not work.failed and work.p95 < WORKLIST,
            "as above",
        ),
    ]


def asked(server: BenchServer, sizes: Sizes) -> list[Row]:
    """The questions of officers, at a tenth of the households and at all of them."""
    return questions.rows(server, sizes["asked"])


def at_ten_times(server: BenchServer, sizes: Sizes) -> list[Row]:
    """Memory of builds, verification and import at a size and at ten times that size."""
    return memory.rows(server, sizes["kept"])


def plans(_: BenchServer, sizes: Sizes) -> list[Row]:
    """Whether a statement of a request or a batch walks through a table that grows."""
    households = sizes["asked"]
    file = "tests/service/test_query_plans.py"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "--no-header", "--tb=short", file],
        env=os.environ | {"PLANS_OF_HOUSEHOLDS": str(households)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        click.echo(done.stdout[-4_000:])
    return [
        Row(
            f"statements that walk through a table that grows, {households:,} households",
            "none" if not done.returncode else "some",
            "-",
            "none but those with a reason",
            not done.returncode,
            f"{file} names them",
        )
    ]


def official_tables(server: BenchServer, sizes: Sizes) -> list[Row]:
    """The official tables of a province with many listed households."""
    return tables.rows(server, sizes["tables"])


def review_round(server: BenchServer, sizes: Sizes) -> list[Row]:
    """A review round of a commune, from its list to its papers."""
    return review.rows(server, sizes["review"])


def grants_and_money(server: BenchServer, sizes: Sizes) -> list[Row]:
    """A batch of grants with its settlement list, who qualifies in a province, and balances."""
    return support.rows(server, sizes["grants"], sizes["supported"])


MEASUREMENTS: dict[str, Callable[[BenchServer, Sizes], list[Row]]] = {
    "saves": saves,
    "append": append,
    "catching-up": catching_up,
    "visible": seen,
    "import": city_import,
    "next-year": next_year,
    "rebuild": rebuild,
    "verify": verification,
    "partitions": partitions,
    "engine": engine.measure,
    "pages": at_the_pages,
    "crowd": crowd,
    "questions": asked,
    "plans": plans,
    "tables": official_tables,
    "review": review_round,
    "support": grants_and_money,
    "memory": at_ten_times,
}


def _filled(server: BenchServer, households: int):  # type: ignore[no-untyped-def]
    database = server.migrated()
    synthetic.fill(database.superuser_url, ours.KEYS, [ours.AREA], households)
    return database


def _in_a_process(work: Callable[[str], None], url: str) -> None:
    process = multiprocessing.get_context("spawn").Process(target=work, args=(url,))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__module__} failed")


@click.command()
@click.option("--quick", is_flag=True, help="Small sizes: minutes instead of half an hour.")
@click.option(
    "--households", type=int, help="How many to rebuild, to verify, and to ask questions about."
)
@click.option("--against", metavar="COMMIT", help="Measure a commit in turn with this version.")
@click.option("--rows", type=click.Path(path_type=Path), help="Write rows here and nowhere else.")
@click.argument("names", nargs=-1, type=click.Choice(list(MEASUREMENTS)))
def main(
    quick: bool,
    households: int | None,
    against: str | None,
    rows: Path | None,
    names: tuple[str, ...],
) -> None:
    """Measure the bars, each beside its peer, on an embedded server with fsync on."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    if against:
        size = ["--households", str(households)] if households else []
        click.echo(versions.compare(against, [*["--quick"] * quick, *size, *names]))
        return
    sizes = QUICK if quick else FULL
    if households:
        sizes = sizes | {"households": households, "asked": households}
    every: list[Row] = []
    for name in names or MEASUREMENTS:
        found = _measured(name, sizes)
        every += found
        if rows is None:
            sized = f"{name} {households}" if households else name
            record(sized, found, list(MEASUREMENTS), quick=quick)
    if rows is not None:
        rows.write_text(json.dumps([asdict(row) for row in every], ensure_ascii=False))


def _measured(name: str, sizes: Sizes) -> list[Row]:
    started = time.monotonic()
    with bench_server() as server:
        found = MEASUREMENTS[name](server, sizes)
    for row in found:
        click.echo(f"{'ok  ' if row.met else 'MISS'} {row.bar}: {row.ours} | {row.peer}")
    click.echo(f"     ({name}: {time.monotonic() - started:,.0f} s)")
    return found


if __name__ == "__main__":
    main()
