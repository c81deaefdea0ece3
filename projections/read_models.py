"""The list of read models, and the making of their tables."""

from collections.abc import Iterable, Sequence

import psycopg
from psycopg import sql

from domain.eventstore.postgres import Connection
from projections.areas.areas_model import Areas
from projections.duplicates.duplicates_model import Duplicates
from projections.engine.read_model import ReadModel
from projections.engine.tables import create_tables, finish_tables
from projections.households.certificates_model import Certificates
from projections.households.counts_model import Counts
from projections.households.deprivation_counts_model import DeprivationCounts
from projections.households.deprivations_model import Deprivations
from projections.households.file_model import HouseholdFile
from projections.households.list_lengths_model import ListLengths
from projections.households.register_model import Register
from projections.households.signed_decisions_model import SignedDecisions
from projections.households.status_spans_model import StatusSpans
from projections.households.surveys_model import Surveys
from projections.households.timeline_model import Timeline
from projections.households.worker_decisions_model import WorkerDecisions
from projections.oversight.reports_model import Reports
from projections.own_view.contests_model import Contests
from projections.population.population_model import Denominators
from projections.reviews.handed_lists_model import HandedLists
from projections.reviews.round_households_model import RoundHouseholds
from projections.reviews.rounds_model import Rounds
from projections.support.activities_model import Activities
from projections.support.budget_model import BudgetBalances
from projections.support.cases_model import Cases
from projections.support.coverage_model import Coverage
from projections.support.decision_figures_model import DecisionFigures
from projections.support.grant_batches_model import GrantBatches
from projections.support.grants_model import Grants
from projections.support.livelihood_models_model import LivelihoodModels
from projections.support.officer_counts_model import OfficerCounts
from projections.support.officers_model import Officers
from projections.support.programmes_model import Programmes
from projections.support.targets_model import Targets

APP_ROLE = "socai_app"
_MAKING_TABLES = 1397703507, 2  # advisory lock

MODELS: tuple[ReadModel, ...] = (
    HouseholdFile(),
    Timeline(),
    Register(),
    StatusSpans(),
    Counts(),
    Deprivations(),
    Areas(),
    Denominators(),
    # Sums of all households, last: rebuilding processes wait for each other's rows of them.
    ListLengths(),
    DeprivationCounts(),
    Duplicates(),
    Certificates(),
    SignedDecisions(),
    Programmes(),
    BudgetBalances(),
    Cases(),
    Surveys(),
    Rounds(),
    RoundHouseholds(),
    Reports(),
    GrantBatches(),
    Targets(),
    Activities(),
    LivelihoodModels(),
    Grants(),
    Coverage(),
    Officers(),
    OfficerCounts(),
    DecisionFigures(),
    Contests(),
    WorkerDecisions(),
    HandedLists(),
)

REMOVED: dict[str, tuple[str, ...]] = {"newly_escaped": ("newly_escaped",)}
"""The tables of read models that earlier versions had. Workers drop them (`rebuild/removal.py`)."""


class TablesRefused(Exception):
    """The tables of the read models cannot be made; the message says what to do."""


def named(names: Iterable[str], models: Sequence[ReadModel] = MODELS) -> tuple[ReadModel, ...]:
    """The read models of these names, in the order of the list. Raises KeyError."""
    by_name = {model.name: model for model in models}
    wanted = {name: by_name[name] for name in names}
    return tuple(model for model in models if model.name in wanted)


def make_tables(conn: Connection, models: Sequence[ReadModel] = MODELS) -> list[str]:
    """Makes the tables of read models that have none yet; returns their names.

    Called after the migrations. The tables belong to the service's role, so that its workers
    can swap them for rebuilt ones; `conn` must be that role or a member of it.
    """
    made = []
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s, %s)", _MAKING_TABLES)
        _become_app_role(conn)
        known = {name for (name,) in conn.execute("select model from read.positions").fetchall()}
        for model in models:
            if model.name not in known:
                create_tables(conn, "read", model.tables)
                finish_tables(conn, "read", model.tables)
                register_position(conn, "read", model)
                made.append(model.name)
    return made


def register_position(conn: Connection, schema: str, model: ReadModel, seq: int = 0) -> None:
    """Says that the model's tables in this schema hold everything up to `seq`."""
    conn.execute(
        sql.SQL(
            "insert into {}.positions (model, version, seq, tables) values (%s, %s, %s, %s)"
        ).format(sql.Identifier(schema)),
        [model.name, model.version, seq, [table.name for table in model.tables]],
    )


def outdated(conn: Connection, models: Sequence[ReadModel] = MODELS) -> list[str]:
    """Names of read models whose rows an older version of their code made.

    Rows of a newer version are none of these: its workers keep them, and this code is about to go.
    """
    versions: dict[str, int] = dict(
        conn.execute("select model, version from read.positions").fetchall()
    )
    return [model.name for model in models if versions.get(model.name, 0) < model.version]


def _become_app_role(conn: Connection) -> None:
    """For this transaction. An owner that made the role itself may make itself a member."""
    try:
        with conn.transaction():
            conn.execute(f"set local role {APP_ROLE}")
            return
    except psycopg.errors.InsufficientPrivilege:
        pass
    try:
        conn.execute(f"grant {APP_ROLE} to current_user")
        conn.execute(f"set local role {APP_ROLE}")
    except psycopg.errors.InsufficientPrivilege:
        raise TablesRefused(
            f"the read models belong to {APP_ROLE}; let an administrator run:"
            f' grant {APP_ROLE} to "{conn.info.user}"'
        ) from None
