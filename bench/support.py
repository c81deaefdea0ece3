"""Support of a large province: a batch of grants with its settlement list, and what officers ask.

The households are those of a made-up office (`bench.office`). The batch gives one quarter of
electricity to as many of them as Hải Phòng had poor households; its recipients are decided one by
one, on their own events, as a worker does it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Flask, g
from psycopg_pool import ConnectionPool

from bench import office, papers, questions, tables
from bench.harness import percentile
from bench.isolated_runs import Spent, alone
from bench.ours import KEYS
from bench.questions import Reader
from bench.results import Row
from bench.server import BenchServer
from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory, AreaDirectoryCache
from domain.commands.command import Actor, CommandContext, Document
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from domain.standards import load_standards
from domain.support.budget import BudgetLine, LineKey
from domain.support.budget_commands import AllocateMoney, OpenLine
from domain.support.grant_batch import GrantBatch, Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from domain.support.handler import SupportCommand
from domain.support.load import published
from domain.support.programme import Benefit
from projections.catch_up import catch_up
from projections.support import balances, eligible, grant_batches, grant_job
from service.access.authorization import RequestContext
from service.support import settlement_list
from service.support.coverage_figures import coverage_table

COMMUNES = 100
RUNS = 5
MOST = 30  # seconds of an act
MOST_PAGE, MOST_LIST, MOST_COVERAGE, MOST_BALANCES = 1_000, 10_000, 3_000, 500  # milliseconds
AMOUNT = 196_500
QUARTER, APPROVED = date(2026, 7, 1), date(2026, 9, 1)
RECORDED = datetime(2026, 12, 1, 3, tzinfo=UTC)
"""Later than anything that the households of the office have on record."""
PAGE = 50
NODES = ("1", "2", "3.1", "4.1", "5", "6.1", "7.1")
PARTS = 5
"""Commitments of a line, each paid in two parts."""
PAPER = Document("12/QĐ-UBND", APPROVED, "chutich")


def rows(server: BenchServer, recipients: int, households: int) -> list[Row]:
    """The batch and its list, then the list of who qualifies, and the balances."""
    database = server.migrated()
    office.fill(database.url, database.superuser_url, households, COMMUNES)
    with questions.reader_of(database.url) as reader:
        province, listed = tables.largest(reader)
    spent = alone(grant, database.url, province, recipients)
    with questions.reader_of(database.url) as reader, _pool(database.url) as pool:
        asked = ask(reader, AreaDirectoryCache(pool).directory, province)
    server.drop(database)
    return [*_of_batch(spent), *_of_questions(asked, listed)]


def _of_batch(spent: Spent) -> list[Row]:
    took: BatchTook = spent.answer
    acts = took.drawn_up, took.approved, took.granted
    return [
        Row(
            f"a batch of {took.recipients:,} grants: drawn up / approved / granted and paid",
            f"{took.drawn_up:,.1f} / {took.approved:,.1f} / {took.granted:,.1f} s;"
            f" in every read model {took.shown:,.1f} s later",
            "-",
            f"stated; each part under {MOST} s",
            max(acts) < MOST,
            "each recipient is decided on the events of the household",
        ),
        Row(
            "... its settlement list: read / PDF / Excel",
            f"{took.gathered:,.1f} / {took.printed:,.1f} / {took.written:,.1f} s;"
            f" {spent.memory:,.0f} MiB, the typesetter {took.typesetter:,.0f} MiB;"
            f" {took.pdf_size / 2**20:,.1f} MiB of PDF",
            "-",
            f"stated; each part under {MOST} s",
            max(took.gathered, took.printed, took.written) < MOST,
            "each name and identity number is unsealed, and the typesetter lays out every row",
        ),
    ]


def _of_questions(asked: dict[str, float], listed: int) -> list[Row]:
    return [
        Row(
            f"who qualifies and is not served in a province, {listed:,} listed households:"
            " a page / the whole list",
            f"{asked['page']:,.0f} / {asked['whole']:,.0f} ms",
            "-",
            f"under {MOST_PAGE:,} / {MOST_LIST:,} ms",
            asked["page"] < MOST_PAGE and asked["whole"] < MOST_LIST,
            "each listed household of the province is looked at",
        ),
        Row(
            f"coverage of a benefit in a province and its communes, {listed:,} listed households",
            f"{asked['coverage']:,.0f} ms; as known at a moment {asked['covered_then']:,.0f} ms",
            "-",
            f"under {MOST_COVERAGE:,} ms",
            max(asked["coverage"], asked["covered_then"]) < MOST_COVERAGE,
            "each household of the province is judged on the day",
        ),
        Row(
            f"balances of a province, {asked['lines']:,.0f} lines",
            f"{asked['balances']:,.0f} ms; as known at a moment {asked['known']:,.0f} ms",
            "-",
            f"under {MOST_BALANCES:,} ms",
            max(asked["balances"], asked["known"]) < MOST_BALANCES,
            "each movement of each line is added up",
        ),
    ]


# ---- the batch ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BatchTook:
    """The seconds of each part, the recipients, the bytes of the PDF, and the MiB of the
    typesetter."""

    recipients: int
    drawn_up: float
    approved: float
    granted: float
    shown: float
    gathered: float
    printed: float
    written: float
    pdf_size: int
    typesetter: float


def grant(url: str, province: str, most: int) -> BatchTook:
    """Draws up, approves and grants a batch in a province, and prints its settlement list."""
    pool = _pool(url)
    application = SocaiApplication(pool, Keyring(pool, *KEYS), load_standards())
    for command in published():
        _run(application, command, command.valid_from)
    fund_communes(application, province)
    with pool.connection() as conn:
        chosen = _recipients(conn, application.areas.directory, province, most)
    line = _line(application, province, len(chosen))
    catch_up(pool, application.keyring)
    draw = DrawUpBatch(province, "policies", "electricity", QUARTER, line, chosen)
    drawn_up, batch_id = _timed(lambda: _run(application, draw, APPROVED, "case_worker"))
    approval = ApproveBatch(batch_id)
    approved, _ = _timed(lambda: _run(application, approval, APPROVED, "chairman"))
    granted, _ = _timed(lambda: grant_job.run(application, batch_id, lambda: RECORDED))
    shown, _ = _timed(lambda: catch_up(pool, application.keyring))
    batch = application.support.find(GrantBatch, batch_id)
    if batch is None or batch.refused or batch.disbursed != AMOUNT * len(chosen):
        raise RuntimeError("not every recipient was granted")
    gathered, found = _timed(lambda: _gathered(application, batch_id))
    printed, document = _timed(lambda: settlement_list.printed(_context(application), found))
    written, _ = _timed(lambda: settlement_list.workbook(found))
    return BatchTook(
        len(chosen), drawn_up, approved, granted, shown, gathered, printed, written,
        len(document), papers.typesetter_memory(),
    )  # fmt: skip


def _recipients(
    conn: Connection, directory: AreaDirectory, province: str, most: int
) -> tuple[Recipient, ...]:
    units = directory.units_within(province, QUARTER)
    found = eligible.eligible(
        conn, _benefit("policies", "electricity"), programme="policies", areas=units,
        on=APPROVED, unserved=True, limit=most,
    )  # fmt: skip
    return tuple(Recipient(one.household_id, None, AMOUNT) for one in found)


def _line(application: SocaiApplication, province: str, recipients: int) -> UUID:
    day = date(APPROVED.year, 1, 2)
    key = LineKey(province, "policies", "electricity", "local", "recurrent", day.year, day.year)
    fields: dict[str, Any] = {name: getattr(key, name) for name in key.__dataclass_fields__}
    _run(application, OpenLine(**fields), day)
    _run(application, AllocateMoney(key.id, AMOUNT * recipients), day)
    return key.id


class _Services:
    """What the settlement list needs of the services of a request."""

    def __init__(self, application: SocaiApplication) -> None:
        self.application = application
        self.keyring = application.keyring

    def clock(self) -> datetime:
        return RECORDED

    def areas(self) -> AreaDirectory:
        return self.application.areas.directory

    def reading(self) -> Any:
        return self.application.pool.connection()


def _context(application: SocaiApplication) -> RequestContext:
    return RequestContext(cast(Any, _Services(application)))


def _gathered(application: SocaiApplication, batch_id: UUID) -> settlement_list.SettlementList:
    with Flask("bench").app_context(), application.pool.connection() as conn:
        g.language = "vi"
        batch = grant_batches.batch(conn, batch_id)
        if batch is None:
            raise RuntimeError("the batch is not in the read model")
        return settlement_list.gathered(_context(application), batch)


# ---- the questions --------------------------------------------------------------------------


def fund_communes(application: SocaiApplication, province: str) -> int:
    """Gives each commune of a province a line for each project, with commitments paid in parts.

    Returns how many lines.
    """
    directory = application.areas.directory
    communes = [
        unit
        for unit in directory.units_within(province, APPROVED) or []
        if directory.unit(unit).level == "commune" and directory.unit(unit).stands_on(APPROVED)
    ]
    context = _at(date(APPROVED.year, 3, 1))
    for commune in communes:
        lines = []
        for node in NODES:
            year = APPROVED.year
            key = LineKey(commune, "2021-2025", node, "central", "recurrent", year, year)
            line = BudgetLine.open(context, key)
            line.allocate(context, 1_000 * PARTS)
            for _ in range(PARTS):
                commitment = uuid4()
                line.commit(context, 900, commitment)
                line.disburse(context, 400, uuid4(), commitment)
                line.disburse(context, 300, uuid4(), commitment)
            lines.append(line)
        application.save(*lines)
    return len(communes) * len(NODES)


def ask(reader: Reader, directory: AreaDirectory, province: str) -> dict[str, float]:
    """The milliseconds that half of the answers took at most, and the number of lines."""
    units = sorted(reader.lineage.counted(province, questions.TODAY).all)
    benefit = _benefit("2021-2025", "livelihood_model")

    def qualifying(limit: int) -> Sequence[object]:
        return eligible.eligible(
            reader.conn, benefit, programme="2021-2025", areas=units, on=questions.TODAY,
            unserved=True, limit=limit,
        )  # fmt: skip

    def held(known_at: datetime | None = None) -> Sequence[object]:
        return balances.balances(
            reader.conn, areas=units, year=APPROVED.year, as_of=questions.TODAY, known_at=known_at
        )

    electricity = _benefit("policies", "electricity")

    def covered(known_at: datetime | None = None) -> object:
        return coverage_table(
            reader.conn, directory, province, "policies", electricity, on=APPROVED,
            known_at=known_at, smallest=None,
        )  # fmt: skip

    return {
        "page": _milliseconds(lambda: qualifying(PAGE)),
        "whole": _milliseconds(lambda: qualifying(10**6)),
        "coverage": _milliseconds(covered),
        "covered_then": _milliseconds(lambda: covered(RECORDED)),
        "balances": _milliseconds(held),
        "known": _milliseconds(lambda: held(RECORDED)),
        "lines": float(len(held())),
    }


def _benefit(programme: str, code: str) -> Benefit:
    defined = next(one for one in published() if one.code == programme)
    return next(one for one in defined.benefits if one.code == code)


# ---- commands and clocks --------------------------------------------------------------------


def _at(on: date, role: str = "province_officer") -> CommandContext:
    return CommandContext(on, Actor(f"bench.{role}", role), uuid4(), RECORDED, PAPER)


def _run(
    application: SocaiApplication,
    command: SupportCommand,
    on: date,
    role: str = "province_officer",
) -> UUID:
    return application.run(command, _at(on, role)).aggregate_id


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def _milliseconds(work: Callable[[], object]) -> float:
    return percentile([_timed(work)[0] * 1_000 for _ in range(RUNS)], 0.5)


def _pool(url: str) -> ConnectionPool[Any]:
    return ConnectionPool(url, min_size=1, max_size=4, open=True)
