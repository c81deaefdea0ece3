"""The forms of local programmes: a resolution, its benefits and rates, its end, and the sheet."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.households.codes import CLASSES
from domain.support import codes
from domain.support.programme import (
    Benefit,
    Node,
    Programme,
    Qualification,
    Rate,
    programme_id,
)
from domain.support.programme_commands import (
    ChangeRate,
    CloseProgramme,
    DefineBenefit,
    DefineBenefitWithRate,
    DefineProgramme,
)
from domain.text import CODE, NAME
from service.access.authorization import RequestContext, Rule
from service.http.commands import Circumstances
from service.http.parsing import Day, Text, Unit
from service.problems import FieldsRefused, NoSuchThing
from service.support import area_choice, form_page, places, programme_schemas, words
from service.support.case_forms import paper, when
from service.support.permissions import May
from service.support.programmes_api import SEEN
from service.support.sheet_pages import Path, SheetPages
from service.support.sheets import Body, Column, SheetKind
from service.ui import labels, navigation
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("programme_form_pages", __name__)

SHOWN_BY = ("programmes",)
DEFINE = Rule(May.DEFINE_PROGRAMMES, area_choice.place(May.DEFINE_PROGRAMMES))
CHANGE = Rule(May.DEFINE_PROGRAMMES, places.programme)
PERIODS = {
    "month": _l("Tháng"),
    "quarter": _l("Quý"),
    "half_year": _l("Nửa năm"),
    "year": _l("Năm"),
    "once": _l("Một lần"),
}
COUNTED = {"household": _l("Hộ"), "person": _l("Người"), "turn": _l("Lượt")}


class LocalProgrammeBody(Circumstances):
    """A local resolution; `contents` are its contents, one a line: code, a bar, the title."""

    code = Text(63, least=2, required=True)
    title = Text(NAME, least=1, required=True)
    area = Unit(required=True)
    valid_from = Day(required=True)
    valid_until = Day(load_default=None)
    contents = fields.String(required=True, validate=validate.Length(min=1, max=5_000))


class SheetBenefitBody(programme_schemas.BenefitBody):
    """A benefit of a sheet with its rate; without an amount the rate is not known."""

    rate_from = Day(required=True)
    rate_until = Day(load_default=None)
    rate_per = programme_schemas.Code(codes.PERIODS, required=True)
    amount = programme_schemas.Whole(1, programme_schemas.MOST_RATE, load_default=None)
    at_most = programme_schemas.Whole(1, programme_schemas.MOST_RATE, load_default=None)


def _defining(context: RequestContext) -> tuple[Field, ...]:
    held = [one for one in navigation.areas_of(context, May.DEFINE_PROGRAMMES.value) if one]
    areas = tuple(Choice(*one) for one in navigation.named(context, held, context.today))
    return (
        Field("area", _("Địa bàn"), "choice", required=True, choices=areas, verbatim=True),
        Field("code", _("Mã chương trình"), required=True, most=63, size="short",
              help=_("Chữ thường không dấu, chữ số và dấu gạch nối, ví dụ hue-nq-37-2025.")),
        Field("title", _("Tên chương trình, chính sách"), required=True, most=200),
        Field("valid_from", _("Có hiệu lực từ ngày"), "day", required=True),
        Field("valid_until", _("Đến hết ngày"), "day"),
        Field("contents", _("Các nội dung"), "area", required=True, rows=4, most=5_000,
              help=_("Mỗi dòng một nội dung: mã, dấu |, tên. Ví dụ: cash | Hỗ trợ thu nhập.")),
        when(context, _("Ngày ban hành")),
        *paper(required=True),
    )  # fmt: skip


def _programme(context: RequestContext) -> Programme:
    code = (request.view_args or {})["programme"]
    found = context.services.application.support.find(Programme, programme_id(code))
    if found is None:
        raise NoSuchThing
    return found


def _choices(names: dict[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in names.items())


def _nodes(context: RequestContext) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.code, words.node_title(one)) for one in _programme(context).nodes.values()
    )


def _benefits(context: RequestContext) -> tuple[Choice, ...]:
    latest = {one.code: one for _since, one in _programme(context).definitions}
    return tuple(Choice(code, words.benefit_title(one)) for code, one in latest.items())


def _classes() -> dict[str, Any]:
    return {code: labels.CLASSES[code] for code in CLASSES if code in labels.CLASSES}


def _defining_benefit(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("code", _("Mã chính sách hỗ trợ"), required=True, most=100, size="short"),
        Field("node", _("Nội dung"), "choice", required=True, choices=lambda: _nodes(context)),
        Field("title", _("Tên chính sách hỗ trợ"), required=True, most=200),
        Field("content", _("Nhóm nội dung"), required=True, most=100, size="short",
              help=_("Trong các chính sách cùng nhóm, đối tượng chỉ hưởng mức cao nhất.")),
        Field("counted", _("Tính theo"), "choice", required=True, choices=_choices(COUNTED)),
        Field("period", _("Kỳ"), "choice", required=True, choices=_choices(PERIODS)),
        Field("classes", _("Loại hộ"), "many", choices=_choices(_classes())),
        Field("newly_escaped", _("Cả hộ mới thoát nghèo"), "tick"),
        Field("groups", _("Chỉ nhóm hộ"), "many", choices=_choices(dict(labels.FLAGS))),
        Field("source", _("Số, ký hiệu văn bản quy định"), required=True, most=100),
        when(context, _("Áp dụng từ ngày")),
        *paper(required=True),
    )  # fmt: skip


def _changing_rate(context: RequestContext) -> tuple[Field, ...]:
    unknown = _("Để trống cả hai khi chưa tìm thấy mức: từng hồ sơ ghi số tiền theo quyết định.")
    return (
        Field("benefit", _("Chính sách hỗ trợ"), "choice", required=True,
              choices=lambda: _benefits(context)),
        Field("valid_from", _("Có hiệu lực từ ngày"), "day", required=True),
        Field("valid_until", _("Đến hết ngày"), "day"),
        Field("per", _("Mức tính cho mỗi"), "choice", required=True, choices=_choices(PERIODS)),
        Field("amount", _("Mức cố định (đồng)"), "money", help=unknown),
        Field("at_most", _("Hoặc mức tối đa (đồng)"), "money"),
        Field("source", _("Số, ký hiệu văn bản quy định"), required=True, most=100),
        when(context, _("Ngày ghi nhận")),
        *paper(required=True),
    )  # fmt: skip


def _closing(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("reason", _("Lý do"), "area", required=True, most=2000),
        when(context, _("Ngày cuối có hiệu lực")),
        *paper(required=True),
    )


DEFINING = Form(LocalProgrammeBody, _defining)
DEFINING_BENEFIT = Form(programme_schemas.BenefitBody, _defining_benefit)
CHANGING_RATE = Form(programme_schemas.RateBody, _changing_rate)
CLOSING = Form(programme_schemas.ClosingBody, _closing)
BESIDE = {
    "programme_exists": "code",
    "programme_code_invalid": "code",
    "programme_tree_invalid": "contents",
    "programme_period_invalid": "valid_until",
    "programme_closed": "effective_on",
    "programme_node_unknown": "node",
    "benefit_for_none": "classes",
    "benefit_unknown": "benefit",
    "rate_invalid": "amount",
    "rate_outside_programme": "valid_from",
    "rate_period_unfit": "per",
    "support_document_missing": "document.number",
}


def _above(_context: RequestContext, path: Path) -> list[tuple[str, str]]:
    to = url_for("programme_pages.tree_page", programme=path.get("programme") or None)
    return [(_("Chương trình, chính sách"), to)]


def _done(context: RequestContext, command: Any, programme: str, said: str) -> Any:
    outcome = form_page.run(context, command)
    to = url_for("programme_pages.tree_page", programme=programme)
    return form_page.recorded(context, outcome, SHOWN_BY, said, to)


@pages.get("/chuong-trinh/moi", rule=DEFINE)
def show_defining(context: RequestContext) -> str:
    """The form that defines a local programme."""
    records = _("Chính sách của địa phương đứng cạnh chính sách của trung ương, không thay thế.")
    return form_page.form_page(
        context, DEFINING, _("Thêm chính sách địa phương"), records, above=_above(context, {})
    )


@pages.post("/chuong-trinh/moi", rule=DEFINE, form=DEFINING, again=show_defining, beside=BESIDE)
def define(context: RequestContext) -> Any:
    """Defines a local programme with its contents."""
    body = context.body
    command = DefineProgramme(
        code=body["code"],
        title=body["title"],
        level="local",
        area=context.area,
        valid_from=body["valid_from"],
        valid_until=body["valid_until"],
        nodes=tuple(_node(line) for line in body["contents"].splitlines() if line.strip()),
    )
    return _done(context, command, body["code"], _("Đã thêm chính sách địa phương."))


def _node(line: str) -> Node:
    """The content of a line. Raises FieldsRefused for a line without a title."""
    code, bar, title = (part.strip() for part in line.partition("|"))
    if not bar or not title or len(code) > CODE or len(title) > NAME:
        wrong = {"field": "form.contents", "code": "invalid", "message": "Not a valid content."}
        raise FieldsRefused([wrong])
    return Node(code, "", "content", title, SEEN)


def _of_programme(context: RequestContext, form: Form, title: str, records: str) -> str:
    found = _programme(context)
    return form_page.form_page(
        context, form, title, records, about=found.title, version=found.version,
        above=_above(context, {"programme": found.code}),
    )  # fmt: skip


@pages.get("/chuong-trinh/<programme:programme>/chinh-sach", rule=CHANGE)
def show_defining_benefit(context: RequestContext, programme: str) -> str:
    """The form that defines a benefit."""
    records = _("Quy định mới thay quy định cũ của cùng mã từ ngày áp dụng.")
    return _of_programme(context, DEFINING_BENEFIT, _("Thêm chính sách hỗ trợ"), records)


@pages.post(
    "/chuong-trinh/<programme:programme>/chinh-sach",
    rule=CHANGE,
    form=DEFINING_BENEFIT,
    again=show_defining_benefit,
    beside=BESIDE,
    several=frozenset({"classes", "groups"}),
)
def define_benefit(context: RequestContext, programme: str) -> Any:
    """Defines a benefit of a programme, from a day on."""
    command = DefineBenefit(programme, _benefit(context, context.body))
    return _done(context, command, programme, _("Đã lưu chính sách hỗ trợ."))


def _benefit(context: RequestContext, body: Body) -> Benefit:
    directory = context.services.areas()
    qualification = Qualification(
        tuple(body["classes"]),
        body["newly_escaped"],
        tuple(body["groups"]),
        tuple(directory.resolved(one, body["effective_on"]) for one in body["areas"]),
    )
    names = (
        "code", "node", "title", "content", "counted", "period", "source", "title_en", "note",
        "note_en",
    )  # fmt: skip
    given = {name: body[name] for name in names}
    return Benefit(qualification=qualification, certainty=SEEN, **given)


@pages.get("/chuong-trinh/<programme:programme>/muc", rule=CHANGE)
def show_changing_rate(context: RequestContext, programme: str) -> str:
    """The form that sets a rate."""
    records = _("Khi hai mức cùng có hiệu lực, mức ghi sau được dùng.")
    return _of_programme(context, CHANGING_RATE, _("Thêm mức hỗ trợ"), records)


@pages.post(
    "/chuong-trinh/<programme:programme>/muc",
    rule=CHANGE,
    form=CHANGING_RATE,
    again=show_changing_rate,
    beside=BESIDE,
)
def change_rate(context: RequestContext, programme: str) -> Any:
    """Sets a rate of a benefit for some days."""
    body = context.body
    rate = _rate(body["benefit"], body, body["valid_from"], body["valid_until"], body["per"])
    return _done(context, ChangeRate(programme, rate), programme, _("Đã lưu mức hỗ trợ."))


def _rate(benefit: str, body: Body, since: Any, until: Any, per: str) -> Rate:
    unknown = body["amount"] is None and body["at_most"] is None
    return Rate(
        benefit=benefit,
        valid_from=since,
        valid_until=until,
        per=per,
        amount=body["amount"],
        at_most=body["at_most"],
        source=body["source"],
        certainty="unknown" if unknown else SEEN,
    )


@pages.get("/chuong-trinh/<programme:programme>/ket-thuc", rule=CHANGE)
def show_closing(context: RequestContext, programme: str) -> str:
    """The form that ends a programme."""
    records = _("Sau ngày cuối, chính sách không nhận hồ sơ mới.")
    return _of_programme(context, CLOSING, _("Kết thúc chính sách"), records)


@pages.post(
    "/chuong-trinh/<programme:programme>/ket-thuc",
    rule=CHANGE,
    form=CLOSING,
    again=show_closing,
    beside=BESIDE,
)
def close(context: RequestContext, programme: str) -> Any:
    """Ends a programme; the day is its last."""
    command = CloseProgramme(programme, context.body["reason"])
    return _done(context, command, programme, _("Đã kết thúc chính sách."))


def _sheet(_context: RequestContext, path: Path) -> SheetKind:
    """The sheet of one programme: a benefit with its rate in each row."""

    def command(context: RequestContext, body: Body) -> DefineBenefitWithRate:
        rate = _rate(body["code"], body, body["rate_from"], body["rate_until"], body["rate_per"])
        return DefineBenefitWithRate(path["programme"], _benefit(context, body), rate)

    return SheetKind(
        name=f"programme/{path['programme']}",
        columns=(
            Column(_l("Mã chính sách hỗ trợ"), "code", needed=True),
            Column(_l("Mã nội dung"), "node", needed=True),
            Column(_l("Tên chính sách hỗ trợ"), "title", needed=True),
            Column(_l("Nhóm nội dung"), "content", needed=True),
            Column(_l("Tính theo"), "counted", needed=True, codes=COUNTED),
            Column(_l("Kỳ"), "period", needed=True, codes=PERIODS),
            Column(_l("Loại hộ"), "classes", codes=_classes(), several=True,
                   help=_l("Cách nhau bằng dấu chấm phẩy.")),
            Column(_l("Cả hộ mới thoát nghèo"), "newly_escaped", "tick", help=_l("Ghi x.")),
            Column(_l("Nhóm hộ"), "groups", codes=dict(labels.FLAGS), several=True),
            Column(_l("Văn bản quy định"), "source", needed=True),
            Column(_l("Áp dụng từ ngày"), "effective_on", "day", needed=True),
            Column(_l("Số văn bản ghi nhận"), "document.number", needed=True),
            Column(_l("Mức từ ngày"), "rate_from", "day", needed=True),
            Column(_l("Mức đến hết ngày"), "rate_until", "day"),
            Column(_l("Mức tính cho mỗi"), "rate_per", needed=True, codes=PERIODS),
            Column(_l("Mức cố định (đồng)"), "amount", "whole"),
            Column(_l("Mức tối đa (đồng)"), "at_most", "whole"),
        ),
        schema=SheetBenefitBody,
        command=command,
        once=("code",),
    )  # fmt: skip


SheetPages(
    pages,
    "/chuong-trinh/<programme:programme>/nhap",
    "chinh_sach",
    CHANGE,
    _l("Nhập chính sách hỗ trợ từ Excel"),
    _l("Mỗi dòng là một chính sách hỗ trợ kèm mức hỗ trợ; mỗi mã một dòng."),
    _sheet,
    _above,
    SHOWN_BY,
).register()
