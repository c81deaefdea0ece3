"""A form about a round: its fields, and the command that it records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from domain.commands.command import Command, Outcome
from projections.reviews.rounds import RoundRow
from service.access.authorization import RequestContext, Rule
from service.http.commands import Circumstances, context_of
from service.http.parsing import uuid_or_none
from service.reviews import words
from service.reviews.household_choice import households_named
from service.reviews.places import of_round, round_shown
from service.ui.forms import Choice, Field, Form

NOTE = 2000
Body = dict[str, Any]


class RoundBody(Circumstances):
    """A step of a round: its day and its paper."""


@dataclass(frozen=True, slots=True)
class RoundForm:
    """One form about a round. `path` is what follows the round's address.

    `command` makes the command of a checked body. `beside` maps codes of refusals to the fields at
    which they are shown.
    """

    name: str
    path: str
    title: Any
    records: Any
    may: Any
    body: type[Schema]
    fields: Callable[[RequestContext], tuple[Field, ...]]
    command: Callable[[RequestContext, UUID, Body], Command[Any]]
    button: Any
    beside: dict[str, str] = field(default_factory=dict)
    consequence: Any = ""

    @property
    def rule(self) -> Rule:
        """The rule of its pages."""
        return Rule(self.may, of_round)

    @property
    def form(self) -> Form:
        """Its schema and its fields."""
        return Form(self.body, self.fields)

    def run(self, context: RequestContext, round_id: UUID) -> Outcome:
        """Records what the body says."""
        command = self.command(context, round_id, context.body)
        outcome: Outcome = context.services.application.run(command, context_of(context))
        return outcome


def when(context: RequestContext, label: Any = "", help_: Any = "") -> Field:
    """The day of a step."""
    return Field(
        "effective_on", label or _("Ngày thực hiện"), "day", required=True, help=help_,
        initial=context.today.isoformat(),
    )  # fmt: skip


def paper(*, required: bool = False, label: Any = "") -> tuple[Field, ...]:
    """The paper that a step rests on."""
    return (
        Field("document.number", label or _("Số, ký hiệu văn bản"), required=required, most=60),
        Field("document.signed_on", _("Ngày ký văn bản"), "day", required=required),
    )


def choices(names: dict[str, Any], *left_out: str) -> tuple[Choice, ...]:
    """Words of codes as choices."""
    return tuple(Choice(code, name) for code, name in names.items() if code not in left_out)


def asked(name: str) -> str:
    """What the address of the form, or the form that was sent, names."""
    return request.form.get(name, "") or request.args.get(name, "")


def asked_id(name: str) -> str:
    """An id that the address or the form names; "" for anything else."""
    found = uuid_or_none(asked(name))
    return str(found) if found else ""


def lists_of(context: RequestContext) -> tuple[Choice, ...]:
    """The lists of the round of the request."""
    return tuple(Choice(one.code, words.LISTS[one.code]) for one in round_of(context).lists)


def round_of(context: RequestContext) -> RoundRow:
    """The round of the request. Raises NoSuchThing."""
    return round_shown(context, (request.view_args or {})["round_id"])


def list_field(context: RequestContext) -> Field:
    """Which list of the round; not asked where there is one."""
    found, chosen = lists_of(context), asked("list")
    known = {one.value for one in found}
    return Field(
        "list_code", _("Danh sách"), "choice", required=True, choices=found,
        asked=len(found) > 1, initial=chosen if chosen in known else "result",
    )  # fmt: skip


class ListBody(RoundBody):
    """A step about one list of the round."""

    list_code = fields.String(load_default="result", validate=validate.OneOf(["result", "opening"]))


def day_of(context: RequestContext) -> date:
    """The day typed; today where there is none."""
    found: date = (context.body or {}).get("effective_on") or context.today
    return found


def household_field(label: str = "") -> Field:
    """A household of the commune, searched for by name or number."""
    chosen = asked_id("household")
    return Field(
        "household", label or _("Hộ"), "found", required=True, initial=chosen,
        choices=lambda: households_named(chosen, request.form.get("household.q", "")),
        help=_("Tìm theo tên chủ hộ, thành viên hoặc mã hộ, rồi chọn."),
    )  # fmt: skip


DAYS = {
    "step_too_early": "effective_on",
    "round_day_in_future": "effective_on",
    "effective_in_future": "effective_on",
    "posting_cut_short": "effective_on",
}
"""Refusals of a day, shown beside it."""
OF_HOUSEHOLD: dict[str, str] = {
    **DAYS, "household_not_in_round": "household", "household_in_another_round": "household",
    "households_gone": "household", "request_repeated": "household", "step_out_of_order":
    "household", "request_kind_wrong": "kind",
}  # fmt: skip
"""Refusals of a household, and of a day."""
OF_PERSON: dict[str, str] = {
    **OF_HOUSEHOLD, "request_person_wrong": "person_id", "person_in_another_round": "person_id",
    "person_unknown": "person_id", "person_already_left": "person_id",
    "person_is_forgotten": "person_id", "person_not_member_then": "person_id",
    "worker_recognised_already": "person_id", "request_after_result": "household",
}  # fmt: skip
"""Refusals of a member of a household, too."""
