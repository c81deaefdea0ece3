"""The pages of activities: those of an area with their totals, the forms, and the sheet."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.activity import (
    Activity,
    CorrectActivity,
    HeldFigures,
    HoldActivity,
    PlanActivity,
    ReportActivity,
)
from domain.support.codes import ACTIVITY_KINDS
from projections.support import activities, programmes
from service.access.authorization import RequestContext, Rule
from service.http.cursors import Cursor
from service.problems import NoSuchThing
from service.support import activities_api, area_choice, form_page, places, words
from service.support.case_forms import paper, when
from service.support.permissions import May
from service.support.sheet_pages import SheetPages
from service.support.sheets import Body, Column, SheetKind
from service.ui import navigation, paging
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("activity_pages", __name__)

PLACES = "activities"
SHOWN_BY = ("activities",)
READ = Rule(May.READ_ACTIVITIES, area_choice.place(May.READ_ACTIVITIES))
PLAN = Rule(May.RECORD_ACTIVITIES, area_choice.place(May.RECORD_ACTIVITIES))
RECORD = Rule(May.RECORD_ACTIVITIES, places.activity)
KINDS = {
    "officer_training": _l("Tập huấn công chức làm công tác giảm nghèo"),
    "vocational_class": _l("Lớp đào tạo nghề"),
    "job_fair": _l("Phiên giao dịch việc làm"),
    "job_counselling": _l("Tư vấn việc làm, nghề nghiệp"),
    "job_placement": _l("Giải quyết việc làm"),
    "labour_market_training": _l("Tập huấn thu thập thông tin thị trường lao động"),
    "extension_class": _l("Lớp tập huấn khuyến nông"),
    "workshop": _l("Hội thảo"),
    "legal_aid": _l("Trợ giúp pháp lý"),
    "communication": _l("Truyền thông"),
    "road": _l("Công trình đường giao thông"),
    "school": _l("Công trình trường học"),
    "maintenance": _l("Công trình duy tu, bảo dưỡng"),
    "fund_raising": _l("Vận động quỹ Vì người nghèo"),
    "fund_house": _l("Nhà ở từ quỹ Vì người nghèo"),
    "health_cards": _l("Cấp thẻ bảo hiểm y tế"),
    "insurance_contribution": _l("Hỗ trợ mức đóng bảo hiểm y tế"),
    "social_insurance": _l("Hỗ trợ bảo hiểm xã hội tự nguyện"),
    "income_support": _l("Hỗ trợ thu nhập hằng tháng"),
    "learning_costs": _l("Chi trả hồ sơ học sinh, sinh viên"),
    "tuition": _l("Miễn, giảm học phí, hỗ trợ chi phí học tập"),
    "electricity": _l("Hỗ trợ tiền điện"),
    "student_credit": _l("Cho vay học sinh, sinh viên"),
    "job_credit": _l("Cho vay giải quyết việc làm"),
}


class ActivitiesQuery(area_choice.AreaOfPage):
    """The area, the year, the kind, and the place where the list goes on."""

    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *ACTIVITY_KINDS]))
    after = Cursor(PLACES)


class ReportedBody(activities_api.ActivityBody, activities_api.FiguresBody):
    """An activity of a sheet, which was held: the day, its figures and what it is."""


@pages.get("/hoat-dong", rule=READ, query=ActivitiesQuery)
def activities_page(context: RequestContext) -> str:
    """The activities of an area and the units below, with their totals by kind."""
    query, came = context.query, context.query["after"]
    place = paging.place_of(came)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    asked = activities.ActivityFilter(
        areas=context.services.areas().units_within(context.area, context.today),
        kinds=[query["kind"]] if query["kind"] else None,
        year=query["year"],
    )
    with context.services.reading() as conn:
        found = activities.activities(
            conn, asked, after=UUID(place[0]) if place else None, limit=paging.PAGE + 1
        )
        groups = activities.totals(conn, asked)
    kinds = list(dict.fromkeys(one.kind for one in groups))
    return render(
        "support/activities.html",
        title=_("Hoạt động"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_ACTIVITIES),
        page=paging.page(PLACES, found, came, lambda one: [str(one.activity_id)]),
        totals=[(kind, activities.added([one for one in groups if one.kind == kind]))
                for kind in kinds],
        kinds=KINDS,
        query=query,
        kept={"area": context.area or None, "year": query["year"], "kind": query["kind"] or None},
        name_of=lambda area: navigation.recorded_name(context, area, context.today),
        may_record=navigation.may_in(May.RECORD_ACTIVITIES.value, context, context.area),
        said=words,
    )  # fmt: skip


def _above(_context: RequestContext, _path: dict[str, Any]) -> list[tuple[str, str]]:
    return [(_("Hoạt động"), url_for("activity_pages.activities_page"))]


def areas_to_record(context: RequestContext) -> tuple[Choice, ...]:
    """The units of the account's roles that record activities, and those right below."""
    lineage, today = context.services.areas().lineage, context.today
    held = [one for one in navigation.areas_of(context, May.RECORD_ACTIVITIES.value) if one]
    standing = [navigation.standing_unit(context, one, today)[0] for one in held]
    units = [unit for one in standing for unit in (one, *lineage.children(one, today))]
    return tuple(Choice(*one) for one in navigation.named(context, units, today))


