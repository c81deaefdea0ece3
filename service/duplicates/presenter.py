"""Words of the pages of duplicates, and what of two households agrees and differs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext

from service.ui.i18n import lazy as _

VERDICTS = {
    "same_household": _("Cùng một hộ"),
    "same_person": _("Cùng một người, ghi nhầm ở một hộ"),
    "different": _("Hai hộ khác nhau, không trùng người"),
}
STATES = {"open": _("Chưa kết luận"), "settled": _("Đã kết luận")}
WAYS = {"matcher": _("khi nhập hồ sơ"), "bulk": _("rà tìm theo địa bàn")}
SEARCH_STATES = {
    "waiting": _("Đang chờ"),
    "running": _("Đang chạy"),
    "done": _("Hoàn thành"),
    "failed": _("Không hoàn thành"),
}
STAGES = {
    "reading": _("Đang lấy dữ liệu hộ"),
    "scoring": _("Đang so sánh"),
    "recording": _("Đang lưu các cặp"),
}


@dataclass(frozen=True, slots=True)
class ComparedCouple:
    """Two persons side by side, with what of them agrees and differs."""

    first: dict[str, Any]
    second: dict[str, Any]
    evidence: list[str]

    @property
    def agrees(self) -> list[str]:
        """The codes that speak for one person."""
        return [code for code in self.evidence if not code.startswith("not:")]

    @property
    def differs(self) -> list[str]:
        """The codes that speak against it."""
        return [code for code in self.evidence if code.startswith("not:")]


def compared(told: dict[str, Any]) -> list[ComparedCouple]:
    """The couples of a pair whose persons are still members, in the order of the evidence."""
    first, second = (_by_id(side) for side in told["sides"])
    return [
        ComparedCouple(first[one["first"]], second[one["second"]], one["evidence"])
        for one in told["couples"]
        if one["first"] in first and one["second"] in second
    ]


def name_of(side: dict[str, Any]) -> str:
    """A household as a heading: its head, its number, or only that it is elsewhere."""
    if not side["within_reach"]:
        return gettext("Một hộ của %(place)s", place=side["area_name"])
    name: str = side["head"] or side["number"] or gettext("Trang hộ")
    return name


def percent(score: int | None) -> str:
    """A score in thousandths as a percentage in whole numbers, "" for none."""
    return "" if score is None else f"{score // 10}%"


def _by_id(side: dict[str, Any]) -> dict[UUID, dict[str, Any]]:
    return {one["person_id"]: one for one in side["members"]}
