"""The pages of budget lines: those of an area and year, one with its movements, and its forms."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.support.budget_commands import OpenLine
from projections.support import balances, programmes
from projections.support.balances import LineBalance
from service.access.authorization import RequestContext, Rule
from service.http.commands import context_of, wait_until_visible
from service.problems import NoSuchThing, RequestError, status_of
from service.support import area_choice, places, words
from service.support.budget_forms import (
    FORMS,
    OPENING,
    LineForm,
    MovementQuery,
    left_of,
    line_of,
)
from service.support.permissions import May
from service.ui import form_errors, forms, navigation
from service.ui.forms import BoundForm
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("budget_pages", __name__)

SHOWN_BY = ("budget_balances",)
READ = Rule(May.READ_BUDGET, area_choice.place(May.READ_BUDGET))
READ_LINE = Rule(May.READ_BUDGET, places.line)
OPEN = Rule(May.MANAGE_BUDGET, area_choice.place(May.MANAGE_BUDGET))


class LinesQuery(area_choice.AreaOfPage):
    """The area, the year in which the money may be spent, and the day of the balances."""

    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    on = forms.TypedPastDay(load_default=None)


def names(context: RequestContext) -> dict[tuple[str, str], str]:
    """The name of each project and content, by programme and code."""
    with context.services.reading() as conn:
        rows = programmes.programmes(conn)
    return {
        (row.code, node.code): words.node_title(node) for row in rows for node in row.body.nodes
    }


@pages.get("/nguon-von", rule=READ, query=LinesQuery)
def lines_page(context: RequestContext) -> str:
    """The lines of an area and the units below with what they hold, new and carried apart."""
    query = context.query
    on, year = query["on"] or context.today, query["year"]
    unit, day = navigation.standing_unit(context, context.area, context.today)
    units = context.services.areas().units_within(context.area, on)
    with context.services.reading() as conn:
        found = balances.balances(conn, areas=units, year=year, as_of=on)
        moved = balances.transfers(conn, [one.line for one in found], as_of=on)
    groups = []
    for title, carried in ((_("Vốn mới của năm"), False), (_("Vốn chuyển nguồn"), True)):
        rows = [one for one in found if one.key.carried == carried]
        groups.append((title, rows, balances.added(rows, moved)))
    return render(
        "support/budget_lines.html",
        title=_("Nguồn vốn"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_BUDGET),
        groups=groups,
        year=year,
        on=on,
        empty=not found,
        names=names(context),
        name_of=lambda area: navigation.recorded_name(context, area, on),
        may_open=navigation.may(May.MANAGE_BUDGET.value),
        said=words,
    )


@pages.get("/nguon-von/mo", rule=OPEN)
def show_open(context: RequestContext) -> str:
    """The form that opens a line."""
    return render(
        "support/budget_act.html",
        title=_("Mở nguồn vốn"),
        records=_("Nguồn vốn mới chưa có tiền: ghi vốn được giao ở bước sau."),
        filled=OPENING.bound(context, request.form or None),
        back=url_for("budget_pages.lines_page"),
        version=None,
        about="",
        crumbs=[(_("Nguồn vốn"), url_for("budget_pages.lines_page")), (_("Mở nguồn vốn"), "")],
    )


@pages.post(
    "/nguon-von/mo",
    rule=OPEN,
    form=OPENING,
    again=show_open,
    beside={
        "programme_unknown": "node",
        "programme_node_unknown": "node",
        "programme_elsewhere": "node",
        "budget_years_invalid": "allocation_year",
        "support_effective_in_future": "effective_on",
    },
)
def open_line(context: RequestContext) -> Any:
    """Opens a line, and goes to it; one that is there stays as it is."""
    body = context.body
    programme, _slash, node = body["node"].partition("/")
    year = body["allocation_year"]
    command = OpenLine(
        area=context.area, programme=programme, node=node, source=body["source"],
        kind=body["kind"], allocation_year=year, spending_year=year,
    )  # fmt: skip
    outcome = context.services.application.run(command, context_of(context))
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã mở nguồn vốn."))
    return redirect(url_for("budget_pages.line_page", line_id=outcome.aggregate_id), 303)


def _line(context: RequestContext, line_id: UUID) -> LineBalance:
    with context.services.reading() as conn:
        found = balances.balances(conn, line=line_id)
    if not found:
        raise NoSuchThing
    return found[0]


def _titled(context: RequestContext, found: LineBalance) -> str:
    key = found.key
    return names(context).get((key.programme, key.node), key.node)


@pages.get("/nguon-von/<uuid:line_id>", rule=READ_LINE)
def line_page(context: RequestContext, line_id: UUID) -> str:
    """One line: what it holds, and its movements in order."""
    found = _line(context, line_id)
    with context.services.reading() as conn:
        moved = balances.movements(conn, line_id)
    may_act = navigation.may_in(May.MANAGE_BUDGET.value, context, found.key.area)
    title, loaded = _titled(context, found), line_of(context)
    return render(
        "support/budget_line.html",
        title=title,
        crumbs=[(_("Nguồn vốn"), url_for("budget_pages.lines_page")), (title, "")],
        line=found,
        moved=moved,
        forms=[one for one in FORMS if may_act and not (one.new_money_only and found.key.carried)],
        area_name=navigation.recorded_name(context, found.key.area, context.today),
        to_lines={"passed_down", "received", "carried_over", "carried_in"},
        may_act=may_act,
        unspent=left_of(loaded.commitments, context) if may_act else {},
        recoverable=left_of(loaded.disbursements, context) if may_act else {},
        said=words,
    )


# ---- the forms ----------------------------------------------------------------------------------


def _show(form: LineForm) -> Callable[..., Any]:
    def view(context: RequestContext, line_id: UUID) -> Any:
        return _form_page(context, form, line_id, form.form.bound(context))

    view.__name__ = f"show_{form.path.replace('-', '_')}"
    view.__doc__ = f"The form: {form.path}."
    return view


def _send(form: LineForm) -> Callable[..., Any]:
    def view(context: RequestContext, line_id: UUID) -> Any:
        filled = form.form.bound(context, request.form)
        if g.typed.given_back:
            return _form_page(context, form, line_id, filled)
        try:
            context.body = form.form.read(context, request.form)
            outcome = context.services.application.run(
                form.command(line_of(context), context.body), context_of(context),
                expected_version=context.expected_version,
            )  # fmt: skip
        except (Refusal, RequestError) as refused:
            form_errors.note(refused, form_errors.ByCode(form.beside))
            page = _form_page(context, form, line_id, filled)
            return make_response(page, max(status_of(refused.code), 400))
        wait_until_visible(context, outcome.seq, SHOWN_BY)
        flash(_("Đã lưu: %(what)s.", what=form.title))
        return redirect(url_for("budget_pages.line_page", line_id=line_id), 303)

    view.__name__ = f"send_{form.path.replace('-', '_')}"
    view.__doc__ = f"Records what the form says: {form.path}."
    return view


def _form_page(context: RequestContext, form: LineForm, line_id: UUID, filled: BoundForm) -> str:
    found = _line(context, line_id)
    with context.services.reading() as conn:
        moved = balances.movements(conn, line_id)
    title, back = _titled(context, found), url_for("budget_pages.line_page", line_id=line_id)
    return render(
        "support/budget_act.html",
        title=form.title,
        records=form.records,
        filled=filled,
        back=back,
        version=moved[-1].version if moved else 1,
        about=title,
        crumbs=[(_("Nguồn vốn"), url_for("budget_pages.lines_page")), (title, back),
                (form.title, "")],
    )  # fmt: skip


for _form in FORMS:
    _path = f"/nguon-von/<uuid:line_id>/ghi/{_form.path}"
    pages.get(_path, rule=_form.rule, query=MovementQuery)(_show(_form))
    pages.post(_path, rule=_form.rule, gives_back=True)(_send(_form))
