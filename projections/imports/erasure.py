"""Erases a person from what is kept beside the ledger: files of imports and error sheets."""

from collections.abc import Iterable
from typing import BinaryIO
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from domain.imports.errors import FileRefused
from domain.imports.xlsx.sheet import read_rows
from domain.imports.xlsx.workbook import open_workbook
from projections.imports.sealed_files import FileDestroyed, destroy_file, open_file
from projections.vietnamese import fold_diacritics, words


def imports_holding(
    conn: Connection, keyring: Keyring, name: str, numbers: Iterable[str]
) -> tuple[list[UUID], list[UUID]]:
    """The imports whose kept file holds this name or one of these identity numbers: those that are
    finished, and those still at work, whose file is needed."""
    rows = conn.execute(
        "select id, status in ('done', 'refused') from office.imports where sealed is not null"
        " order by requested_at, id"
    ).fetchall()
    holding = [row for row in rows if _holds(conn, keyring, row[0], name, list(numbers))]
    return [one for one, done in holding if done], [one for one, done in holding if not done]


def destroy_imports(conn: Connection, keyring: Keyring, imports: Iterable[UUID]) -> None:
    """Destroys the key, the file and the remarks of these imports; who imported what stays."""
    for import_id in imports:
        with conn.transaction():
            destroy_file(conn, keyring, import_id)
            conn.execute("delete from office.import_rows where import_id = %s", [import_id])


def _holds(
    conn: Connection, keyring: Keyring, import_id: UUID, name: str, numbers: list[str]
) -> bool:
    try:
        _, file = open_file(conn, keyring, import_id)
    except FileDestroyed:
        return False
    return file_holds(file, name, numbers)


def file_holds(file: BinaryIO, name: str, numbers: list[str]) -> bool:
    """Whether a file holds this name or one of these identity numbers."""
    wanted = f" {' '.join(words(fold_diacritics(name)))} "
    # A number may stand as a figure, without the zeros in front.
    digits = {number.lstrip("0") for number in numbers if number}

    def is_it(text: str) -> bool:
        plain = text.replace(" ", "").replace(".", "")
        named = bool(wanted.strip()) and wanted in f" {' '.join(words(fold_diacritics(text)))} "
        return named or any(one in plain for one in digits)

    try:
        workbook = open_workbook(file)
        return any(
            is_it(cell if isinstance(cell, str) else f"{cell:.0f}")
            for sheet in workbook.sheets
            for row in read_rows(workbook, sheet)
            for cell in row.cells.values()
            if isinstance(cell, str | int | float)
        )
    except FileRefused:
        # No list: looked through as text.
        file.seek(0)
        return is_it(file.read().decode("utf-8", "replace"))
