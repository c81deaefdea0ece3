"""Acts of a round about its list: listing, requests and their answers."""

from dataclasses import replace
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.households.events import Answers
from domain.reviews import codes
from domain.reviews.requests import ReceiveRequest, RefuseRequest, ScreenRequest
from domain.reviews.review_list import ListCurrentList, ListHouseholds, UnlistHouseholds
from domain.reviews.steps import LOW_INCOME
from projections.households.register import listed_households
from projections.reviews import households as reviewed
from projections.reviews import rounds as asked_of_rounds
from projections.reviews.households import ReviewedRow
from service.access.authorization import RequestContext
from service.access.read_log import note_listed
from service.http.parsing import uuid_or_none
from service.problems import NoSuchThing
from service.reviews import words
from service.reviews.permissions import May
from service.reviews.places import kept_villages
from service.reviews.round_forms import (
    DAYS,
    NOTE,
    OF_HOUSEHOLD,
    OF_PERSON,
    Body,
    RoundBody,
    RoundForm,
    asked,
    asked_id,
    choices,
    household_field,
    paper,
    round_of,
    when,
)
from service.reviews.worker_names import members_of
from service.ui.forms import Choice, Field
from service.ui.i18n import lazy as _l

FORM_A = "A/TT07-2021"
COLUMNS = tuple(f"{at:02}" for at in range(1, 10))
"""The columns of form A that count; their texts were not found."""
# ---- the list of households to review -----------------------------------------------------------


def _listing(context: RequestContext) -> tuple[Field, ...]:
    return when(context), *paper(label=_("Số, ký hiệu kế hoạch hoặc danh sách"))


def _list_all(context: RequestContext, round_id: UUID, body: Body) -> ListCurrentList:
    units = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        return ListCurrentList(round_id, tuple(listed_households(conn, units or ())))


class UnlistingBody(RoundBody):
    """A household, and why it is not reviewed in this round."""

    household = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(list(codes.UNLISTING_REASONS)))


def _gone(context: RequestContext) -> tuple[Choice, ...]:
    """The households that have gone: no search in the commune finds them any more."""
    units = context.services.areas().units_within(context.area, context.today) or []
    row = round_of(context)
    with context.services.reading() as conn:
        found = reviewed.gone(conn, context.services.keyring, row.round_id, units, on=context.today)
    kept = kept_villages(context)
    if kept is not None:
        own = {one.casefold() for one in kept}
        found = [one for one in found if one.village.casefold() in own]
    if found:
        note_listed(context, found)

    def said(one: ReviewedRow) -> str:
        why = _("đã ngừng quản lý") if one.area in units or not one.area else _("đã chuyển đi")
        return " · ".join(part for part in (one.head, one.number, one.village, why) if part)

    return tuple(Choice(str(one.household_id), said(one)) for one in found)


def _unlisting(context: RequestContext) -> tuple[Field, ...]:
    searched = household_field()

    def offered() -> tuple[Choice, ...]:
        every = {one.value: one for one in (*searched.options, *_gone(context))}
        return tuple(every.values())

    return (
        replace(
            searched,
            choices=offered,
            help=_("Hộ đã chuyển đi, ngừng quản lý hiện sẵn ở đây. Hộ khác: tìm theo tên chủ hộ, "
                   "thành viên hoặc mã hộ, rồi chọn."),
        ),
        Field("reason", _("Lý do"), "choice", required=True,
              choices=choices(words.UNLISTING_REASONS), blank=_("chọn lý do")),
        when(context),
        *paper(),
    )  # fmt: skip


def _unlist(context: RequestContext, round_id: UUID, body: Body) -> UnlistHouseholds:
    return UnlistHouseholds(round_id, (body["household"],), body["reason"])


# ---- requests -----------------------------------------------------------------------------------


class RequestBody(RoundBody):
    """A request of a household, or of one of its members."""

    household = fields.UUID(required=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(codes.REQUEST_KINDS)))
    reasons = fields.List(
        fields.String(validate=validate.OneOf(list(codes.REQUEST_REASONS))), load_default=list
    )


