"""Seals personal data under a key of each subject's own; without that key it is unreadable.

A value is sealed at the command, before any event exists: no plaintext is ever inside an event,
a log or an exception. Erasing a person destroys their data key; events, proofs and totals stay.

What is sealed: JSON, padded with spaces to a multiple of 32 bytes (a short name does not show),
AES-256-GCM with a random nonce of 12 bytes in front, the subject's id as associated data. The
data key is 32 random bytes, wrapped in the same way by the master key.
"""

import hmac
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.eventstore.errors import SealBroken, SubjectForgotten
from domain.eventstore.postgres import Connection, Pool, autocommitting, uuid_array

_NONCE = 12
_PAD = 32
_KEY_LABEL = b"socai subject key 1"

PersonalValues: TypeAlias = dict[str, str]
"""What a `Personal` seals, by name ("name", "birth_date", "address"). Days are ISO texts; what is
unknown is left out."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data of one subject (a person, or a household for its address), sealed.

    `sealed` is nonce + AES-256-GCM ciphertext under the subject's own key. Reading needs the
    keyring; once the key is destroyed it can never be read again, and nothing else changes.
    """

    subject: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The new data key of a subject, wrapped by the master key."""

    subject: UUID
    wrapped: bytes = field(repr=False)


Revealed: TypeAlias = dict[tuple[UUID, bytes], PersonalValues | None]
"""The values of sealed data by (subject, sealed); None for a subject that was forgotten."""

_decode = msgspec.json.Decoder().decode


def _seal(cipher: AESGCM, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, about)


def _open(cipher: AESGCM, sealed: bytes, about: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)


def _value(cipher: AESGCM, subject: UUID, sealed: bytes) -> PersonalValues:
    try:
        plain = _open(cipher, sealed, subject.bytes)
    except (InvalidTag, ValueError):
        raise SealBroken(f"personal data of {subject} does not open") from None
    value: PersonalValues = _decode(plain)
    return value


class Keyring:
    """The keys of all subjects, under the operator's master key and index key (32 bytes each).

    No unwrapped key outlives the call that needed it: every `reveal` and `reveal_many` asks the
    store which keys still exist, so that a key destroyed by any process is gone for all at once.
    Unwrapping costs less than asking, so nothing is cached.
    """

    __slots__ = ("_index", "_master", "_pool")

    def __init__(self, pool: Pool, master_key: bytes, index_key: bytes) -> None:
        if len(master_key) != 32 or len(index_key) != 32:
            raise ValueError("the master key and the index key are 32 bytes each")
        if master_key == index_key:
            raise ValueError("the master key and the index key are different keys")
        self._pool = pool
        self._master = AESGCM(master_key)
        self._index = hmac.new(index_key, digestmod="sha256")

    def __repr__(self) -> str:
        return "Keyring()"

    def sealer(self, subjects: Iterable[UUID] = (), *, fresh: Iterable[UUID] = ()) -> "Sealer":
        """A sealer for one save. The keys of `subjects` are fetched now, in one query.

        `fresh` are subjects made a moment ago, which cannot have a key yet: no query.
        Others are fetched one by one as they come.
        """
        return Sealer(self, subjects, fresh)

    def reveal(self, personal: Personal) -> PersonalValues | None:
        """The value, or None once its subject is forgotten. Raises SealBroken."""
        return self.reveal_many([personal])[(personal.subject, personal.sealed)]

    def reveal_many(self, sealed: Iterable[Personal], conn: Connection | None = None) -> Revealed:
        """The values by (subject, sealed), None for the forgotten; one query for all keys.

        `conn` is asked if given, else a connection of the pool. Raises SealBroken.
        """
        wanted = {(personal.subject, personal.sealed) for personal in sealed}
        keys = self._ciphers({subject for subject, _ in wanted}, conn)
        values: Revealed = {}
        for subject, data in wanted:
            cipher = keys.get(subject)
            if cipher is None:
                values[subject, data] = None
                continue
            values[subject, data] = _value(cipher, subject, data)
        return values

    def reveal_each(
        self, sealed: Sequence[Personal], conn: Connection | None = None
    ) -> list[PersonalValues | None]:
        """As `reveal_many`, but the values in the order given: for many values of as many
        subjects, where looking them up again would take as long as opening them."""
        keys = self._ciphers({personal.subject for personal in sealed}, conn)
        values: list[PersonalValues | None] = []
        for personal in sealed:
            cipher = keys.get(personal.subject)
            values.append(
                None if cipher is None else _value(cipher, personal.subject, personal.sealed)
            )
        return values

    def blind_index(self, id_number: str) -> bytes:
        """16 bytes that find an identity number without telling it: HMAC-SHA256, truncated.

        Only letters and digits count, in capitals; so "0460 8800 1234" is "046088001234".
        """
        plain = id_number if id_number.isalnum() else "".join(filter(str.isalnum, id_number))
        index = self._index.copy()
        index.update(plain.upper().encode())
        return index.digest()[:16]

    def blind_text(self, text: str) -> bytes:
        """16 bytes that find exactly this text without telling it; apart from all numbers."""
        index = self._index.copy()
        index.update(b"\0" + text.encode())
        return index.digest()[:16]

    def destroy(self, subject: UUID, conn: Connection) -> None:
        """Destroys the key of a subject in the transaction of `conn`. Doing it again is nothing.

        In a save, `forget=[subject]` does the same together with the event.
        """
        conn.execute("select store.destroy_keys(%b)", [uuid_array([subject])])

    def _ciphers(
        self, subjects: Iterable[UUID], conn: Connection | None = None
    ) -> dict[UUID, AESGCM | None]:
        """The cipher of each subject that has a key; None where it was destroyed."""
        wanted = list(subjects)
        if not wanted:
            return {}
        with self._connection(conn) as open_conn, open_conn.cursor(binary=True) as cursor:
            cursor.execute(
                "select subject, wrapped from store.subject_keys where subject = any(%b)",
                [uuid_array(wanted)],
            )
            return {s: self._unwrap(s, w) if w is not None else None for s, w in cursor.fetchall()}

    @contextmanager
    def _connection(self, given: Connection | None) -> Iterator[Connection]:
        if given is not None:
            yield given
            return
        with autocommitting(self._pool) as conn:
            yield conn

    def _unwrap(self, subject: UUID, wrapped: bytes) -> AESGCM:
        try:
            return AESGCM(_open(self._master, wrapped, _KEY_LABEL + subject.bytes))
        except (InvalidTag, ValueError):
            raise SealBroken(f"the key of {subject} does not open with this master key") from None

    def _new_key(self, subject: UUID) -> tuple[AESGCM, SubjectKey]:
        chance = os.urandom(_NONCE + 32)  # one call of the system for both
        nonce, key = chance[:_NONCE], chance[_NONCE:]
        wrapped = nonce + self._master.encrypt(nonce, key, _KEY_LABEL + subject.bytes)
        return AESGCM(key), SubjectKey(subject, wrapped)


class Sealer:
    """Seals the personal values of one save. `new_keys` is saved with the events that use them.

    `sealed` maps what was sealed to what was given, until the save is done.
    """

    __slots__ = ("_ciphers", "_keyring", "new_keys", "sealed")

    def __init__(
        self, keyring: Keyring, subjects: Iterable[UUID] = (), fresh: Iterable[UUID] = ()
    ) -> None:
        self._keyring = keyring
        self.new_keys: list[SubjectKey] = []
        self.sealed: dict[bytes, PersonalValues] = {}
        wanted = set(subjects)
        self._ciphers = keyring._ciphers(wanted)
        for subject in (wanted - self._ciphers.keys()) | set(fresh):
            self._give(subject)

    def __repr__(self) -> str:
        return f"Sealer(new_keys={len(self.new_keys)})"

    def seal(self, subject: UUID, value: PersonalValues) -> Personal:
        """The value under the subject's key, which is made if there is none.

        Dates and UUIDs become strings, as in JSON. Raises SubjectForgotten.
        """
        cipher = self._ciphers.get(subject)
        if cipher is None:
            cipher = self._fetched(subject)
        plain = msgspec.json.encode(value)
        padded = plain.ljust(-(-len(plain) // _PAD) * _PAD)
        sealed = _seal(cipher, padded, subject.bytes)
        self.sealed[sealed] = value
        return Personal(subject, sealed)

    def _fetched(self, subject: UUID) -> AESGCM:
        """The key of a subject that was not named before; a new one where there is none."""
        if subject not in self._ciphers:
            self._ciphers.update(self._keyring._ciphers([subject]))
        cipher = self._ciphers[subject] if subject in self._ciphers else self._give(subject)
        if cipher is None:
            raise SubjectForgotten(subject=subject)
        return cipher

    def _give(self, subject: UUID) -> AESGCM:
        cipher, key = self._keyring._new_key(subject)
        self._ciphers[subject] = cipher
        self.new_keys.append(key)
        return cipher
