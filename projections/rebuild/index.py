"""Indexes tables that were loaded without indexes, in no long transaction.

A plain `create index` writes the catalogue first and then works for as long as the table is big,
and its open transaction would hold the ledger back all the while. `concurrently` does the work in
between its transactions. What a killed worker leaves half made is dropped and made again.
"""

from psycopg import sql

from domain.eventstore.postgres import Connection
from projections.engine.read_model import ReadModel
from projections.engine.tables import Table


def index_tables(conn: Connection, schema: str, model: ReadModel) -> None:
    """Adds primary keys and indexes, then statistics. `conn` is in autocommit mode."""
    for table in model.tables:
        place = sql.SQL("{}.{}").format(sql.Identifier(schema), sql.Identifier(table.name))
        if not table.key_first and not _has_key(conn, schema, table):
            name = f"{table.name}_pkey"
            columns = sql.SQL(", ").join(map(sql.Identifier, table.key))
            _make(
                conn,
                schema,
                name,
                sql.SQL("create unique index concurrently {} on {} ({})").format(
                    sql.Identifier(name), place, columns
                ),
            )
            conn.execute(
                sql.SQL("alter table {} add primary key using index {}").format(
                    place, sql.Identifier(name)
                )
            )
        for index in table.indexes:
            text = index.replace("{table}_", f"{table.name}_").replace(
                "{table}", f"{schema}.{table.name}"
            )
            name = text.split(" on ")[0].removeprefix("create index ")
            text = text.replace("create index ", "create index concurrently ")
            _make(conn, schema, name, text.encode())
        conn.execute(sql.SQL("analyze {}").format(place))


def _make(conn: Connection, schema: str, name: str, statement: sql.Composed | bytes) -> None:
    """Makes the index unless there is a whole one; half of one is dropped first."""
    row = conn.execute(
        "select i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where c.relname = %s and c.relnamespace = %s::regnamespace",
        [name, schema],
    ).fetchone()
    if row is not None and row[0]:
        return
    if row is not None:
        conn.execute(
            sql.SQL("drop index {}.{}").format(sql.Identifier(schema), sql.Identifier(name))
        )
    conn.execute(statement)


def _has_key(conn: Connection, schema: str, table: Table) -> bool:
    row = conn.execute(
        "select exists (select from pg_index where indisprimary and indrelid = %s::regclass)",
        [f"{schema}.{table.name}"],
    ).fetchone()
    return bool(row and row[0])
