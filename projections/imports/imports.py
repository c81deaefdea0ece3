"""Queries imports of official lists: how far one is, and the remarks on its rows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypedDict
from uuid import UUID

from psycopg.rows import class_row

from domain.errors import NotFound
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from domain.imports.remarks import FIELD_NAMES, KINDS, Remark, row_key
from domain.jobs.table import JobTable
from projections.imports.sealed_files import open_names

MOST_REMARKS = 1_000
OUTCOMES = ("recorded", "reclassified", "already", "possible", "repeated", "refused")
"""What can come of a household of a list, in the order in which it is told."""
KEPT_DAYS = 30
"""The file and the remarks on its rows are destroyed so many days after the import is finished."""

IMPORTS = JobTable[UUID](
    "import",
    "office.imports",
    finished="status in ('done', 'refused')",
    left_over="exists (select from office.import_matches m where m.import_id = imports.id"
    " and m.verdict is not null and m.outcome is null)",
    began="status = case when status in ('recording', 'listing') then status else 'checking' end",
    most_attempts=5,
)
unfinished = IMPORTS.unfinished

_SHOWN = """
select id, area, effective_on, sheet, dry_run, status, refusal, error, columns, lists,
       row_counts, rows, households, to_record, done, recorded, persons, reclassified, already,
       refused, possible, repeated, account as requested_by, requested_at, started_at, finished_at,
       sealed is not null as kept,
       case when status in ('done', 'refused') then 1.0 when status = 'listing' then 0.99
            when status = 'recording' and to_record > 0
            then least(0.98, 0.4 + 0.6 * done::float8 / to_record)
            when status = 'recording' then 0.4
            when status = 'checking' then 0.1 + 0.3 * rows::float8 / (rows + 20000)
            else 0.0 end as progress
  from office.imports
"""


class ImportUnknown(NotFound):
    """There is no such import."""

    code = "import_unknown"


class ImportExpired(NotFound):
    """The file of this import was destroyed, as is every imported file after some time."""

    code = "import_expired"


class StoredRefusal(TypedDict):
    """The refusal of a whole file, or of an import that was given up."""

    code: str
    message: str
    values: dict[str, object]


class ReadColumns(TypedDict):
    """The columns of a list: letters by field, and headings by letter of those not read."""

    read: dict[str, str]
    ignored: dict[str, str]


class ReadList(TypedDict):
    """A sheet that was read as a list: its name, purpose, and codes of classes."""

    sheet: str
    purpose: str
    classes: list[str]


class Import(NamedTuple):
    """An import with its progress. All counts but `rows` and `persons` are households.

    `status` is "waiting", "checking" (the whole file), "recording", "listing" (recorded; the lists
    do not show all of it yet), "done" or "refused" (the file as a whole, or given up: `refusal`
    has code, message and values). With `dry_run` nothing was recorded, and the counts say what
    would be. `possible` are households that wait for a person to say who they are. `columns` says
    which columns of the first list were read and which ignored, `lists`
    which sheets were read as what. `row_counts` are the rows by outcome, and those "left_out" as
    they belong to no household: together all `rows`. `kept` is false once the file was destroyed.
    `progress` runs from 0.0 to 1.0.
    """

    id: UUID
    area: str
    effective_on: date | None
    sheet: str
    dry_run: bool
    status: Literal["waiting", "checking", "recording", "listing", "done", "refused"]
    refusal: StoredRefusal | None
    error: str
    columns: ReadColumns | None
    lists: list[ReadList]
    row_counts: dict[str, int]
    rows: int
    households: int
    to_record: int
    done: int
    recorded: int
    persons: int
    reclassified: int
    already: int
    refused: int
    possible: int
    repeated: int
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    kept: bool
    progress: float


class Household(NamedTuple):
    """A household of the list and its outcome: a code of OUTCOMES.

    Its rows run from `first_row` to `last_row` of the list `sheet`, counted from 0; `rows` counts
    them. `household_id` is the household on record, None where there is none.
    """

    sheet: int
    first_row: int
    last_row: int
    rows: int
    outcome: str
    household_id: UUID | None
    number: str
    head: str

    def __repr__(self) -> str:
        return f"Household(first_row={self.first_row}, outcome={self.outcome!r})"


class StoredRemark(NamedTuple):
    """One remark on one row; `kind` is refused, possible, duplicate, differs, note or left_out.

    `sheet` counts the lists of the file from 0. `number` and `head` name the household the row
    belongs to, as the list has them; "" where there is none, or the file was destroyed.
    """

    row: int
    kind: str
    code: str
    field: str
    details: dict[str, Any]
    sheet: int
    number: str
    head: str

    def __repr__(self) -> str:
        return f"StoredRemark(row={self.row}, code={self.code!r})"

    def sentence(self, language: str = "vi") -> str:
        """The remark in words."""
        at = row_key(self.sheet, self.row)
        return Remark(at, self.code, self.field, self.details).sentence(language)

    @property
    def column(self) -> str:
        """The column's usual heading, "" where the remark is about the whole row."""
        return FIELD_NAMES.get(self.field, "")

    @property
    def kind_name(self) -> str:
        """The kind in Vietnamese."""
        return KINDS[self.kind]


