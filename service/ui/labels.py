"""The words of the pages for codes that are stored: roles, classes, flags, states.

Code lists of a household come from `projections.households.sentences`, in both
languages; here are those of the pages themselves.
"""

from typing import Any

from domain.households import codes
from projections.households.sentences import code as code_word
from service.ui.i18n import in_language
from service.ui.i18n import lazy as _

ROLES = {
    "surveyor": _("Rà soát viên"),
    "case_worker": _("Công chức cấp xã phụ trách giảm nghèo"),
    "chairman": _("Chủ tịch UBND cấp xã"),
    "province_officer": _("Công chức cấp tỉnh"),
    "auditor": _("Kiểm toán viên"),
    "inspector": _("Thanh tra viên"),
    "administrator": _("Quản trị viên"),
}
CLASSES = {
    "poor": _("Hộ nghèo"),
    "near_poor": _("Hộ cận nghèo"),
    "average": _("Hộ có mức sống trung bình"),
    "not_poor": _("Hộ không nghèo"),
    "not_listed": _("Không thuộc diện nghèo, cận nghèo"),
    "": _("Chưa phân loại"),
}
FLAGS = {
    "no_labour_capacity": _("Không có khả năng lao động"),
    "ethnic_minority": _("Hộ dân tộc thiểu số"),
    "meritorious": _("Hộ có người có công"),
}
LEVELS = {
    "country": _("Cả nước"),
    "province": _("Tỉnh, thành phố"),
    "district": _("Huyện, quận"),
    "commune": _("Xã, phường, đặc khu"),
}
MOVEMENTS = {
    "opening": _("Đầu kỳ"),
    "newly_arising": _("Phát sinh mới"),
    "re_poverty": _("Tái nghèo"),
    "re_near_poverty": _("Tái cận nghèo"),
    "near_poor_to_poor": _("Hộ cận nghèo trở thành hộ nghèo"),
    "poor_to_near_poor": _("Thoát nghèo: trở thành hộ cận nghèo"),
    "exit_above": _("Thoát nghèo: vượt chuẩn cận nghèo"),
    "other_in": _("Số hộ khác tăng"),
    "other_out": _("Số hộ khác giảm"),
    "member_change_in": _("Nhân khẩu tăng trong hộ"),
    "member_change_out": _("Nhân khẩu giảm trong hộ"),
    "closing": _("Cuối kỳ"),
}
# What the official table of near-poor households calls otherwise.
NEAR_POOR_MOVEMENTS = {
    "re_poverty": _("Tái cận nghèo"),
    "near_poor_to_poor": _("Trở thành hộ nghèo"),
    "exit_above": _("Thoát cận nghèo"),
}
JOB_STATES = {
    "waiting": _("Đang chờ"),
    "checking": _("Đang kiểm tra"),
    "recording": _("Đang lưu"),
    "listing": _("Đã lưu, đang cập nhật danh sách"),
    "running": _("Đang chạy"),
    "loading": _("Đang nạp"),
    "indexing": _("Đang lập chỉ mục"),
    "done": _("Hoàn thành"),
    "finished": _("Hoàn thành"),
    "refused": _("Tệp không hợp lệ"),
}
OUTCOMES = {
    "recorded": _("Thêm mới"),
    "reclassified": _("Thay đổi phân loại"),
    "already": _("Hộ giữ nguyên"),
    "possible": _("Có thể trùng với hộ đã có hồ sơ"),
    "repeated": _("Trùng trong tệp"),
    "refused": _("Không nhập được"),
    "left_out": _("Không phải dòng của hộ"),
}
REMARKS = {
    "refused": _("Không nhập được"),
    "possible": _("Có thể trùng với hộ đã có hồ sơ"),
    "duplicate": _("Trùng dòng"),
    "differs": _("Khác với hồ sơ hiện có"),
    "note": _("Cần kiểm tra"),
    "left_out": _("Không phải dòng của hộ"),
}


def movement(way: str, class_: str) -> Any:
    """The word of a way into or out of a class, as the table of that class has it."""
    special = NEAR_POOR_MOVEMENTS if class_ == "near_poor" else {}
    return special.get(way) or MOVEMENTS.get(way, way)


def word(list_: str, value: str) -> Any:
    """The word of a code of `domain.households.codes`: word("CAUSES", "7")."""
    return code_word(getattr(codes, list_), value, in_language())