def _request(context: RequestContext) -> tuple[Field, ...]:
    track = round_of(context).track
    kinds = choices(words.REQUESTS, *(() if track == "on_demand" else ("exit",)))
    if track == LOW_INCOME:
        who: tuple[Field, ...] = (
            household_field(_("Hộ của người lao động")),
            Field(
                "person_id",
                _("Người lao động"),
                "choice",
                required=True,
                choices=lambda: members_of(context, uuid_or_none(asked("household"))),
                blank=_("chọn thành viên hộ"),
                help=_("Chọn hộ rồi bấm Tìm lần nữa để hiện các thành viên của hộ."),
            ),
        )
    else:
        who = (household_field(_("Hộ nộp giấy đề nghị")),)
    return (
        *who,
        Field("kind", _("Loại giấy đề nghị"), "choice", required=True, choices=kinds,
              asked=len(kinds) > 1, initial="entry"),
        Field("reasons", _("Lý do hộ nêu"), "many", choices=choices(words.REQUEST_REASONS)),
        when(context, _("Ngày nhận")),
        *paper(label=_("Số tiếp nhận hồ sơ")),
    )  # fmt: skip


def _receive(context: RequestContext, round_id: UUID, body: Body) -> ReceiveRequest:
    return ReceiveRequest(
        round_id,
        body["household"],
        body["kind"],
        reasons=tuple(body["reasons"]),
        person_id=body["person_id"],
    )


class OfRequestBody(RoundBody):
    """A step about one request."""

    request = fields.UUID(required=True)


class ScreeningBody(OfRequestBody):
    """Form A: the columns in which the household has the sign."""

    signs = fields.List(fields.String(validate=validate.OneOf(COLUMNS)), load_default=list)
    outcome = fields.String(load_default="", validate=validate.OneOf(["", "survey", "not_poor"]))
    override_reason = fields.String(load_default="", validate=validate.Length(max=NOTE))


def _of_request() -> Field:
    found = asked_id("request")
    if not found:
        raise NoSuchThing
    return Field("request", "", "hidden", initial=found)


def _screening(context: RequestContext) -> tuple[Field, ...]:
    columns = tuple(Choice(one, _("Cột %(n)s", n=one)) for one in COLUMNS)
    return (
        _of_request(),
        Field("signs", _("Các chỉ tiêu hộ có trên Phiếu A"), "many", choices=columns,
              help=_("Đánh dấu theo cột 01 đến 09 của Phiếu A. Dưới 04 chỉ tiêu thì hộ được đưa "
                     "vào danh sách cần rà soát.")),
        Field("outcome", _("Kết luận"), "choice", blank=_("theo số chỉ tiêu của Phiếu A"),
              choices=(Choice("survey", _("Đưa vào danh sách cần rà soát")),
                       Choice("not_poor", _("Không đưa vào danh sách cần rà soát")))),
        Field("override_reason", _("Lý do kết luận khác kết quả Phiếu A"), "area", most=NOTE),
        when(context, _("Ngày nhận dạng")),
        *paper(),
    )  # fmt: skip


def _screen(context: RequestContext, round_id: UUID, body: Body) -> ScreenRequest:
    answers: Answers = {f"column_{one}": one in body["signs"] for one in COLUMNS}
    return ScreenRequest(
        round_id, body["request"], FORM_A, answers, body["outcome"], body["override_reason"]
    )


class RefusalBody(OfRequestBody):
    """The reasons of a refusal in writing."""

    reasons = fields.List(
        fields.String(validate=validate.OneOf(list(codes.REFUSAL_REASONS))), load_default=list
    )
    note = fields.String(load_default="", validate=validate.Length(max=NOTE))


