"""The words of the pages for the codes of a round: tracks, steps, changes, kinds of work."""

from typing import Any

from flask_babel import gettext

from domain.reviews.load import published
from domain.reviews.steps import AVERAGE, LOW_INCOME, version_of
from projections.reviews.rounds import RoundRow
from service.reviews.deadlines import track_of
from service.ui.i18n import in_language
from service.ui.i18n import lazy as _
from service.ui.labels import CLASSES

TRACKS = {
    "periodic": _("Rà soát định kỳ hằng năm"),
    "on_demand": _("Rà soát thường xuyên hằng năm"),
    "average": _("Xác định hộ có mức sống trung bình"),
    "low_income": _("Xác định người lao động có thu nhập thấp"),
}
STEPS = {
    "listed": _("Chờ thu thập Phiếu B"),
    "surveyed": _("Đã có Phiếu B, chờ họp dân"),
    "sent_back": _("Chưa đạt khi họp dân, phải rà soát lại"),
    "met": _("Đã họp dân, chờ niêm yết"),
    "posted": _("Đang niêm yết"),
    "grievance": _("Có khiếu nại, đang phúc tra"),
    "reverified": _("Đã phúc tra, chờ niêm yết lại"),
    "ready": _("Hết niêm yết, chờ quyết định"),
    "decided": _("Đã có quyết định"),
    "not_recognised": _("Không công nhận"),
}
RECORDED_STEPS = {**STEPS, "listed": _("Chưa họp dân"), "posted": _("Đã niêm yết")}
"""The steps as a round's own events have them, which know neither surveys nor the day."""
CHANGES = {
    "enters": _("Vào danh sách"),
    "leaves": _("Ra khỏi danh sách"),
    "changes": _("Thay đổi diện"),
    "stays": _("Giữ nguyên"),
    "not_listed": _("Không thuộc diện"),
}
LISTS = {
    "result": _("Danh sách kết quả rà soát"),
    "opening": _("Danh sách đầu kỳ theo chuẩn mới"),
}
DECISIONS = {
    "recognition": _("Quyết định công nhận hộ nghèo, hộ cận nghèo"),
    "exit": _("Quyết định công nhận hộ thoát nghèo, hộ thoát cận nghèo"),
}
AVERAGE_DECISION = _("Quyết định công nhận hộ có mức sống trung bình")
WORKER_DECISION = _("Quyết định công nhận người lao động có thu nhập thấp")
REQUESTS = {
    "entry": _("Đề nghị công nhận"),
    "exit": _("Đề nghị công nhận thoát nghèo, thoát cận nghèo"),
}
REQUEST_REASONS = {
    "disaster": _("Thiên tai"),
    "pollution": _("Ô nhiễm môi trường nặng"),
    "accident": _("Tai nạn"),
    "illness": _("Ốm đau, bệnh nặng"),
    "asset_loss": _("Mất tài sản quan trọng"),
    "crime": _("Bị tội phạm xâm hại"),
    "members": _("Thay đổi nhân khẩu"),
    "other": _("Lý do khác"),
}
REFUSAL_REASONS = {
    "not_resident": _("Không cư trú trên địa bàn"),
    "incomplete": _("Hồ sơ chưa đầy đủ"),
    "screened_out": _("Không thuộc diện cần rà soát theo Phiếu A"),
    "above_line": _("Không thuộc diện nghèo, cận nghèo theo kết quả rà soát"),
    "still_poor": _("Chưa đủ điều kiện thoát nghèo, thoát cận nghèo"),
    "above_ceiling": _("Thu nhập bình quân vượt mức trần của người lao động có thu nhập thấp"),
    "listed_household": _("Là thành viên hộ nghèo, hộ cận nghèo"),
    "left_household": _("Không còn là thành viên của hộ"),
    "withdrawn": _("Hộ rút giấy đề nghị"),
    "other": _("Lý do khác"),
}
OF_WORKERS = ("above_ceiling", "listed_household", "left_household")
"""Reasons of a refusal on the track of low-income workers alone."""
OF_HOUSEHOLDS = ("screened_out", "above_line", "still_poor")
"""Reasons of a refusal on the other tracks alone."""
UNLISTING_REASONS = {
    "moved_away": _("Chuyển khỏi địa bàn"),
    "ended": _("Ngừng quản lý hộ"),
    "error": _("Ghi nhầm vào danh sách"),
}
PLACES = {
    "village_house": _("Nhà văn hóa, nhà sinh hoạt cộng đồng thôn"),
    "commune_office": _("Trụ sở UBND cấp xã"),
    "loudspeaker": _("Đài truyền thanh"),
}
GRIEVANCE_SOURCES = {
    "household": _("Hộ có kết quả bị khiếu nại"),
    "resident": _("Người dân khác"),
    "organisation": _("Mặt trận Tổ quốc, tổ chức khác"),
}
GRIEVANCE_OUTCOMES = {"kept": _("Giữ nguyên kết quả"), "changed": _("Thay đổi kết quả")}
HANDED_LISTS = {
    "insurance": _("Danh sách gửi cơ quan bảo hiểm xã hội"),
    "bank": _("Danh sách gửi Ngân hàng Chính sách xã hội"),
}
RECEIVERS = {
    "insurance": _("Cơ quan bảo hiểm xã hội"),
    "bank": _("Ngân hàng Chính sách xã hội"),
}
HANDED_KINDS = {
    "poor": CLASSES["poor"],
    "near_poor": CLASSES["near_poor"],
    "left_both": _("Thoát nghèo và cận nghèo"),
    "newly_escaped": _("Mới thoát nghèo"),
}
HANDING_MEANS = {
    "in_person": _("Nộp trực tiếp"),
    "post": _("Qua bưu điện"),
    "document_system": _("Qua hệ thống quản lý văn bản"),
    "email": _("Qua thư điện tử"),
    "other": _("Cách khác"),
}
LIST_DIFFERENCES = {
    "added": _("Chưa có trong danh sách đã gửi"),
    "removed": _("Không còn trong danh sách"),
    "other_kind": _("Thay đổi diện"),
    "other_lines": _("Thay đổi nhân khẩu hoặc thông tin"),
}
LIMITS = {
    "posting": _("Niêm yết"),
    "reverification": _("Phúc tra"),
    "reposting": _("Niêm yết kết quả phúc tra"),
    "consultation": _("Trả lời xin ý kiến"),
    "whole": _("Toàn bộ thủ tục"),
}
UNITS = {"working": _("ngày làm việc"), "calendar": _("ngày theo lịch")}
ACTORS = {
    "surveyor": _("rà soát viên"),
    "case_worker": _("công chức cấp xã"),
    "chairman": _("Chủ tịch UBND cấp xã"),
    "province_officer": _("công chức cấp tỉnh"),
}
"""The roles that record the steps of a round."""
OPINIONS = {"agrees": _("Thống nhất"), "remarks": _("Có ý kiến khác")}
OUTCOMES = {"completed": _("Hoàn thành"), "abandoned": _("Dừng đợt rà soát")}
SOURCES = {"current_list": _("Danh sách đang quản lý"), "request": _("Giấy đề nghị")}


