"""Codes of the household's own view, each with its Vietnamese term.

Codes are stored for ever: a list only grows.
"""

from domain.commands.command import Actor

CODE_WAYS = {
    "counter": "Trao tại bộ phận một cửa",
    "letter": "In kèm giấy chứng nhận, thư gửi hộ",
}
"""The ways in which a household gets its one-time code."""

RECEIPT = "receipt"
CONTEST_SUBJECTS = {
    "class": "Kết quả phân loại, công nhận",
    "members": "Thông tin thành viên, thông tin hộ",
    "support": "Chính sách, hỗ trợ được hưởng",
    RECEIPT: "Chưa nhận được hỗ trợ",
    "access": "Người đã xem hồ sơ",
    "other": "Nội dung khác",
}
"""What a contest is about. A missing receipt is contested at the case that it is about."""

CONTEST_OUTCOMES = {
    "changed": "Đã sửa hồ sơ, hoặc đã khắc phục",
    "kept": "Giữ nguyên, có giải thích",
    "passed_on": "Chuyển cơ quan khác giải quyết",
}

HOUSEHOLD_ACCOUNT, HOUSEHOLD_ROLE = "household:itself", "household"
"""Account and role of what a household records itself. No account can have this name: names of
accounts have no colon."""


def household_itself(area: str) -> Actor:
    """The actor of what a household records itself, in the unit where it lives."""
    return Actor(HOUSEHOLD_ACCOUNT, HOUSEHOLD_ROLE, area)
