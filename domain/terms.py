"""The legal terms of codes in Vietnamese and English, from `terms.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple


class Term(NamedTuple):
    """A legal term as it stands within a sentence."""

    vi: str
    en: str


TERMS: Mapping[str, Mapping[str, Term]] = {
    kind: {code: Term(**row) for code, row in rows.items()}
    for kind, rows in tomllib.loads(
        files("domain").joinpath("terms.toml").read_text("utf-8")
    ).items()
}
"""By kind (class, movement, exit, flag, area_type, listing) and code."""


def term(kind: str, code: str, language: str = "vi") -> str:
    """The term of a code within a sentence; the code itself where the kind has no such code."""
    known = TERMS[kind].get(code)
    if known is None:
        return code
    return known.en if language == "en" else known.vi


def label(kind: str, code: str, language: str = "vi") -> str:
    """The term of a code with a capital letter, as a label or a value of a table has it."""
    text = term(kind, code, language)
    return text[:1].upper() + text[1:]


def labels(kind: str) -> dict[str, str]:
    """The Vietnamese labels of all codes of a kind, in their order."""
    return {code: label(kind, code) for code in TERMS[kind]}
