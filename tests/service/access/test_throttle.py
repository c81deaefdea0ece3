"""The throttle delays addresses and names with failed sign-ins, and no others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from service.access.errors import TooManyFailures
from service.access.throttle import (
    FREE_PER_ADDRESS,
    FREE_PER_NAME,
    LONGEST_DELAY,
    PER_ADDRESS,
    PER_NAME_AND_ADDRESS,
    WINDOW,
    Failures,
    Limit,
    network_of,
    sign_in_limits,
    token_limits,
)


class Clock:
    now = datetime(2022, 12, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Pauses(list[float]):
    """In place of waiting: how long it would have been."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def nowhere() -> Redis:
    return Redis(port=1, socket_connect_timeout=0.1, retry=Retry(NoBackoff(), 0))


@pytest.fixture(params=["with redis", "without redis"])
def failures(request: Any, valkey: Any) -> Failures:
    redis = Redis.from_url(valkey.url) if request.param == "with redis" else nowhere()
    return Failures(redis, Clock(), "test", Pauses())


def fail(failures: Failures, times: int, account: str = "an", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        failures.take(*sign_in_limits(account, address))


def is_locked(failures: Failures, account: str, address: str) -> bool:
    try:
        failures.take(*sign_in_limits(account, address))
    except TooManyFailures as refused:
        return refused.headers == {"Retry-After": str(int(WINDOW.total_seconds()))}
    return False


def test_five_wrong_passwords_close_a_name_from_one_address(failures: Failures) -> None:
    fail(failures, PER_NAME_AND_ADDRESS)
    assert is_locked(failures, "an", "10.0.0.1")


def test_a_right_password_takes_its_try_back_and_opens_the_name(failures: Failures) -> None:
    fail(failures, PER_NAME_AND_ADDRESS - 1)
    for _ in range(3):
        fail(failures, 1)
        failures.forgive(*sign_in_limits("an", "10.0.0.1"))
    fail(failures, PER_NAME_AND_ADDRESS)
    assert is_locked(failures, "an", "10.0.0.1")


def test_a_botnet_never_keeps_the_right_person_out(failures: Failures) -> None:
    for number in range(200):
        fail(failures, 1, address=f"10.1.{number}.1")
    assert not is_locked(failures, "an", "10.0.0.2")
    assert max(failures.pause) == LONGEST_DELAY  # type: ignore[type-var,arg-type]


def test_many_names_from_one_address_delay_it_and_close_it_to_nobody(failures: Failures) -> None:
    for number in range(FREE_PER_ADDRESS + 20):
        fail(failures, 1, account=f"n{number}")
    assert not is_locked(failures, "another", "10.0.0.1")
    assert failures.pause


def test_the_first_failures_of_a_name_cost_no_time(failures: Failures) -> None:
    for number in range(FREE_PER_NAME):
        fail(failures, 1, address=f"10.2.{number}.1")
    assert failures.pause == []
    fail(failures, 1, address="10.2.99.1")
    assert failures.pause == [0.25]


def test_the_delay_doubles_with_each_failure_up_to_the_longest(failures: Failures) -> None:
    for number in range(FREE_PER_NAME + 5):
        fail(failures, 1, address=f"10.3.{number}.1")
    assert failures.pause == [0.25, 0.5, 1.0, LONGEST_DELAY, LONGEST_DELAY]


def test_of_several_limits_the_longest_delay_is_waited_once(failures: Failures) -> None:
    much, little = Limit("much", 0, locks=False), Limit("little", 0, locks=False)
    failures.take(much)
    failures.take(much)
    failures.take(much, little)
    failures.take(little, much)
    assert failures.pause == [0.25, 0.5, 1.0, LONGEST_DELAY]


def test_tries_at_once_are_counted_before_they_are_judged(failures: Failures) -> None:
    with ThreadPoolExecutor(16) as hands:
        locked = list(hands.map(lambda _: is_locked(failures, "an", "10.0.0.1"), range(64)))
    assert locked.count(False) == PER_NAME_AND_ADDRESS


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_what_one_line_holds_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_guesser_who_walks_through_a_network_of_ipv6_is_one(failures: Failures) -> None:
    for number in range(PER_NAME_AND_ADDRESS):
        fail(failures, 1, address=f"2001:db8::{number + 1:x}")
    assert is_locked(failures, "an", "2001:db8::ffff")
    assert not is_locked(failures, "an", "2001:db8:0:1::1")


def test_wrong_tokens_do_not_close_the_sign_in(failures: Failures) -> None:
    for _ in range(PER_ADDRESS):
        failures.take(*token_limits("10.0.0.1"))
    assert not is_locked(failures, "an", "10.0.0.1")
    with pytest.raises(TooManyFailures):
        failures.take(*token_limits("10.0.0.1"))


def test_without_redis_a_count_ends_with_its_window() -> None:
    clock = Clock()
    failures = Failures(nowhere(), clock, "test", Pauses())
    fail(failures, PER_NAME_AND_ADDRESS)
    assert is_locked(failures, "an", "10.0.0.1")
    clock.now += WINDOW
    assert not is_locked(failures, "an", "10.0.0.1")


def counts(redis: Redis) -> dict[bytes, int]:
    return {key: int(redis.ttl(key)) for key in redis.keys("test:failures:*")}


@pytest.mark.parametrize("limits", [sign_in_limits("an", "10.0.0.1"), token_limits("10.0.0.1")])
def test_every_count_in_redis_ends_by_itself_and_is_not_put_off(valkey: Any, limits: Any) -> None:
    redis = Redis.from_url(valkey.url)
    failures = Failures(redis, Clock(), "test", Pauses())
    failures.take(*limits)
    first = counts(redis)
    assert len(first) == len(limits)
    assert all(0 < left <= WINDOW.total_seconds() for left in first.values())
    for key in first:
        redis.expire(key, 100)  # some of the window has passed
    failures.take(*limits)
    assert all(0 < left <= 100 for left in counts(redis).values())


def test_forgiving_a_count_that_ended_meanwhile_leaves_none_without_an_end(valkey: Any) -> None:
    redis = Redis.from_url(valkey.url)
    failures = Failures(redis, Clock(), "test", Pauses())
    failures.forgive(*sign_in_limits("an", "10.0.0.1"))
    assert counts(redis) == {}


def test_no_name_or_address_is_readable_in_redis(valkey: Any) -> None:
    redis = Redis.from_url(valkey.url)
    fail(Failures(redis, Clock(), "test", Pauses()), 1, account="an.nguyen")
    keys = b" ".join(redis.keys("*"))
    assert keys
    assert b"an.nguyen" not in keys
    assert b"10.0.0.1" not in keys


def test_few_wait_at_once_and_the_others_go_on(valkey: Any) -> None:
    failures = Failures(Redis.from_url(valkey.url), Clock(), "test")
    waiting: list[float] = []

    def pause(seconds: float) -> None:
        waiting.append(seconds)
        if len(waiting) < 3:  # while one waits another comes, and a third
            come(len(waiting))

    def come(number: int) -> None:
        failures.take(*sign_in_limits("an", f"10.9.{number}.1"))

    failures.pause = pause
    for number in range(FREE_PER_NAME):
        come(100 + number)
    come(0)
    assert len(waiting) == 2


def test_without_redis_failures_a_while_apart_are_counted_together() -> None:
    clock = Clock()
    failures = Failures(nowhere(), clock, "test", Pauses())
    limits = sign_in_limits("an", "10.0.0.1")
    for _ in range(PER_NAME_AND_ADDRESS):
        failures.take(*limits)
        clock.now += WINDOW / 10
    with pytest.raises(TooManyFailures):
        failures.take(*limits)


def test_without_redis_no_more_counts_are_kept_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.access.throttle._KEPT_AT_MOST", 4)
    failures = Failures(nowhere(), Clock(), "test", Pauses())
    for host in range(9):
        failures.take(*token_limits(f"10.0.0.{host}"))
        assert 1 <= len(failures._here) <= 4


def test_without_redis_the_window_begins_with_the_first_failure_and_ends_on_the_dot() -> None:
    clock = Clock()
    failures = Failures(nowhere(), clock, "test", Pauses())
    limits = sign_in_limits("an", "10.0.0.1")
    for _ in range(PER_NAME_AND_ADDRESS):
        failures.take(*limits)
    start = clock.now
    clock.now = start + WINDOW - WINDOW.resolution
    with pytest.raises(TooManyFailures):
        failures.take(*limits)
    clock.now = start + WINDOW
    failures.take(*limits)


def test_a_right_try_leaves_no_count_behind(valkey: Any) -> None:
    redis = Redis.from_url(valkey.url)
    failures = Failures(redis, Clock(), "test", Pauses())
    limits = sign_in_limits("an", "10.0.0.1")
    failures.take(*limits)
    failures.forgive(*limits)
    assert redis.keys("*") == []
