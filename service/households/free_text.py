"""Names of persons in free text, which no erasing reaches: warned of before it is recorded, listed
when a person is erased.

Notes, reasons, villages, steps of a plan are stored as they were typed. A text names a member where
it holds the whole name, two words at least, with or without diacritics.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from projections.duplicates import pairs
from projections.engine import ledger
from projections.reviews import rounds
from projections.vietnamese import fold_diacritics, words
from service.access.authorization import RequestContext
from service.households.file_view import HouseholdView

FREE = frozenset(
    {
        "address", "goal", "legal_basis", "note", "override_reason", "place", "reason",
        "responsible", "steps", "village",
    }
)  # fmt: skip
NOTE = "names_a_member"


class TextBeside(NamedTuple):
    """A text of a pair or of a review round: `kind` is "duplicates" or "rounds"."""

    kind: str
    id: UUID
    version: int
    field: str


def fields_naming_members(context: RequestContext, reading: HouseholdView) -> list[str]:
    """The fields of the body ("note", "steps/0") that hold the name of a member of the household
    asked about, or of one that the body brings."""
    texts = [(path, text) for path, text in _texts(context.body or {}) if not _is_code(text)]
    if not texts:
        return []
    names = set(_names_in(context.body))
    household = reading.household()
    if household is not None:
        people = (*household["members"], *household["former_members"])
        names |= {one["name"] for one in people if not one["forgotten"]}
    found = _folded(names)
    return [path for path, text in texts if _holds(text, found)]


def events_naming(conn: Connection[Any], household_id: UUID, name: str) -> list[tuple[int, str]]:
    """The texts of a household's history that hold this name: (version, field), in order."""
    wanted = _folded([name])
    found = []
    for row in ledger.history(conn, household_id):
        if row.event is not None:
            holding = {path for path, text in _texts(vars(row.event)) if _holds(text, wanted)}
            found += [(row.version, path) for path in sorted(holding)]
    return found


def events_beside_naming(conn: Connection[Any], household_id: UUID, name: str) -> list[TextBeside]:
    """The texts of pairs and rounds of a household that hold this name, in order."""
    beside = [
        *(("duplicates", one) for one in pairs.pairs_of(conn, household_id)),
        *(("rounds", one) for one in rounds.rounds_of(conn, household_id)),
    ]
    return [
        TextBeside(kind, id_, version, path)
        for kind, id_ in beside
        for version, path in events_naming(conn, id_, name)
    ]


def _texts(value: Any, path: str = "", free: bool = False) -> Iterator[tuple[str, str]]:
    """(path, text) of every free text below a value; changes count by the attribute they name."""
    if isinstance(value, str):
        if free and value.strip():
            yield path, value
    elif isinstance(value, dict):
        for name, below in value.items():
            yield from _texts(below, _joined(path, str(name)), free or name in FREE)
    elif isinstance(value, list | tuple):
        for at, below in enumerate(value):
            yield from _texts(below, _joined(path, str(at)), free)
    elif getattr(value, "attribute", None) in FREE:
        yield from _texts([value.before, value.after], value.attribute, free=True)
    elif is_dataclass(value) and not isinstance(value, type):
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        yield from _texts(held, path, free)


def _names_in(value: Any) -> Iterator[str]:
    """The names of the members that a body brings."""
    if isinstance(value, dict):
        if isinstance(value.get("name"), str):
            yield value["name"]
        for below in value.values():
            yield from _names_in(below)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from _names_in(below)
    elif isinstance(name := getattr(value, "name", None), str):
        yield name


def _folded(names: Iterable[str]) -> list[str]:
    """The names as they are looked for: folded words between blanks; none of a single word."""
    split = (words(fold_diacritics(name)) for name in names)
    return [f" {' '.join(one)} " for one in split if len(one) > 1]


def _holds(text: str, names: list[str]) -> bool:
    line = f" {' '.join(words(fold_diacritics(text)))} "
    return any(name in line for name in names)


def _is_code(text: str) -> bool:
    """Whether a text is spelt as codes are: some reasons are chosen from a list ("moved_away")."""
    return text.isascii() and text.isidentifier() and text.islower()


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
