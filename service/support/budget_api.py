"""Budget lines and what they hold: read by offices, managed by the officer of a province."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import Schema

from domain.commands.command import Command, Outcome
from domain.support.budget import BudgetLine
from domain.support.budget_commands import (
    AdjustAllocation,
    AllocateMoney,
    CarryOverMoney,
    CommitMoney,
    DisburseMoney,
    OpenLine,
    PassDownMoney,
    RecoverMoney,
    ReleaseMoney,
)
from projections.support import balances
from projections.support.balances import LineBalance
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.commands import etag
from service.http.routes import Answer, ApiBlueprint
from service.problems import NoSuchThing
from service.support import budget_schemas as schemas
from service.support import places
from service.support.answers import RecordedSchema, record
from service.support.permissions import May

routes = ApiBlueprint(
    "budget",
    __name__,
    url_prefix="/api/v1",
    description="Budget lines: money by area, project, source, kind and year.",
)

READ = Rule(May.READ_BUDGET, asked_area)
READ_LINE = Rule(May.READ_BUDGET, places.line)
OPEN = Rule(May.MANAGE_BUDGET, asked_area)
MANAGE = Rule(May.MANAGE_BUDGET, places.line)
SHOWN_BY = ("budget_balances",)
LINE = "/api/v1/budget-lines/{id}"
PAPER = {"effective_on": "2023-02-01", "document": {"number": "12/QĐ-UBND"}}


@routes.get("/budget-lines", rule=READ, query=schemas.LinesQuery, answer=schemas.LinesSchema)
def list_budget_lines(context: RequestContext) -> Any:
    """The budget lines of an area and the units below, with what they hold now."""
    with context.services.reading() as conn:
        found = balances.balances(conn, areas=_units(context), year=context.query["year"])
    return {"items": [_shown(one) for one in found]}


@routes.get("/balances", rule=READ, query=schemas.BalancesQuery, answer=schemas.BalancesSchema)
def get_balances(context: RequestContext) -> Any:
    """What lines held on a day, as known at a moment; carried money apart from new money."""
    query, as_of = context.query, context.query["as_of"] or context.today
    year, known_at = query["year"], query["known_at"]
    with context.services.reading() as conn:
        clocks = {"as_of": as_of, "known_at": known_at}
        found = balances.balances(conn, areas=_units(context), year=year, **clocks)
        moved = balances.transfers(conn, [one.line for one in found], **clocks)
    for name in ("programme", "node", "source", "kind"):
        found = [one for one in found if query[name] in ("", None, getattr(one.key, name))]
    return {
        "area": context.area,
        "year": year,
        **clocks,
        "new": _sums(balances.added([one for one in found if not one.key.carried], moved)),
        "carried": _sums(balances.added([one for one in found if one.key.carried], moved)),
        "lines": [_shown(one) for one in found],
    }


@routes.get(
    "/budget-lines/<uuid:line_id>",
    rule=READ_LINE,
    answer=schemas.LineWithMovementsSchema,
    etag=True,
)
def get_budget_line(context: RequestContext, line_id: UUID) -> Any:
    """One line with its movements in the order of recording."""
    with context.services.reading() as conn:
        found = balances.balances(conn, line=line_id)
        moved = balances.movements(conn, line_id)
    if not found:
        raise NoSuchThing
    version = moved[-1].version if moved else 1
    body = {**_shown(found[0]), "version": version, "movements": moved}
    return Answer(body, 200, {"ETag": etag(version)})


@routes.post(
    "/budget-lines",
    rule=OPEN,
    body=schemas.LineBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-01-01",
        "area": "46",
        "programme": "2021-2025",
        "node": "2",
        "source": "central",
        "kind": "recurrent",
        "allocation_year": 2023,
    },
)
def open_budget_line(context: RequestContext) -> Answer:
    """Open a line for the money of a year's budget; one that is there stays as it is."""
    body = context.body
    year = body["allocation_year"]
    key = {name: body[name] for name in ("programme", "node", "source", "kind")}
    command = OpenLine(area=context.area, allocation_year=year, spending_year=year, **key)
    return record(context, command, SHOWN_BY, LINE)


