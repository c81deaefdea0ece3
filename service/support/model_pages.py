"""The pages of livelihood models: those of an area, one with its households, forms, the sheet."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.livelihood import CloseModel, JoinModelByNumber, LivelihoodModel, StartModel
from domain.text import CODE
from projections.support import balances, livelihood_models
from service.access.authorization import RequestContext, Rule
from service.access.named_households import named_within_reach
from service.access.read_log import note_several
from service.http.commands import Circumstances
from service.http.cursors import Cursor
from service.http.parsing import OptionalText, Text, Unit
from service.problems import NoSuchThing
from service.support import area_choice, form_page, models_api, places, words
from service.support.activity_pages import areas_to_record, nodes_offered, programme_and_node
from service.support.case_forms import note, paper, when
from service.support.permissions import May
from service.support.sheet_pages import Path, SheetPages
from service.support.sheets import Body, Column, SheetKind
from service.ui import navigation, paging
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("model_pages", __name__)

PLACES = "models"
SHOWN_BY = ("livelihood_models",)
READ = Rule(May.READ_ACTIVITIES, area_choice.place(May.READ_ACTIVITIES))
READ_MODEL = Rule(May.READ_ACTIVITIES, places.model)
START = Rule(May.RECORD_ACTIVITIES, area_choice.place(May.RECORD_ACTIVITIES))
RECORD = Rule(May.RECORD_ACTIVITIES, places.model)
KINDS = {
    "livelihood": _l("Mô hình sinh kế, giảm nghèo"),
    "community_production": _l("Dự án phát triển sản xuất cộng đồng"),
    "demonstration": _l("Mô hình trình diễn"),
}
ENDINGS = {"finished": _l("Hoàn thành"), "stopped": _l("Dừng trước hạn")}


class ModelsQuery(area_choice.AreaOfPage):
    """The area, the year of the start, and the place where the list goes on."""

    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    after = Cursor(PLACES)


class StartBody(models_api.ModelBody):
    """A model that starts; `of` is "programme/node"."""

    of = fields.String(load_default="", validate=validate.Length(max=200))


class MemberBody(Circumstances):
    """A household that takes part, by its household number."""

    number = Text(CODE, least=1, required=True)
    unit = OptionalText(CODE)


class SheetMemberBody(Circumstances):
    """A household of a sheet; the commune is a unit or its code."""

    number = Text(CODE, least=1, required=True)
    unit = Unit(load_default="")


@pages.get("/mo-hinh", rule=READ, query=ModelsQuery)
def models_page(context: RequestContext) -> str:
    """The livelihood models of an area and the units below."""
    query, came = context.query, context.query["after"]
    place = paging.place_of(came)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    asked = livelihood_models.ModelFilter(
        areas=context.services.areas().units_within(context.area, context.today),
        year=query["year"],
    )
    with context.services.reading() as conn:
        found = livelihood_models.models(
            conn, asked, after=UUID(place[0]) if place else None, limit=paging.PAGE + 1
        )
        totals = livelihood_models.added(livelihood_models.totals(conn, asked))
    return render(
        "support/models.html",
        title=_("Mô hình sinh kế"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_ACTIVITIES),
        page=paging.page(PLACES, found, came, lambda one: [str(one.model_id)]),
        totals=totals,
        year=query["year"],
        kinds=KINDS,
        kept={"area": context.area or None, "year": query["year"]},
        name_of=lambda area: navigation.recorded_name(context, area, context.today),
        may_record=navigation.may_in(May.RECORD_ACTIVITIES.value, context, context.area),
        said=words,
    )


@pages.get("/mo-hinh/<uuid:model_id>", rule=READ_MODEL)
def model_page(context: RequestContext, model_id: UUID) -> str:
    """One model with the households that take part; the look is in the read log."""
    with context.services.reading() as conn:
        found = livelihood_models.model(conn, model_id)
        joined = livelihood_models.households(conn, model_id)
        names = named_within_reach(context, conn, [id_ for id_, _day in joined])
    if found is None:
        raise NoSuchThing
    note_several(context, "list", len(joined))
    return render(
        "support/model.html",
        title=found.title,
        crumbs=[*_list_above(), (found.title, "")],
        model=found,
        joined=[(names.get(id_), day) for id_, day in joined],
        area_name=navigation.recorded_name(context, found.area, context.today),
        may_record=navigation.may_in(May.RECORD_ACTIVITIES.value, context, found.area),
        kinds=KINDS,
        endings=ENDINGS,
        said=words,
    )


def _list_above() -> list[tuple[str, str]]:
    return [(_("Mô hình sinh kế"), url_for("model_pages.models_page"))]


def _model_above(context: RequestContext, path: Path) -> list[tuple[str, str]]:
    model_id = path["model_id"]
    to = url_for("model_pages.model_page", model_id=model_id)
    return [*_list_above(), (_model(context, model_id).title, to)]


def _model(context: RequestContext, model_id: UUID) -> LivelihoodModel:
    found = context.services.application.support.find(LivelihoodModel, model_id)
    if found is None:
        raise NoSuchThing
    return found


def _starting(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("area", _("Địa bàn"), "choice", required=True, verbatim=True,
              choices=lambda: areas_to_record(context)),
        Field("kind", _("Loại mô hình"), "choice", required=True,
              choices=tuple(Choice(code, name) for code, name in KINDS.items())),
        Field("title", _("Tên mô hình"), required=True, most=200),
        Field("of", _("Thuộc dự án, nội dung"), "choice", blank=_("không thuộc chương trình nào"),
              choices=lambda: nodes_offered(context)),
        Field("funding_year", _("Năm ngân sách"), "whole", required=True,
              initial=str(context.today.year)),
        Field("line_id", _("Nguồn vốn chi"), "choice", blank=_("chưa rõ nguồn vốn"),
              choices=lambda: _lines(context)),
        when(context, _("Bắt đầu từ ngày")),
        *paper(required=True),
    )  # fmt: skip


def _lines(context: RequestContext) -> tuple[Choice, ...]:
    """The budget lines of the units where the account records models, with what they hold."""
    units = [one.value for one in areas_to_record(context)]
    with context.services.reading() as conn:
        found = balances.balances(conn, areas=units)
    return tuple(
        Choice(
            str(one.line),
            _("%(node)s, năm %(year)s, %(area)s: còn %(amount)s", node=one.key.node,
              year=one.key.allocation_year, amount=words.money(one.totals.available),
              area=navigation.recorded_name(context, one.key.area, context.today)),
        )
        for one in found
    )  # fmt: skip


def _joining(context: RequestContext) -> tuple[Field, ...]:
    area = _model(context, (request.view_args or {})["model_id"]).area

    def communes() -> tuple[Choice, ...]:
        units = context.services.areas().lineage.children(area, context.today)
        return tuple(Choice(*one) for one in navigation.named(context, units, context.today))

    return (
        Field("number", _("Mã hộ"), required=True, most=100, size="short"),
        Field("unit", _("Xã, phường của hộ"), "choice", choices=communes, verbatim=True,
              blank=_("tìm trong cả địa bàn của mô hình")),
        when(context, _("Tham gia từ ngày")),
        *paper(),
    )  # fmt: skip


def _closing(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("ending", _("Kết thúc"), "choice", required=True,
              choices=tuple(Choice(code, name) for code, name in ENDINGS.items())),
        note(),
        when(context, _("Ngày kết thúc")),
    )  # fmt: skip


STARTING = Form(StartBody, _starting)
JOINING = Form(MemberBody, _joining)
CLOSING = Form(models_api.ModelClosingBody, _closing)
BESIDE = {
    "programme_unknown": "of",
    "programme_node_unknown": "of",
    "budget_line_unknown": "line_id",
    "line_of_another_project": "line_id",
    "model_year_invalid": "funding_year",
    "model_closed": "effective_on",
    "household_number_unknown": "number",
    "household_number_of_several": "unit",
    "household_ended": "number",
    "recipient_elsewhere": "number",
    "support_effective_in_future": "effective_on",
    "support_document_missing": "document.number",
}


@pages.get("/mo-hinh/moi", rule=START)
def show_starting(context: RequestContext) -> str:
    """The form that starts a model."""
    records = _("Mô hình dùng vốn của năm thực hiện hoặc năm trước.")
    return form_page.form_page(context, STARTING, _("Thêm mô hình"), records, above=_list_above())


@pages.post("/mo-hinh/moi", rule=START, form=STARTING, again=show_starting, beside=BESIDE)
def start(context: RequestContext) -> Any:
    """Starts a model, and goes to it."""
    body = context.body
    programme, node = programme_and_node(body["of"])
    command = StartModel(
        context.area, body["kind"], body["title"], programme, node, body["funding_year"],
        body["line_id"],
    )  # fmt: skip
    outcome = form_page.run(context, command)
    to = url_for("model_pages.model_page", model_id=outcome.aggregate_id)
    return form_page.recorded(context, outcome, SHOWN_BY, _("Đã thêm mô hình."), to)


def _of_model(context: RequestContext, model_id: UUID, form: Form, title: str, records: str) -> str:
    found = _model(context, model_id)
    return form_page.form_page(
        context, form, title, records, about=found.title, version=found.version,
        above=_model_above(context, {"model_id": model_id}),
    )  # fmt: skip


def _done(context: RequestContext, model_id: UUID, outcome: Any, said: str) -> Any:
    to = url_for("model_pages.model_page", model_id=model_id)
    return form_page.recorded(context, outcome, SHOWN_BY, said, to)


@pages.get("/mo-hinh/<uuid:model_id>/ho", rule=RECORD)
def show_joining(context: RequestContext, model_id: UUID) -> str:
    """The form that takes a household into a model."""
    records = _("Hộ tham gia được tìm theo mã hộ trong địa bàn của mô hình.")
    return _of_model(context, model_id, JOINING, _("Thêm hộ tham gia"), records)


@pages.post(
    "/mo-hinh/<uuid:model_id>/ho", rule=RECORD, form=JOINING, again=show_joining, beside=BESIDE
)
def join(context: RequestContext, model_id: UUID) -> Any:
    """Records that a household takes part in a model."""
    body = context.body
    outcome = form_page.run(context, JoinModelByNumber(model_id, body["number"], body["unit"]))
    return _done(context, model_id, outcome, _("Đã thêm hộ tham gia."))


@pages.get("/mo-hinh/<uuid:model_id>/ket-thuc", rule=RECORD)
def show_closing(context: RequestContext, model_id: UUID) -> str:
    """The form that ends a model."""
    records = _("Sau khi kết thúc, mô hình không nhận thêm hộ.")
    return _of_model(context, model_id, CLOSING, _("Kết thúc mô hình"), records)


@pages.post(
    "/mo-hinh/<uuid:model_id>/ket-thuc",
    rule=RECORD,
    form=CLOSING,
    again=show_closing,
    beside=BESIDE,
)
def close(context: RequestContext, model_id: UUID) -> Any:
    """Records that a model ends."""
    body = context.body
    outcome = form_page.run(context, CloseModel(model_id, body["ending"], body["note"]))
    return _done(context, model_id, outcome, _("Đã kết thúc mô hình."))


def _sheet(_context: RequestContext, path: Path) -> SheetKind:
    """The sheet of one model: a household in each row."""

    def command(_inner: RequestContext, body: Body) -> JoinModelByNumber:
        return JoinModelByNumber(path["model_id"], body["number"], body["unit"])

    return SheetKind(
        name=f"model/{path['model_id']}",
        columns=(
            Column(_l("Mã hộ"), "number", needed=True),
            Column(_l("Tham gia từ ngày"), "effective_on", "day", needed=True),
            Column(_l("Mã xã, phường"), "unit",
                   help=_l("Chỉ cần khi nhiều xã của mô hình có hộ cùng mã.")),
            Column(_l("Số văn bản"), "document.number"),
        ),
        schema=SheetMemberBody,
        command=command,
        once=("number", "unit"),
    )  # fmt: skip


SheetPages(
    pages,
    "/mo-hinh/<uuid:model_id>/nhap",
    "ho_tham_gia",
    RECORD,
    _l("Nhập hộ tham gia từ Excel"),
    _l("Mỗi dòng là một hộ tham gia, tìm theo mã hộ trong địa bàn của mô hình."),
    _sheet,
    _model_above,
    SHOWN_BY,
).register()
