"""Acts of a round about its results: postings, grievances, the report, notices, the end."""

from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.reviews import codes
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.grievances import AnswerGrievance, LodgeGrievance
from domain.reviews.notices import GiveNotices
from domain.reviews.postings import PostResults
from domain.reviews.round_end import CloseRound
from projections.reviews import households as reviewed
from projections.reviews import rounds as asked_of_rounds
from service.access.authorization import RequestContext
from service.http.parsing import Day
from service.problems import NoSuchThing
from service.reviews import words
from service.reviews.permissions import May
from service.reviews.round_forms import (
    DAYS,
    NOTE,
    OF_HOUSEHOLD,
    Body,
    ListBody,
    RoundBody,
    RoundForm,
    asked_id,
    choices,
    household_field,
    list_field,
    paper,
    round_of,
    when,
)
from service.ui.forms import Choice, Field
from service.ui.i18n import lazy as _l

# ---- posting, grievances ------------------------------------------------------------------------


class PostingBody(RoundBody):
    """Where the results of which village are posted."""

    village = fields.String(load_default="", validate=validate.Length(max=200))
    places = fields.List(
        fields.String(validate=validate.OneOf(list(codes.POSTING_PLACES))), load_default=list
    )


def _waiting_villages(context: RequestContext, step: str) -> tuple[Choice, ...]:
    round_id = round_of(context).round_id
    with context.services.reading() as conn:
        counts = asked_of_rounds.progress(conn, [round_id], on=context.today)
    return tuple(
        Choice(one.village, _("%(village)s (%(n)s hộ)", village=one.village, n=one.households))
        for one in counts
        if one.step == step
    )


def _posting_fields(context: RequestContext, step: str) -> tuple[Field, ...]:
    return (
        Field("village", _("Thôn, tổ dân phố"), "choice", verbatim=True,
              choices=lambda: _waiting_villages(context, step),
              blank=_("Tất cả các hộ đang chờ niêm yết")),
        Field("places", _("Nơi niêm yết"), "many", required=True, choices=choices(words.PLACES),
              initial=("village_house", "commune_office")),
        when(context, _("Ngày bắt đầu niêm yết"),
             _("Ngày cuối được tính theo quy trình, không kể ngày bắt đầu và ngày nghỉ.")),
        *paper(),
    )  # fmt: skip


def _posting(context: RequestContext) -> tuple[Field, ...]:
    return _posting_fields(context, "met")


def _reposting(context: RequestContext) -> tuple[Field, ...]:
    return _posting_fields(context, "reverified")


def _posted(context: RequestContext, round_id: UUID, body: Body, *, again: bool) -> PostResults:
    chosen = None
    if body["village"]:
        with context.services.reading() as conn:
            chosen = tuple(
                reviewed.ids_in_step(
                    conn, round_id, body["village"], "reverified" if again else "met"
                )
            )
    return PostResults(round_id, tuple(body["places"]), chosen, again)


def _post(context: RequestContext, round_id: UUID, body: Body) -> PostResults:
    return _posted(context, round_id, body, again=False)


def _repost(context: RequestContext, round_id: UUID, body: Body) -> PostResults:
    return _posted(context, round_id, body, again=True)


class GrievanceBody(RoundBody):
    """A complaint about the result of a household."""

    household = fields.UUID(required=True)
    lodged_by = fields.String(required=True, validate=validate.OneOf(list(codes.GRIEVANCE_SOURCES)))
    text = fields.String(required=True, validate=validate.Length(1, NOTE))


def _grievance(context: RequestContext) -> tuple[Field, ...]:
    return (
        household_field(_("Hộ có kết quả bị khiếu nại")),
        Field("lodged_by", _("Người khiếu nại"), "choice", required=True,
              choices=choices(words.GRIEVANCE_SOURCES), initial="household"),
        Field("text", _("Nội dung khiếu nại"), "area", required=True, most=NOTE, rows=4,
              help=_("Nội dung được mã hóa; chỉ người có quyền xem hồ sơ hộ mới đọc được.")),
        when(context, _("Ngày nhận khiếu nại")),
        *paper(label=_("Số tiếp nhận đơn")),
    )  # fmt: skip


def _lodge(context: RequestContext, round_id: UUID, body: Body) -> LodgeGrievance:
    return LodgeGrievance(round_id, body["household"], body["lodged_by"], body["text"])


class ReverificationBody(RoundBody):
    """The grievance that is answered."""

    grievance = fields.UUID(required=True)


def _reverification(context: RequestContext) -> tuple[Field, ...]:
    found = asked_id("grievance")
    if not found:
        raise NoSuchThing
    return (
        Field("grievance", "", "hidden", initial=found),
        when(context, _("Ngày kết luận phúc tra"),
             _("Hộ phải có Phiếu B mới và được họp dân lại từ khi nhận khiếu nại. Kết quả giữ "
               "nguyên hay thay đổi được lấy từ lần họp đó.")),
        *paper(label=_("Số biên bản phúc tra")),
    )  # fmt: skip


def _reverify(context: RequestContext, round_id: UUID, body: Body) -> AnswerGrievance:
    return AnswerGrievance(round_id, body["grievance"])


# ---- before the decision ------------------------------------------------------------------------


def _report(context: RequestContext) -> tuple[Field, ...]:
    return (
        list_field(context),
        when(context, _("Ngày gửi báo cáo")),
        *paper(label=_("Số văn bản báo cáo")),
    )


def _send(context: RequestContext, round_id: UUID, body: Body) -> SendConsultation:
    return SendConsultation(round_id, body["list_code"])