def nodes_offered(context: RequestContext) -> tuple[Choice, ...]:
    """The nodes of the programmes in force, as "programme/node", under their programmes."""
    with context.services.reading() as conn:
        rows = programmes.programmes(conn, on=context.today)
    return tuple(
        Choice(f"{row.code}/{node.code}", words.node_title(node), group=words.title_of(row))
        for row in rows
        for node in row.body.nodes
    )


def programme_and_node(given: str) -> tuple[str, str]:
    """The programme and the node of a choice; both "" where none was chosen."""
    programme, _slash, node = given.partition("/")
    return programme, node


class PlanBody(activities_api.ActivityBody):
    """An activity in the plan of a year; `of` is "programme/node"."""

    of = fields.String(load_default="", validate=validate.Length(max=200))


def _planning(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("area", _("Địa bàn"), "choice", required=True, verbatim=True,
              choices=lambda: areas_to_record(context)),
        Field("kind", _("Loại hoạt động"), "choice", required=True,
              choices=tuple(Choice(code, name) for code, name in KINDS.items())),
        Field("title", _("Tên hoạt động"), required=True, most=200),
        Field("year", _("Năm kế hoạch"), "whole", required=True,
              initial=str(context.today.year)),
        Field("of", _("Thuộc dự án, nội dung"), "choice", blank=_("không thuộc chương trình nào"),
              choices=lambda: nodes_offered(context)),
        when(context, _("Ngày ghi vào kế hoạch")),
        *paper(),
    )  # fmt: skip


def _figures() -> tuple[Field, ...]:
    empty = _("Để trống số liệu không được báo cáo.")
    return (
        Field("sessions", _("Số buổi, lớp, phiên"), "whole", initial="1", help=empty),
        Field("persons", _("Số người"), "whole"),
        Field("turns", _("Số lượt người"), "whole", help=_("Không ít hơn số người.")),
        Field("households", _("Số hộ"), "whole"),
        Field("amount", _("Kinh phí (đồng)"), "money"),
    )


def _holding(context: RequestContext) -> tuple[Field, ...]:
    return *_figures(), when(context, _("Ngày thực hiện")), *paper()


def _correcting(context: RequestContext) -> tuple[Field, ...]:
    reason = Field("reason", _("Lý do đính chính"), "area", required=True, most=2000)
    return *_figures(), reason, when(context, _("Ngày đính chính")), *paper(required=True)


PLANNING = Form(PlanBody, _planning)
HOLDING = Form(activities_api.FiguresBody, _holding)
CORRECTING = Form(activities_api.FiguresCorrectionBody, _correcting)
BESIDE = {
    "programme_unknown": "of",
    "programme_node_unknown": "of",
    "activity_year_invalid": "effective_on",
    "activity_held": "sessions",
    "activity_not_held": "sessions",
    "activity_figures_invalid": "turns",
    "support_effective_in_future": "effective_on",
    "support_document_missing": "document.number",
}


def _activity(context: RequestContext) -> Activity:
    found = context.services.application.support.find(
        Activity, (request.view_args or {})["activity_id"]
    )
    if found is None:
        raise NoSuchThing
    return found


def _of_activity(context: RequestContext, form: Form, title: str) -> str:
    found = _activity(context)
    return form_page.form_page(
        context, form, title, _("Số liệu ghi đúng như báo cáo, không ghi tên người."),
        above=_above(context, {}), about=found.title, version=found.version,
    )  # fmt: skip


