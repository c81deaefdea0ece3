"""Code lists of a household's record, each with its official Vietnamese term.

The terms of classes, movements, exits, types of areas and tags of lists are in `domain/terms.toml`,
in both languages.

Causes and needs are the lists of the provincial reports 10, 14 and 15. Classes are those of
Nghị định 07/2021/NĐ-CP, with "not_listed" where only that much is known. Movements are the
columns of the movement reports (diễn biến hộ nghèo, diễn biến hộ cận nghèo). Codes are stored
for ever: a list only grows.
"""

from domain.terms import labels

RELATIONS = {
    "head": "Chủ hộ",
    "spouse": "Vợ/chồng",
    "child": "Con",
    "child_in_law": "Con dâu/con rể",
    "parent": "Cha/mẹ",
    "parent_in_law": "Cha/mẹ vợ, chồng",
    "grandparent": "Ông/bà",
    "grandchild": "Cháu (nội, ngoại)",
    "sibling": "Anh/chị/em",
    "niece_nephew": "Cháu (gọi cô, dì, chú, bác)",
    "other_relative": "Họ hàng khác",
    "other": "Khác",
}
SEXES = {"male": "Nam", "female": "Nữ"}
RESIDENCES = {"permanent": "Thường trú", "temporary": "Tạm trú"}
AREA_TYPES = labels("area_type")
CLASSES = labels("class")
FLAGS = ("no_labour_capacity", "ethnic_minority", "meritorious")
LISTED = ("poor", "near_poor")
CAUSES = {
    "1": "Không có đất sản xuất",
    "2": "Không có vốn sản xuất, kinh doanh",
    "3": "Không có lao động",
    "4": "Không có công cụ, phương tiện sản xuất",
    "5": "Không có kiến thức về sản xuất",
    "6": "Không có kỹ năng lao động, sản xuất",
    "7": "Có người ốm đau, bệnh nặng, tai nạn",
    "8": "Nguyên nhân khác",
}
NEEDS = {
    "health": "Y tế",
    "education": "Giáo dục",
    "production": "Sản xuất",
    "credit": "Tín dụng",
    "housing": "Nhà ở",
    "other": "Khác",
}
# What the former head is to a new head who was this to the former one; "other" for the rest.
INVERSE_RELATION = {
    "spouse": "spouse",
    "child": "parent",
    "child_in_law": "parent_in_law",
    "parent": "child",
    "parent_in_law": "child_in_law",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
    "sibling": "sibling",
    "niece_nephew": "other_relative",
    "other_relative": "other_relative",
}
JOIN_REASONS = {
    "birth": "Mới sinh",
    "marriage": "Kết hôn",
    "moved_in": "Chuyển đến",
    "adoption": "Nhận con nuôi",
    "returned": "Trở về",
    "error": "Bỏ sót khi ghi",
}
LEAVE_REASONS = {
    "death": "Chết",
    "moved_out": "Chuyển đi",
    "marriage": "Kết hôn",
    "away": "Vắng mặt lâu dài",
    "error": "Ghi nhầm",
}
HEAD_REASONS = {
    "death": "Chủ hộ chết",
    "left": "Chủ hộ không còn trong hộ",
    "split": "Chủ hộ tách hộ",
    "agreement": "Hộ thống nhất đổi chủ hộ",
    "error": "Ghi nhầm chủ hộ",
}
CORRECTION_REASONS = {
    "error": "Ghi sai",
    "papers": "Theo giấy tờ mới xuất trình",
    "changed": "Thực tế đã thay đổi",
    "judged": "Xác định lại",
}
PAPER_REASONS = {
    "issued": "Được cấp giấy tờ mới",
    "known": "Trước đây chưa có số hoặc chưa biết số",
}
MATCH_VERDICTS = {
    "same": "Đúng là hộ này",
    "somebody_else": "Là người khác, hộ khác",
    "confirmed": "Đã xác nhận nội dung cần kiểm tra",
}
CERTIFICATE_WITHDRAWALS = {
    "class_changed": "Hộ không còn thuộc diện được cấp",
    "moved": "Hộ chuyển đi nơi khác",
    "closed": "Hộ đã ngừng quản lý",
    "error": "Cấp không đúng quy định",
}
CERTIFICATE_REPLACEMENTS = {
    "lost": "Bị mất",
    "damaged": "Bị rách, hỏng",
    "corrected": "Đính chính thông tin",
    "members": "Thay đổi nhân khẩu",
}
LOW_INCOME_OUTCOMES = {
    "recognised": "Công nhận",
    "not_recognised": "Không công nhận",
}
LOW_INCOME_WITHDRAWALS = {
    "income_above": "Thu nhập bình quân vượt mức trần",
    "listed": "Hộ được công nhận là hộ nghèo, hộ cận nghèo",
    "own_wish": "Người lao động đề nghị chấm dứt công nhận",
    "error": "Công nhận không đúng",
    "other": "Lý do khác",
}
DISSOLVE_REASONS = {
    "death": "Thành viên cuối cùng chết",
    "last_left": "Không còn thành viên trong hộ",
    "moved_away": "Chuyển đi nơi khác",
    "error": "Lập hồ sơ nhầm",
    "other": "Lý do khác",
}
SCREENINGS = {
    "survey": "Đưa vào danh sách hộ gia đình cần rà soát",
    "not_poor": "Không đưa vào danh sách cần rà soát",
}
LISTINGS = {"": "", **labels("listing")}
MOVEMENTS = labels("movement")
EXITS = labels("exit")
SOURCES = {
    "central": "Ngân sách trung ương",
    "local": "Ngân sách địa phương",
    "credit": "Vốn tín dụng chính sách",
    "mobilised": "Vốn huy động, Quỹ “Vì người nghèo”",
}
