"""Virtual environment of `./socai`: made with a bare Python where it is missing or out of date.

The libraries are listed in `requirements/`, each version with the hashes of its files: `run.txt`
for every verb; `test.txt`, `bench.txt`, `mutation.txt` and `duplicates.txt`, which hold all of it
too, for the verbs that are named beside them below. `.ci/lock` writes them from pyproject.toml.

Runs before anything is installed, by path, on the standard library alone. Says nothing on stdout,
because `./socai token` must print nothing but the token.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "socai.stamp"
# Each set of libraries, and the sets that hold all of it.
SETS = {
    "run": ("run", "test", "bench", "mutation", "duplicates"),
    "test": ("test", "mutation"),
    "bench": ("bench",),
    "mutation": ("mutation",),
    "duplicates": ("duplicates", "test", "mutation"),
}
# All other verbs: "run".
NEEDED = {"test": "test", "bench": "bench", "mutate": "mutation", "duplicates": "duplicates"}
PYTHONS = ((3, 11), (3, 15))  # from this one on, up to but without that one


class Stopped(Exception):
    """The environment cannot be made; the message is one line with the mend."""


def main() -> None:
    """Make the environment ready, then become the verb."""
    needed = needed_by(sys.argv[1:])
    try:
        venv = environment_folder(needed)
        make_ready(venv, needed)
    except Stopped as stopped:
        print(f"socai: {stopped}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    python = venv / "bin" / "python"
    os.environ["SOCAI_VENV"] = str(venv)
    os.execv(python, [str(python), "-P", "-m", "service.cli", *sys.argv[1:]])  # noqa: S606


def needed_by(arguments: list[str]) -> str:
    """Name of the set of libraries that a call needs."""
    verb = arguments[0] if arguments else ""
    return NEEDED.get(verb, "run")


def environment_folder(needed: str) -> Path:
    """$SOCAI_VENV, or .venv in the checkout if it is ours to write, or a folder of our cache."""
    chosen = os.environ.get("SOCAI_VENV")
    if chosen:
        return Path(chosen).expanduser().absolute()
    beside = ROOT / ".venv"
    if is_ready(beside, needed):
        return beside
    owned = beside.stat().st_uid == os.geteuid() if beside.exists() else True
    if owned and os.access(ROOT, os.W_OK):
        return beside
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    return cache / "socai" / f"venv-{name}"


def make_ready(venv: Path, needed: str) -> None:
    """Make and fill the environment unless its stamp says that it holds what is locked."""
    if is_ready(venv, needed):
        return
    try:
        venv.parent.mkdir(parents=True, exist_ok=True)
        lock = venv.parent / f"{venv.name}.lock"
        with one_at_a_time(lock):
            if is_ready(venv, needed):  # another call made it while we waited
                return
            if not works(venv):
                create(venv)
            install(venv, needed)
            link(venv)
            stamps = {wanted(needed), *(wanted(name) for name in SETS if has_stamp(venv, name))}
            (venv / STAMP).write_text("".join(sorted(stamps)))
    except PermissionError as error:
        raise Stopped(
            f"{error.filename} cannot be written; set SOCAI_VENV to a folder of your own"
        ) from None
    except OSError as error:
        raise Stopped(f"{venv} cannot be made: {error}") from None


def locked(name: str) -> Path:
    """The file of a set: versions and hashes."""
    return ROOT / "requirements" / f"{name}.txt"


def wanted(name: str) -> str:
    """The line that the stamp of an environment holds once this set is installed there."""
    return f"{name} {hashlib.sha256(locked(name).read_bytes()).hexdigest()} {ROOT}\n"


def has_stamp(venv: Path, name: str) -> bool:
    """Whether this very set was installed there, as it is locked now."""
    try:
        return wanted(name) in (venv / STAMP).read_text().splitlines(keepends=True)
    except OSError:
        return False


def is_ready(venv: Path, needed: str) -> bool:
    """Whether the environment has everything of a set and its Python still exists."""
    stamped = any(has_stamp(venv, name) for name in SETS[needed])
    return stamped and (venv / "bin" / "python").exists()


def works(venv: Path) -> bool:
    """Whether pip can be used there; an interrupted making leaves one where it cannot."""
    try:
        done = subprocess.run(
            [
                venv / "bin" / "python",
                "-c",
                f"import pip, sys; sys.exit(not {PYTHONS[0]} <= sys.version_info < {PYTHONS[1]})",
            ],
            capture_output=True,
        )
    except OSError:
        return False
    return done.returncode == 0


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Only one call installs; others wait and find the work done."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another call of socai is installing; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def create(venv: Path) -> None:
    """Make the virtual environment with pip in it, by venv or virtualenv."""
    say(f"making {venv} ...")
    shutil.rmtree(venv, ignore_errors=True)
    for command in (["venv"], ["virtualenv", "--quiet"]):
        done = subprocess.run([sys.executable, "-m", *command, str(venv)], capture_output=True)
        if done.returncode == 0:
            return
        shutil.rmtree(venv, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise Stopped(
        f"this Python ({sys.executable}) cannot make virtual environments; on Debian and Ubuntu "
        f"run: apt install python{version}-venv"
    )


def install(venv: Path, needed: str) -> None:
    """Install a set as it is locked, with one line of progress; files with other hashes never."""
    log = venv / "install.log"
    command = [
        str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check",
        "--no-input", "--progress-bar", "off", "--require-hashes", "-r", str(locked(needed)),
    ]  # fmt: skip
    with (
        log.open("w") as record,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/"
        ) as pip,
    ):
        collected = 0
        for line in pip.stdout or ():
            record.write(line)
            if line.startswith("Collecting "):
                collected += 1
                say(f"installing libraries, only now: {collected} {line.split()[1]}", passing=True)
            elif line.startswith("Installing collected"):
                say(f"installing libraries, only now: unpacking {collected}", passing=True)
    say("", passing=True)
    if pip.returncode:
        raise Stopped(explain(log))


def explain(log: Path) -> str:
    """One line for what pip said in many."""
    text = log.read_text()
    unreachable = ("Connection", "name resolution", "timed out", "ProxyError", "SSLError")
    if any(sign in text for sign in (*unreachable, "(from versions: none)")):
        return (
            "libraries cannot be downloaded; connect to the network and call again "
            f"(details: {log})"
        )
    if "DO NOT MATCH THE HASHES" in text:
        return (
            "a library that was downloaded is not the one that was tested, so nothing was "
            f"installed; call again, or look at the package index in use (details: {log})"
        )
    if "No space left" in text:
        return f"the disk is full; make room and call again (details: {log})"
    errors = [line.strip() for line in text.splitlines() if line.startswith("ERROR:")]
    return f"pip failed: {errors[0][7:207] if errors else 'no reason given'} (details: {log})"


def link(venv: Path) -> None:
    """Let the environment import the checkout; nothing is written into the checkout."""
    (site,) = (venv / "lib").glob("python3.*/site-packages")
    (site / "socai.pth").write_text(f"{ROOT}\n")


def say(text: str, *, passing: bool = False) -> None:
    """A line on stderr; a passing one is overwritten by the next, and left out of logs."""
    if not passing:
        print(f"socai: {text}", file=sys.stderr, flush=True)
    elif sys.stderr.isatty():
        print(f"\r\x1b[K{text[:78]}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
