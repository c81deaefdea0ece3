"""Attachments of form B: a photo, or the place of the visit, sealed and named by its content.

The content is sealed under a random key, which is sealed under the household's key: erasing the
last person of a household makes its attachments unreadable, in every backup as well. A place is
named by its content with a random number in it, as coordinates could be guessed from their digest.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.eventstore.errors import SealBroken
from domain.eventstore.personal import Keyring, Personal, Sealer
from domain.eventstore.postgres import Connection
from domain.households.surveys import SurveyInput
from projections.households.survey_sweep_job import PLACE_PREFIX, digests_named
from service.households.photo import MOST_BYTES, stripped
from service.households.survey_drafts import sealed_for
from service.problems import RequestError

PLACE = "place"
PREFIX = PLACE_PREFIX
MOST_A_DAY = 300
_NONCE = 12
_DIGEST = re.compile(r"[0-9a-f]{64}")


class TooManyAttachments(RequestError):
    """An account uploads at most 300 attachments in a day."""

    code = "too_many_attachments"


class Readable(Protocol):
    """A file that was uploaded."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes of it, or all."""


def content_of(file: Readable | None) -> bytes:
    """The content of an uploaded photo; of one that is too large no more than says so."""
    return file.read(MOST_BYTES + 1) if file is not None else b""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment, opened: its type, "place" or that of an image, and its content."""

    kind: str
    content: bytes


def keep_photo(
    conn: Connection, sealer: Sealer, household_id: UUID, account: str, content: bytes,
    now: datetime,
) -> str:  # fmt: skip
    """Keeps a photo without what its camera wrote; its digest. Raises PhotoRefused."""
    kind, picture = stripped(content)
    return _keep(conn, sealer, household_id, account, kind, picture, now)


def keep_place(
    conn: Connection, sealer: Sealer, household_id: UUID, account: str, latitude: Decimal | float,
    longitude: Decimal | float, accuracy: int | None, now: datetime,
) -> str:  # fmt: skip
    """Keeps the coordinates of a visit, to five places; their digest."""
    content = {
        "latitude": f"{latitude:.5f}",
        "longitude": f"{longitude:.5f}",
        "accuracy_m": accuracy,
        "random": secrets.token_hex(16),
    }
    plain = msgspec.json.encode(content, order="sorted")
    return _keep(conn, sealer, household_id, account, PLACE, plain, now)


def open_attachment(
    conn: Connection, keyring: Keyring, household_id: UUID, digest: str
) -> Attachment | None:
    """An attachment of a household; None where there is none, or its key was destroyed.

    Raises SealBroken where the content is not the one that the digest names.
    """
    row = conn.execute(
        "select kind, sealed_key, sealed from office.attachments"
        " where household_id = %s and digest = %s",
        (household_id, bytes.fromhex(digest)),
    ).fetchone()
    if row is None:
        return None
    values = keyring.reveal_many([Personal(household_id, row[1])], conn)[household_id, row[1]]
    if values is None:
        return None
    cipher, sealed = AESGCM(bytes.fromhex(values["key"])), bytes(row[2])
    try:
        content = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _about(household_id, digest))
    except InvalidTag:
        raise SealBroken(f"attachment {digest}") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise SealBroken(f"attachment {digest}")
    return Attachment(row[0], content)


def kept(conn: Connection, household_id: UUID, digests: Iterable[str]) -> set[str]:
    """Those of these digests that name an attachment of the household."""
    named = [bytes.fromhex(one) for one in digests if _DIGEST.fullmatch(one)]
    rows = conn.execute(
        "select digest from office.attachments where household_id = %s and digest = any(%s)",
        (household_id, named),
    )
    return {bytes(digest).hex() for (digest,) in rows}


def hold(conn: Connection, household_id: UUID, digests: Iterable[str]) -> set[str]:
    """Keeps attachments that a record is about to name from every sweep; those that are there.

    A record that is refused afterwards leaves them kept: more is kept then, and nothing is lost.
    """
    named = [bytes.fromhex(one) for one in digests if _DIGEST.fullmatch(one)]
    rows = conn.execute(
        "update office.attachments set recorded = true"
        " where household_id = %s and digest = any(%s) returning digest",
        (household_id, named),
    ).fetchall()
    return {bytes(digest).hex() for (digest,) in rows}


def note_named(conn: Connection, household_id: UUID, survey: SurveyInput, now: datetime) -> None:
    """Notes that a survey which names attachments was sent: no sweep removes them meanwhile."""
    named = digests_named(survey.attachments, survey.place)
    digests = [bytes.fromhex(one) for one in named if _DIGEST.fullmatch(one)]
    if digests:
        conn.execute(
            "update office.attachments set named_at = %s"
            " where household_id = %s and digest = any(%s)",
            (now, household_id, digests),
        )


def _keep(
    conn: Connection, sealer: Sealer, household_id: UUID, account: str, kind: str,
    content: bytes, now: datetime,
) -> str:  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    row = conn.execute(
        "select count(*) from office.attachments"
        " where account = %s and uploaded_at > %s::timestamptz - interval '1 day'",
        (account, now),
    ).fetchone()
    if row is not None and row[0] >= MOST_A_DAY:
        raise TooManyAttachments(at_most=MOST_A_DAY)
    key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, _about(household_id, digest))
    sealed_key = sealed_for(conn, sealer, household_id, {"key": key.hex()})
    conn.execute(
        "insert into office.attachments (household_id, digest, kind, bytes, sealed_key, sealed,"
        " account, uploaded_at) values (%s, %s, %s, %s, %s, %s, %s, %s)"
        # The same again is kept as long as if it had come for the first time.
        " on conflict (household_id, digest) do update set named_at = excluded.uploaded_at",
        (household_id, bytes.fromhex(digest), kind, len(content), sealed_key, sealed, account, now),
    )
    return digest


def _about(household_id: UUID, digest: str) -> bytes:
    return household_id.bytes + bytes.fromhex(digest)