def round_title(track: str, year: int, month: int | None) -> str:
    """The name of a round: its track and its period."""
    if month is None:
        return gettext("%(track)s, năm %(year)s", track=TRACKS[track], year=year)
    return gettext(
        "%(track)s, tháng %(month)s/%(year)s", track=TRACKS[track], month=f"{month:02}", year=year
    )


def office(row: RoundRow, code: str) -> str:
    """An actor of the procedure of a round, as the procedure calls it."""
    actors = version_of(published(), row.procedure).actors
    return actors[code].in_language(in_language()) if code in actors else code


def rule_of(row: RoundRow, step: str, limit: str = "") -> str:
    """The legal text that orders a step of a round, with a time limit of it; "" for no such step.

    Where texts disagree on the unit of a limit, both stand.
    """
    version, track = version_of(published(), row.procedure), track_of(row)
    found = next((one for one in track.steps if one.code == step), None) if track else None
    if track is None or found is None:
        return ""
    text = version.source(found.source).title.in_language(in_language())
    known = next((one for one in track.limits if one.code == limit), None)
    if known is None or known.days is None:
        return text
    units = f" {either()} ".join(str(UNITS[one]) for one in known.units)
    return gettext(
        "%(text)s: %(limit)s %(days)s %(unit)s",
        text=text, limit=str(LIMITS[limit]).lower(), days=known.days, unit=units,
    )  # fmt: skip


def decisions_of(track: str) -> dict[str, Any]:
    """The names of the decisions of a track."""
    own = {LOW_INCOME: WORKER_DECISION, AVERAGE: AVERAGE_DECISION}
    return {**DECISIONS, **({"recognition": own[track]} if track in own else {})}


def either() -> str:
    """The word between two that are equally so."""
    return gettext("hoặc")


def words() -> dict[str, Any]:
    """All of them, for templates."""
    return {
        "steps": STEPS,
        "recorded_steps": RECORDED_STEPS,
        "changes": CHANGES,
        "lists": LISTS,
        "decision_kinds": DECISIONS,
        "requests_kinds": REQUESTS,
        "outcomes": OUTCOMES,
        "sources": SOURCES,
        "opinions": OPINIONS,
        "grievance_outcomes": GRIEVANCE_OUTCOMES,
    }
