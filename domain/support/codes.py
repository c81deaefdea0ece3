"""Code lists of support, each code with its Vietnamese term."""

from domain.households.codes import FLAGS

LEVELS = {
    "national": "Chương trình, chính sách của trung ương",
    "local": "Chính sách của địa phương",
}
NODE_KINDS = {
    "project": "Dự án",
    "sub_project": "Tiểu dự án",
    "component": "Hợp phần",
    "content": "Nội dung",
    "policy": "Chính sách",
}
COUNTED = {
    "household": "Hộ",
    "person": "Người",
    "turn": "Lượt",
}
PERIODS = {
    "month": "Tháng",
    "quarter": "Quý",
    "half_year": "Nửa năm",
    "year": "Năm",
    "once": "Một lần",
}
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""The months of a period; what is given once has none."""
GROUPS = FLAGS
"""The groups of households that the record of a household knows."""
LINE_KINDS = {
    "development": "Vốn đầu tư phát triển",
    "recurrent": "Kinh phí thường xuyên (vốn sự nghiệp)",
}
CERTAINTIES = {
    "seen": "Đã đối chiếu với nguồn trích dẫn văn bản",
    "inference": "Suy ra từ nguồn đã đối chiếu",
    "memory": "Chưa đối chiếu với văn bản",
    "unknown": "Chưa tìm thấy",
}
CASE_ORIGINS = {
    "request": "Đề nghị của hộ",
    "plan": "Kế hoạch hỗ trợ của hộ",
    "list": "Danh sách của cơ quan",
}
CASE_STATUSES = {
    "requested": "Đã tiếp nhận",
    "assessed": "Đã thẩm định",
    "approved": "Đã phê duyệt",
    "refused": "Không phê duyệt",
    "granted": "Đã quyết định hỗ trợ",
    "closed": "Đã kết thúc",
}
REFUSAL_REASONS = {
    "not_qualified": "Không thuộc đối tượng",
    "papers_missing": "Thiếu giấy tờ",
    "no_money": "Chưa bố trí được kinh phí",
    "served_otherwise": "Đã hưởng chính sách khác cùng nội dung",
    "withdrawn_by_household": "Hộ rút đề nghị",
    "other": "Lý do khác",
}
CONFIRMATIONS = {
    "signature": "Ký nhận",
    "fingerprint": "Điểm chỉ",
    "payment": "Xác nhận của đơn vị chi trả",
}
OWN_VIEW = "own_view"
"""The means of a confirmation by the household itself, which no officer can choose."""
FOLLOW_UPS = {
    "helped": "Có tác dụng",
    "partly": "Có tác dụng một phần",
    "did_not_help": "Không có tác dụng",
    "lost": "Không còn sử dụng",
}
MEASURES = {
    "poor_households_down": "Số hộ nghèo giảm",
    "near_poor_households_down": "Số hộ cận nghèo giảm",
    "poor_households_left": "Số hộ nghèo còn lại",
    "near_poor_households_left": "Số hộ cận nghèo còn lại",
    "poor_rate_down": "Tỷ lệ hộ nghèo giảm",
    "near_poor_rate_down": "Tỷ lệ hộ cận nghèo giảm",
    "officers_trained": "Tỷ lệ công chức được tập huấn trong năm",
}
RATE_MEASURES = frozenset({"poor_rate_down", "near_poor_rate_down", "officers_trained"})
"""The measures of targets that are rates, in hundredths of a percentage point."""
SIGNING_ACTS = {
    "case_approval": "Phê duyệt hồ sơ hỗ trợ",
    "batch_approval": "Phê duyệt đợt chi trả",
}
STEPS_APART = {
    "disburse": "Chi trả",
    "deliver": "Bàn giao cho hộ",
    "reconcile": "Đối chiếu",
}
"""The steps of a case that signing rules may keep from an account which signed its approval."""
SIGNS = {
    "scores_past_the_line": "Điểm B1 dồn ngay trên chuẩn",
    "exits_before_the_cut_off": "Thoát nghèo, thoát cận nghèo dồn trước ngày chốt số liệu",
    "same_answers_other_class": "Câu trả lời không đổi mà kết quả công nhận thay đổi",
}
"""Signs that a target bends decisions, each with its Vietnamese term."""
ACTIVITY_KINDS = {
    "officer_training": "Tập huấn công chức làm công tác giảm nghèo",
    "vocational_class": "Lớp đào tạo nghề",
    "job_fair": "Phiên giao dịch việc làm",
    "job_counselling": "Tư vấn việc làm, nghề nghiệp",
    "job_placement": "Giải quyết việc làm",
    "labour_market_training": "Tập huấn thu thập thông tin thị trường lao động",
    "extension_class": "Lớp tập huấn khuyến nông",
    "workshop": "Hội thảo",
    "legal_aid": "Trợ giúp pháp lý",
    "communication": "Truyền thông",
    "road": "Công trình đường giao thông",
    "school": "Công trình trường học",
    "maintenance": "Công trình duy tu, bảo dưỡng",
    "fund_raising": "Vận động quỹ Vì người nghèo",
    "fund_house": "Nhà ở từ quỹ Vì người nghèo",
    "health_cards": "Cấp thẻ bảo hiểm y tế",
    "insurance_contribution": "Hỗ trợ mức đóng bảo hiểm y tế",
    "social_insurance": "Hỗ trợ bảo hiểm xã hội tự nguyện",
    "income_support": "Hỗ trợ thu nhập hằng tháng",
    "learning_costs": "Chi trả hồ sơ học sinh, sinh viên",
    "tuition": "Miễn, giảm học phí, hỗ trợ chi phí học tập",
    "electricity": "Hỗ trợ tiền điện",
    "student_credit": "Cho vay học sinh, sinh viên",
    "job_credit": "Cho vay giải quyết việc làm",
}
"""What an office holds, builds or delivers and reports as a total."""
MODEL_KINDS = {
    "livelihood": "Mô hình sinh kế, giảm nghèo",
    "community_production": "Dự án phát triển sản xuất cộng đồng",
    "demonstration": "Mô hình trình diễn",
}
MODEL_ENDINGS = {
    "finished": "Hoàn thành",
    "stopped": "Dừng trước hạn",
}
