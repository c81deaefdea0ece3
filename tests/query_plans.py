"""The plans of the statements that run, on a database with many copies of a few households."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple
from unittest import mock

import psycopg
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.pq import TransactionStatus

from projections.read_models import named
from service.operations.migrate import APP_ROLE

# Tables that grow with the households on record.
GROWING = {
    *(f"store.{name}" for name in
      ("events", "ledger", "commands", "claims", "subject_keys", "match_keys")),
    *(f"read.{name}" for name in
      ("household_file", "timeline", "register", "status_spans", "counts", "findings",
       "recorded_days", "deprivation_counts", "surveys", "round_households",
       "certificates", "signed_decisions", "cases",
       "coverage_grants", "coverage_exits", "grants", "decision_figures",
       "livelihood_model_households", "budget_movements", "contests")),
}  # fmt: skip
# Indexes of few rows of such a table: what was withdrawn, the events of units and of programmes.
OF_FEW = {"findings_withdrawn", "area_events_by_tx", "programme_events"}
_READING = ("select", "with", "insert", "update", "delete")
# PostgreSQL keeps a plan for any values where it costs no more than one for these values, with
# this much for making it (`cached_plan_cost` in plancache.c).
_PLANNING = 2.5


class Scan(NamedTuple):
    """A walk through a whole table that grows with households, and the statement that makes it;
    `country`: it is asked about every unit."""

    table: str
    statement: str
    country: bool


class Plans:
    """The scans in the plans of every statement that one login ran while it was recording."""

    def __init__(self, login: str = APP_ROLE) -> None:
        self.login = login
        self.scans: set[Scan] = set()
        self.explained: dict[tuple[str, bool], int] = {}
        self.of: set[str] = set()
        """The tables that were read by any plan."""
        self.asking: set[tuple[str, str]] = set()
        """Module and name of every function of `projections` that was asking."""

    def look(self, cursor: Any, query: Any, parameters: Any, *, kept: bool) -> None:
        """Explain a statement as it would run now; where it may be `kept`, for any values too."""
        conn = cursor.connection
        frame = sys._getframe(2)
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            if module.startswith("projections."):
                self.asking.add((module, frame.f_code.co_name))
            frame = frame.f_back  # type: ignore[assignment]
        text = " ".join(_text(query, conn).split())
        country = isinstance(parameters, dict) and any(
            parameters.get(name, "") is None for name in ("units", "areas")
        )
        times = self.explained.get((text, country), 0)
        if not text.lower().startswith(_READING) or times >= _TIMES or conn.info.user != self.login:
            return
        if conn.info.transaction_status == TransactionStatus.INERROR or conn.info.pipeline_status:
            return
        self.explained[text, country] = times + 1
        found = _explain(cursor, query, parameters)
        if kept and parameters:
            for_any = _explain_for_any(cursor, query, parameters)
            if for_any and for_any["Total Cost"] <= found["Total Cost"] + _PLANNING * _tables(
                found
            ):
                found = for_any
        self.of.update(_relations(found))
        self.scans |= {Scan(table, text, country) for table in _walked(found)}


_TIMES = 3


def _text(query: Any, conn: Any) -> str:
    if isinstance(query, psycopg.sql.Composable):
        query = query.as_string(conn)
    return query.decode() if isinstance(query, bytes) else str(query)


def _explain(asking: Any, query: Any, parameters: Any) -> dict[str, Any]:
    cursor = psycopg.Cursor(asking.connection)
    cursor._adapters = asking.adapters  # values of classes that this cursor alone can send
    text = b"explain (format json, verbose) " + _text(query, asking.connection).encode()
    _execute(cursor, text, parameters, prepare=False)
    return _plan(cursor)


def _explain_for_any(asking: Any, query: Any, parameters: Any) -> dict[str, Any] | None:
    """The plan that would be kept; None where PostgreSQL cannot tell the types of the values."""
    conn = asking.connection
    asked = PostgresQuery(Transformer(asking))
    asked.convert(_text(query, conn).encode(), parameters)
    cursor = psycopg.Cursor(conn)
    types = ", ".join(_type_of(cursor, oid) for oid in asked.types)
    values = ", ".join(["null"] * len(asked.types))
    name = f"kept_{next(_numbers)}"
    try:
        with conn.transaction(force_rollback=True):
            _execute(cursor, f"prepare {name} ({types}) as ".encode() + asked.query)
            _execute(cursor, b"set local plan_cache_mode = force_generic_plan")
            _execute(cursor, f"explain (format json, verbose) execute {name} ({values})".encode())
            found = _plan(cursor)
    except psycopg.errors.SyntaxErrorOrAccessRuleViolation:
        return None
    return found


_numbers = count()
_types = {0: "unknown"}


def _type_of(cursor: Any, oid: int) -> str:
    if oid not in _types:
        _execute(cursor, b"select %s::oid::regtype::text", [oid])
        (_types[oid],) = cursor.fetchone()
    return _types[oid]


def _plan(cursor: Any) -> dict[str, Any]:
    (answer,) = cursor.fetchone()
    said = answer if isinstance(answer, list) else json.loads(answer)
    plan: dict[str, Any] = said[0]["Plan"]
    return plan


def _relations(plan: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in plan:
        yield f"{plan['Schema']}.{plan['Relation Name']}"
    for below in plan.get("Plans", ()):
        yield from _relations(below)


def _tables(plan: dict[str, Any]) -> int:
    return 1 + sum(1 for _ in _relations(plan))


def _walked(plan: dict[str, Any], *, limited: bool = False) -> Iterator[str]:
    """Tables that a plan reads from end to end: in no order or along an index, without a limit
    that the first rows reach."""
    limited = limited or plan["Node Type"] == "Limit"
    table, kind = f"{plan.get('Schema')}.{plan.get('Relation Name')}", plan["Node Type"]
    if table in GROWING and (
        (kind == "Seq Scan" and ("Filter" in plan or not limited))
        or (
            kind.startswith("Index")
            and "Index Cond" not in plan
            and plan["Index Name"] not in OF_FEW
            and not limited
        )
    ):
        yield table
    for below in plan.get("Plans", ()):
        sorts = kind in ("Sort", "Aggregate", "Hash") and plan.get("Strategy") != "Sorted"
        yield from _walked(below, limited=limited and not sorts)


_execute = psycopg.Cursor.execute
_execute_on_server = psycopg.ServerCursor.execute


@contextmanager
def recording(plans: Plans) -> Iterator[None]:
    """Explain every statement of every connection of this process."""

    def execute(cursor: Any, query: Any, params: Any = None, **how: Any) -> Any:
        done = _execute(cursor, query, params, **how)
        plans.look(cursor, query, params, kept=how.get("prepare") is not False)
        return done

    def execute_on_server(cursor: Any, query: Any, params: Any = None, **how: Any) -> Any:
        done = _execute_on_server(cursor, query, params, **how)
        plans.look(cursor, query, params, kept=False)
        return done

    with (
        mock.patch.object(psycopg.Cursor, "execute", execute),
        mock.patch.object(psycopg.ServerCursor, "execute", execute_on_server),
    ):
        yield


def enlarge(conn: psycopg.Connection, households: int, neighbour: str) -> None:
    """Copy every household until there are about as many: one of a hundred where it is, four in
    `neighbour`, the others in units elsewhere.

    `conn` logs in as superuser. Copies have the events of the household they are copied from, so
    that they can be read, and a place of their own in the ledger and in every read model.
    """
    (known,) = conn.execute("select count(*) from read.register").fetchone()  # type: ignore[misc]
    conn.execute("create temp table copies as select generate_series(1, %s) as n",
                 [households // known])  # fmt: skip
    for statement in _COPIES:
        conn.execute(statement.replace("{neighbour}", neighbour).encode())
    conn.commit()
    conn.autocommit = True
    conn.execute("vacuum analyze")


_ID = "md5({0}::text || n)::uuid"
_AREA = (
    "case when n % 100 = 0 then {0} when n % 100 < 5 then '{{neighbour}}'"
    " else 'u' || n % 97 || '@2004-07-08' end"
)
(_OF_ROUNDS,) = named(["round_households"])
(_OF_CASES,) = named(["cases"])
(_OF_FIGURES,) = named(["decision_figures"])
(_OF_GRANTS,) = named(["grants"])
_CASE_STATUS = {"status": "case when m = 1 then status else 'closed' end"}  # few wait
_COPIES = (
    # The write side.
    f"""insert into store.events (originator_id, originator_version, topic, state, recorded_at)
    select {_ID.format("originator_id")}, originator_version, topic, state, recorded_at
      from copies, store.events where topic like 'household.%' order by n, position""",
    """insert into store.ledger (seq, position, leaf)
    select (select max(seq) from store.ledger) + row_number() over (order by e.position),
           e.position, sha256(e.position::text::bytea)
      from store.events e where e.position > (select max(position) from store.ledger)""",
    f"""insert into store.commands (command_id, account, digest, answer, recorded_at)
    select {_ID.format("command_id")}, account, digest, answer, recorded_at
      from copies, store.commands""",
    f"""insert into store.claims (key, holder, since, until)
    select sha256(key || n::text::bytea), {_ID.format("holder")}, since, until
      from copies, store.claims""",
    f"""insert into store.subject_keys (subject, wrapped)
    select {_ID.format("subject")}, wrapped from copies, store.subject_keys
     where wrapped is not null""",
    """insert into store.match_keys (key, person, household)
    select decode('ffffffff' || left(md5(household_id::text || n || k), 24), 'hex'),
           md5(household_id::text || n)::uuid, md5(household_id::text || n)::uuid
      from copies, read.register, generate_series(1, 4) as k""",
    # The read models.
    """insert into read.contests
    select md5(household_id::text || n)::uuid, md5('contest' || household_id::text || n)::uuid,
           'class', date '2023-01-01' + n % 300, date '2023-02-01' + n % 300, null, null, null,
           case when n % 50 = 0 then null else date '2023-01-20' + n % 300 end,
           case when n % 50 = 0 then '' else 'kept' end, '\\x00'::bytea, null
      from copies, read.register""",
    f"""insert into read.household_file
    select {_ID.format("household_id")}, version, seq, effective_on, state
      from copies, read.household_file""",
    f"""insert into read.timeline
    select e.originator_id, l.seq, e.originator_id, t.version, t.topic, t.effective_on,
           t.recorded_at, t.account, t.role, t.document, {_AREA.format("t.area")}
      from copies, read.timeline t, store.events e, store.ledger l
     where t.originator_id = t.household_id and e.originator_id = {_ID.format("t.household_id")}
       and e.originator_version = t.version and l.position = e.position""",
    f"""insert into read.register
    select {_ID.format("household_id")}, number || n, number_key || n, {_AREA.format("area")},
           village, village_key, class, newly_escaped_until, ended, persons, no_labour_capacity,
           ethnic_minority, meritorious, registered_on, head_subject, head_sealed,
           name_key || chr(65 + n % 26), words, id_indexes
      from copies, read.register""",
    f"""insert into read.status_spans
    select {_ID.format("household_id")}, scope, class, {_AREA.format("area")}, persons,
           no_labour_capacity, ethnic_minority, meritorious, from_split, village, ethnicity,
           female_head, ethnicities, birth_years, valid_from, valid_to, known_from, known_to, seq
      from copies, read.status_spans""",
    f"""insert into read.counts
    select {_AREA.format("area")}, class, effective_on + n % 300, known_on + n % 300, shard,
           sum(households), sum(persons), 0, 0, 0
      from copies, read.counts group by 1, 2, 3, 4, 5
    on conflict (area, class, effective_on, known_on, shard) do nothing""",
    f"""insert into read.findings
    select {_ID.format("household_id")}, kind, effective_on, seq, recorded_at, codes
      from copies, read.findings""",
    f"""insert into read.recorded_days
    select {_ID.format("household_id")}, recorded_on + n % 900 from copies, read.recorded_days""",
    f"""insert into read.deprivation_counts
    select {_AREA.format("area")}, class, by_month, effective_on + n % 300, code, sum(households)
      from copies, read.deprivation_counts group by 1, 2, 3, 4, 5
    on conflict (area, class, by_month, effective_on, code) do nothing""",
    """insert into read.list_lengths
    select area, class, count(*) from read.register where not ended group by 1, 2
    on conflict (area, class) do update set households = excluded.households""",
    """insert into read.surveys
    select md5(household_id::text || n || '.' || m)::uuid,
           md5(survey_id::text || n || '.' || m)::uuid, surveyed_on, surveyor, latest
      from copies, generate_series(1, 20) as m, read.surveys""",
    f"""insert into read.certificates
    select {_ID.format("certificate_id")}, {_ID.format("household_id")}, {_AREA.format("area")},
           number, class, issued_on, seq, decision_number, decision_signed_on, ended_on, ended_by,
           substr(sha256(check_key || n::text::bytea), 1, 15)
      from copies, read.certificates""",
    f"""insert into read.signed_decisions
    select {_ID.format("household_id")}, version, {_AREA.format("area")}, number, signed_on,
           effective_on, class, class_before, withdrawn,
           substr(sha256(check_key || (n % 97)::text::bytea), 1, 15)
      from copies, read.signed_decisions""",
    f"""insert into read.cases
    select md5(case_id::text || n || '.' || m)::uuid, version,
           md5(household_id::text || n || '.' || m)::uuid, {_AREA.format("area")},
           {", ".join(_CASE_STATUS.get(one, one) for one in list(_OF_CASES.tables[0].columns)[4:])}
      from copies, generate_series(1, 20) as m, read.cases""",
    f"""insert into read.coverage_grants
    select md5(household_id::text || n)::uuid, {_ID.format("support_id")}, programme, benefit,
           granted_on, period_from, period_until, known_from, known_to
      from copies, read.coverage_grants""",
    f"""insert into read.coverage_exits
    select {_ID.format("household_id")}, version, class_before, kind, left_on, newly_escaped_until,
           known_from, known_to
      from copies, read.coverage_exits""",
    f"""insert into read.grants
    select {_ID.format("household_id")}, {_ID.format("support_id")}, {_AREA.format("area")},
           {", ".join(list(_OF_GRANTS.tables[0].columns)[3:])}
      from copies, read.grants""",
    f"""insert into read.decision_figures
    select {_ID.format("household_id")}, version, {_AREA.format("area")},
           {", ".join(list(_OF_FIGURES.tables[0].columns)[3:])}
      from copies, read.decision_figures""",
    # Twenty households in each model, and twenty movements of each line.
    f"""insert into read.livelihood_model_households
    select {_ID.format("model_id")}, md5(household_id::text || n || '.' || m)::uuid, joined_on
      from copies, generate_series(1, 20) as m, read.livelihood_model_households""",
    f"""insert into read.livelihood_models
    select {_ID.format("model_id")}, version, 'u' || n % 97 || '@2004-07-08', kind, title,
           programme, node, line_id, funding_year, started_on, ended_on, ending
      from copies, read.livelihood_models""",
    f"""insert into read.budget_movements
    select {_ID.format("line")}, m, date '2023-01-01' + m, recorded_at, 'committed', 1000, false,
           null, ''
      from copies, generate_series(1, 20) as m, read.budget_lines""",
    f"""insert into read.budget_lines
    select {_ID.format("line")}, recorded_at, 'u' || n % 97 || '@2004-07-08', programme, node,
           source, kind, allocation_year, spending_year
      from copies, read.budget_lines""",
    f"""insert into read.rounds
    select {_ID.format("round_id")}, 'u' || n % 97 || '@2004-07-08', track, year, month, procedure,
           lists, opened_on, last_on, closed_on, outcome, households, version
      from copies, read.rounds where n <= 2000""",
    # As many households as elsewhere, though few of the others are under review.
    f"""insert into read.round_households
    select {_ID.format("round_id")}, md5(household_id::text || n || '.' || m)::uuid,
           {", ".join(list(_OF_ROUNDS.tables[0].columns)[2:])}
      from copies, generate_series(1, 20) as m, read.round_households""",
    "update read.positions set seq = (select max(seq) from store.ledger)",
)
