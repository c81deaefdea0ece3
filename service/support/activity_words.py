"""The words of the pages for the kinds of activities and of livelihood models."""

from service.ui.i18n import lazy as _

ACTIVITIES = {
    "officer_training": _("Tập huấn công chức làm công tác giảm nghèo"),
    "vocational_class": _("Lớp đào tạo nghề"),
    "job_fair": _("Phiên giao dịch việc làm"),
    "job_counselling": _("Tư vấn việc làm, nghề nghiệp"),
    "job_placement": _("Giải quyết việc làm"),
    "labour_market_training": _("Tập huấn thu thập thông tin thị trường lao động"),
    "extension_class": _("Lớp tập huấn khuyến nông"),
    "workshop": _("Hội thảo"),
    "legal_aid": _("Trợ giúp pháp lý"),
    "communication": _("Truyền thông"),
    "road": _("Công trình đường giao thông"),
    "school": _("Công trình trường học"),
    "maintenance": _("Công trình duy tu, bảo dưỡng"),
    "fund_raising": _("Vận động quỹ Vì người nghèo"),
    "fund_house": _("Nhà ở từ quỹ Vì người nghèo"),
    "health_cards": _("Cấp thẻ bảo hiểm y tế"),
    "insurance_contribution": _("Hỗ trợ mức đóng bảo hiểm y tế"),
    "social_insurance": _("Hỗ trợ bảo hiểm xã hội tự nguyện"),
    "income_support": _("Hỗ trợ thu nhập hằng tháng"),
    "learning_costs": _("Chi trả hồ sơ học sinh, sinh viên"),
    "tuition": _("Miễn, giảm học phí, hỗ trợ chi phí học tập"),
    "electricity": _("Hỗ trợ tiền điện"),
    "student_credit": _("Cho vay học sinh, sinh viên"),
    "job_credit": _("Cho vay giải quyết việc làm"),
}
MODELS = {
    "livelihood": _("Mô hình sinh kế, giảm nghèo"),
    "community_production": _("Dự án phát triển sản xuất cộng đồng"),
    "demonstration": _("Mô hình trình diễn"),
}
