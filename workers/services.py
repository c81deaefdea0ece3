"""The services of a worker process, each made when it is first needed."""

from datetime import UTC, datetime
from functools import cached_property

import redis
from dramatiq.brokers.redis import RedisBroker
from psycopg_pool import ConnectionPool

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Pool
from domain.standards import Standards, load_standards
from workers.broker import make_broker
from workers.settings import WorkerSettings


class WorkerServices:
    """One per process, shared by its threads."""

    def __init__(self, settings: WorkerSettings) -> None:
        self.settings = settings

    @cached_property
    def pool(self) -> Pool:
        """Connections of the service's role, one for each thread and a few for what they start."""
        return ConnectionPool(
            self.settings.database_url,
            min_size=1,
            max_size=2 * self.settings.worker_threads + 2,
            open=True,
            check=ConnectionPool.check_connection,
            name="workers",
        )

    @cached_property
    def redis(self) -> redis.Redis:
        """Redis for progress and locks that may be lost."""
        return redis.Redis.from_url(self.settings.redis_url)

    @cached_property
    def broker(self) -> RedisBroker:
        """The broker from which messages come, and by which a task sends others."""
        return make_broker(self.settings.redis_url, self.settings.instance)

    @cached_property
    def keyring(self) -> Keyring:
        """Opens personal data, for the read models that need it."""
        return Keyring(self.pool, self.settings.master_key, self.settings.index_key)

    @cached_property
    def standards(self) -> Standards:
        """Every standard version that the code knows."""
        return load_standards()

    @cached_property
    def application(self) -> SocaiApplication:
        """The write side, for imports."""
        return SocaiApplication(self.pool, self.keyring, self.standards)

    def clock(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(tz=UTC)

    def close(self) -> None:
        """Give connections back; a part that was never used is not made for it."""
        if "pool" in self.__dict__:
            self.pool.close()
        if "redis" in self.__dict__:
            self.redis.close()
