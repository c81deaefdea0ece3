"""Stores the files of an import sealed under the import's own key.

The file's key and name are one sealed value in the job's row; the file lies in parts beside it,
each sealed with its place, so that no part can be left out or moved. Destroying the import's key
makes all of it unreadable, in every backup as well.
"""

import io
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import NotFound
from domain.eventstore.errors import SealBroken
from domain.eventstore.personal import Keyring, Personal, PersonalValues
from domain.eventstore.postgres import Connection
from domain.eventstore.recorder import Alongside, append
from domain.imports.xlsx.cells import storable

PART = 1024**2
_NONCE = 12


class FileDestroyed(NotFound):
    """The file of this import was destroyed."""

    code = "import_file_destroyed"


def store_file(conn: Connection, keyring: Keyring, import_id: UUID, name: str, file: bytes) -> None:
    """Stores a file in the caller's transaction, beside the row of the import."""
    key = AESGCM.generate_key(256)
    sealer = keyring.sealer(fresh=[import_id])
    sealed = sealer.seal(import_id, {"key": key.hex(), "name": storable(name[:200])})
    append(conn, [], Alongside(keys=sealer.new_keys))
    conn.execute("update office.imports set sealed = %s where id = %s", [sealed.sealed, import_id])
    cipher = AESGCM(key)
    parts = range(0, len(file), PART)
    with conn.cursor().copy("copy office.import_files (import_id, part, sealed) from stdin") as out:
        for part, start in enumerate(parts):
            nonce = os.urandom(_NONCE)
            about = _about(import_id, part, len(parts))
            sealed_part = nonce + cipher.encrypt(nonce, file[start : start + PART], about)
            out.write_row((import_id, part, sealed_part))


def open_file(conn: Connection, keyring: Keyring, import_id: UUID) -> tuple[str, io.BytesIO]:
    """Name and content of a file. Raises FileDestroyed, SealBroken."""
    header = _header(conn, keyring, import_id)
    cipher = AESGCM(bytes.fromhex(header["key"]))
    rows = conn.execute(
        "select part, sealed from office.import_files where import_id = %s order by part",
        [import_id],
    ).fetchall()
    content = io.BytesIO()
    for expected, (part, sealed) in enumerate(rows):
        try:
            about = _about(import_id, expected, len(rows))
            content.write(cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about))
        except InvalidTag:
            raise SealBroken(f"part {part} of the file of import {import_id}") from None
    content.seek(0)
    return header["name"], content


class Names:
    """Seals short texts of one import, and parts of its list, under the key of its file, each for
    its own place."""

    def __init__(self, import_id: UUID, key: bytes) -> None:
        self._import_id = import_id
        self._cipher = AESGCM(key)

    def seal(self, place: int, text: str) -> bytes:
        """The text, readable only at this place, by who can open the file."""
        return self._seal(b"named", place, text.encode())

    def open(self, place: int, sealed: bytes) -> str:
        """The text that was sealed at this place. Raises SealBroken."""
        return self._open(b"named", place, sealed).decode()

    def seal_part(self, start: int, households: bytes) -> bytes:
        """The packed households of a part that begins at this place, readable only there."""
        return self._seal(b"part", start, households)

    def open_part(self, start: int, sealed: bytes) -> bytes:
        """The packed households that were sealed at this place. Raises SealBroken."""
        return self._open(b"part", start, sealed)

    def _seal(self, kind: bytes, place: int, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, self._about(kind, place))

    def _open(self, kind: bytes, place: int, sealed: bytes) -> bytes:
        about = self._about(kind, place)
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except InvalidTag:
            raise SealBroken(f"{kind.decode()} beside an import") from None

    def _about(self, kind: bytes, place: int) -> bytes:
        return kind + self._import_id.bytes + place.to_bytes(8, "big")


def open_names(conn: Connection, keyring: Keyring, import_id: UUID) -> Names:
    """Opens the names beside an import. Raises FileDestroyed."""
    header = _header(conn, keyring, import_id)
    return Names(import_id, bytes.fromhex(header["key"]))


def _header(conn: Connection, keyring: Keyring, import_id: UUID) -> PersonalValues:
    row = conn.execute("select sealed from office.imports where id = %s", [import_id]).fetchone()
    sealed = [Personal(import_id, row[0])] if row and row[0] else []
    header = next(iter(keyring.reveal_each(sealed, conn)), None)
    if header is None:
        raise FileDestroyed(import_id=import_id)
    return header


def destroy_file(conn: Connection, keyring: Keyring, import_id: UUID) -> None:
    """Destroys the key and removes the parts, in the caller's transaction."""
    keyring.destroy(import_id, conn)
    conn.execute("update office.imports set sealed = null where id = %s", [import_id])
    conn.execute("delete from office.import_files where import_id = %s", [import_id])
    conn.execute("delete from office.import_parts where import_id = %s", [import_id])


def _about(import_id: UUID, part: int, parts: int) -> bytes:
    return import_id.bytes + part.to_bytes(4, "big") + parts.to_bytes(4, "big")
