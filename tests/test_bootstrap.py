"""`./socai` on a machine with nothing but Python: on a small checkout whose verb says what it was
given, and whose libraries are wheels of a folder, so that nothing has to be downloaded."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]
VERB = "import os, sys; print(sys.argv[1:], os.getcwd())"

Run = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True)
class Library:
    """A wheel in a folder, and its line in a file of what is locked."""

    wheel: Path

    @property
    def name(self) -> str:
        return self.wheel.name.split("-")[0]

    @property
    def version(self) -> str:
        return self.wheel.name.split("-")[1]

    @property
    def line(self) -> str:
        digest = hashlib.sha256(self.wheel.read_bytes()).hexdigest()
        return f"{self.name}=={self.version} --hash=sha256:{digest}\n"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


def library(wheels: Path, name: str, version: str = "1.0", needs: str = "") -> Library:
    """A library of one module that says its version."""
    wheel = wheels / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        said = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{about}/METADATA", said + (f"Requires-Dist: {needs}\n" if needs else ""))
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    return Library(wheel)


def lock(checkout: Path, **sets: str) -> None:
    """Write what is locked."""
    (checkout / "requirements").mkdir(exist_ok=True)
    for name, lines in sets.items():
        (checkout / "requirements" / f"{name}.txt").write_text(lines)


def installed(checkout: Path) -> dict[str, str]:
    """Libraries in the environment of a checkout, beside pip and its kind: name to version."""
    (site,) = (checkout / ".venv" / "lib").glob("python3.*/site-packages")
    found = (each.name.removesuffix(".dist-info").split("-") for each in site.glob("*.dist-info"))
    return {name: version for name, version in found if name not in ("pip", "setuptools")}


@pytest.fixture
def checkout(tmp_path: Path, wheels: Path) -> Path:
    """A checkout in a folder with a blank and Vietnamese letters, with one verb."""
    root = tmp_path / "sổ cái"
    (root / "service" / "cli").mkdir(parents=True)
    shutil.copy(ROOT / "socai", root)
    shutil.copy(ROOT / "service" / "bootstrap.py", root / "service")
    (root / "service" / "__init__.py").touch()
    (root / "service" / "cli" / "__init__.py").touch()
    (root / "service" / "cli" / "__main__.py").write_text(VERB)
    runs = library(wheels, "runs").line
    tests = runs + library(wheels, "tests").line
    measures, changes = (library(wheels, name).line for name in ("measures", "changes"))
    lock(root, run=runs, test=tests, bench=runs + measures, mutation=tests + changes)
    return root


@pytest.fixture
def run(checkout: Path, tmp_path: Path, wheels: Path) -> Run:
    """Call ./socai as a stranger would: own home, from another folder."""
    home = tmp_path / "home"
    home.mkdir()

    def call(
        *arguments: str, script: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [script or checkout / "socai", *arguments],
            capture_output=True,
            text=True,
            cwd=home,
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "HOME": str(home),
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(wheels),
                **environment,
            },
        )

    return call


def one_line(text: str) -> str:
    """The only line of an answer."""
    (line,) = text.splitlines()
    return line


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with pip in it, to copy instead of making one in every test."""
    folder = tmp_path_factory.mktemp("made") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def checkout_with_environment(checkout: Path, made: Path) -> Path:
    """A checkout whose environment was made but not filled."""
    shutil.copytree(made, checkout / ".venv", symlinks=True)
    return checkout


