"""Docstrings and pages of docs/ say in plain words which part of the system does what."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Pronouns without a noun, and metaphors for technical states. Each is a regular expression of whole
# words; what to say instead stands in docs/glossary.md.
BANNED = (
    "whoever",
    "nobody",
    "somebody",
    "anybody",
    "everybody",
    "someone",
    "anyone",
    "everyone",
    "doors?",
    "knock(s|ed|ing)?",
    "hang(s|ing)?",
    "hung",
    "goes? home",
    "stands? for",
    "stood for",
    "bears?",
    "bearing",
    "(held|holds?|holding) against",
    "vouch(es|ed|ing)?",
    "buried",
    "riddles?",
)
PATTERN = re.compile(rf"\b({'|'.join(BANNED)})\b", re.IGNORECASE)
CODE = re.compile(r"`[^`]*`")

# Folders and modules whose docstrings are in plain voice: patterns of git.
CLEAN = ("bench", "domain", "projections", "workers", "service")


def modules(pattern: str) -> list[Path]:
    """The Python files that a pattern of git names."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard",
         "--", f":(glob){pattern}" if "*" in pattern else pattern],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = [name for name in listed.stdout.split("\0") if name.endswith(".py")]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def docstrings(module: Path) -> Iterator[tuple[str, str]]:
    """Name and docstring of the module, and of each class and function in it."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "name", "module"), text


def not_plain(text: str) -> list[str]:
    return [found[0] for found in PATTERN.finditer(CODE.sub("", text))]


@pytest.mark.parametrize(
    "text", ["For whoever asks.", "It stands for a unit.", "Hangs the pages.", "Held against it."]
)
def test_a_word_that_is_not_plain_is_found(text: str) -> None:
    assert not_plain(text)


def test_names_in_code_and_other_words_are_let_be() -> None:
    assert not_plain("The account `nobody` stands forever beside the doorway; unbearable.") == []


def found_in(files: list[Path]) -> list[tuple[str, str, str]]:
    """Module, function and word of each docstring that is not plain."""
    assert files
    return [
        (str(path.relative_to(ROOT)), name, word)
        for path in files
        for name, text in docstrings(path)
        for word in not_plain(text)
    ]


@pytest.mark.parametrize("pattern", CLEAN)
def test_docstrings_are_in_plain_voice(pattern: str) -> None:
    assert found_in(modules(pattern)) == []


def test_docstrings_of_helper_modules_of_tests_are_in_plain_voice() -> None:
    helpers = [path for path in modules("tests") if not path.name.startswith("test_")]
    assert found_in(helpers) == []


# Sections of the glossary that name the words which are not used.
ABOUT_WORDS = re.compile(
    r"^## (?:Words that are not used|How a docstring is written)$.*?(?=^## )", re.M | re.S
)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_pages_of_docs_are_in_plain_voice(page: Path) -> None:
    text = ABOUT_WORDS.sub("", page.read_text("utf-8"))
    lines = [(line, not_plain(line)) for line in text.splitlines()]
    assert [(line, words) for line, words in lines if words] == []
