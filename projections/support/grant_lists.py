"""Queries uploaded lists of recipients: the sealed file, and what was found of each row.

The file and its name are sealed under the list's own key; the rows hold ids, amounts and codes, and
nothing of the cells.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from domain.errors import NotFound
from domain.eventstore.errors import SealBroken
from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection, SqlRow
from projections.imports.erasure import file_holds

NONCE = 12
"""Bytes in front of a sealed file."""


class GrantListUnknown(NotFound):
    """There is no such list of recipients."""

    code = "grant_list_unknown"


class GrantListFileDestroyed(NotFound):
    """The file of this list was destroyed."""

    code = "grant_list_file_destroyed"


class ListedRow(Struct, frozen=True, array_like=True):
    """A row of the file: whom it is, the amount or the quantity, and the code of its refusal, ""
    where it fits."""

    row: int
    household_id: UUID | None = None
    person_id: UUID | None = None
    amount: int | None = None
    quantity: int | None = None
    code: str = ""
    field: str = ""


class GrantList(Struct, frozen=True):
    """A list as it was asked for, and how far it has come. `refusal` is that of the whole file;
    with a `unit` its rows state goods."""

    id: UUID
    area: str
    programme: str
    benefit: str
    period: date
    line_id: UUID
    amount: int | None
    unit: str
    effective_on: date
    account: str
    requested_at: datetime
    status: str
    refusal: str
    fitting: int
    refused: int
    batch_id: UUID | None
    has_file: bool


_COLUMNS = (
    "id, area, programme, benefit, period, line_id, amount, unit, effective_on, account,"
    " requested_at, status, refusal, fitting, refused, batch_id, file is not null"
)
_decode = msgspec.json.Decoder(list[ListedRow]).decode


def get(conn: Connection, list_id: UUID) -> GrantList:
    """One list. Raises GrantListUnknown."""
    row = conn.execute(
        f"select {_COLUMNS} from office.grant_lists where id = %s", [list_id]
    ).fetchone()
    if row is None:
        raise GrantListUnknown(list_id=list_id)
    return _made(row)


def of_areas(conn: Connection, areas: Sequence[str] | None, limit: int = 50) -> list[GrantList]:
    """The latest lists of these units (None: the country), newest first."""
    rows = conn.execute(
        f"select {_COLUMNS} from office.grant_lists"
        " where %(areas)s::text[] is null or area = any(%(areas)s)"
        " order by requested_at desc, id limit %(limit)s",
        {"areas": None if areas is None else list(areas), "limit": limit},
    ).fetchall()
    return [_made(row) for row in rows]


def rows(conn: Connection, list_id: UUID, *, which: str = "all") -> list[ListedRow]:
    """The findings of each row, in the order of the file: of all, of those "fitting", or of those
    "refused"."""
    row = conn.execute(
        "select rows::text from office.grant_lists where id = %s", [list_id]
    ).fetchone()
    found = _decode(row[0]) if row else []
    return [one for one in found if which == "all" or bool(one.code) == (which == "refused")]


def unfinished(conn: Connection) -> list[UUID]:
    """The lists that are not checked yet; a sweep offers them again."""
    found = conn.execute(
        "select id from office.grant_lists where status = 'waiting' order by id"
    ).fetchall()
    return [id_ for (id_,) in found]


def open_file(conn: Connection, keyring: Keyring, list_id: UUID) -> io.BytesIO:
    """The file of a list. Raises GrantListFileDestroyed, SealBroken."""
    row = conn.execute(
        "select sealed_key, file from office.grant_lists where id = %s", [list_id]
    ).fetchone()
    if row is None or row[0] is None:
        raise GrantListFileDestroyed(list_id=list_id)
    values = keyring.reveal_many([Personal(list_id, row[0])], conn)[list_id, row[0]]
    if values is None:
        raise GrantListFileDestroyed(list_id=list_id)
    sealed = bytes(row[1])
    try:
        plain = AESGCM(bytes.fromhex(values["key"])).decrypt(
            sealed[:NONCE], sealed[NONCE:], list_id.bytes
        )
    except InvalidTag:
        raise SealBroken(f"file of grant list {list_id}") from None
    return io.BytesIO(plain)


def lists_holding(
    conn: Connection, keyring: Keyring, name: str, numbers: Iterable[str]
) -> list[UUID]:
    """The lists whose kept file holds this name or one of these identity numbers."""
    kept = conn.execute(
        "select id from office.grant_lists where sealed_key is not null order by requested_at, id"
    ).fetchall()
    wanted = list(numbers)
    return [id_ for (id_,) in kept if file_holds(open_file(conn, keyring, id_), name, wanted)]


def _made(row: SqlRow) -> GrantList:
    return GrantList(*row)
