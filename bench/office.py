"""A made-up office: households of real communes, surveyed by indicators, some classified twice.

The questions of officers are measured on it. A commune has a thousand households where there are
200,000, about as many as a commune of the country has on its lists. It decides on nine of ten on
one day, as a yearly review does, and on the others through the year. One household has a history
of thousands of events.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid5

import psycopg
from psycopg_pool import ConnectionPool

from bench import isolated_runs, synthetic
from bench.ours import KEYS
from bench.synthetic import ACTOR, Drawn, Maker
from domain.application import SocaiApplication
from domain.areas.seed.load import load_national
from domain.commands.command import Document
from domain.eventstore.mapper import StampedEvent
from domain.eventstore.personal import Keyring, Sealer
from domain.eventstore.postgres import Connection
from domain.households.events import CausesRecorded, Classified, Surveyed
from domain.standards import load_standards

FROM, TO = date(2025, 12, 31), date(2026, 11, 20)
"""The day after the first decisions, and that after those of the next review."""
COMMUNES = 200
PER_COMMUNE = 1_000
REVIEWED = 3  # one of so many households is decided on again
ON_THE_DAY = 0.9  # of the households of a commune, on the day of its decision
LONG = 2_000  # events of one household
CLASSES = ("poor", "near_poor", "not_poor")


class OfficeMaker(Maker):
    """Makes households whose surveys name indicators, and decides on every third of them again."""

    def draw(self) -> Drawn:
        """The plain values of one more household, decided on in the first review."""
        drawn = super().draw()
        days = self.areas.index(drawn.area) % 30 + 92
        if self.rng.random() > ON_THE_DAY:
            days = self.rng.randrange(120)
        return replace(drawn, day=date(2025, 8, 1) + timedelta(days=days))

    def events(self, one: Drawn, sealer: Sealer) -> Iterator[StampedEvent]:
        """Five events, and a sixth of the next review."""
        for event in super().events(one, sealer):
            yield self._surveyed(one, event) if event.topic == Surveyed.TOPIC else event
        if one.serial % REVIEWED == 0:
            yield self.mapper.to_stored_event(self._decided_again(one))

    def _surveyed(self, one: Drawn, event: StampedEvent) -> StampedEvent:
        codes = sorted(self.standard.indicator_codes)
        first = one.serial % len(codes)
        deprived = sorted((codes * 2)[first : first + one.deprived])
        survey = self.mapper.to_domain_event(event)
        return self.mapper.to_stored_event(
            Surveyed(**{**vars(survey), "deprived": tuple(deprived)})
        )

    def _decided_again(self, one: Drawn) -> Classified:
        day = date(2026, 10, 1) + timedelta(days=self.areas.index(one.area) % 45)
        return Classified(
            originator_id=one.ids[0], originator_version=6, actor=ACTOR,
            timestamp=datetime(day.year, day.month, day.day, 3, tzinfo=UTC), effective_on=day,
            command_id=uuid5(one.ids[0], "next review"),
            document=Document(f"{one.serial % 1000}/QĐ-UBND", day, "Chủ tịch UBND"),
            scope="national", class_=CLASSES[one.serial // REVIEWED % 3],
            class_before=one.found.class_, movement="", proposed=one.found.class_,
            override_reason="", standard=self.standard.id, standard_digest=self.standard.digest,
            survey_id=one.ids[1], facts={}, comparisons=one.found.comparisons,
            reasons=one.found.reasons,
        )  # fmt: skip


def communes_of(households: int) -> int:
    """In how many communes so many households live."""
    return max(COMMUNES, households // PER_COMMUNE)


def fill(url: str, superuser_url: str, households: int, communes: int = COMMUNES) -> list[str]:
    """Put units and households of the first communes into an empty database and every read model;
    returns the communes."""
    with _pool(url) as pool:
        keyring = Keyring(pool, *KEYS)
        application = SocaiApplication(pool, keyring, load_standards())
        load_national(application, datetime(2025, 7, 1, tzinfo=UTC))
        chosen = sorted(
            unit.id
            for unit in application.areas.directory.lineage.units.values()
            if unit.level == "commune" and unit.stands_on(FROM)
        )[:communes]
        with psycopg.connect(superuser_url) as conn:
            _write_long(conn, OfficeMaker(keyring, chosen, seed=LONG))
        synthetic.fill(superuser_url, KEYS, chosen, households, OfficeMaker)
        isolated_runs.first_build(url)
        with psycopg.connect(superuser_url, autocommit=True) as conn:
            conn.execute("vacuum analyze")
    return chosen


def _write_long(conn: Connection, maker: OfficeMaker) -> None:
    """One household whose causes were recorded anew each day for years."""
    drawn = replace(maker.draw(), serial=1)
    (*events,), sealer = maker.stored([drawn])
    causes = maker.mapper.to_domain_event(events[3])
    for version in range(len(events) + 1, LONG + 1):
        day = drawn.day + timedelta(days=version // 8)
        again = CausesRecorded(
            **vars(causes) | {
                "originator_version": version, "causes": (str(1 + version % 8),),
                "command_id": uuid5(drawn.ids[0], str(version)), "effective_on": day,
            }
        )  # fmt: skip
        events.append(maker.mapper.to_stored_event(again))
    synthetic.copy_events(conn, events, sealer)


def _pool(url: str) -> ConnectionPool[Any]:
    return ConnectionPool(url, min_size=1, max_size=6, open=True)
