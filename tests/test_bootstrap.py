"""`./socai` on a machine with nothing but Python: on a small checkout whose verb says what it was
given, so that nothing has to be downloaded."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = """
[project]
name = "small"
dependencies = ["pip"]
[project.optional-dependencies]
test = []
"""
VERB = "import os, sys; print(sys.argv[1:], os.getcwd())"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with a blank and Vietnamese letters, with one verb."""
    root = tmp_path / "sổ cái"
    (root / "service" / "cli").mkdir(parents=True)
    shutil.copy(ROOT / "socai", root)
    shutil.copy(ROOT / "service" / "bootstrap.py", root / "service")
    (root / "service" / "__init__.py").touch()
    (root / "service" / "cli" / "__init__.py").touch()
    (root / "service" / "cli" / "__main__.py").write_text(VERB)
    (root / "pyproject.toml").write_text(PYPROJECT)
    return root


@pytest.fixture
def run(checkout: Path, tmp_path: Path) -> Run:
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


def test_a_changed_pyproject_installs_again_and_an_unchanged_one_does_not(
    run: Run, checkout_with_environment: Path
) -> None:
    log = checkout_with_environment / ".venv" / "install.log"
    run("one")
    log.unlink()
    run("two")
    assert not log.exists()
    (checkout_with_environment / "pyproject.toml").write_text(PYPROJECT + "# newer\n")
    assert run("three").stdout.startswith("['three']")
    assert log.exists()


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
    fake = f"{code}; m['os'].access = lambda *a: False; print(m['environment_folder']())"
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
        "socai: Python 3.11 or newer is needed, found Python 3.9.2; install one"
    )


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
    checkout = checkout_with_environment
    (checkout / "pyproject.toml").write_text(PYPROJECT.replace('["pip"]', '["no-such-library"]'))
    answer = run(
        "up",
        PIP_CONFIG_FILE="/dev/null",
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "socai: libraries cannot be downloaded; connect to the network" in answer.stderr
    assert "Traceback" not in answer.stderr
    (checkout / "pyproject.toml").write_text(PYPROJECT)
    assert run("up").stdout.startswith("['up']")
