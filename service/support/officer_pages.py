"""The pages of officers: who is trained, the share by unit and year, and the forms."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.officer import (
    CountOfficers,
    EnterOfficer,
    LeaveOfficer,
    MoveOfficer,
    Officer,
    RecordTraining,
    WithdrawTraining,
)
from projections.support import activities, officers
from projections.support.activities import ActivityFilter
from projections.support.officers import TrainingShare
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_several
from service.http.commands import Circumstances
from service.http.cursors import Cursor
from service.problems import NoSuchThing
from service.support import area_choice, form_page, officer_erasure, officers_api, places
from service.support.case_forms import paper, when
from service.support.permissions import May
from service.ui import forms, navigation, paging
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("officer_pages", __name__)

PLACES = "officers"
SHOWN_BY = ("officers",)
MOST_OFFERED = 500
MOST_ACTIVITIES = 200
READ = Rule(May.READ_OFFICERS, area_choice.place(May.READ_OFFICERS))
READ_OFFICER = Rule(May.READ_OFFICERS, places.officer)
ENTER = Rule(May.RECORD_OFFICERS, area_choice.place(May.RECORD_OFFICERS))
CHANGE = Rule(May.RECORD_OFFICERS, places.officer)
MOVE = Rule(May.RECORD_OFFICERS, places.officer_and_area)
FORGET = Rule(May.FORGET_OFFICERS, places.officer)
TRAIN = Rule(May.RECORD_OFFICERS, places.activity)


class OfficersQuery(area_choice.AreaOfPage):
    """The area, the year and the day of the shares, and the place where the list goes on."""

    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    on = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)
    after = Cursor(PLACES)


class TrainedBody(Circumstances):
    """The officers who took part."""

    officers = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=500))


@dataclass(frozen=True, slots=True)
class ShownShare:
    """The share of a unit, with its name."""

    name: str
    share: TrainingShare


@pages.get("/cong-chuc", rule=READ, query=OfficersQuery)
def officers_page(context: RequestContext) -> str:
    """The share of trained officers by unit, and the officers of an area."""
    query, on = context.query, context.query["on"] or context.today
    query["year"] = query["year"] or on.year
    came = query["after"]
    place = paging.place_of(came)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    with context.services.reading() as conn:
        found = officers.officers(
            conn, context.services.keyring,
            areas=context.services.areas().units_within(context.area, context.today),
            after=UUID(place[0]) if place else None, limit=paging.PAGE + 1,
        )  # fmt: skip
    page = paging.page(PLACES, found, came, lambda one: [str(one.officer_id)])
    note_several(context, "list", len(page.rows), officers=True)
    shares = [
        ShownShare(navigation.recorded_name(context, one.area, on), one)
        for one in officers_api.shares(context, min(on, date(query["year"], 12, 31)))
    ]
    return render(
        "support/officers.html",
        title=_("Công chức và tập huấn"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_OFFICERS),
        page=page,
        shares=shares,
        trainings=_trainings(context, query["year"]),
        year=query["year"],
        on=on,
        kept={"area": context.area or None, "year": query["year"]},
        may_record=navigation.may_in(May.RECORD_OFFICERS.value, context, context.area),
        name_of=lambda area: navigation.recorded_name(context, area, on),
    )


def _trainings(context: RequestContext, year: int) -> list[Any]:
    """The trainings of officers that were held in a year in the area, or above it."""
    directory = context.services.areas()
    units = directory.units_within(context.area, context.today)
    wanted = ActivityFilter(areas=units, kinds=["officer_training"], year=year)
    with context.services.reading() as conn:
        found = activities.activities(conn, wanted, limit=MOST_ACTIVITIES)
    return [one for one in found if one.held_on is not None]


@pages.get("/cong-chuc/<uuid:officer_id>", rule=READ_OFFICER)
def officer_page(context: RequestContext, officer_id: UUID) -> str:
    """One officer with the trainings taken part in."""
    officer = _officer(context, officer_id)
    with context.services.reading() as conn:
        trained = officers.trainings(conn, officer_id)
    title = officer.name or officer.account
    return render(
        "support/officer.html",
        title=title,
        crumbs=[*_above(), (title, "")],
        officer=officer,
        trained=trained,
        area_name=navigation.recorded_name(context, officer.area, context.today),
        may_record=navigation.may_in(May.RECORD_OFFICERS.value, context, officer.area),
        may_forget=bool(officer.name)
        and not officer.forgotten
        and navigation.may_in(May.FORGET_OFFICERS.value, context, officer.area),
    )


def _officer(context: RequestContext, officer_id: UUID) -> officers.OfficerRow:
    """The officer as shown; leaves a line in the read log. Raises NoSuchThing."""
    with context.services.reading() as conn:
        found = officers.officers(
            conn, context.services.keyring, areas=None, limit=1, only=officer_id
        )
    if not found:
        raise NoSuchThing
    note_several(context, "list", 1, officers=True)
    return found[0]


def _above() -> list[tuple[str, str]]:
    return [(_("Công chức và tập huấn"), url_for("officer_pages.officers_page"))]


def _areas(context: RequestContext) -> tuple[Choice, ...]:
    """The units of the account's roles and those right below."""
    lineage, today = context.services.areas().lineage, context.today
    held = [one for one in navigation.areas_of(context, May.RECORD_OFFICERS.value) if one]
    standing = [navigation.standing_unit(context, one, today)[0] for one in held]
    units = [unit for one in standing for unit in (one, *lineage.children(one, today))]
    return tuple(Choice(*one) for one in navigation.named(context, units, today))


