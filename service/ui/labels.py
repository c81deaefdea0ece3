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
    "surveyor": _("rà soát viên"),
    "case_worker": _("cán bộ xã"),
    "chairman": _("chủ tịch UBND xã"),
    "province_officer": _("cán bộ tỉnh"),
    "auditor": _("kiểm toán viên"),
    "inspector": _("thanh tra viên"),
    "administrator": _("quản trị"),
}
CLASSES = {
    "poor": _("Hộ nghèo"),
    "near_poor": _("Hộ cận nghèo"),
    "average": _("Mức sống trung bình"),
    "not_poor": _("Không nghèo"),
    "not_listed": _("Ngoài danh sách"),
    "": _("Chưa phân loại"),
}
FLAGS = {
    "no_labour_capacity": _("Không có khả năng lao động"),
    "ethnic_minority": _("Dân tộc thiểu số"),
    "meritorious": _("Có người có công"),
}
LEVELS = {
    "country": _("Cả nước"),
    "province": _("Tỉnh, thành phố"),
    "district": _("Huyện, quận"),
    "commune": _("Xã, phường"),
}
MOVEMENTS = {
    "opening": _("Đầu kỳ"),
    "newly_arising": _("Phát sinh mới"),
    "re_poverty": _("Tái nghèo"),
    "re_near_poverty": _("Tái cận nghèo"),
    "near_poor_to_poor": _("Cận nghèo thành nghèo"),
    "poor_to_near_poor": _("Nghèo thành cận nghèo"),
    "exit_above": _("Thoát, vượt chuẩn cận nghèo"),
    "other_in": _("Tăng khác"),
    "other_out": _("Giảm khác"),
    "member_change_in": _("Thêm nhân khẩu trong hộ"),
    "member_change_out": _("Bớt nhân khẩu trong hộ"),
    "closing": _("Cuối kỳ"),
}
JOB_STATES = {
    "waiting": _("Đang chờ"),
    "checking": _("Đang kiểm tra"),
    "recording": _("Đang ghi"),
    "listing": _("Đã ghi, đang đưa lên danh sách"),
    "running": _("Đang chạy"),
    "loading": _("Đang nạp"),
    "indexing": _("Đang lập chỉ mục"),
    "done": _("Xong"),
    "finished": _("Xong"),
    "refused": _("Bị từ chối"),
}
OUTCOMES = {
    "recorded": _("Ghi mới"),
    "reclassified": _("Đổi loại"),
    "already": _("Đã có sẵn, không đổi"),
    "possible": _("Có thể trùng với hộ trong sổ"),
    "repeated": _("Trùng lặp trong tệp"),
    "refused": _("Bị từ chối"),
    "left_out": _("Không phải dòng của hộ"),
}
REMARKS = {
    "refused": _("Bị từ chối"),
    "possible": _("Có thể trùng với hộ trong sổ"),
    "duplicate": _("Trùng dòng"),
    "differs": _("Khác với sổ"),
    "note": _("Lưu ý"),
    "left_out": _("Không phải dòng của hộ"),
}


def word(list_: str, value: str) -> Any:
    """The word of a code of `domain.households.codes`: word("CAUSES", "7")."""
    return code_word(getattr(codes, list_), value, in_language())
