"""Slowing down whoever guesses passwords or tokens.

Failures are counted in Redis, for all processes together. While Redis is away each process
counts by itself: a guesser gains a few tries, and nobody is locked out. Only failures count, so a
valid token works from an address that others guess from. docs/decisions/0034 says why.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from redis import Redis
from redis.exceptions import RedisError

from service.errors import TooManyFailures

WINDOW = timedelta(minutes=15)
PER_NAME_AND_ADDRESS = 5
PER_NAME = 50
PER_ADDRESS = 50
_KEPT_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `allowed` failures of `key` within the window."""

    key: str
    allowed: int


def sign_in_limits(account: str, address: str) -> tuple[Limit, ...]:
    """What a sign-in counts against: the name from there, the name, and the address."""
    return (
        Limit(f"name:{account}:{address}", PER_NAME_AND_ADDRESS),
        Limit(f"name:{account}", PER_NAME),
        Limit(f"address:{address}", PER_ADDRESS),
    )


def token_limits(address: str) -> tuple[Limit, ...]:
    """What a wrong token counts against: the address."""
    return (Limit(f"token:{address}", PER_ADDRESS),)


@dataclass
class Failures:
    """Counts of failures within the window. Keys are hashed before they leave the process."""

    redis: Redis
    clock: Callable[[], datetime]
    instance: str = "socai"
    _here: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def refuse_if_too_many(self, *limits: Limit) -> None:
        """Raises TooManyFailures where one of the limits is used up."""
        for limit in limits:
            if self._count(limit.key) >= limit.allowed:
                raise TooManyFailures(int(WINDOW.total_seconds()))

    def note(self, *limits: Limit) -> None:
        """One more failure for each of these."""
        for limit in limits:
            try:
                pipe = self.redis.pipeline()
                pipe.incr(self._name(limit.key))
                pipe.expire(self._name(limit.key), int(WINDOW.total_seconds()), nx=True)
                pipe.execute()
            except RedisError:
                self._note_here(limit.key)

    def _count(self, key: str) -> int:
        try:
            return int(self.redis.get(self._name(key)) or 0)
        except RedisError:
            with self._lock:
                count, until = self._here.get(key, (0, self.clock()))
                return count if until > self.clock() else 0

    def _note_here(self, key: str) -> None:
        now = self.clock()
        with self._lock:
            count, until = self._here.get(key, (0, now))
            if until <= now:
                count, until = 0, now + WINDOW
            if len(self._here) >= _KEPT_AT_MOST:
                self._here.clear()
            self._here[key] = (count + 1, until)

    def _name(self, key: str) -> str:
        return f"{self.instance}:failures:" + hashlib.sha256(key.encode()).hexdigest()[:32]
