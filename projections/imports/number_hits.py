"""Writes the read log for people of other places whom the numbers of a list led to."""

from uuid import UUID

from psycopg.types.json import Jsonb

from domain.eventstore.postgres import Connection
from domain.imports.number_hits import Elsewhere


def note_hits(conn: Connection, import_id: UUID, elsewhere: Elsewhere) -> None:
    """Notes each household once for this list and account, where it lives.

    A trial leaves the same lines: it tells the same.
    """
    actor = elsewhere.actor
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into office.read_log (read_at, account, role, role_area, household_id, area,"
            " what, request_id, filter) select %(now)s, %(account)s, %(role)s, %(role_area)s,"
            " %(household)s, %(area)s, 'identity', '', %(filter)s where not exists (select"
            " from office.read_log where account = %(account)s and what = 'identity'"
            " and household_id = %(household)s and filter = %(filter)s)",
            [
                {
                    "now": elsewhere.now,
                    "account": actor.account,
                    "role": actor.role,
                    "role_area": actor.area,
                    "household": household,
                    "area": area,
                    "filter": Jsonb({"import": str(import_id)}),
                }
                for household, area in elsewhere.hits.items()
            ],
        )
