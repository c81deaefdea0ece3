"""The forms about budget lines: opening one, and each movement of money."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from domain.commands.command import Command
from domain.households.codes import SOURCES
from domain.support import budget_commands as commands
from domain.support.budget import MOST_MONEY, BudgetLine, Spending
from domain.support.codes import LINE_KINDS
from domain.text import CODE, NAME
from projections.support import balances, programmes
from service.access.authorization import RequestContext, Rule
from service.http.commands import Circumstances
from service.http.parsing import Code, Text, Unit
from service.problems import NoSuchThing
from service.support import area_choice, places, words
from service.support import budget_schemas as schemas
from service.support.case_forms import choices, paper, when
from service.support.permissions import May
from service.ui import navigation, render
from service.ui.forms import Choice, Field, Form, QueryForm
from service.ui.i18n import lazy as _l

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LineForm:
    """One movement as a form. `new_money_only` is offered on lines that are not carried.

    `command` makes the command of a checked body; `beside` maps codes of refusals to fields.
    """

    path: str
    title: Any
    records: Any
    body: type[Schema]
    fields: Callable[[RequestContext], tuple[Field, ...]]
    command: Callable[[BudgetLine, Body], Command[Any]]
    beside: dict[str, str] = field(default_factory=dict)
    new_money_only: bool = False

    @property
    def rule(self) -> Rule:
        """The rule of its pages."""
        return Rule(May.MANAGE_BUDGET, places.line)

    @property
    def form(self) -> Form:
        """Its schema and its fields."""
        return Form(self.body, self.fields)


class MovementQuery(QueryForm):
    """What a form of a line is opened for: a commitment or a disbursement, or an amount."""

    commitment = fields.UUID(load_default=None)
    disbursement = fields.UUID(load_default=None)
    amount = fields.Integer(load_default=None, validate=validate.Range(1, MOST_MONEY))


def line_of(context: RequestContext) -> BudgetLine:
    """The line of the address, as it is in its events. Raises NoSuchThing."""
    line_id = (request.view_args or {})["line_id"]
    found = context.services.application.support.find(BudgetLine, line_id)
    if found is None:
        raise NoSuchThing
    return found


def held(context: RequestContext) -> str:
    """What the line of the address holds now, as a sentence."""
    with context.services.reading() as conn:
        found = balances.balances(conn, line=(request.view_args or {})["line_id"])
    left = found[0].totals.available if found else 0
    return _("Nguồn vốn còn %(amount)s.", amount=words.money(left))


def amount(
    context: RequestContext, *, of_line: bool = True, initial: int | None = None, help_: str = ""
) -> Field:
    """An amount in đồng, at first what the form was opened for."""
    first = initial or asked(context, "amount")
    return Field(
        "amount", _("Số tiền (đồng)"), "money", required=True,
        initial=str(first) if first else "", help=help_ or (held(context) if of_line else ""),
    )  # fmt: skip


def asked(context: RequestContext, name: str) -> Any:
    """What the address of a form asks for; None of a form that is sent."""
    return (context.query or {}).get(name)


def left_of(known: dict[UUID, Spending], context: RequestContext) -> dict[UUID, int]:
    """What is left of each commitment or disbursement today, where something is."""
    left = {id_: one.left.lowest_from(context.today) for id_, one in known.items()}
    return {id_: amount for id_, amount in left.items() if amount > 0}


def nodes_offered(context: RequestContext) -> tuple[Choice, ...]:
    """The nodes of all programmes as "programme/node", under the names of the programmes."""
    with context.services.reading() as conn:
        rows = area_choice.near(context, programmes.programmes(conn))
    return tuple(
        Choice(f"{row.code}/{node.code}", words.node_title(node), group=words.title_of(row))
        for row in rows
        for node in row.body.nodes
    )


class OpeningBody(Circumstances):
    """A line: the area, the project ("programme/node"), source, kind, year."""

    area = Unit(required=True)
    node = Text(2 * CODE, least=3, required=True)
    source = Code(SOURCES, required=True)
    kind = Code(LINE_KINDS, required=True)
    allocation_year = schemas.Year(required=True)


def _opening(context: RequestContext) -> tuple[Field, ...]:
    units = navigation.areas_of(context, May.MANAGE_BUDGET.value)
    lineage = context.services.areas().lineage
    below = [one for unit in units if unit for one in lineage.children(unit, context.today)]
    areas = navigation.named(context, [one for one in (*units, *below) if one], context.today)
    return (
        Field("area", _("Địa bàn"), "choice", required=True, verbatim=True,
              choices=tuple(Choice(unit, name) for unit, name in areas)),
        Field("node", _("Dự án, nội dung, chính sách"), "choice", required=True,
              choices=nodes_offered(context), blank=_("chọn nội dung")),
        Field("source", _("Nguồn"), "choice", required=True, choices=choices(words.SOURCES)),
        Field("kind", _("Loại vốn"), "choice", required=True, choices=choices(words.LINE_KINDS)),
        Field("allocation_year", _("Năm ngân sách"), "whole", required=True,
              initial=str(context.today.year)),
        when(context, _("Ngày mở")),
    )  # fmt: skip


OPENING = Form(OpeningBody, _opening)


# ---- fields of each movement --------------------------------------------------------------------


class SignedAmountBody(schemas.AdjustmentBody):
    """An adjustment typed as an amount and whether it raises or lowers."""

    amount = schemas.BudgetMoney()
    lowers = fields.Boolean(load_default=False)


def _allocation(context: RequestContext) -> tuple[Field, ...]:
    return (
        amount(context, of_line=False),
        when(context, _("Ngày giao vốn")),
        *paper(required=True),
    )


def _adjustment(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("lowers", _("Điều chỉnh giảm"), "tick"),
        amount(context),
        Field("reason", _("Lý do"), "area", required=True, most=2000),
        when(context),
        *paper(required=True),
    )


def _transfer(context: RequestContext) -> tuple[Field, ...]:
    line = line_of(context)
    lineage = context.services.areas().lineage
    below = navigation.named(context, lineage.children(line.key.area, context.today), context.today)
    nodes = [one for one in nodes_offered(context) if one.value.startswith(line.key.programme)]
    offered = tuple(Choice(one.value.partition("/")[2], one.label) for one in nodes)
    return (
        Field("area", _("Giao cho"), "choice", required=True, verbatim=True,
              choices=tuple(Choice(unit, name) for unit, name in below),
              blank=_("chọn đơn vị"),
              help="" if below else _("Địa bàn này không có đơn vị cấp dưới.")),
        Field("node", _("Dự án, nội dung"), "choice", choices=offered, initial=line.key.node),
        amount(context),
        when(context, _("Ngày giao")),
        *paper(required=True),
    )  # fmt: skip


class CarryBody(schemas.AmountBody):
    """Money carried to a later year, perhaps for another node ("programme/node")."""

    spending_year = schemas.Year(required=True)
    node = Text(2 * CODE, least=3, required=True)
    legal_basis = Text(NAME, least=1, required=True)


def _carry(context: RequestContext) -> tuple[Field, ...]:
    key = line_of(context).key
    return (
        amount(context),
        Field("spending_year", _("Được chi trong năm"), "whole", required=True,
              initial=str(key.spending_year + 1)),
        Field("node", _("Sang dự án, nội dung"), "choice", required=True,
              choices=nodes_offered(context), initial=f"{key.programme}/{key.node}"),
        Field("legal_basis", _("Căn cứ chuyển nguồn"), required=True, most=200),
        when(context, _("Ngày chuyển nguồn")),
        *paper(required=True),
    )  # fmt: skip


def commitments_of(context: RequestContext) -> tuple[Choice, ...]:
    """The commitments of the line of which something is left."""
    return _with_rest(line_of(context).commitments, context)


def _with_rest(found: dict[UUID, Spending], context: RequestContext) -> tuple[Choice, ...]:
    offered = []
    for id_, left in left_of(found, context).items():
        one = found[id_]
        label = _(
            "%(day)s: %(amount)s, còn %(left)s", day=render.day(one.on),
            amount=words.money(one.amount), left=words.money(left),
        )  # fmt: skip
        offered.append(Choice(str(id_), label))
    return tuple(offered)


def _commitment(context: RequestContext) -> tuple[Field, ...]:
    return (
        amount(context),
        Field("purpose", _("Nội dung"), most=200, required=True),
        when(context),
        *paper(required=True),
    )


def _release(context: RequestContext) -> tuple[Field, ...]:
    commitment = asked(context, "commitment")
    left = left_of(line_of(context).commitments, context)
    return (
        Field("commitment", _("Của khoản đã cam kết"), "choice", required=True,
              choices=lambda: commitments_of(context), blank=_("chọn khoản cam kết"),
              initial=str(commitment or ""),
              help="" if left else _("Nguồn vốn không có khoản cam kết nào chưa chi.")),
        amount(context, initial=left.get(commitment),
               help_=_("Không quá phần chưa chi của khoản cam kết. Khoản của hồ sơ hỗ trợ tự trả "
                       "lại khi kết thúc hồ sơ.")),
        when(context, _("Ngày trả lại")),
        *paper(),
    )  # fmt: skip


def _disbursement(context: RequestContext) -> tuple[Field, ...]:
    return (
        amount(context),
        Field("commitment", _("Của khoản đã cam kết"), "choice",
              choices=lambda: commitments_of(context), blank=_("không, chi từ phần còn lại")),
        Field("purpose", _("Nội dung chi"), most=200),
        when(context, _("Ngày chi")),
        *paper(required=True),
    )  # fmt: skip


def _recovery(context: RequestContext) -> tuple[Field, ...]:
    payment = asked(context, "disbursement")
    left = left_of(line_of(context).disbursements, context)
    return (
        Field("disbursement", _("Thu hồi của lần chi"), "choice", required=True,
              choices=lambda: _payments(context), blank=_("chọn lần chi"),
              initial=str(payment or "")),
        amount(context, of_line=False, initial=left.get(payment)),
        Field("reason", _("Lý do"), "area", required=True, most=2000),
        when(context, _("Ngày thu hồi")),
        *paper(required=True),
    )  # fmt: skip


def _payments(context: RequestContext) -> tuple[Choice, ...]:
    """The payments of the line that were not recovered as a whole."""
    return _with_rest(line_of(context).disbursements, context)


_MONEY = {
    "money_missing": "amount",
    "money_invalid": "amount",
    "commitment_exceeded": "amount",
    "disbursement_exceeded": "amount",
    "money_not_of_that_year": "effective_on",
    "support_effective_in_future": "effective_on",
    "allocation_outside_year": "effective_on",
    "support_document_missing": "document.number",
    "carried_line_takes_no_new_money": "amount",
}

FORMS = (
    LineForm(
        "giao-von", _l("Ghi vốn được giao"),
        _l("Ghi số vốn mới của năm theo quyết định giao vốn."),
        schemas.AmountBody, _allocation,
        lambda line, body: commands.AllocateMoney(line.id, body["amount"]), _MONEY, True,
    ),
    LineForm(
        "giao-cap-duoi", _l("Giao cho cấp dưới"),
        _l("Chuyển vốn sang nguồn vốn của đơn vị cấp dưới, cùng dự án hoặc nội dung bên dưới."),
        schemas.TransferBody, _transfer,
        lambda line, body: commands.PassDownMoney(
            line.id, body["area"], body["node"] or line.key.node, body["amount"]),
        {**_MONEY, "passed_outside_tree": "area"},
    ),
    LineForm(
        "dieu-chinh", _l("Điều chỉnh"), _l("Tăng hoặc giảm số vốn được giao theo quyết định."),
        SignedAmountBody, _adjustment,
        lambda line, body: commands.AdjustAllocation(
            line.id, -body["amount"] if body["lowers"] else body["amount"], body["reason"]),
        _MONEY, True,
    ),
    LineForm(
        "chuyen-nguon", _l("Chuyển nguồn sang năm sau"),
        _l("Vốn chuyển nguồn được ghi riêng, không cộng vào vốn mới của năm sau."),
        CarryBody, _carry,
        lambda line, body: commands.CarryOverMoney(
            line.id, body["spending_year"], body["node"].partition("/")[0],
            body["node"].partition("/")[2], body["amount"], body["legal_basis"]),
        {**_MONEY, "carried_elsewhere": "spending_year", "budget_years_invalid": "spending_year",
         "same_budget_line": "spending_year"},
    ),
    LineForm(
        "cam-ket", _l("Cam kết chi"), _l("Giữ lại một số tiền cho một việc."),
        schemas.CommitmentBody, _commitment,
        lambda line, body: commands.CommitMoney(line.id, body["amount"], body["purpose"]), _MONEY,
    ),
    LineForm(
        "tra-lai", _l("Trả lại từ cam kết"),
        _l("Phần chưa chi của một khoản cam kết trở lại phần còn lại của nguồn vốn. "
           "Muốn giữ lại lần nữa thì cam kết chi mới."),
        schemas.ReleaseBody, _release,
        lambda line, body: commands.ReleaseMoney(line.id, body["commitment"], body["amount"]),
        {**_MONEY, "commitment_unknown": "commitment"},
    ),
    LineForm(
        "giai-ngan", _l("Giải ngân"),
        _l("Ghi một lần chi, của khoản đã cam kết hoặc của phần còn lại."),
        schemas.DisbursementBody, _disbursement,
        lambda line, body: commands.DisburseMoney(
            line.id, body["amount"], body["commitment"], body["purpose"]),
        {**_MONEY, "commitment_unknown": "commitment"},
    ),
    LineForm(
        "thu-hoi", _l("Thu hồi"), _l("Ghi số tiền đã chi được thu hồi."),
        schemas.RecoveryBody, _recovery,
        lambda line, body: commands.RecoverMoney(
            line.id, body["disbursement"], body["amount"], body["reason"]),
        {**_MONEY, "disbursement_unknown": "disbursement"},
    ),
)  # fmt: skip
