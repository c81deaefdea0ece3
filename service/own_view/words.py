"""The plain words of the own view for codes: steps of support, contests, ways of giving a code."""

from datetime import date

from flask_babel import gettext

from domain.support.programme import Rate
from service.ui import render
from service.ui.i18n import lazy as _

WAYS = {
    "counter": _("Trao tại bộ phận một cửa"),
    "letter": _("In kèm giấy chứng nhận, thư gửi hộ"),
}
SUBJECTS = {
    "class": _("Kết quả phân loại hộ"),
    "members": _("Thông tin về gia đình, thành viên"),
    "support": _("Chính sách, hỗ trợ được hưởng"),
    "receipt": _("Chưa nhận được hỗ trợ"),
    "access": _("Người đã xem hồ sơ"),
    "other": _("Nội dung khác"),
}
CHOSEN_SUBJECTS = ("class", "members", "support", "access", "other")
OUTCOMES = {
    "changed": _("Đã sửa hồ sơ, hoặc đã khắc phục"),
    "kept": _("Giữ nguyên, có giải thích"),
    "passed_on": _("Chuyển cơ quan khác giải quyết"),
}
STATES = {"waiting": _("Chờ trả lời"), "all": _("Tất cả")}
LOOKS = {
    "file": _("Xem hồ sơ"),
    "history": _("Xem lịch sử hồ sơ"),
    "search": _("Thấy khi tìm kiếm"),
    "identity": _("Gặp số định danh khi nhập hồ sơ khác"),
    "own_view": _("Mở trang Hộ của tôi"),
}
CASE_STATES = {
    "requested": _("Đã nhận đề nghị, đang xem xét"),
    "assessed": _("Đã xem xét, chờ phê duyệt"),
    "approved": _("Đã phê duyệt, chờ thực hiện"),
    "granted": _("Đã quyết định hỗ trợ"),
    "closed": _("Đã kết thúc"),
    "refused": _("Không được phê duyệt"),
}
WITHDRAWN = _("Đã rút lại: ghi nhầm, không còn hiệu lực")
BENEFIT_PERIODS = {
    "month": _("mỗi tháng"),
    "quarter": _("mỗi quý"),
    "half_year": _("mỗi nửa năm"),
    "year": _("mỗi năm"),
    "once": _("một lần"),
}
WHY = {
    "list": _("có trong danh sách cuối năm trước"),
    "decision": _("được công nhận trong năm"),
    "newly_escaped": _("mới thoát nghèo"),
}


def money(amount: int | None) -> str:
    """An amount in đồng with its unit; "" where there is none."""
    if amount is None:
        return ""
    return gettext("%(amount)s đồng", amount=render.format_number(amount))


def rate(found: Rate | None) -> str:
    """A rate in words; that it is not known, where no text with it was found."""
    if found is None or (found.amount is None and found.at_most is None):
        return gettext("Hệ thống chưa có mức. Hãy hỏi UBND xã, phường.")
    per = str(BENEFIT_PERIODS.get(found.per, ""))
    if found.amount is not None:
        return f"{money(found.amount)} {per}".strip()
    return gettext("tối đa %(amount)s %(per)s", amount=money(found.at_most), per=per).strip()


def period(first: date, last: date) -> str:
    """A period as its days; one day alone as that day."""
    if first == last:
        return render.day(first)
    return f"{render.day(first)} – {render.day(last)}"