def _change(
    path: str, body: type[Schema], example: dict[str, Any]
) -> Callable[[Callable[[RequestContext, UUID], Command[Outcome]]], Any]:
    """Declares a path below a line, whose function makes the command of a checked body."""

    def declare(make: Callable[[RequestContext, UUID], Command[Outcome]]) -> Any:
        def view(context: RequestContext, line_id: UUID) -> Answer:
            return record(context, make(context, line_id), SHOWN_BY, LINE)

        view.__name__, view.__doc__ = make.__name__, make.__doc__
        return routes.post(
            f"/budget-lines/<uuid:line_id>/{path}",
            rule=MANAGE,
            body=body,
            answer=RecordedSchema,
            statuses=(201, 202),
            etag=True,
            changes=True,
            example={**PAPER, **example},
        )(view)

    return declare


@_change("allocations", schemas.AmountBody, {"amount": 500_000_000})
def allocate_money(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Allocate new money, on a decision."""
    return AllocateMoney(line_id, context.body["amount"])


@_change("adjustments", schemas.AdjustmentBody, {"amount": -1_000_000, "reason": "Điều chỉnh"})
def adjust_allocation(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Raise or lower the allocation, on a decision."""
    return AdjustAllocation(line_id, context.body["amount"], context.body["reason"])


@_change("transfers", schemas.TransferBody, {"amount": 1_000_000, "area": "19804"})
def pass_down_money(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Pass money down to a unit below; `created` is its line."""
    body = context.body
    node = body["node"] or _line(context, line_id).key.node
    return PassDownMoney(line_id, body["area"], node, body["amount"])


@_change(
    "carry-overs",
    schemas.CarryOverBody,
    {
        "amount": 1_000_000,
        "spending_year": 2024,
        "legal_basis": "Nghị quyết 104/2023/QH15",
    },
)
def carry_over_money(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Carry money over to a later year, perhaps into another programme; `created` is its line."""
    body, key = context.body, _line(context, line_id).key
    return CarryOverMoney(
        line_id,
        body["spending_year"],
        body["programme"] or key.programme,
        body["node"] or key.node,
        body["amount"],
        body["legal_basis"],
    )


@_change("commitments", schemas.CommitmentBody, {"amount": 1_000_000, "purpose": "Bò sinh sản"})
def commit_money(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Set money aside for a work; `created` is the commitment."""
    return CommitMoney(line_id, context.body["amount"], context.body["purpose"])


@_change(
    "releases",
    schemas.ReleaseBody,
    {"amount": 1_000_000, "commitment": "11111111-0000-4000-8000-000000000001"},
)
def release_money(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Make money of a commitment available again."""
    return ReleaseMoney(line_id, context.body["commitment"], context.body["amount"])


@_change("disbursements", schemas.DisbursementBody, {"amount": 1_000_000})
def disburse_money(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Pay money, of a commitment or of what is available; `created` is the disbursement."""
    body = context.body
    return DisburseMoney(line_id, body["amount"], body["commitment"], body["purpose"])


@_change(
    "recoveries",
    schemas.RecoveryBody,
    {
        "amount": 1_000_000,
        "disbursement": "11111111-0000-4000-8000-000000000001",
        "reason": "Chi sai đối tượng",
    },
)
def recover_money(context: RequestContext, line_id: UUID) -> Command[Outcome]:
    """Record money of a disbursement that came back."""
    body = context.body
    return RecoverMoney(line_id, body["disbursement"], body["amount"], body["reason"])


def _line(context: RequestContext, line_id: UUID) -> BudgetLine:
    found = context.services.application.support.find(BudgetLine, line_id)
    if found is None:
        raise NoSuchThing
    return found


def _units(context: RequestContext) -> list[str] | None:
    """The units of the area of the request; None for the whole country."""
    on = context.query.get("as_of") or context.today
    return context.services.areas().units_within(context.area, on)


_SUMS = ("incoming", "open_commitments", "spent", "available")


def _sums(totals: Any) -> dict[str, int]:
    return {**asdict(totals), **{name: getattr(totals, name) for name in _SUMS}}


def _shown(one: LineBalance) -> dict[str, Any]:
    return {
        "line": one.line,
        **asdict(one.key),
        "carried": one.key.carried,
        "totals": _sums(one.totals),
    }
