"""The form for a household that enters the register, its members row by row.

It ends in the very command of `POST /api/v1/households`, with the key that the form was made with.
Rows of members come and go by buttons that show the form again; a script does the same at once,
from the empty row that the page carries.
"""

from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from domain.commands.command import Outcome
from domain.errors import Refusal
from domain.households import codes
from service.access.authorization import RequestArea, RequestContext, Rule
from service.households.commands import SHOWN_BY
from service.households.file_view import HouseholdView
from service.households.form import (
    SEVERAL,
    FormContext,
    household_flags,
    paper,
    record,
    when,
    yes_no,
)
from service.households.form_errors import note_refused
from service.households.form_lookup import communes_within_reach, own_communes
from service.households.members import attributes
from service.households.registration import REGISTER_HOUSEHOLD
from service.households.suggestions import villages
from service.http.commands import wait_until_visible
from service.matching.presenter import note_matches
from service.problems import RequestError, status_of
from service.ui import navigation
from service.ui.forms import BoundForm, Choice, Field, Section
from service.ui.i18n import in_language
from service.ui.page_routes import BY_DAY, PageBlueprint
from service.ui.render import render

pages = PageBlueprint("registering", __name__)

MOST = 60
EMPTY = "__n__"  # the index of the row that the script makes others from
_FIRST = {"sex", "birth_date", "birth_year", "id_number", "ethnicity"}
# A row without any of these is empty and is dropped.
_TEXTS = {"name", "birth_date", "birth_year", "id_number", "id_issued_on", "ethnicity", "phone",
          "health"}  # fmt: skip
Form = MultiDict[str, str]


def place(context: RequestContext, _path: dict[str, Any]) -> RequestArea:
    """The commune chosen; before that, where the account begins. A village as it was typed."""
    area, held = request.form.get("area", ""), context.roles[0]
    if area:
        unit = context.services.areas().resolved(area, context.today)
    else:
        unit, _day = navigation.standing_unit(context, held.area, context.today)
    return RequestArea(unit, request.form.get("village") or next(iter(held.villages), None))


REGISTER = Rule(REGISTER_HOUSEHOLD.rule.may, place)


@pages.get("/ho/moi", rule=REGISTER)
def new(context: RequestContext) -> str:
    """The empty form, with a row for the head."""
    return _page(_opened(context), ["0"])


@pages.post("/ho/moi", rule=REGISTER, gives_back=True, several=SEVERAL)
def register(context: RequestContext) -> Any:
    """Records the household; or shows the form with a row more or less, or with what was found."""
    form_context = _opened(context)
    drop, add = request.form.get("drop", ""), "add" in request.form
    if request.headers.get("X-Part") == BY_DAY:
        return render(
            "households/by_day.html", filled=BoundForm(sections(form_context, []), request.form)
        )
    asks = bool(drop) or add or "find" in request.form or g.typed.given_back
    typed, rows = in_order(request.form, drop, keep_empty=asks)
    if add or not rows:
        rows = [*rows, str(len(rows))][:MOST]
    _begin_rows(form_context, typed, rows)
    if asks:
        g.typed.shown_again = True
        return _page(form_context, rows, typed)
    filled = BoundForm(sections(form_context, rows), typed)
    try:
        outcome = _record(form_context, filled)
    except (RequestError, Refusal) as refused:
        note_refused(refused, filled, form_context.language)
        note_matches(refused)
        return make_response(_page(form_context, rows, typed), max(status_of(refused.code), 400))
    visible = wait_until_visible(context, outcome.seq, SHOWN_BY)
    return _to_the_household(outcome.aggregate_id, visible=visible)


def _record(form_context: FormContext, filled: BoundForm) -> Outcome:
    """Runs the command of the form."""
    body = filled.body()
    body["members"] = list(body["members"].values())
    return record(form_context, REGISTER_HOUSEHOLD, body, {})


def _to_the_household(household_id: UUID, *, visible: bool) -> Any:
    if not visible:
        flash(_("Đã lập hồ sơ. Hộ sẽ có trong danh sách sau ít giây."))
        return redirect(url_for("lists.households"), 303)
    address = url_for("household.file", household_id=household_id, recorded="1-1")
    return redirect(f"{address}#e-1", 303)