def _done(context: RequestContext, command: Any, said: str) -> Any:
    outcome = form_page.run(context, command)
    to = url_for("activity_pages.activities_page")
    return form_page.recorded(context, outcome, SHOWN_BY, said, to)


@pages.get("/hoat-dong/moi", rule=PLAN)
def show_planning(context: RequestContext) -> str:
    """The form that plans an activity."""
    records = _("Hoạt động vào kế hoạch của năm; kết quả ghi sau khi thực hiện.")
    return form_page.form_page(
        context, PLANNING, _("Thêm hoạt động"), records, above=_above(context, {})
    )


@pages.post("/hoat-dong/moi", rule=PLAN, form=PLANNING, again=show_planning, beside=BESIDE)
def plan(context: RequestContext) -> Any:
    """Plans an activity."""
    body = context.body
    programme, node = programme_and_node(body["of"])
    command = PlanActivity(context.area, body["kind"], body["year"], body["title"], programme, node)
    return _done(context, command, _("Đã thêm hoạt động."))


@pages.get("/hoat-dong/<uuid:activity_id>/ket-qua", rule=RECORD)
def show_holding(context: RequestContext, activity_id: UUID) -> str:
    """The form that says what was held."""
    return _of_activity(context, HOLDING, _("Ghi kết quả"))


@pages.post(
    "/hoat-dong/<uuid:activity_id>/ket-qua",
    rule=RECORD,
    form=HOLDING,
    again=show_holding,
    beside=BESIDE,
)
def hold(context: RequestContext, activity_id: UUID) -> Any:
    """Records that an activity was held, with its figures."""
    command = HoldActivity(activity_id, figures_of(context.body))
    return _done(context, command, _("Đã ghi kết quả."))


@pages.get("/hoat-dong/<uuid:activity_id>/dinh-chinh", rule=RECORD)
def show_correcting(context: RequestContext, activity_id: UUID) -> str:
    """The form that corrects the figures."""
    return _of_activity(context, CORRECTING, _("Đính chính kết quả"))


@pages.post(
    "/hoat-dong/<uuid:activity_id>/dinh-chinh",
    rule=RECORD,
    form=CORRECTING,
    again=show_correcting,
    beside=BESIDE,
)
def correct(context: RequestContext, activity_id: UUID) -> Any:
    """Corrects the figures of an activity, with the reason."""
    command = CorrectActivity(activity_id, figures_of(context.body), context.body["reason"])
    return _done(context, command, _("Đã đính chính kết quả."))


def figures_of(body: Body) -> HeldFigures:
    """The figures of a checked body."""
    names = "sessions", "persons", "turns", "households", "amount"
    return HeldFigures(**{name: body[name] for name in names})


def _reported(_context: RequestContext, body: Body) -> ReportActivity:
    return ReportActivity(
        body["area"], body["kind"], body["year"], body["title"], figures_of(body),
        body["programme"], body["node"],
    )  # fmt: skip


SHEET = SheetKind(
    name="activities",
    columns=(
        Column(_l("Mã địa bàn"), "area", needed=True,
               help=_l("Mã xã, phường hoặc mã tỉnh vào ngày thực hiện.")),
        Column(_l("Loại hoạt động"), "kind", needed=True, codes=KINDS),
        Column(_l("Tên hoạt động"), "title", needed=True),
        Column(_l("Năm"), "year", "whole", needed=True),
        Column(_l("Ngày thực hiện"), "effective_on", "day", needed=True),
        Column(_l("Số buổi"), "sessions", "whole", help=_l("Để trống: một buổi.")),
        Column(_l("Số người"), "persons", "whole"),
        Column(_l("Số lượt"), "turns", "whole"),
        Column(_l("Số hộ"), "households", "whole"),
        Column(_l("Kinh phí (đồng)"), "amount", "whole"),
        Column(_l("Mã chương trình"), "programme"),
        Column(_l("Mã dự án, nội dung"), "node"),
        Column(_l("Số văn bản"), "document.number"),
    ),
    schema=ReportedBody,
    command=_reported,
    once=("area", "kind", "title", "effective_on"),
)  # fmt: skip
SheetPages(
    pages,
    "/hoat-dong/nhap",
    "hoat_dong",
    PLAN,
    _l("Nhập hoạt động từ Excel"),
    _l("Mỗi dòng là một hoạt động đã thực hiện. Số liệu không được báo cáo thì để trống."),
    lambda _context, _path: SHEET,
    _above,
    SHOWN_BY,
).register()