def _area(context: RequestContext) -> Field:
    return Field("area", _("Đơn vị"), "choice", required=True, choices=lambda: _areas(context),
                 verbatim=True)  # fmt: skip


def _entering(context: RequestContext) -> tuple[Field, ...]:
    return (
        _area(context),
        Field("account", _("Tài khoản"), most=100,
              help=_("Công chức có tài khoản thì nhập tên tài khoản, để trống họ tên.")),
        Field("name", _("Họ và tên"), most=200,
              help=_("Công chức không có tài khoản thì nhập họ tên; họ tên được niêm phong.")),
        when(context, _("Làm công tác giảm nghèo từ ngày")),
    )  # fmt: skip


def _counting(context: RequestContext) -> tuple[Field, ...]:
    return (
        _area(context),
        Field("officers", _("Tổng số công chức làm công tác giảm nghèo"), "whole", required=True),
        when(context, _("Tính từ ngày")),
        *paper(required=True),
    )


def _moving(context: RequestContext) -> tuple[Field, ...]:
    return _area(context), when(context, _("Chuyển từ ngày"))


def _leaving(context: RequestContext) -> tuple[Field, ...]:
    return (when(context, _("Ngày cuối làm công tác này")),)


def _training(context: RequestContext) -> tuple[Field, ...]:
    activity = (request.view_args or {})["activity_id"]
    return (
        Field("officers", _("Công chức dự tập huấn"), "many", required=True, verbatim=True,
              choices=lambda: _offered(context, activity)),
        when(context, _("Ngày tập huấn")),
    )  # fmt: skip


def _offered(context: RequestContext, activity_id: UUID) -> tuple[Choice, ...]:
    """The officers of the area of a training who are not on its list yet."""
    units = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        found = officers.officers(
            conn, context.services.keyring, areas=units, working=True, limit=MOST_OFFERED
        )
        known = officers.trained_by(conn, activity_id)
    note_several(context, "list", len(found), officers=True)
    named = [
        Choice(str(one.officer_id), one.name or one.account,
               group=navigation.recorded_name(context, one.area, context.today))
        for one in found
        if one.officer_id not in known
    ]  # fmt: skip
    return tuple(sorted(named, key=lambda one: (str(one.group), str(one.label))))


def _withdrawing(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("activity_id", _("Lần tập huấn"), "choice", required=True,
              choices=lambda: _trainings_of(context)),
        Field("reason", _("Lý do"), "area", required=True, most=2000),
        when(context, _("Ngày ghi nhận")),
    )  # fmt: skip


def _forgetting(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("legal_basis", _("Căn cứ pháp lý"), "area", required=True, most=2000,
              help=_("Không nhập họ tên của người được xóa dữ liệu.")),
        when(context, _("Ngày")),
        *paper(required=False),
    )  # fmt: skip