def in_order(form: Form, drop: str, *, keep_empty: bool) -> tuple[Form, list[str]]:
    """The form with its rows of members numbered from 0, and those numbers.

    The row `drop` is left out, and so are rows in which no text was typed, unless `keep_empty`.
    """
    typed: dict[str, set[str]] = {}
    for name, value in form.items(multi=True):
        head, _dot, rest = name.partition(".")
        index, _dot, attribute = rest.partition(".")
        if head == "members" and index.isdecimal() and index.isascii() and len(index) < 5:
            found = typed.setdefault(index, set())
            if value.strip() and attribute in _TEXTS:
                found.add(attribute)
    kept = [
        index for index in sorted(typed, key=int) if index != drop and (keep_empty or typed[index])
    ][:MOST]
    numbers = {index: str(n) for n, index in enumerate(kept)}
    renumbered: Form = MultiDict()
    for name, value in form.items(multi=True):
        head, _dot, rest = name.partition(".")
        index, _dot, attribute = rest.partition(".")
        if head != "members":
            renumbered.add(name, value)
        elif index in numbers:
            renumbered.add(f"members.{numbers[index]}.{attribute}", value)
    return renumbered, list(numbers.values())


def _begin_rows(form_context: FormContext, typed: Form, rows: list[str]) -> None:
    """What a row shows at first, for a row that was not typed into; and what the inputs show."""
    for row in (*rows, EMPTY):
        if f"members.{row}.relation" not in typed:
            for one in member(form_context, row):
                typed.add(one.name, str(one.first))
    g.typed.values = {name: found[0] for name, found in typed.lists()}


def sections(form_context: FormContext, rows: list[str]) -> tuple[Section, ...]:
    """Where and since when; the members; judgements on the household; the paper."""
    return (
        Section(_("Nơi ở"), _home(form_context)),
        *(Section(row, member(form_context, row)) for row in rows),
        Section(_("Về hộ"), _judged(form_context)),
        paper(),
    )


def _home(form_context: FormContext) -> tuple[Field, ...]:
    found, own = (
        communes_within_reach(form_context, form_context.typed("area.q")),
        own_communes(form_context),
    )
    kept = sorted({village for held in form_context.context.roles for village in held.villages})
    village = Field("village", _("Thôn, tổ dân phố"), required=True, most=200,
                    suggestions=lambda: villages(form_context.context, own))  # fmt: skip
    if kept:
        choices = tuple(Choice(one, one) for one in kept)
        village = Field("village", village.label, "choice", choices=choices, initial=kept[0],
                        required=True)  # fmt: skip
    return (
        when(form_context, _("Ngày bắt đầu quản lý"), _("Ngày xã, phường bắt đầu quản lý hộ.")),
        Field("area", _("Xã, phường, đặc khu"), "found", required=True, choices=found, by_day=True,
              initial=own[0] if len(own) == 1 else found[0].value if len(found) == 1 else "",
              help=_("Gõ tên hoặc mã xã rồi bấm Tìm, nếu xã chưa có ở dưới.")),
        village,
        Field("address", _("Địa chỉ"), "area"),
        Field("number", _("Mã hộ"), most=60,
              help=_("Mã hộ do từng xã, phường đặt; để trống nếu chưa có.")),
    )  # fmt: skip


def member(form_context: FormContext, row: str) -> tuple[Field, ...]:
    """The fields of one member; the first is the head unless something else is chosen."""
    at = f"members.{row}"
    relations = (Choice("", _("chọn quan hệ")), *form_context.words(codes.RELATIONS))
    return (
        Field(f"{at}.name", _("Họ và tên"), required=True, most=200),
        Field(f"{at}.relation", _("Quan hệ với chủ hộ"), "choice", required=True,
              choices=relations, initial="head" if row == "0" else ""),
        *sorted(attributes(form_context, at, None), key=lambda one: not is_first(one)),
    )  # fmt: skip


def is_first(one: Field) -> bool:
    """Whether a field of a member is always shown; the others are folded away."""
    return one.name.rpartition(".")[2] in {"name", "relation", *_FIRST}


def _judged(form_context: FormContext) -> tuple[Field, ...]:
    return (
        Field("residence", _("Cư trú"), "choice", choices=form_context.words(codes.RESIDENCES),
              initial="permanent"),
        *(
            Field(name, label, "yes_no", choices=yes_no(), initial="unknown")
            for name, label in household_flags().items()
        ),
    )  # fmt: skip


def _opened(context: RequestContext) -> FormContext:
    """What the form of this request is made from; there is no household yet."""
    return FormContext(
        context,
        in_language(),
        HouseholdView(context, None),
        typed=lambda name: request.form.get(name, ""),
    )


def _page(form_context: FormContext, rows: list[str], typed: Form | None = None) -> str:
    home, *members, judged, document = sections(form_context, rows)
    return render(
        "households/new.html",
        title=_("Lập hồ sơ hộ mới"),
        crumbs=[(_("Danh sách hộ"), url_for("lists.households")), (_("Lập hồ sơ hộ mới"), "")],
        filled=BoundForm((home, *members, judged, document), typed),
        home=home,
        members=members,
        judged=judged,
        document=document,
        empty_row=Section(EMPTY, member(form_context, EMPTY)),
        is_first=is_first,
    )
