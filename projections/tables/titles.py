"""The titles of the official tables, and the certainty of the names of their columns.

Titles and most headings are those of a set of 15 forms that one province used in 2023 and 2024. The
forms of Annex VII of the circular were not compared with them.
"""

from typing import NamedTuple


class Title(NamedTuple):
    """A title in both languages."""

    vi: str
    en: str


TITLES: dict[str, Title] = {
    "R1": Title("Tổng hợp kết quả chính thức rà soát hộ nghèo; hộ cận nghèo; hộ làm nông, lâm, ngư "
                "nghiệp có mức sống trung bình",
                "Official results: poor, near-poor and farm households of average living standard"),
    "R2": Title("Tổng hợp diễn biến hộ nghèo", "Movement of poor households"),
    "R3": Title("Tổng hợp diễn biến hộ cận nghèo", "Movement of near-poor households"),
    "R4": Title("Phân tích các chỉ số thiếu hụt dịch vụ xã hội cơ bản của hộ nghèo",
                "Deprivations of poor households"),
    "R5": Title("Phân tích tỷ lệ các chỉ số thiếu hụt dịch vụ xã hội cơ bản của hộ nghèo",
                "Deprivations of poor households in percent"),
    "R6": Title("Phân tích các chỉ số thiếu hụt dịch vụ xã hội cơ bản của hộ cận nghèo",
                "Deprivations of near-poor households"),
    "R7": Title("Phân tích tỷ lệ các chỉ số thiếu hụt dịch vụ xã hội cơ bản của hộ cận nghèo",
                "Deprivations of near-poor households in percent"),
    "R8": Title("Phân tích hộ nghèo, hộ cận nghèo theo các nhóm đối tượng",
                "Poor and near-poor households by target group"),
    "R9": Title("Phân tích hộ nghèo, hộ cận nghèo theo dân tộc",
                "Poor and near-poor households by ethnic group"),
    "R10": Title("Phân nhóm hộ nghèo, hộ cận nghèo theo các nguyên nhân nghèo",
                 "Poor and near-poor households by cause"),
    "R11": Title("Tổng hợp chỉ tiêu thiếu hụt của trẻ em thuộc hộ nghèo, hộ cận nghèo",
                 "Deprivations of children of poor and near-poor households"),
    "R12": Title("Tổng hợp kết quả rà soát hộ nghèo theo chuẩn nghèo đa chiều",
                 "Poor households by the multidimensional standard"),
    "R13": Title("Tổng hợp kết quả rà soát hộ cận nghèo theo chuẩn nghèo đa chiều",
                 "Near-poor households by the multidimensional standard"),
    "R14": Title("Danh sách chi tiết hộ cận nghèo", "Detailed list of near-poor households"),
    "R15": Title("Danh sách chi tiết hộ nghèo", "Detailed list of poor households"),
}  # fmt: skip
COUNTED = tuple(name for name in TITLES if name not in ("R14", "R15"))
LISTED = ("R14", "R15")
