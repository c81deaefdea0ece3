"""Writes the few rows of a small batch: those of all tables by one statement.

A command changes a row or two in each of several tables. There a statement for each costs more than
its rows.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

from psycopg import sql

from domain.eventstore.postgres import Connection
from projections.engine.bulk_copy import (
    adding,
    column_arrays,
    cursor_for_rows,
    delete_nothing,
)
from projections.engine.tables import Changes, Table, TableRow

MOST_ROWS = 60  # of all tables; more are copied

_Part = tuple[sql.Composed, list[object]]
_COMMA = sql.SQL(", ")


def is_small(changes: Iterable[Changes]) -> bool:
    """Whether these changes are few enough to be written by one statement, in which sums come as
    arrays, whatever their number."""
    return sum(one.rows for one in changes) <= MOST_ROWS


def write_few(conn: Connection, written: Sequence[tuple[Sequence[Table], Changes]]) -> None:
    """Writes the changes of several read models. Errors as in `replace_rows`.

    A row that comes in the place of one with its key replaces it; one whose numbers come to
    nothing is deleted by a statement of its own.
    """
    parts: list[_Part] = []
    summed: list[tuple[Table, Sequence[TableRow]]] = []
    for tables, changes in written:
        for table in tables:
            parts += _parts(table, changes)
            if rows := changes.sums.get(table.name):
                summed.append((table, rows))
    if not parts and not summed:
        return
    parts += [(adding(table), column_arrays(table, table.columns, rows)) for table, rows in summed]
    named = [
        sql.SQL("{} as ({})").format(sql.Identifier(f"part_{number}"), part)
        for number, (part, _) in enumerate(parts)
    ]
    nothing = [
        sql.SQL("(select bool_or(nothing) from {})").format(sql.Identifier(f"part_{number}"))
        for number in range(len(parts) - len(summed), len(parts))
    ]
    found = cursor_for_rows(conn).execute(
        sql.SQL("with {} select {}").format(_COMMA.join(named), _COMMA.join(nothing)),
        [value for _, values in parts for value in values],
    )
    gone = found.fetchone() if summed else None
    for (table, rows), is_nothing in zip(summed, gone or (), strict=True):
        if is_nothing:
            delete_nothing(conn, table, rows)


def _parts(table: Table, changes: Changes) -> list[_Part]:
    deletes = set(changes.deletes.get(table.name, ()))
    rows = changes.inserts.get(table.name, ())
    if not deletes:
        return [_insert(table, rows)] if rows else []
    places = [list(table.columns).index(name) for name in table.key]
    keyed = {tuple([row[place] for place in places]): row for row in rows}
    replaced = [row for key, row in keyed.items() if key in deletes]
    others = [row for key, row in keyed.items() if key not in deletes]
    parts = []
    if len(keyed) != len(rows):
        others = [row for row in rows if row not in replaced]  # which fails, as it should
    if gone := [key for key in deletes if key not in keyed]:
        parts.append(_delete(table, gone))
    if replaced:
        insert, values = _insert(table, replaced)
        parts.append((insert + _replacing(table), values))
    if others:
        parts.append(_insert(table, others))
    return parts


def _insert(table: Table, rows: Collection[TableRow]) -> _Part:
    insert = sql.SQL("insert into {} ({}) values {}").format(
        sql.Identifier(table.name),
        _COMMA.join(map(sql.Identifier, table.columns)),
        _values(table.types, len(rows)),
    )
    return insert, [value for row in rows for value in row]


def _replacing(table: Table) -> sql.Composed:
    others = [sql.Identifier(name) for name in table.columns if name not in table.key]
    return sql.SQL(" on conflict ({}) do update set {}").format(
        _COMMA.join(map(sql.Identifier, table.key)),
        _COMMA.join(sql.SQL("{0} = excluded.{0}").format(name) for name in others),
    )


def _delete(table: Table, keys: Collection[TableRow]) -> _Part:
    types = dict(zip(table.columns, table.types, strict=True))
    delete = sql.SQL("delete from {} where ({}) in (values {})").format(
        sql.Identifier(table.name),
        _COMMA.join(map(sql.Identifier, table.key)),
        _values([types[name] for name in table.key], len(keys)),
    )
    return delete, [value for key in keys for value in key]


def _values(types: Sequence[str], count: int) -> sql.Composed:
    row = sql.SQL("({})").format(
        _COMMA.join(sql.SQL("%b::{}").format(sql.SQL(cast("Any", type_))) for type_ in types)
    )
    return _COMMA.join([row] * count)
