"""The words of the glossary are those of the code and of the screen."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from domain.terms import TERMS

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"
ROOMS = ("domain", "projections", "service", "workers", "bench")

# Modules whose Vietnamese texts are not in a catalogue: code lists, reasons, exported sheets.
SPEAKING = (
    "domain/households/codes.py",
    "domain/households/identity.py",
    "domain/imports/remarks.py",
    "domain/reviews/codes.py",
    "domain/standards/reasons.py",
    "domain/standards/score_card_sheet.py",
    "domain/support/codes.py",
    "projections/oversight/replay/sentences.py",
    "projections/spreadsheets/household_list_template.py",
    "projections/spreadsheets/import_errors.py",
    "projections/spreadsheets/score_card_template.py",
    "projections/tables/causes.py",
    "projections/tables/deprivations.py",
    "projections/tables/groups.py",
    "projections/tables/movements.py",
    "projections/tables/results.py",
    "projections/tables/summary.py",
    "projections/tables/titles.py",
    "service/demo/accounts.py",
    "service/demo/stories.py",
)
PROBLEMS = tuple(
    path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("service/*/problems.toml"))
)
REMARKS = "domain/imports/remarks.toml"
STANDARDS = tuple(
    path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "domain" / "standards").rglob("*.toml"))
)
PROCEDURES = tuple(
    path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "domain" / "reviews").rglob("*.toml"))
)
PROGRAMMES = tuple(
    path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "domain" / "support").rglob("*.toml"))
)
TABLES = (
    *PROBLEMS,
    REMARKS,
    "projections/households/sentences.toml",
    *STANDARDS,
    *PROCEDURES,
    *PROGRAMMES,
)
VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE
)
PRODUCT = re.compile(r"\bSổ Cái\b")
WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")


def rows(title: str) -> list[list[str]]:
    """The cells of the table under a heading of the glossary, without its head."""
    _, found, after = GLOSSARY.read_text("utf-8").partition(f"\n## {title}\n")
    assert found, title
    table = [line for line in after.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def values(table: dict[str, Any]) -> Iterator[str]:
    """All texts of a table but the English ones."""
    for key, value in table.items():
        if key == "en":
            continue
        if isinstance(value, dict):
            yield from values(value)
        elif isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from values({str(at): one for at, one in enumerate(value)})


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Every Vietnamese text that people see, with the file that it stands in."""
    found = []
    catalogue = "service/translations/en/LC_MESSAGES/messages.po"
    with (ROOT / catalogue).open("rb") as file:
        found += [(catalogue, str(message.id)) for message in read_po(file) if message.id]
    for name in TABLES:
        table = tomllib.loads((ROOT / name).read_text("utf-8"))
        found += [(name, text) for text in values(table)]
    for name in SPEAKING:
        tree = ast.parse((ROOT / name).read_text("utf-8"))
        found += [
            (name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    return tuple((name, text) for name, text in found if VIETNAMESE.search(text))


def banned() -> list[str]:
    return [row[0] for row in rows("Không dùng")]


def as_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)


@pytest.mark.parametrize("word", banned())
def test_no_text_has_a_word_that_officers_do_not_use(word: str) -> None:
    pattern = as_word(word)
    found = [(name, text) for name, text in texts() if pattern.search(PRODUCT.sub("", text))]
    assert found == []


def test_the_texts_are_all_there() -> None:
    """A catalogue that could not be read would hold no banned word either."""
    counts = {name: sum(1 for one, _ in texts() if one == name) for name, _ in texts()}
    assert counts["service/translations/en/LC_MESSAGES/messages.po"] > 900
    assert {name for name in (*TABLES, *SPEAKING) if not counts.get(name)} == set()
    assert sum(counts[name] for name in PROBLEMS) > 200
    assert counts[REMARKS] > 60


def test_the_terms_of_codes_are_those_of_the_glossary_in_both_languages() -> None:
    listed = [
        (kind, code, vi, en)
        for kind, code, vi, en in (
            (*re.fullmatch(r"(\w+) `(\w+)`", code).groups(), vi, en)  # type: ignore[union-attr]
            for code, vi, en in rows("Terms of codes")
        )
    ]
    known = [
        (kind, code, term.vi, term.en)
        for kind, terms in TERMS.items()
        for code, term in terms.items()
    ]
    assert listed == known


# Texts that read like a term of codes and are something else: how a person came into a household,
# a column about a person, and the name of a sheet.
NO_TERMS = {
    ("domain/households/codes.py", "Chuyển đến"),
    ("domain/imports/remarks.py", "Không có khả năng lao động"),
    ("projections/spreadsheets/household_list_template.py", "Thoát cận nghèo"),
}


def test_no_other_catalogue_has_a_term_of_codes_again() -> None:
    terms = {term.vi.casefold() for kind in TERMS.values() for term in kind.values()}
    again = {(name, text) for name, text in texts() if text.casefold() in terms}
    assert again == NO_TERMS


@pytest.mark.parametrize("title", ["The field", "The record"])
def test_every_place_that_the_glossary_names_is_there(title: str) -> None:
    missing = [
        (term, path)
        for term, *_, where in rows(title)
        for path in re.findall(r"`([^`]+)`", where)
        if not list(ROOT.glob(path))
    ]
    assert missing == []


def names() -> Iterator[tuple[str, str]]:
    """Every module and class of the product, and where it is."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if path.suffix != ".py" or name.split("/")[0] not in ROOMS or not path.is_file():
            continue
        for part in (*path.relative_to(ROOT).parts[:-1], path.stem):
            yield part, name
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name, name


def test_no_module_or_class_has_a_word_that_is_not_used() -> None:
    words = {row[0] for row in rows("Words that are not used")}
    found = {
        (name, where)
        for name, where in names()
        if words & {word.lower() for word in WORD.findall(name)}
    }
    assert found == set()


ASKS = re.compile(r"\b(hãy|đề nghị)\b", re.IGNORECASE)

# Remarks after which there is nothing to mend, each with its reason.
NOTHING_TO_MEND = {
    "row_header": "the heading of the list, repeated by a page break",
    "row_numbering": "the numbers of the columns of the official form",
    "row_caption": "a line of text between households",
    "row_total": "a sum, which the program makes itself",
    "row_signature": "the place of the signatures",
    "refused": "its {reason} is the title of a problem, which says the step itself",
}


def test_every_error_says_what_to_do_next() -> None:
    silent = []
    for name in PROBLEMS:
        problems = tomllib.loads((ROOT / name).read_text("utf-8"))
        rows = {**problems.pop("field", {}), **problems}
        silent += [f"{name} {code}" for code, row in rows.items() if not ASKS.search(row["vi"])]
    assert silent == []


def test_every_remark_on_a_row_says_what_to_do_next() -> None:
    remarks = tomllib.loads((ROOT / REMARKS).read_text("utf-8"))
    silent = {code for code, row in remarks.items() if not ASKS.search(row["vi"])}
    assert silent == set(NOTHING_TO_MEND)


def test_a_limit_of_a_field_says_what_to_do_next() -> None:
    said = [
        text
        for name in PROBLEMS
        for row in tomllib.loads((ROOT / name).read_text("utf-8")).get("field", {}).values()
        for text in row.values()
    ]
    assert len(said) > 20
    assert [text for text in said if not ASKS.search(text)] == []