def get(conn: Connection, import_id: UUID) -> Import:
    """The import as it stands. Raises ImportUnknown."""
    found = _imports(conn, "where id = %s", [import_id])
    if not found:
        raise ImportUnknown(import_id=import_id)
    return found[0]


def of_areas(
    conn: Connection,
    areas: Sequence[str] | None,
    limit: int = 50,
    after: tuple[str, str] | None = None,
) -> list[Import]:
    """The latest imports that were asked for these areas (None: for any), newest first.

    `after` is the moment and the id of the last one of the page before.
    """
    moment, last = after or (None, None)
    wanted = None if areas is None else list(areas)
    return _imports(
        conn,
        "where (%s::text[] is null or area = any(%s))"
        " and (%s::timestamptz is null or (requested_at, id) < (%s::timestamptz, %s::uuid))"
        " order by requested_at desc, id desc limit %s",
        [wanted, wanted, moment, moment, last, limit],
    )


def remarks(
    conn: Connection,
    keyring: Keyring,
    import_id: UUID,
    *,
    kind: str | None = None,
    skip: int = 0,
    limit: int = 100,
) -> list[StoredRemark]:
    """The remarks on single rows, by row, from `skip` on; at most MOST_REMARKS."""
    only = "and r.kind = %s" if kind else ""
    rows = conn.execute(
        "select r.row_number, r.kind, r.code, r.field, r.details, r.sheet, o.first_row, o.named"
        " from office.import_rows r left join lateral (select first_row, named"
        " from office.import_outcomes h where h.import_id = r.import_id and h.sheet = r.sheet"
        " and h.first_row <= r.row_number and h.last_row >= r.row_number"
        " order by h.first_row desc limit 1) o on true"
        f" where r.import_id = %s {only} order by r.sheet, r.row_number, r.code, r.field"
        " offset %s limit %s",
        [import_id, *([kind] if kind else []), skip, min(limit, MOST_REMARKS)],
    ).fetchall()
    named = _named(conn, keyring, import_id, [(row[5], row[6], row[7]) for row in rows])
    return [StoredRemark._make((*row[:6], *name)) for row, name in zip(rows, named, strict=True)]


def outcomes(
    conn: Connection,
    keyring: Keyring,
    import_id: UUID,
    *,
    outcome: str | None = None,
    skip: int = 0,
    limit: int = 100,
) -> list[Household]:
    """The outcomes of the households of the list, by row, from `skip` on; at most MOST_REMARKS."""
    only = "and outcome = %s" if outcome else ""
    rows = conn.execute(
        "select sheet, first_row, last_row, rows, outcome, household_id, named"
        f" from office.import_outcomes where import_id = %s {only}"
        " order by sheet, first_row offset %s limit %s",
        [import_id, *([outcome] if outcome else []), skip, min(limit, MOST_REMARKS)],
    ).fetchall()
    named = _named(conn, keyring, import_id, [(row[0], row[1], row[6]) for row in rows])
    return [Household._make((*row[:6], *name)) for row, name in zip(rows, named, strict=True)]


def outcome_counts(conn: Connection, import_id: UUID) -> dict[str, int]:
    """The number of households of each outcome; empty once the file was destroyed."""
    rows = conn.execute(
        "select outcome, count(*) from office.import_outcomes where import_id = %s"
        " group by outcome",
        [import_id],
    ).fetchall()
    return {outcome: count for outcome in OUTCOMES for found, count in rows if found == outcome}


def _named(
    conn: Connection,
    keyring: Keyring,
    import_id: UUID,
    places: Sequence[tuple[int, int | None, bytes | None]],
) -> list[tuple[str, str]]:
    """Number and head of the households at these places: sheet, first row, what is sealed."""
    if not any(sealed for _, _, sealed in places):
        return [("", "")] * len(places)
    names = open_names(conn, keyring, import_id)
    found = []
    for sheet, first, sealed in places:
        text = names.open(row_key(sheet, first), sealed) if first and sealed else "\n"
        number, _, head = text.partition("\n")
        found.append((number, head))
    return found


def remark_counts(conn: Connection, import_id: UUID) -> dict[str, int]:
    """The number of rows of each kind."""
    rows = conn.execute(
        "select kind, count(distinct row_number) from office.import_rows"
        " where import_id = %s group by kind",
        [import_id],
    ).fetchall()
    return dict.fromkeys(KINDS, 0) | dict(rows)


def _imports(conn: Connection, rest: str, parameters: list[object]) -> list[Import]:
    with conn.cursor(row_factory=class_row(Import)) as cursor:
        return cursor.execute(_SHOWN + rest, parameters).fetchall()
