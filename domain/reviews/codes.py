"""Code lists of a review round, each with its Vietnamese term.

Codes are stored for ever: a list only grows.
"""

ROUND_TRACKS = {
    "periodic": "Rà soát định kỳ hằng năm",
    "on_demand": "Rà soát thường xuyên hằng năm",
    "average": "Xác định hộ có mức sống trung bình",
    "low_income": "Xác định người lao động có thu nhập thấp",
}
LISTS = {
    "result": "Danh sách kết quả rà soát",
    "opening": "Danh sách đầu kỳ theo chuẩn mới",
}
REQUEST_KINDS = {
    "entry": "Đề nghị công nhận",
    "exit": "Đề nghị công nhận thoát nghèo, thoát cận nghèo",
}
REQUEST_REASONS = {
    "disaster": "Thiên tai",
    "pollution": "Ô nhiễm môi trường nặng",
    "accident": "Tai nạn",
    "illness": "Ốm đau, bệnh nặng",
    "asset_loss": "Mất tài sản quan trọng",
    "crime": "Bị tội phạm xâm hại",
    "members": "Thay đổi nhân khẩu",
    "other": "Lý do khác",
}
REFUSAL_REASONS = {
    "not_resident": "Không cư trú trên địa bàn",
    "incomplete": "Hồ sơ chưa đầy đủ",
    "screened_out": "Không thuộc diện cần rà soát theo Phiếu A",
    "above_line": "Không thuộc diện nghèo, cận nghèo theo kết quả rà soát",
    "still_poor": "Chưa đủ điều kiện thoát nghèo, thoát cận nghèo",
    "above_ceiling": "Thu nhập bình quân vượt mức trần của người lao động có thu nhập thấp",
    "listed_household": "Là thành viên hộ nghèo, hộ cận nghèo",
    "left_household": "Không còn là thành viên của hộ",
    "withdrawn": "Hộ rút giấy đề nghị",
    "other": "Lý do khác",
}
LISTING_SOURCES = {
    "current_list": "Danh sách đang quản lý",
    "request": "Giấy đề nghị",
}
UNLISTING_REASONS = {
    "moved_away": "Chuyển khỏi địa bàn",
    "ended": "Ngừng quản lý hộ",
    "error": "Ghi nhầm vào danh sách",
}
POSTING_PLACES = {
    "village_house": "Nhà văn hóa, nhà sinh hoạt cộng đồng thôn",
    "commune_office": "Trụ sở UBND cấp xã",
    "loudspeaker": "Đài truyền thanh",
}
GRIEVANCE_SOURCES = {
    "household": "Hộ có kết quả bị khiếu nại",
    "resident": "Người dân khác",
    "organisation": "Mặt trận Tổ quốc, tổ chức khác",
}
REVERIFICATION_OUTCOMES = {"kept": "Giữ nguyên kết quả", "changed": "Thay đổi kết quả"}
OPINIONS = {"agrees": "Thống nhất", "remarks": "Có ý kiến khác"}
DECISION_KINDS = {
    "recognition": "Công nhận hộ nghèo, hộ cận nghèo",
    "exit": "Công nhận hộ thoát nghèo, hộ thoát cận nghèo",
}
HANDED_LISTS = {
    "insurance": "Danh sách gửi cơ quan bảo hiểm xã hội",
    "bank": "Danh sách gửi Ngân hàng Chính sách xã hội",
}
HANDING_MEANS = {
    "in_person": "Nộp trực tiếp",
    "post": "Qua bưu điện",
    "document_system": "Qua hệ thống quản lý văn bản",
    "email": "Qua thư điện tử",
    "other": "Cách khác",
}
CLOSING_OUTCOMES = {"completed": "Hoàn thành", "abandoned": "Dừng đợt rà soát"}