class AnswerBody(ListBody):
    """The answer of the level above."""

    opinion = fields.String(required=True, validate=validate.OneOf(list(codes.OPINIONS)))
    note = fields.String(load_default="", validate=validate.Length(max=NOTE))


def _answer(context: RequestContext) -> tuple[Field, ...]:
    return (
        list_field(context),
        Field("opinion", _("Ý kiến"), "radio", required=True, choices=choices(words.OPINIONS)),
        Field("note", _("Nội dung ý kiến"), "area", most=NOTE,
              help=_("Không ghi họ tên trong nội dung này.")),
        when(context, _("Ngày trả lời")),
        *paper(label=_("Số văn bản trả lời")),
    )  # fmt: skip


def _answered(context: RequestContext, round_id: UUID, body: Body) -> AnswerConsultation:
    return AnswerConsultation(round_id, body["opinion"], body["list_code"], body["note"])


class NoticesBody(ListBody):
    """The last day on which a household can object."""

    last_day = Day(load_default=None)


def _notices(context: RequestContext) -> tuple[Field, ...]:
    return (
        list_field(context),
        when(context, _("Ngày gửi thông báo")),
        Field("last_day", _("Ngày cuối để hộ có ý kiến"), "day",
              help=_("Để trống: ngày sớm nhất theo thời hạn cơ quan đã đặt.")),
        *paper(label=_("Số thông báo")),
    )  # fmt: skip


def _notify(context: RequestContext, round_id: UUID, body: Body) -> GiveNotices:
    return GiveNotices(round_id, body["list_code"], None, body["last_day"])


class ClosingBody(RoundBody):
    """How the round ends."""

    outcome = fields.String(required=True, validate=validate.OneOf(list(codes.CLOSING_OUTCOMES)))
    reason = fields.String(load_default="", validate=validate.Length(max=NOTE))


def _closing(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("outcome", _("Kết quả của đợt"), "radio", required=True,
              choices=choices(words.OUTCOMES), initial="completed"),
        Field("reason", _("Lý do dừng"), "area", most=NOTE,
              help=_("Chỉ ghi khi dừng đợt rà soát.")),
        when(context, _("Ngày kết thúc")),
        *paper(),
    )  # fmt: skip


def _close(context: RequestContext, round_id: UUID, body: Body) -> CloseRound:
    return CloseRound(round_id, body["outcome"], body["reason"])


RESULT_FORMS: tuple[RoundForm, ...] = (
    RoundForm(
        "posting", "niem-yet", _l("Niêm yết, thông báo công khai"),
        _l("Niêm yết kết quả của một thôn hoặc của tất cả các hộ đã họp dân."),
        May.CONDUCT, PostingBody, _posting, _post, _l("Lưu niêm yết"),
        {**DAYS, "posting_place_missing": "places", "step_out_of_order": "village"},
    ),
    RoundForm(
        "reposting", "niem-yet-phuc-tra", _l("Niêm yết kết quả phúc tra"),
        _l("Niêm yết lại kết quả của các hộ đã phúc tra."),
        May.CONDUCT, PostingBody, _reposting, _repost, _l("Lưu niêm yết"),
        {**DAYS, "posting_place_missing": "places", "step_out_of_order": "village"},
    ),
    RoundForm(
        "grievance", "khieu-nai", _l("Tiếp nhận khiếu nại"),
        _l("Khiếu nại trong thời hạn niêm yết phải được phúc tra trước khi ra quyết định. Khiếu "
           "nại quá thời hạn được lưu và ghi rõ là quá hạn."),
        May.CONDUCT, GrievanceBody, _grievance, _lodge, _l("Tiếp nhận khiếu nại"),
        OF_HOUSEHOLD,
    ),
    RoundForm(
        "reverification", "phuc-tra", _l("Ghi kết quả phúc tra"),
        _l("Kết luận phúc tra của một khiếu nại, sau khi hộ đã được rà soát và họp dân lại."),
        May.CONDUCT, ReverificationBody, _reverification, _reverify, _l("Lưu kết quả phúc tra"),
        {**DAYS, "reverification_incomplete": "effective_on"},
    ),
    RoundForm(
        "report", "bao-cao", _l("Báo cáo, xin ý kiến"),
        _l("Báo cáo bằng văn bản danh sách kết quả rà soát với cấp trên theo quy trình. Sau khi "
           "báo cáo không đưa thêm hộ vào danh sách."),
        May.CONDUCT, ListBody, _report, _send, _l("Lưu văn bản báo cáo"), DAYS,
    ),
    RoundForm(
        "answer", "tra-loi-y-kien", _l("Trả lời xin ý kiến"),
        _l("Ghi ý kiến bằng văn bản của Chủ tịch UBND cấp tỉnh về danh sách của xã, phường."),
        May.CONSULT, AnswerBody, _answer, _answered, _l("Lưu ý kiến"), DAYS,
    ),
    RoundForm(
        "notices", "thong-bao", _l("Thông báo cho hộ sẽ không còn thuộc diện"),
        _l("Thông báo lý do và ngày cuối để hộ có ý kiến, cho tất cả các hộ sẽ không còn thuộc "
           "diện theo kết quả rà soát mà chưa được thông báo."),
        May.CONDUCT, NoticesBody, _notices, _notify, _l("Lưu thông báo"),
        {**DAYS, "notice_too_short": "last_day"},
    ),
    RoundForm(
        "closing", "ket-thuc", _l("Kết thúc đợt rà soát"),
        _l("Sau khi kết thúc không ghi thêm được vào đợt này. Hộ có thể được rà soát ở đợt khác."),
        May.SIGN, ClosingBody, _closing, _close, _l("Kết thúc đợt"),
        {**DAYS, "closing_without_reason": "reason"},
    ),
)  # fmt: skip
