"""The words of the pages for codes that are stored: roles, classes, flags, states.

Legal terms come from `domain.terms` and code lists of a household from
`projections.households.sentences`, in both languages; here are those of the pages themselves.
"""

from typing import Any

from flask_babel.speaklater import LazyString

from domain import terms
from domain.households import codes
from projections.households.sentences import code as code_word
from service.ui.i18n import in_language
from service.ui.i18n import lazy as _


def _terms(kind: str) -> dict[str, Any]:
    """The legal terms of a kind as labels, put into the reader's language when they are shown."""
    return {
        code: LazyString(lambda code=code: terms.label(kind, code, in_language()))
        for code in terms.TERMS[kind]
    }


ROLES = {
    "surveyor": _("Rà soát viên"),
    "case_worker": _("Công chức cấp xã phụ trách giảm nghèo"),
    "chairman": _("Chủ tịch UBND cấp xã"),
    "province_officer": _("Công chức cấp tỉnh"),
    "auditor": _("Kiểm toán viên"),
    "inspector": _("Thanh tra viên"),
    "administrator": _("Quản trị viên"),
}
CLASSES = {**_terms("class"), "": _("Chưa phân loại")}
FLAGS = _terms("flag")
AREA_TYPES = _terms("area_type")
LISTINGS = _terms("listing")
CERTIFICATE_ENDS = {
    "withdrawn": _("Đã thu hồi từ"),
    "replaced": _("Đã thay bằng giấy mới từ"),
    "renewed": _("Đã có giấy mới từ"),
    "class_changed": _("Hết hiệu lực do thay đổi phân loại từ"),
    "moved": _("Hết hiệu lực do hộ chuyển đi từ"),
    "closed": _("Hết hiệu lực do ngừng quản lý hộ từ"),
    "unfounded": _("Không có hiệu lực do quyết định đã rút lại, từ"),
}
LEVELS = {
    "country": _("Cả nước"),
    "province": _("Tỉnh, thành phố"),
    "district": _("Huyện, quận"),
    "commune": _("Xã, phường, đặc khu"),
}
MOVEMENTS = {
    **_terms("movement"),
    "opening": _("Đầu kỳ"),
    "other_out": _("Số hộ khác giảm"),
    "member_change_in": _("Nhân khẩu tăng trong hộ"),
    "member_change_out": _("Nhân khẩu giảm trong hộ"),
    "closing": _("Cuối kỳ"),
}
# What the official table of near-poor households calls otherwise.
NEAR_POOR_MOVEMENTS = {
    "re_poverty": MOVEMENTS["re_near_poverty"],
    "near_poor_to_poor": _("Trở thành hộ nghèo"),
    "exit_above": MOVEMENTS["exit_near_poverty"],
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
INDICATOR_STATES = {
    "deprived": _("Thiếu hụt"),
    "not_deprived": _("Không thiếu hụt"),
    "not_known": _("Chưa xác định"),
}


def movement(way: str, class_: str) -> Any:
    """The word of a way into or out of a class, as the table of that class has it."""
    special = NEAR_POOR_MOVEMENTS if class_ == "near_poor" else {}
    return special.get(way) or MOVEMENTS.get(way, way)


def word(list_: str, value: str) -> Any:
    """The word of a code of `domain.households.codes`: word("CAUSES", "7")."""
    return code_word(getattr(codes, list_), value, in_language())