def test_two_first_calls_at_once_make_one_environment_and_stdout_holds_only_the_answer(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    with ThreadPoolExecutor() as threads:
        calls = list(threads.map(lambda name: run("token", name), ["kiểm toán", "thanh tra"]))
    assert [call.stdout for call in calls] == [
        f"['token', 'kiểm toán'] {tmp_path / 'home'}\n",
        f"['token', 'thanh tra'] {tmp_path / 'home'}\n",
    ]
    said = sorted("".join(call.stderr for call in calls).splitlines())
    assert said == [
        "socai: another call of socai is installing; waiting for it ...",
        f"socai: making {checkout / '.venv'} ...",
    ]
    link = tmp_path / "link to socai"
    link.symlink_to(Path("sổ cái") / "socai")
    later = run("token", script=link)
    assert (later.stdout, later.stderr) == (f"['token'] {tmp_path / 'home'}\n", "")


def test_a_changed_lock_installs_again_and_an_unchanged_one_does_not(
    run: Run, checkout_with_environment: Path, wheels: Path
) -> None:
    checkout = checkout_with_environment
    log = checkout / ".venv" / "install.log"
    run("one")
    assert installed(checkout) == {"runs": "1.0"}
    log.unlink()
    run("two")
    assert not log.exists()
    lock(checkout, run=library(wheels, "runs", "1.1").line)
    assert run("three").stdout.startswith("['three']")
    assert installed(checkout) == {"runs": "1.1"}


def test_a_verb_installs_what_it_needs_and_no_more(
    run: Run, checkout_with_environment: Path
) -> None:
    checkout = checkout_with_environment
    assert run("up").returncode == 0
    assert installed(checkout) == {"runs": "1.0"}
    assert run("test", "-x").stdout.startswith("['test', '-x']")
    assert installed(checkout) == {"runs": "1.0", "tests": "1.0"}
    assert run("bench").returncode == 0
    held = {"runs": "1.0", "tests": "1.0", "measures": "1.0"}
    assert installed(checkout) == held
    assert run("mutate").returncode == 0
    assert installed(checkout) == {**held, "changes": "1.0"}
    log = checkout / ".venv" / "install.log"
    log.unlink()
    for verb in ("up", "test", "bench", "mutate", "status"):
        assert run(verb).returncode == 0
    assert not log.exists(), "what was installed for one verb is kept for the others"


def test_what_tests_installed_is_enough_to_run(run: Run, checkout_with_environment: Path) -> None:
    run("test")
    log = checkout_with_environment / ".venv" / "install.log"
    log.unlink()
    run("up")
    assert not log.exists()


def test_a_way_back_to_an_older_lock_and_forth_installs_each_time(
    run: Run, checkout_with_environment: Path, wheels: Path
) -> None:
    checkout = checkout_with_environment
    older = {
        name: (checkout / "requirements" / f"{name}.txt").read_text() for name in ("run", "test")
    }
    newer = library(wheels, "runs", "1.1").line
    newest = {"run": newer, "test": newer + older["test"].splitlines(keepends=True)[1]}
    lock(checkout, **newest)
    run("test")
    lock(checkout, **older)
    run("up")
    assert installed(checkout)["runs"] == "1.0"
    lock(checkout, **newest)
    run("up")
    assert installed(checkout)["runs"] == "1.1"


def test_a_library_that_is_not_the_one_that_was_locked_is_refused_in_one_line(
    run: Run, checkout_with_environment: Path, wheels: Path
) -> None:
    other = library(wheels, "runs")
    with ZipFile(other.wheel, "a") as archive:
        archive.writestr("runs_too.py", "")
    answer = run("up")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "socai: a library that was downloaded is not the one that was tested" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert installed(checkout_with_environment) == {}
    lock(checkout_with_environment, run=other.line)
    assert run("up").returncode == 0


def test_a_library_that_is_not_locked_is_not_brought_by_another(
    run: Run, checkout_with_environment: Path, wheels: Path
) -> None:
    library(wheels, "hidden")
    lock(checkout_with_environment, run=library(wheels, "runs", needs="hidden").line)
    answer = run("up")
    assert answer.returncode == 1
    assert "socai: pip failed: In --require-hashes mode" in answer.stderr
    assert installed(checkout_with_environment) == {}


def test_an_interrupted_making_is_made_again(run: Run, checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    assert run("up").stdout.startswith("['up']")


def test_an_environment_elsewhere_leaves_the_checkout_untouched(
    run: Run, checkout: Path, made: Path, tmp_path: Path
) -> None:
    shutil.copytree(made, tmp_path / "elsewhere", symlinks=True)
    before = sorted(checkout.rglob("*"))
    answer = run("up", SOCAI_VENV=str(tmp_path / "elsewhere"), PYTHONDONTWRITEBYTECODE="1")
    assert answer.stdout.startswith("['up']")
    assert sorted(checkout.rglob("*")) == before


def test_a_checkout_that_belongs_to_another_user_gets_its_environment_in_the_cache(
    run: Run, checkout: Path, tmp_path: Path
) -> None:
    code = "import runpy, sys; sys.argv[0] = 'x'; m = runpy.run_path(sys.argv[1])"
    fake = f"{code}; m['os'].access = lambda *a: False; print(m['environment_folder']('run'))"
    answer = subprocess.run(
        [sys.executable, "-c", fake, checkout / "service" / "bootstrap.py"],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
    )
    assert answer.stdout.startswith(f"{tmp_path}/.cache/socai/venv-")


def test_an_old_python_is_refused_in_one_line_with_the_mend(run: Run, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "dirname", "readlink"):
        (programs / name).symlink_to(shutil.which(name) or "")
    old = programs / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    answer = run("up", PATH=str(programs))
    assert answer.returncode == 1
    assert one_line(answer.stderr).startswith(
        "socai: Python 3.11 to 3.14 is needed, found Python 3.9.2; install one"
    )


def test_a_python_that_is_newer_than_the_lock_is_passed_over(
    run: Run, checkout_with_environment: Path, tmp_path: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    newest = programs / "python3"
    newest.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 15, 0); $2"\n'
    )
    newest.chmod(0o755)
    (programs / "python3.11").symlink_to(sys.executable)
    path = f"{programs}:/usr/bin:/bin"
    assert run("up", PATH=path).stdout.startswith("['up']")


def test_a_python_that_cannot_make_environments_is_told_which_package_is_missing(
    run: Run, tmp_path: Path
) -> None:
    without = tmp_path / "python3"
    without.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *bootstrap.py*) exec {sys.executable} -c "'
        "import runpy, sys; sys.executable = '$0'; sys.argv[:] = ['x', 'up'];"
        "runpy.run_path('$4', run_name='__main__')"
        '" ;; *"-m venv"*|*"-m virtualenv"*) exit 1 ;; esac\n'
        f'exec {sys.executable} "$@"\n'
    )
    without.chmod(0o755)
    answer = run("up", SOCAI_PYTHON=str(without))
    assert answer.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert answer.stderr.splitlines()[-1].endswith(f"run: apt install python{version}-venv")


def test_without_a_network_it_says_so_in_one_line_and_recovers_later(
    run: Run, checkout_with_environment: Path
) -> None:
    answer = run(
        "up",
        PIP_NO_INDEX="0",
        PIP_FIND_LINKS="",
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "socai: libraries cannot be downloaded; connect to the network" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert run("up").stdout.startswith("['up']")
