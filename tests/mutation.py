"""`./socai mutate`: how many changed lines of the product the tests notice.

Mutmut writes a copy of the checkout into `mutants/`, with every mutant of a function beside it,
learns from one run which tests enter which function, and runs those tests for each mutant in a
process of its own. All processes share servers of PostgreSQL that run meanwhile.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from service.config import ROOT
from service.embedded import Postgres
from tests.conftest import PASSWORD, SERVERS, make_template, server_folder

FOLDERS = ("domain", "projections/engine", "service/access")
MUTANTS = ROOT / "mutants"
PAGE = ROOT / "docs" / "mutation.md"
TABLE = "<!-- the table: ./socai mutate writes it -->\n"
# What mutmut keeps of a mutant: the exit code of the tests; 33: no test enters the function.
SURVIVED, NOT_ENTERED, NOT_RUN = 0, 33, None
GENERATE = """
from mutmut import __main__ as mutmut
from mutmut.mutation.trampoline import set_mutant_under_test
set_mutant_under_test("mutant_generation")
mutmut.Path("mutants").mkdir(exist_ok=True)
mutmut.copy_src_dir()
mutmut.copy_also_copy_files()
mutmut.setup_source_paths()
mutmut.create_mutants({processes})
"""


@click.command()
@click.option("--sample", type=click.IntRange(1), help="So many mutants of each folder, not all.")
@click.option("--seed", type=int, default=1, help="Another number, another sample.")
@click.option("--processes", type=click.IntRange(1), default=os.cpu_count() or 1)
def mutate(sample: int | None, seed: int, processes: int) -> None:
    """Run mutants and write docs/mutation.md; print those that no test noticed."""
    os.chdir(ROOT)
    subprocess.run([sys.executable, "-c", GENERATE.format(processes=processes)], check=True)
    names = sampled(sample, seed)
    chosen = [name for folder in FOLDERS for name in names[folder]]
    with servers() as folder:
        environment = {**os.environ, SERVERS: str(folder)}
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes)]
        subprocess.run([*command, *chosen], check=True, env=environment)
    codes = exit_codes()
    write(names, codes, sample, seed)
    for name in chosen:
        if codes[name] in (SURVIVED, NOT_ENTERED):
            click.echo(f"{'survived' if codes[name] == SURVIVED else 'not entered'}: {name}")


@contextmanager
def servers() -> Iterator[Path]:
    """A folder with a fast and a durable server of PostgreSQL, both with the template."""
    with server_folder() as folder, ExitStack() as stack:
        for name in ("pg", "durable"):
            server = Postgres(folder / name, PASSWORD, durable=name == "durable")
            server.start()
            stack.callback(server.stop, "immediate")
            make_template(server)
        yield folder


def exit_codes() -> dict[str, int | None]:
    """What mutmut keeps of every mutant, by its name."""
    codes: dict[str, int | None] = {}
    for file in sorted(MUTANTS.rglob("*.py.meta")):
        codes.update(json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"])
    return codes


def sampled(sample: int | None, seed: int) -> dict[str, list[str]]:
    """Names of mutants for each folder; the same for the same seed and the same code."""
    chosen = {}
    for folder in FOLDERS:
        prefix = folder.replace("/", ".") + "."
        names = sorted(name for name in exit_codes() if name.startswith(prefix))
        if sample is not None and sample < len(names):
            names = sorted(random.Random(f"{seed} {folder}").sample(names, sample))
        chosen[folder] = names
    return chosen


def write(
    names: dict[str, list[str]], codes: dict[str, int | None], sample: int | None, seed: int
) -> None:
    """Write the table into the page, below its mark."""
    everything = Counter(
        folder for name in codes for folder in FOLDERS
        if name.startswith(folder.replace("/", ".") + ".")
    )  # fmt: skip
    lines = [
        "| folder | mutants | run | noticed | survived | not entered | score |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    rows = {**names, "all": [name for folder in FOLDERS for name in names[folder]]}
    for folder, chosen in rows.items():
        run = [codes[name] for name in chosen if codes[name] is not NOT_RUN]
        survived, unentered = run.count(SURVIVED), run.count(NOT_ENTERED)
        noticed = len(run) - survived - unentered
        of = everything[folder] if folder in everything else sum(everything.values())
        score = f"{noticed / len(run):.0%}" if run else "-"
        lines.append(
            f"| `{folder}` | {of:,} | {len(run):,} | {noticed:,} | {survived:,} | {unentered:,}"
            f" | {score} |"
        )
    chosen_by = f"a sample (`--sample {sample} --seed {seed}`)" if sample else "all of them"
    lines += ["", f"Measured on {datetime.now(tz=UTC):%d %B %Y}, {chosen_by}."]
    page, mark, _ = PAGE.read_text(encoding="utf-8").partition(TABLE)
    PAGE.write_text(page + mark + "\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    mutate(prog_name="socai mutate")
