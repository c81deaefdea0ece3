"""Limits on wrong passwords and tokens.

Each try is counted before it is checked, and taken back when it was right, so that concurrent tries
are all counted. A name from one address is locked after some wrong tries; for the name from all
addresses, and for the address, tries only take longer: wrong tries never lock out the owner. Counts
are kept in Redis for all processes and expire with their window. While Redis does not answer, each
process counts by itself. docs/decisions/0082 says why.
"""

import hashlib
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock

from redis import Redis
from redis.exceptions import RedisError

from service.access.errors import TooManyFailures

WINDOW = timedelta(minutes=15)
PER_NAME_AND_ADDRESS = 5
PER_ADDRESS = 50
PER_CHECKER = 30
# Many phones of a mobile network have one address; each code has a count of its own besides.
PER_OWN_VIEW_ADDRESS = 60
# Tries that take no longer than others: for a name from everywhere, for an address.
FREE_PER_NAME = 10
FREE_PER_ADDRESS = 30
FIRST_DELAY = 0.25
LONGEST_DELAY = 2.0
# Threads of a process that may wait at once; the others answer other requests.
WAITING_AT_ONCE = 2
_KEPT_AT_MOST = 10_000
_waiting = BoundedSemaphore(WAITING_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `allowed` failures of `key` within the window; beyond, it locks or only delays."""

    key: str
    allowed: int
    locks: bool = True


def network_of(address: str) -> str:
    """Returns the network that counts as one address: an IPv4 address, or an IPv6 /64."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.IPv6Network((ip, 64), strict=False))
    return str(ip)


def sign_in_limits(account: str, address: str) -> tuple[Limit, ...]:
    """Returns the limits of a sign-in: for the name from the address, the name, and the address."""
    network = network_of(address)
    return (
        Limit(f"name:{account}:{network}", PER_NAME_AND_ADDRESS),
        Limit(f"name:{account}", FREE_PER_NAME, locks=False),
        Limit(f"address:{network}", FREE_PER_ADDRESS, locks=False),
    )


def token_limits(address: str) -> tuple[Limit, ...]:
    """Returns the limit of a wrong token: for the address."""
    return (Limit(f"token:{network_of(address)}", PER_ADDRESS),)


def check_limit(address: str) -> Limit:
    """Returns the limit of wrong check codes: for the address."""
    return Limit(f"check:{network_of(address)}", PER_CHECKER)


def own_view_limit(address: str) -> Limit:
    """Returns the limit of tries that open no own view of a household: for the address."""
    return Limit(f"own_view:{network_of(address)}", PER_OWN_VIEW_ADDRESS)


def check_counted(limit: Limit) -> Limit:
    """Returns the limit by which a right code is taken back: it takes back one try, and does not
    begin the count anew, as one may have a right code and try wrong ones in between."""
    return Limit(limit.key, limit.allowed, locks=False)


@dataclass
class Failures:
    """Counts of failures within the window. Keys are hashed before they leave the process."""

    redis: Redis
    clock: Callable[[], datetime]
    instance: str = "socai"
    pause: Callable[[float], None] = time.sleep
    _here: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, *limits: Limit) -> None:
        """Counts one try, which `forgive` takes back where it was right.

        Raises TooManyFailures where a limit that locks is used up; where one that delays is, it
        waits here, the longer the more failures there were.
        """
        delay = 0.0
        for limit in limits:
            over = self._add(limit.key) - limit.allowed
            if over > 0 and limit.locks:
                raise TooManyFailures(int(WINDOW.total_seconds()))
            if over > 0:
                delay = max(delay, min(FIRST_DELAY * 2.0 ** min(over - 1, 8), LONGEST_DELAY))
        if delay and _waiting.acquire(blocking=False):
            try:
                self.pause(delay)
            finally:
                _waiting.release()

    def forgive(self, *limits: Limit) -> None:
        """Takes back a try that was right; the count of a lock begins anew."""
        for limit in limits:
            name = self._name(limit.key)
            try:
                # A count that ended meanwhile is not begun anew by taking one away.
                if limit.locks or int(self.redis.decr(name)) <= 0:
                    self.redis.delete(name)
            except RedisError:
                self._forgive_here(limit)

    def _add(self, key: str) -> int:
        name = self._name(key)
        try:
            pipe = self.redis.pipeline()
            pipe.incr(name)
            pipe.expire(name, int(WINDOW.total_seconds()), nx=True)
            return int(pipe.execute()[0])
        except RedisError:
            return self._add_here(key)

    def _add_here(self, key: str) -> int:
        now = self.clock()
        with self._lock:
            count, until = self._here.get(key, (0, now))
            if until <= now:
                count, until = 0, now + WINDOW
            if len(self._here) >= _KEPT_AT_MOST:
                self._here.clear()
            self._here[key] = (count + 1, until)
            return count + 1

    def _forgive_here(self, limit: Limit) -> None:
        with self._lock:
            count, until = self._here.get(limit.key, (0, self.clock()))
            if limit.locks or count <= 1:
                self._here.pop(limit.key, None)
            else:
                self._here[limit.key] = (count - 1, until)

    def _name(self, key: str) -> str:
        return f"{self.instance}:failures:" + hashlib.sha256(key.encode()).hexdigest()[:32]