def _refusal(context: RequestContext) -> tuple[Field, ...]:
    workers = round_of(context).track == LOW_INCOME
    left_out = words.OF_HOUSEHOLDS if workers else words.OF_WORKERS
    return (
        _of_request(),
        Field("reasons", _("Lý do"), "many", required=True,
              choices=choices(words.REFUSAL_REASONS, *left_out)),
        Field("note", _("Nội dung ghi thêm"), "area", most=NOTE,
              help=_("Không ghi họ tên trong nội dung này.")),
        when(context, _("Ngày trả lời")),
        *paper(label=_("Số văn bản trả lời")),
    )  # fmt: skip


def _refuse(context: RequestContext, round_id: UUID, body: Body) -> RefuseRequest:
    return RefuseRequest(round_id, body["request"], tuple(body["reasons"]), body["note"])


def _request_listing(context: RequestContext) -> tuple[Field, ...]:
    return _of_request(), when(context), *paper()


def _list_request(context: RequestContext, round_id: UUID, body: Body) -> ListHouseholds:
    return list_request(context, round_id, body["request"])


def list_request(context: RequestContext, round_id: UUID, request_id: UUID) -> ListHouseholds:
    """The listing of the household of a request. Raises NoSuchThing."""
    with context.services.reading() as conn:
        for one in asked_of_rounds.requests(conn, [round_id]):
            if one.request_id == request_id:
                return ListHouseholds(round_id, "request", (one.household_id,))
    raise NoSuchThing


LISTING_FORMS: tuple[RoundForm, ...] = (
    RoundForm(
        "listing", "danh-sach", _l("Lập danh sách hộ gia đình cần rà soát"),
        _l("Đưa toàn bộ hộ nghèo, hộ cận nghèo trong danh sách đang quản lý của xã, phường vào "
           "danh sách cần rà soát. Hộ đã có trong danh sách được giữ nguyên."),
        May.CONDUCT, RoundBody, _listing, _list_all, _l("Lập danh sách"), DAYS,
    ),
    RoundForm(
        "unlisting", "bo-khoi-danh-sach", _l("Đưa hộ ra khỏi danh sách cần rà soát"),
        _l("Dùng khi hộ đã chuyển đi, ngừng quản lý, hoặc ghi nhầm. Các bước đã ghi của hộ trong "
           "đợt này không còn tính."),
        May.CONDUCT, UnlistingBody, _unlisting, _unlist, _l("Đưa ra khỏi danh sách"),
        {**OF_HOUSEHOLD, "unlisting_reason_wrong": "reason", "grievance_open": "household"},
    ),
    RoundForm(
        "request", "giay-de-nghi", _l("Tiếp nhận giấy đề nghị"),
        _l("Ghi giấy đề nghị rà soát của một hộ. Sau đó nhận dạng nhanh bằng Phiếu A hoặc trả lời "
           "bằng văn bản, nêu lý do."),
        May.CONDUCT, RequestBody, _request, _receive, _l("Tiếp nhận"), OF_PERSON,
    ),
    RoundForm(
        "screening", "nhan-dang-nhanh", _l("Nhận dạng nhanh (Phiếu A)"),
        _l("Kết quả Phiếu A cho biết hộ có được đưa vào danh sách cần rà soát hay không."),
        May.CONDUCT, ScreeningBody, _screening, _screen, _l("Lưu Phiếu A"),
        {**DAYS, "screening_contradicts": "override_reason", "text_missing": "override_reason"},
    ),
    RoundForm(
        "request_listing", "dua-vao-danh-sach", _l("Đưa hộ vào danh sách cần rà soát"),
        _l("Đưa hộ có giấy đề nghị vào danh sách cần rà soát của đợt."),
        May.CONDUCT, OfRequestBody, _request_listing, _list_request, _l("Đưa vào danh sách"),
        DAYS,
    ),
    RoundForm(
        "refusal", "tra-loi", _l("Trả lời không công nhận"),
        _l("Trả lời bằng văn bản và nêu lý do. Giấy đề nghị không được xem xét tiếp trong đợt "
           "này."),
        May.CONDUCT, RefusalBody, _refusal, _refuse, _l("Lưu văn bản trả lời"),
        {**DAYS, "refusal_without_reason": "reasons"},
    ),
)  # fmt: skip
