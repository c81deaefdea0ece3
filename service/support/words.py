"""The words of the pages for the codes of support: steps, states, reasons, money."""

from datetime import date
from typing import Any

from flask_babel import gettext

from projections.support.programmes import ProgrammeRow
from service.ui import labels, render
from service.ui.i18n import in_language
from service.ui.i18n import lazy as _

STATUSES = {
    "requested": _("Đã tiếp nhận"),
    "assessed": _("Đã thẩm định"),
    "approved": _("Đã phê duyệt"),
    "granted": _("Đã quyết định hỗ trợ"),
    "closed": _("Đã kết thúc"),
    "refused": _("Không phê duyệt"),
}
WAITS = {
    "requested": _("Chờ thẩm định"),
    "assessed": _("Chờ phê duyệt"),
    "approved": _("Chờ quyết định hỗ trợ"),
    "granted": _("Đang thực hiện hỗ trợ"),
}
"""What the cases of each column of the board wait for."""
STEPS = {
    "requested": _("Tiếp nhận đề nghị"),
    "granted_in_batch": _("Quyết định hỗ trợ theo đợt"),
    "granted_in_kind_in_batch": _("Quyết định hỗ trợ hiện vật theo đợt"),
    "plan_step_named": _("Lập từ kế hoạch của hộ"),
    "noted": _("Ghi chú, ảnh"),
    "assigned": _("Giao người thực hiện"),
    "assessed": _("Thẩm định"),
    "signed": _("Ký, còn chờ người khác ký"),
    "approved": _("Phê duyệt"),
    "refused": _("Không phê duyệt"),
    "granted": _("Quyết định hỗ trợ"),
    "disbursed": _("Chi trả"),
    "delivered": _("Bàn giao cho hộ"),
    "confirmed": _("Hộ xác nhận đã nhận"),
    "receipt_denied": _("Hộ báo chưa nhận được"),
    "reconciled": _("Đối chiếu khớp"),
    "followed_up": _("Theo dõi sau hỗ trợ"),
    "transferred": _("Chuyển theo hộ sang xã khác"),
    "closed": _("Kết thúc hồ sơ"),
    "reopened": _("Mở lại hồ sơ"),
}
ORIGINS = {
    "request": _("Đề nghị của hộ"),
    "plan": _("Kế hoạch hỗ trợ của hộ"),
    "list": _("Danh sách của cơ quan"),
}
REFUSAL_REASONS = {
    "not_qualified": _("Không thuộc đối tượng"),
    "papers_missing": _("Thiếu giấy tờ"),
    "no_money": _("Chưa bố trí được kinh phí"),
    "served_otherwise": _("Đã hưởng chính sách khác cùng nội dung"),
    "withdrawn_by_household": _("Hộ rút đề nghị"),
    "other": _("Lý do khác"),
}
CONFIRMATIONS = {
    "signature": _("Ký nhận"),
    "fingerprint": _("Điểm chỉ"),
    "payment": _("Xác nhận của đơn vị chi trả"),
}
FOLLOW_UPS = {
    "helped": _("Có tác dụng"),
    "partly": _("Có tác dụng một phần"),
    "did_not_help": _("Không có tác dụng"),
    "lost": _("Không còn sử dụng"),
}
WHY = {
    "list": _("Có trong danh sách cuối năm trước"),
    "decision": _("Được công nhận trong năm"),
    "newly_escaped": _("Hộ mới thoát nghèo"),
}
COUNTED = {"household": _("hộ"), "person": _("người"), "turn": _("lượt")}
PERIODS = {
    "month": _("mỗi tháng"),
    "quarter": _("mỗi quý"),
    "half_year": _("mỗi nửa năm"),
    "year": _("mỗi năm"),
    "once": _("một lần"),
}
SOURCES = {
    "central": _("Ngân sách trung ương"),
    "local": _("Ngân sách địa phương"),
    "credit": _("Vốn tín dụng"),
    "mobilised": _("Vốn huy động"),
}
LINE_KINDS = {
    "development": _("Vốn đầu tư phát triển"),
    "recurrent": _("Kinh phí thường xuyên"),
}
BATCH_STATUSES = {
    "drawn_up": _("Chờ phê duyệt"),
    "approved": _("Đang thực hiện"),
    "finished": _("Hoàn thành"),
}
MOVEMENTS = {
    "allocated": _("Được giao vốn"),
    "adjusted": _("Điều chỉnh"),
    "passed_down": _("Giao cho cấp dưới"),
    "received": _("Nhận từ cấp trên"),
    "carried_over": _("Chuyển nguồn đi"),
    "carried_in": _("Nhận vốn chuyển nguồn"),
    "committed": _("Cam kết chi"),
    "released": _("Trả lại từ cam kết"),
    "disbursed": _("Giải ngân"),
    "recovered": _("Thu hồi"),
}
NODE_KINDS = {
    "project": _("Dự án"),
    "sub_project": _("Tiểu dự án"),
    "component": _("Hợp phần"),
    "content": _("Nội dung"),
    "policy": _("Chính sách"),
}
CERTAINTIES = {
    "seen": _("đã đối chiếu với nguồn trích dẫn văn bản"),
    "inference": _("suy ra từ nguồn đã đối chiếu"),
    "memory": _("chưa đối chiếu với văn bản"),
    "unknown": _("chưa tìm thấy"),
}
MEASURES = {
    "poor_households_down": _("Số hộ nghèo giảm"),
    "near_poor_households_down": _("Số hộ cận nghèo giảm"),
    "poor_households_left": _("Số hộ nghèo còn lại"),
    "near_poor_households_left": _("Số hộ cận nghèo còn lại"),
    "poor_rate_down": _("Tỷ lệ hộ nghèo giảm"),
    "near_poor_rate_down": _("Tỷ lệ hộ cận nghèo giảm"),
    "officers_trained": _("Tỷ lệ công chức được tập huấn trong năm"),
}
PARTS_OF_MONEY = {
    "spent": _("Đã giải ngân"),
    "committed": _("Đã cam kết, chưa chi"),
    "available": _("Còn lại"),
    "gone": _("Đã giao cấp dưới, chuyển nguồn"),
}
"""What becomes of the money of a line: the parts add up to what came."""
NOTES = {
    "persons_not_listed": _(
        "Chính sách tính theo người; danh sách này ghi hộ, chọn người khi lập hồ sơ."
    ),
}

