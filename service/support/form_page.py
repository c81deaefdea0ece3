"""The page of one form about support: what it records, its fields, and the way back."""

from typing import Any

from flask import flash, redirect, request

from domain.commands.command import Command, Outcome
from service.access.authorization import RequestContext
from service.http.commands import context_of, wait_until_visible
from service.ui.forms import Form
from service.ui.render import render


def form_page(
    context: RequestContext,
    form: Form,
    title: str,
    records: str,
    *,
    above: list[tuple[str, str]],
    about: str = "",
    version: int | None = None,
) -> str:
    """The form; `above` are the pages that lead to it, the nearest last."""
    return render(
        "support/budget_act.html",
        title=title,
        records=records,
        about=about,
        filled=form.bound(context, request.form or None),
        back=above[-1][1],
        version=version,
        crumbs=[*above, (title, "")],
    )


def run(context: RequestContext, command: Command[Outcome]) -> Outcome:
    """The outcome of a command that a form asks for."""
    outcome: Outcome = context.services.application.run(
        command, context_of(context), expected_version=context.expected_version
    )
    return outcome


def recorded(
    context: RequestContext, outcome: Outcome, models: tuple[str, ...], said: str, to: str
) -> Any:
    """The answer to a form that was recorded: to a page that shows it, and says so."""
    wait_until_visible(context, outcome.seq, models)
    flash(said)
    return redirect(to, 303)
