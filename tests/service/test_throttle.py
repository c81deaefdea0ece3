"""Guessers are slowed down; nobody else is."""

from datetime import UTC, datetime
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from service.errors import TooManyFailures
from service.throttle import (
    PER_ADDRESS,
    PER_NAME_AND_ADDRESS,
    WINDOW,
    Failures,
    sign_in_limits,
    token_limits,
)


class Clock:
    now = datetime(2022, 12, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def nowhere() -> Redis:
    return Redis(port=1, socket_connect_timeout=0.1, retry=Retry(NoBackoff(), 0))


@pytest.fixture(params=["with redis", "without redis"])
def failures(request: Any, valkey: Any) -> Failures:
    redis = Redis.from_url(valkey.url) if request.param == "with redis" else nowhere()
    return Failures(redis, Clock(), "test")


def fail(failures: Failures, times: int, account: str = "an", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        failures.note(*sign_in_limits(account, address))


def test_five_wrong_passwords_close_a_name_from_one_address(failures: Failures) -> None:
    fail(failures, PER_NAME_AND_ADDRESS - 1)
    failures.refuse_if_too_many(*sign_in_limits("an", "10.0.0.1"))
    fail(failures, 1)
    with pytest.raises(TooManyFailures) as refused:
        failures.refuse_if_too_many(*sign_in_limits("an", "10.0.0.1"))
    assert refused.value.headers == {"Retry-After": str(int(WINDOW.total_seconds()))}


def test_the_owner_of_the_name_still_signs_in_from_elsewhere(failures: Failures) -> None:
    fail(failures, PER_NAME_AND_ADDRESS)
    failures.refuse_if_too_many(*sign_in_limits("an", "10.0.0.2"))


def test_an_address_that_tries_many_names_is_closed_for_all(failures: Failures) -> None:
    for number in range(PER_ADDRESS):
        fail(failures, 1, account=f"n{number}")
    with pytest.raises(TooManyFailures):
        failures.refuse_if_too_many(*sign_in_limits("another", "10.0.0.1"))


def test_wrong_tokens_do_not_close_the_sign_in(failures: Failures) -> None:
    for _ in range(PER_ADDRESS):
        failures.note(*token_limits("10.0.0.1"))
    failures.refuse_if_too_many(*sign_in_limits("an", "10.0.0.1"))
    with pytest.raises(TooManyFailures):
        failures.refuse_if_too_many(*token_limits("10.0.0.1"))


def test_without_redis_a_count_ends_with_its_window() -> None:
    clock = Clock()
    failures = Failures(nowhere(), clock, "test")
    fail(failures, PER_NAME_AND_ADDRESS)
    clock.now += WINDOW
    failures.refuse_if_too_many(*sign_in_limits("an", "10.0.0.1"))


def test_no_name_or_address_is_readable_in_redis(valkey: Any) -> None:
    redis = Redis.from_url(valkey.url)
    fail(Failures(redis, Clock(), "test"), 1, account="an.nguyen")
    keys = b" ".join(redis.keys("*"))
    assert keys
    assert b"an.nguyen" not in keys
    assert b"10.0.0.1" not in keys
