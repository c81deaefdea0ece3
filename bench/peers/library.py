"""The library's own PostgreSQL recorder in its default mode, and its own projection runner."""

from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from bench.harness import Follower


class PlainHousehold(Aggregate):
    """The same household as ours, in the library's plainest style: one save, three events."""

    @event("Registered")
    def __init__(self, number: str, area: str, members: list[dict[str, str]]) -> None:
        self.number = number
        self.area = area
        self.members = members
        self.poor_class = ""

    @event("Surveyed")
    def survey(self, b1: int, b2: int, answers: dict[str, int]) -> None:
        self.scores = (b1, b2)

    @event("Classified")
    def classify(self, poor_class: str, decision: str) -> None:
        self.poor_class = poor_class


class PlainApplication(Application[UUID]):
    name = "plain"


def environment(url: str) -> dict[str, str]:
    """The library's settings for a PostgreSQL URL (its own tables in the schema `public`)."""
    parts = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts.get("port", 5432)),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": str(parts.get("password") or "-"),
        "POSTGRES_SCHEMA": "public",
        "CREATE_TABLE": "n",
    }


def create_tables(url: str) -> None:
    PlainApplication(environment(url) | {"CREATE_TABLE": "y"}).close()


def new_household() -> PlainHousehold:
    household = PlainHousehold(
        number="HN-0001",
        area="19804@2021-07-01",
        members=[{"name": f"Nguyễn Văn {n}", "relation": "con", "sex": "male"} for n in range(4)],
    )
    household.survey(b1=135, b2=40, answers={str(n): n for n in range(12)})
    household.classify(poor_class="poor", decision="12/QĐ-UBND")
    return household


def follower(url: str) -> Follower:
    """Reads on in the library's own order of events: (id, version)."""
    application = PlainApplication(environment(url))

    def read_on(last: int) -> list[tuple[int, int]]:
        found = application.recorder.select_notifications(last, 10_000, inclusive_of_start=False)
        return [(one.id, one.originator_version) for one in found]

    return read_on


def saver(url: str) -> Any:
    application = PlainApplication(environment(url))
    return lambda: application.save(new_household())


class TallyView(PostgresTrackingRecorder):
    """One small table: how many events of each topic, with the position in one transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tally = Identifier(self.datastore.schema, "tally")
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {} (topic text PRIMARY KEY, events bigint NOT NULL)"
            ).format(self.tally)
        )

    def count(self, topic: str, tracking: Tracking) -> None:
        statement = SQL(
            "INSERT INTO {0} VALUES (%s, 1)"
            " ON CONFLICT (topic) DO UPDATE SET events = {0}.events + 1"
        ).format(self.tally)
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement, (topic,))


class Tally(Projection[TallyView]):
    name = "tally"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.count(type(domain_event).__qualname__, tracking)


def catch_up(url: str, events: int) -> tuple[int, float]:
    """Save `events` events with the library, then let its runner project them.

    Returns the number projected and the seconds it took from start to the last position.
    """
    env = environment(url) | {"CREATE_TABLE": "y"}
    with PlainApplication(env) as application:
        last = 0
        for _ in range(events // 3):
            last = application.save(new_household())[-1].notification.id
    started = datetime.now().astimezone()
    runner: Any = ProjectionRunner(
        application_class=PlainApplication,
        projection_class=Tally,
        view_class=TallyView,
        env=env,
    )
    with runner:
        runner.wait(last, timeout=600)
    return last, (datetime.now().astimezone() - started).total_seconds()
