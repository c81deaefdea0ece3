"""Embedded PostgreSQL and Valkey from PyPI wheels, for a machine without servers.

Data lives under one directory. A server that is already running there is adopted; one that was
killed is recovered by its own means. Nothing here is used where `DATABASE_URL` and `REDIS_URL`
are set.
"""

from service.embedded.postgres import Postgres, ServerFailed
from service.embedded.servers import Servers
from service.embedded.valkey import Valkey

__all__ = ["Postgres", "ServerFailed", "Servers", "Valkey"]
