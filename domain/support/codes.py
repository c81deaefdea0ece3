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
