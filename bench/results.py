"""One row of the table, the machine it was taken on, and the table itself."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

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
    """What this was measured on: processor, cores, memory, system, Python."""
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
        "taken": f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def write(rows: Sequence[Row], *, quick: bool) -> None:
    """Write results.json and the measured part of docs/benchmarks.md."""
    about = machine() | {"postgresql": "embedded, fsync on", "run": "quick" if quick else "full"}
    JSON_FILE.write_text(
        json.dumps({"machine": about, "rows": [asdict(row) for row in rows]}, indent=1) + "\n"
    )
    text = TABLE_FILE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    TABLE_FILE.write_text(f"{before}{BEGIN}\n{table(rows, about)}\n{END}{after}")


def table(rows: Sequence[Row], about: dict[str, str]) -> str:
    """The rows as Markdown, with the machine above and the causes of missed bars below."""
    lines = ["; ".join(f"{name} {value}" for name, value in about.items()) + ".", ""]
    lines += ["| bar | ours | beside | wanted | held |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row.bar} | {row.ours} | {row.peer} | {row.wanted} | {'yes' if row.met else '**no**'} |"
        for row in rows
    ]
    missed = [row for row in rows if not row.met]
    if missed:
        lines += ["", "Missed, and why:", ""]
        lines += [f"- {row.bar}: {row.cause or 'cause not yet known'}" for row in missed]
    return "\n".join(lines)