def _trainings_of(context: RequestContext) -> tuple[Choice, ...]:
    with context.services.reading() as conn:
        found = officers.trainings(conn, (request.view_args or {})["officer_id"])
    return tuple(Choice(str(one.activity_id), one.title) for one in found)


ENTERING = Form(officers_api.OfficerBody, _entering)
COUNTING = Form(officers_api.OfficerCountBody, _counting)
MOVING = Form(officers_api.OfficerMoveBody, _moving)
LEAVING = Form(Circumstances, _leaving)
TRAINING = Form(TrainedBody, _training)
WITHDRAWING = Form(officers_api.TrainingWithdrawalBody, _withdrawing)
FORGETTING = Form(officers_api.OfficerForgettingBody, _forgetting)
BESIDE = {
    "officer_invalid": "account",
    "officer_exists": "account",
    "officer_count_invalid": "officers",
    "officers_missing": "officers",
    "officer_not_there": "officers",
    "activity_year_invalid": "effective_on",
    "activity_not_held": "effective_on",
    "training_unknown": "activity_id",
    "officer_named_in_basis": "legal_basis",
    "support_effective_in_future": "effective_on",
    "support_document_missing": "document.number",
}


def _show(
    context: RequestContext, form: Form, title: str, records: str, version: int | None = None
) -> str:
    return form_page.form_page(context, form, title, records, above=_above(), version=version)


def _done(context: RequestContext, command: Any, said: str, models: tuple[str, ...]) -> Any:
    outcome = form_page.run(context, command)
    return form_page.recorded(
        context, outcome, models, said, url_for("officer_pages.officers_page")
    )


def _version(context: RequestContext, officer_id: UUID) -> int:
    found = context.services.application.support.find(Officer, officer_id)
    if found is None:
        raise NoSuchThing
    return found.version


@pages.get("/cong-chuc/them", rule=ENTER)
def show_entering(context: RequestContext) -> str:
    """The form that enters an officer."""
    records = _("Mỗi công chức một lần; khi chuyển đơn vị thì ghi chuyển, không thêm lại.")
    return _show(context, ENTERING, _("Thêm công chức"), records)


@pages.post("/cong-chuc/them", rule=ENTER, form=ENTERING, again=show_entering, beside=BESIDE)
def enter(context: RequestContext) -> Any:
    """Enters an officer."""
    command = EnterOfficer(context.area, context.body["account"], context.body["name"])
    return _done(context, command, _("Đã thêm công chức."), SHOWN_BY)


@pages.get("/cong-chuc/tong-so", rule=ENTER)
def show_counting(context: RequestContext) -> str:
    """The form that states the number of officers of a unit."""
    return _show(context, COUNTING, _("Tổng số công chức"),
                 _("Tổng số này là số để tính tỷ lệ công chức được tập huấn."))  # fmt: skip


@pages.post("/cong-chuc/tong-so", rule=ENTER, form=COUNTING, again=show_counting, beside=BESIDE)
def count(context: RequestContext) -> Any:
    """States the number of officers of a unit, from a day on."""
    command = CountOfficers(context.area, context.body["officers"])
    return _done(context, command, _("Đã lưu tổng số công chức."), ("officer_counts",))


@pages.get("/cong-chuc/<uuid:officer_id>/chuyen", rule=CHANGE)
def show_moving(context: RequestContext, officer_id: UUID) -> str:
    """The form that moves an officer to another unit."""
    return _show(context, MOVING, _("Chuyển đơn vị"), _("Các lần tập huấn được giữ nguyên."),
                 _version(context, officer_id))  # fmt: skip


@pages.post(
    "/cong-chuc/<uuid:officer_id>/chuyen",
    rule=MOVE,
    form=MOVING,
    again=show_moving,
    beside=BESIDE,
)
def move(context: RequestContext, officer_id: UUID) -> Any:
    """Moves an officer to another unit."""
    command = MoveOfficer(officer_id, context.body["area"])
    return _done(context, command, _("Đã chuyển đơn vị."), SHOWN_BY)


@pages.get("/cong-chuc/<uuid:officer_id>/nghi", rule=CHANGE)
def show_leaving(context: RequestContext, officer_id: UUID) -> str:
    """The form that ends the work of an officer."""
    return _show(context, LEAVING, _("Không còn làm công tác giảm nghèo"),
                 _("Các lần tập huấn được giữ nguyên."), _version(context, officer_id))  # fmt: skip


