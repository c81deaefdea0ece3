"""Results of the measurements: rows, machine, history, and the table in docs/benchmarks.md.

`bench/results.json` holds

- `machine`: the one that measured last;
- `measurements`: by name, the rows of the last run, with `taken` (local time) and `run` (full or
  quick). The table of docs/benchmarks.md is made of these;
- `history`: by bar, every row that was ever measured, oldest first: `taken`, `run`, `commit` (with
  a "+" where files differed from it, "" outside a repository), `processor`, `cores`, `ours`,
  `peer`, `wanted` and `met`.
"""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
JSON_FILE = HERE / "results.json"
TABLE_FILE = HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One bar: what was measured, ours, the peer's (or "-"), what the bar asks, whether it holds.

    `cause` says why a bar is missed; it is shown only then.
    """

    bar: str
    ours: str
    peer: str
    wanted: str
    met: bool
    cause: str = ""


def machine() -> dict[str, str]:
    """Returns the machine as text: processor, cores, memory, system, Python."""
    processor = platform.processor() or platform.machine()
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            processor = line.split(":", 1)[1].strip()
            break
    memory = next((line.split()[1] for line in _lines("/proc/meminfo")), "0")
    return {
        "processor": processor,
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory) // 1024**2} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }


def commit() -> str:
    """The commit that is measured, with a "+" where files differ from it."""
    git = shutil.which("git")
    if git is None or not (HERE.parent / ".git").exists():
        return ""

    def said(*arguments: str) -> str:
        done = subprocess.run(
            [git, *arguments], cwd=HERE, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    measured = ("--", ".", ":!bench/results.json", ":!docs/benchmarks.md")
    changed = said("-C", str(HERE.parent), "status", "--porcelain", *measured)
    return said("rev-parse", "--short=12", "HEAD") + "+" * bool(changed)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def record(name: str, rows: Sequence[Row], order: Sequence[str], *, quick: bool) -> None:
    """Keep what a measurement gave, in place of what it gave before, in results.json, add it to
    the history of each bar, and write the measured part of docs/benchmarks.md anew; `order` is
    that of the measurements. A name may go on with a size, as "questions 2000000" does."""
    kept = json.loads(JSON_FILE.read_text()) if JSON_FILE.exists() else {}
    when = {
        "taken": f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
        "run": "quick" if quick else "full",
    }
    measured = kept.get("measurements", {}) | {name: when | {"rows": [asdict(row) for row in rows]}}
    about = machine() | {"postgresql": "embedded, fsync on"}
    source = {"commit": commit(), "processor": about["processor"], "cores": about["cores"]}
    history: dict[str, list[dict[str, object]]] = kept.get("history", {})
    for row in rows:
        found = {key: value for key, value in asdict(row).items() if key not in ("bar", "cause")}
        history.setdefault(row.bar, []).append(when | source | found)
    told = {"machine": about, "measurements": measured, "history": history}
    JSON_FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    text = TABLE_FILE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    shown = [measured[one] for one in sorted(measured, key=lambda one: order.index(one.split()[0]))]
    TABLE_FILE.write_text(f"{before}{BEGIN}\n{table(shown, about)}\n{END}{after}")


def table(measured: Sequence[dict[str, Any]], about: dict[str, str]) -> str:
    """The rows as Markdown, with the machine above and the causes of missed bars below."""
    lines = ["; ".join(f"{name} {value}" for name, value in about.items()) + ".", ""]
    lines += ["| bar | ours | beside | wanted | held | taken |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    missed = []
    for one in measured:
        for row in (Row(**values) for values in one["rows"]):
            held = "yes" if row.met else "**no**"
            taken = f"{one['taken']}, {one['run']}"
            lines.append(
                f"| {row.bar} | {row.ours} | {row.peer} | {row.wanted} | {held} | {taken} |"
            )
            if not row.met:
                missed.append(f"- {row.bar}: {row.cause or 'cause not yet known'}")
    if missed:
        lines += ["", "Missed, and why:", "", *missed]
    return "\n".join(lines)
