"""Uniqueness claims: a key is held by one holder at a time, and taken in the transaction of events.

So concurrent writers cannot both have one. Each capability declares its kinds of claims.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.errors import Refusal
from domain.eventstore.postgres import Pool, autocommitting


@dataclass(frozen=True, slots=True)
class Claim:
    """One key wanted by one holder from a day on.

    The key is free if it has no holder, if its last holder let it go on or before `since`, or if
    `holder` has it already. `written` is what is claimed as the caller wrote it, for a refusal.
    """

    key: bytes
    holder: UUID
    since: date
    written: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Release:
    """A holder lets a key go: `until` is the first day without it. None forgets the row."""

    key: bytes
    holder: UUID
    until: date | None


@dataclass(frozen=True, slots=True)
class ClaimKind:
    """A kind of claim: the first byte of its keys, and the refusal where another one is the holder.

    `read_again` says that the refusal may be another one once the newest state is read: a command
    that loses the race for such a key is run again.
    """

    prefix: bytes
    refusal: Callable[[Claim, UUID], Refusal]
    read_again: bool = False

    def key(self, *parts: bytes) -> bytes:
        """The key of one claim."""
        return self.prefix + b"".join(parts)

    def has(self, key: bytes) -> bool:
        """Whether a key is of this kind."""
        return key.startswith(self.prefix)

    def subject(self, key: bytes) -> bytes:
        """The subject of a key of this kind: the key without its first byte."""
        return key.removeprefix(self.prefix)


@dataclass(frozen=True, slots=True)
class ClaimRefused:
    """A claim that another holder has, with its kind."""

    kind: ClaimKind
    refusal: Refusal


def refused(
    kinds: Sequence[ClaimKind], taken: Iterable[tuple[bytes, UUID]], claims: Iterable[Claim]
) -> ClaimRefused:
    """The refusal of claims of which some keys are `taken`: of the kind that comes first."""

    def rank(held: tuple[bytes, UUID]) -> int:
        return next(place for place, kind in enumerate(kinds) if kind.has(held[0]))

    first = min(taken, key=rank)
    key, holder = first
    kind = kinds[rank(first)]
    claim = next(one for one in claims if one.key == key)
    return ClaimRefused(kind, kind.refusal(claim, holder))


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A stored claim: `until` is the first day on which it is free, None while it is held."""

    holder: UUID
    since: date
    until: date | None

    def free_for(self, holder: UUID, since: date) -> bool:
        """Whether `holder` could take it from `since` on."""
        return self.holder == holder or (self.until is not None and self.until <= since)


def find_claims(pool: Pool, keys: Iterable[bytes]) -> dict[bytes, StoredClaim]:
    """The latest claim on each of these keys, released or not; one query."""
    wanted = list(keys)
    if not wanted:
        return {}
    with autocommitting(pool) as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            "select key, holder, since, until from store.claims where key = any(%b::bytea[])",
            [wanted],
        )
        return {row[0]: StoredClaim(*row[1:]) for row in cursor}


def keys_of(pool: Pool, holder: UUID) -> set[bytes]:
    """The keys of all claims that a holder has or had last."""
    with autocommitting(pool) as conn, conn.cursor(binary=True) as cursor:
        cursor.execute("select key from store.claims where holder = %b", [holder])
        return {row[0] for row in cursor}


class ClaimReader:
    """Reads claims of the store."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def look(self, keys: Iterable[bytes]) -> Mapping[bytes, StoredClaim]:
        """The latest claim on each of these keys, released or not."""
        return find_claims(self._pool, keys)

    def holder(self, key: bytes) -> UUID | None:
        """The present holder of a key, None if it is free."""
        claim = self.look([key]).get(key)
        return claim.holder if claim is not None and claim.until is None else None

    def is_newcomer(self, holder: UUID) -> bool:
        """Whether the holder is part of the same save; a command alone has none beside it."""
        return False


class BatchClaims(ClaimReader):
    """The claims that a batch meets: read once, and those that the batch itself moves."""

    def __init__(self, pool: Pool, kinds: Sequence[ClaimKind]) -> None:
        super().__init__(pool)
        self._kinds = kinds
        self._stands: dict[bytes, StoredClaim] = {}
        self._asked: set[bytes] = set()
        self._newcomers: set[UUID] = set()

    def look(self, keys: Iterable[bytes]) -> Mapping[bytes, StoredClaim]:
        """The latest claim on each of these keys, in the batch or before it; read where not yet."""
        wanted = list(keys)
        unread = [key for key in wanted if key not in self._asked]
        if unread:
            found = super().look(unread)
            self._asked.update(unread)
            self._stands.update(
                {key: claim for key, claim in found.items() if key not in self._stands}
            )
        return {key: self._stands[key] for key in wanted if key in self._stands}

    def is_newcomer(self, holder: UUID) -> bool:
        """Whether the holder was made in this batch."""
        return holder in self._newcomers

    def move(
        self,
        claims: Sequence[Claim],
        releases: Sequence[Release],
        newcomers: Iterable[UUID] = (),
    ) -> None:
        """Moves claims as a save does: releases first, then all these claims or none.

        `newcomers` are aggregates that the same save makes.
        Raises the refusal by name; then nothing was moved. A claim that was not read is taken as
        free: the save will tell.
        """
        self.look([one.key for one in releases])
        stands = dict(self._stands) if releases else self._stands
        for release in releases:
            now = stands.get(release.key)
            if now is None or now.holder != release.holder:
                continue
            if release.until is None:
                del stands[release.key]
            else:
                stands[release.key] = StoredClaim(now.holder, now.since, release.until)
        for claim in claims:
            now = stands.get(claim.key)
            if now is not None and not now.free_for(claim.holder, claim.since):
                raise refused(self._kinds, [(claim.key, now.holder)], [claim]).refusal
        for claim in claims:
            stands[claim.key] = StoredClaim(claim.holder, claim.since, None)
        self._stands = stands
        self._newcomers.update(newcomers)