@pages.post(
    "/cong-chuc/<uuid:officer_id>/nghi",
    rule=CHANGE,
    form=LEAVING,
    again=show_leaving,
    beside=BESIDE,
)
def leave(context: RequestContext, officer_id: UUID) -> Any:
    """Ends the work of an officer."""
    return _done(context, LeaveOfficer(officer_id), _("Đã ghi ngày cuối."), SHOWN_BY)


@pages.get("/cong-chuc/<uuid:officer_id>/rut-lai", rule=CHANGE)
def show_withdrawing(context: RequestContext, officer_id: UUID) -> str:
    """The form that withdraws a training recorded by error."""
    return _show(context, WITHDRAWING, _("Rút lại lần tập huấn"),
                 _("Lần tập huấn ghi nhầm không còn được tính; lịch sử vẫn giữ cả hai."),
                 _version(context, officer_id))  # fmt: skip


@pages.post(
    "/cong-chuc/<uuid:officer_id>/rut-lai",
    rule=CHANGE,
    form=WITHDRAWING,
    again=show_withdrawing,
    beside=BESIDE,
)
def withdraw(context: RequestContext, officer_id: UUID) -> Any:
    """Withdraws a training recorded by error."""
    command = WithdrawTraining(officer_id, context.body["activity_id"], context.body["reason"])
    return _done(context, command, _("Đã rút lại lần tập huấn."), SHOWN_BY)


@pages.get("/cong-chuc/<uuid:officer_id>/xoa-du-lieu", rule=FORGET)
def show_forgetting(context: RequestContext, officer_id: UUID) -> str:
    """The form that erases the name of an officer."""
    officer = _officer(context, officer_id)
    area = navigation.recorded_name(context, officer.area, context.today)
    return form_page.form_page(
        context,
        FORGETTING,
        _("Xóa dữ liệu cá nhân"),
        _what_stays(context, officer_id),
        above=_above(),
        about=f"{officer.name or officer.account}, {area}",
        version=_version(context, officer_id),
    )


def _what_stays(context: RequestContext, officer_id: UUID) -> str:
    said = [
        _("Xóa vĩnh viễn họ tên theo căn cứ pháp lý; không khôi phục được. Đơn vị, các lần tập "
          "huấn và số liệu tổng hợp vẫn được giữ.")
    ]  # fmt: skip
    if texts := officer_erasure.look(context, officer_id):
        said.append(
            _("Họ tên còn trong phần chữ tự nhập của %(n)s lần ghi về tập huấn và không xóa được ở "
              "phần này.", n=len(texts))
        )  # fmt: skip
    return " ".join(said)


@pages.post(
    "/cong-chuc/<uuid:officer_id>/xoa-du-lieu",
    rule=FORGET,
    form=FORGETTING,
    again=show_forgetting,
    beside=BESIDE,
)
def forget(context: RequestContext, officer_id: UUID) -> Any:
    """Erases the name of an officer."""
    outcome = officer_erasure.forget(context, officer_id)
    return form_page.recorded(
        context, outcome, SHOWN_BY, _("Đã xóa họ tên của công chức."),
        url_for("officer_pages.officer_page", officer_id=officer_id),
    )  # fmt: skip


@pages.get("/hoat-dong/<uuid:activity_id>/tap-huan", rule=TRAIN)
def show_training(context: RequestContext, activity_id: UUID) -> str:
    """The form that says which officers took part in a training."""
    records = _("Đánh dấu những người đã dự; người đã ghi rồi không có trong danh sách.")
    return _show(context, TRAINING, _("Công chức dự tập huấn"), records)


@pages.post(
    "/hoat-dong/<uuid:activity_id>/tap-huan",
    rule=TRAIN,
    form=TRAINING,
    again=show_training,
    beside=BESIDE,
    several=frozenset({"officers"}),
)
def train(context: RequestContext, activity_id: UUID) -> Any:
    """Records the officers who took part in a training."""
    command = RecordTraining(activity_id, tuple(context.body["officers"]))
    return _done(context, command, _("Đã ghi công chức dự tập huấn."), SHOWN_BY)
