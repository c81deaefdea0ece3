"""Metrics for Prometheus: counts of requests, and the lag of ledger and read models.

Nothing here names a person, a household or an area. With several web processes set
PROMETHEUS_MULTIPROC_DIR, and the counts of all of them are added up.
"""

import os
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from projections.heartbeats import KINDS
from projections.status import LedgerStatus

Ask = Callable[[], LedgerStatus | None]


def exposition(counters: CollectorRegistry, ask: Ask) -> bytes:
    """Returns the text that Prometheus reads; `ask` gives the lag of the read models."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shared = CollectorRegistry()
        MultiProcessCollector(shared)
        counted = generate_latest(shared)
    else:
        counted = generate_latest(counters)
    now = CollectorRegistry()
    now.register(_Standing(ask))
    return counted + generate_latest(now)


class _Standing(Collector):
    """Gauges of the ledger and the read models; `socai_database_up` is 0 without a database."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        now = self._ask()
        up = GaugeMetricFamily("socai_database_up", "Whether the database answers.")
        up.add_metric([], 0 if now is None else 1)
        yield up
        if now is None:
            return
        length = GaugeMetricFamily("socai_ledger_length", "Events in the ledger.")
        length.add_metric([], now.length)
        waiting = GaugeMetricFamily("socai_ledger_unsequenced", "Stored events not in it yet.")
        waiting.add_metric([], now.unsequenced)
        lag = GaugeMetricFamily("socai_lag", "Events a read model is behind.", labels=["model"])
        parked = GaugeMetricFamily("socai_parked", "Parked aggregates.", labels=["model"])
        for model in now.models:
            lag.add_metric([model.name], model.lag)
            parked.add_metric([model.name], model.parked)
        processes = GaugeMetricFamily(
            "socai_processes", "Processes of the workers.", labels=["does", "state"]
        )
        for kind in KINDS:
            silent = [one.silent for one in now.processes if kind in one.does]
            processes.add_metric([kind, "live"], silent.count(False))
            processes.add_metric([kind, "silent"], silent.count(True))
        yield from (length, waiting, lag, parked, processes)
