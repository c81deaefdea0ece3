"""Counts of failures end by themselves: nothing that Redis holds of them stays."""

from datetime import UTC, datetime
from typing import Any

import pytest
from redis import Redis

from service.access.throttle import WINDOW, Failures, sign_in_limits, token_limits

NOW = datetime(2022, 12, 15, tzinfo=UTC)


@pytest.fixture
def redis(valkey: Any) -> Redis:
    client: Redis = Redis.from_url(valkey.url)
    return client


def milliseconds_left(redis: Redis) -> list[int]:
    """Of every key that there is; -1 where one never ends."""
    return [redis.pttl(key) for key in redis.keys("*")]


@pytest.mark.parametrize(
    "limits",
    [sign_in_limits("an", "10.0.0.1"), token_limits("10.0.0.1")],
    ids=["sign-in", "token"],
)
def test_every_count_ends_within_its_window(redis: Redis, limits: Any) -> None:
    failures = Failures(redis, lambda: NOW, "test")
    for _ in range(3):
        failures.take(*limits)
    left = milliseconds_left(redis)
    assert left
    assert all(0 < one <= WINDOW.total_seconds() * 1000 for one in left)


def test_one_more_failure_does_not_lengthen_the_wait(redis: Redis) -> None:
    failures = Failures(redis, lambda: NOW, "test")
    failures.take(*sign_in_limits("an", "10.0.0.1"))
    for key in redis.keys("*"):
        redis.expire(key, 60)
    failures.take(*sign_in_limits("an", "10.0.0.1"))
    assert all(0 < one <= 60_000 for one in milliseconds_left(redis))


def test_a_try_taken_back_leaves_no_count_without_an_end(redis: Redis) -> None:
    failures = Failures(redis, lambda: NOW, "test", pause=lambda seconds: None)
    limits = sign_in_limits("an", "10.0.0.1")
    for _ in range(3):
        failures.take(*limits)
    failures.forgive(*limits)
    assert milliseconds_left(redis)
    assert all(one > 0 for one in milliseconds_left(redis))
    redis.flushdb()  # the window ended between the try and its answer
    failures.forgive(*limits)
    assert redis.keys("*") == []