GROUPS = {
    "female_head": _("chủ hộ là nữ"),
    "ethnic_minority": labels.FLAGS["ethnic_minority"],
}
HELD_BACK = _("che")
NO_PROOF = _(
    "Hộ thoát nghèo, thoát cận nghèo trong 36 tháng sau khi được hỗ trợ không chứng minh rằng "
    "hỗ trợ là nguyên nhân."
)
COVERED = {
    "eligible": _("Thuộc đối tượng"),
    "covered": _("Thuộc đối tượng, đã hỗ trợ"),
    "unserved": _("Thuộc đối tượng, chưa hỗ trợ"),
    "served": _("Đã hỗ trợ"),
    "outside": _("Đã hỗ trợ, không thuộc đối tượng vào ngày xem"),
    "leaked": _("Hỗ trợ không đúng đối tượng"),
    "granted": _("Đã từng được hỗ trợ"),
    "left_poverty": _("Thoát nghèo trong 36 tháng sau hỗ trợ"),
    "left_near_poverty": _("Thoát cận nghèo trong 36 tháng sau hỗ trợ"),
    "timed": _("Hồ sơ đã bàn giao"),
}
"""What the table of coverage counts."""
COVERAGE_NOTES = {
    "disability_not_on_record": _(
        "Hồ sơ hộ không ghi tình trạng khuyết tật, nên không có số liệu theo khuyết tật."
    ),
    "persons_counted_by_household": _(
        "Chính sách tính theo người hoặc theo lượt; bảng này tính hộ có ít nhất một lần "
        "được hỗ trợ."
    ),
    "small_counts_held_back": _(
        "Số hộ nhỏ, và số liệu từ đó tính ra được số hộ nhỏ, không hiển thị."
    ),
}


def held_back(smallest: int) -> str:
    """The sentence on the lowest count that is shown, which is no figure of the law."""
    return gettext(
        "Số hộ từ 1 đến %(most)s được che. Ngưỡng này do cơ quan tự đặt, không phải quy định của "
        "pháp luật.",
        most=smallest - 1,
    )


def why(by: str, escaped_until: date | None) -> str:
    """The reason why a household seems to qualify."""
    if escaped_until is None:
        return str(WHY[by])
    return gettext("Hộ mới thoát nghèo, đến hết ngày %(day)s", day=render.day(escaped_until))


def money(amount: int | None) -> str:
    """An amount in đồng with its unit; "" where there is none."""
    if amount is None:
        return ""
    return gettext("%(amount)s đồng", amount=render.format_number(amount))


def title_of(row: ProgrammeRow) -> str:
    """The name of a programme in the reader's language."""
    english = row.body.title_en if in_language() == "en" else ""
    return english or row.body.title


def benefit_titles(rows: list[ProgrammeRow], on: date) -> dict[tuple[str, str], str]:
    """The name of each benefit by programme and code, as defined latest until a day."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        for one in sorted(row.body.benefits, key=lambda defined: defined.since):
            found[row.code, one.benefit.code] = benefit_title(one.benefit)
    return found


def benefit_title(benefit: Any) -> str:
    """The name of a benefit in the reader's language."""
    english = benefit.title_en if in_language() == "en" else ""
    return str(english or benefit.title)


def node_title(node: Any) -> str:
    """The name of a project or content in the reader's language."""
    english = node.title_en if in_language() == "en" else ""
    return str(english or node.title)


def period(first: date, last: date) -> str:
    """A period as its days; one day alone as that day."""
    if first == last:
        return str(render.day(first))
    return f"{render.day(first)} – {render.day(last)}"
