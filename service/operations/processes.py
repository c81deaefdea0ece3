"""List of an instance's processes, in a file: for `status`, and for the next start after a kill."""

import json
import shutil
from pathlib import Path

import psutil


def write_processes(data: Path, pids: dict[str, int]) -> None:
    """Writes the running processes with their start times."""
    rows = []
    for name, pid in pids.items():
        try:
            rows.append({"name": name, "pid": pid, "born": psutil.Process(pid).create_time()})
        except psutil.NoSuchProcess:
            continue
    file = data / "run" / "processes.json"
    text = json.dumps(rows)
    if not file.exists() or file.read_text() != text:
        fresh = file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(file)


def read_processes(data: Path) -> dict[str, psutil.Process]:
    """Returns the listed processes that still live, by name, but no other of the same pid."""
    try:
        rows = json.loads((data / "run" / "processes.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    alive = {}
    for row in rows:
        try:
            process = psutil.Process(row["pid"])
            if abs(process.create_time() - row["born"]) < 1:
                alive[row["name"]] = process
        except psutil.NoSuchProcess:
            continue
    return alive


def end_leftovers(data: Path) -> None:
    """End processes that a killed `up` left behind."""
    left = list(read_processes(data).values())
    left += [child for process in left for child in process.children(recursive=True)]
    for process in left:
        process.terminate()
    for process in psutil.wait_procs(left, timeout=20)[1]:
        process.kill()


def empty_folder(folder: Path) -> None:
    """Make the folder anew with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
