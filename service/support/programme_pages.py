"""The page of programmes: their trees with benefits and rates, and what became of their money."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from domain.support.balance import Totals
from domain.support.programme import Benefit, Node, Rate
from projections.support import balances, programmes
from projections.support.balances import LineBalance
from projections.support.programmes import ProgrammeRow
from service.access.authorization import RequestContext, Rule
from service.support import area_choice, words
from service.support.permissions import May
from service.ui import charts, forms, navigation
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("programme_pages", __name__)

READ = Rule(May.READ_PROGRAMMES)
MILLION = 1_000_000


class ProgrammesQuery(area_choice.AreaOfPage):
    """The programme that is opened, the area and year of its money, and the day."""

    programme = fields.String(load_default="", validate=validate.Length(max=60))
    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    on = forms.TypedPastDay(load_default=None)


@dataclass(frozen=True, slots=True)
class NodeShown:
    """A node of the tree at its depth, with its benefits and the rate of each on the day."""

    node: Node
    title: str
    depth: int
    benefits: list[tuple[Benefit, Rate | None]]


@dataclass(frozen=True, slots=True)
class MoneyOfNode:
    """What became of the money of a node: new money or carried money, never both in one sum."""

    title: str
    carried: bool
    totals: Totals

    @property
    def parts(self) -> dict[str, int]:
        """The parts that add up to what came, in đồng."""
        totals = self.totals
        return {
            "spent": totals.spent,
            "committed": totals.open_commitments,
            "available": totals.available,
            "gone": totals.passed_down + totals.carried_over,
        }


@pages.get("/chuong-trinh", rule=READ, query=ProgrammesQuery)
def tree_page(context: RequestContext) -> str:
    """The programmes in force on a day; of one its tree, benefits, rates, sources and money."""
    query = context.query
    on = query["on"] or context.today
    year = query["year"] or on.year
    unit, day = _unit(context)
    path = context.services.areas().lineage.path(unit, day) if unit != COUNTRY else []
    with context.services.reading() as conn:
        rows = programmes.programmes(conn, on=on, areas=[unit, *path])
    chosen = next((row for row in rows if row.code == query["programme"]), None)
    chosen = chosen or (rows[0] if rows else None)
    may_see_money = navigation.may_in(May.READ_BUDGET.value, context, unit)
    money = _money(context, chosen, unit, year, on) if chosen and may_see_money else []
    return render(
        "support/programmes.html",
        title=_("Chương trình, chính sách"),
        area_name=navigation.area_name(context, unit, day),
        unit=unit,
        areas=area_choice.areas_beside(context, May.READ_BUDGET, unit) if may_see_money else [],
        rows=rows,
        chosen=chosen,
        nodes=_nodes(chosen, on) if chosen else [],
        money=money,
        chart=_chart(money),
        may_see_money=may_see_money,
        may_define=navigation.may(May.DEFINE_PROGRAMMES.value),
        may_change=chosen is not None
        and chosen.level == "local"
        and navigation.may_in(May.DEFINE_PROGRAMMES.value, context, chosen.area),
        year=year,
        on=on,
        said=words,
    )


def _unit(context: RequestContext) -> tuple[str, date]:
    """The area asked for, or that of the account, with a day on which it stands."""
    given = context.query["area"]
    held = given or next(iter(navigation.areas_of(context, May.READ_PROGRAMMES.value)), COUNTRY)
    return navigation.standing_unit(context, held, context.today)


def _nodes(row: ProgrammeRow, on: date) -> list[NodeShown]:
    """The tree in its order, each node with its benefits."""
    depth: dict[str, int] = {}
    found = []
    benefits = row.benefits(on)
    for node in row.body.nodes:
        depth[node.code] = depth.get(node.parent, -1) + 1
        own = [(one, row.rate(one.code, on)) for one in benefits if one.node == node.code]
        found.append(NodeShown(node, words.node_title(node), depth[node.code], own))
    return found


def _money(
    context: RequestContext, row: ProgrammeRow, unit: str, year: int, on: date
) -> list[MoneyOfNode]:
    """The money of each node that may be spent in a year, of the area and the units below."""
    units = context.services.areas().units_within(unit, on)
    with context.services.reading() as conn:
        lines = balances.balances(conn, areas=units, year=year, as_of=on)
        moved = balances.transfers(conn, [one.line for one in lines], as_of=on)
    titles = {node.code: words.node_title(node) for node in row.body.nodes}
    found: dict[tuple[str, bool], list[LineBalance]] = {}
    for one in lines:
        if one.key.programme == row.code:
            found.setdefault((one.key.node, one.key.carried), []).append(one)
    order = list(titles)
    return [
        MoneyOfNode(titles.get(node, node), carried, balances.added(held, moved))
        for (node, carried), held in sorted(
            found.items(),
            key=lambda item: (
                order.index(item[0][0]) if item[0][0] in order else len(order),
                item[0][1],
            ),
        )
    ]


def _chart(money: list[MoneyOfNode]) -> Any:
    """The money in millions of đồng, rounded, new and carried money of a node in a bar each."""
    if not money:
        return None
    labels = [_label(one) for one in money]
    parts = [
        {code: (part + MILLION // 2) // MILLION for code, part in one.parts.items()}
        for one in money
    ]
    names = {code: str(name) for code, name in words.PARTS_OF_MONEY.items()}
    return charts.stacks(labels, parts, names)


def _label(one: MoneyOfNode) -> str:
    short = one.title if len(one.title) <= 24 else one.title[:23] + "…"
    return f"{short} ({_('chuyển nguồn')})" if one.carried else short
