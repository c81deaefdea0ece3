"""The library's own test cases for recorders, run against ours.

Deviations, each with its reason:

- As an aggregate recorder it is asked not to wait for ids (`wait_seconds=0`): the library's case
  wants None back from an insert, which is what a bulk save gets.
- Nothing else: ids are contiguous, events of one save stand side by side, and subscriptions work.
"""

from typing import Any

import pytest
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from domain.eventstore.recorder import PostgresRecorder


class _OnFreshDatabase:
    @pytest.fixture(autouse=True)
    def _fresh(self, database: Any) -> None:
        self.pool = database.pool


class TestAsAggregateRecorder(_OnFreshDatabase, AggregateRecorderTestCase):
    def create_recorder(self) -> PostgresRecorder:
        return PostgresRecorder(self.pool, wait_seconds=0)


class TestAsApplicationRecorder(_OnFreshDatabase, ApplicationRecorderTestCase[PostgresRecorder]):
    def create_recorder(self) -> PostgresRecorder:
        return PostgresRecorder(self.pool, wait_seconds=10)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestSavesDoNotInterleave(_OnFreshDatabase, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> PostgresRecorder:
        return PostgresRecorder(self.pool, wait_seconds=10)
