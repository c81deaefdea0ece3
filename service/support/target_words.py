"""The words of the pages of targets: movements, and signs that a target bends decisions."""

from flask_babel import gettext

from projections.support.target_signs import AROUND, BAND, Sign
from projections.support.targets import TargetRow, percent
from service.ui import labels, render
from service.ui.i18n import lazy as _

TRAINED = _("Được tập huấn")
SIGNS = {
    "scores_past_the_line": _("Điểm B1 dồn ngay trên chuẩn"),
    "exits_before_the_cut_off": _("Thoát nghèo, thoát cận nghèo dồn trước ngày chốt số liệu"),
    "same_answers_other_class": _("Câu trả lời không đổi mà kết quả công nhận thay đổi"),
}
PROVE_NOT = {
    "scores_past_the_line": _(
        "Không chứng tỏ điểm bị sửa: một chính sách hỗ trợ nâng nhiều hộ lên ngay trên chuẩn cũng "
        "cho kết quả giống vậy. Cần đối chiếu Phiếu B và ảnh của các hộ này."
    ),
    "exits_before_the_cut_off": _(
        "Không chứng tỏ quyết định bị ép ngày: một đợt rà soát kết thúc trước ngày chốt, sau đó là "
        "đề nghị của từng hộ, cũng cho kết quả giống vậy. Cần xem ngày họp thôn và ngày niêm yết."
    ),
    "same_answers_other_class": _(
        "Không chứng tỏ quyết định sai: Chủ tịch có thể công nhận khác kết quả tính khi có lý do. "
        "Cần đọc lý do ghi trong từng quyết định."
    ),
}


def movement(one: TargetRow, way: str) -> str:
    """The term of a kind of movement in the official table of the class of a target."""
    if way == "trained":
        return str(TRAINED)
    names = labels.MOVEMENTS
    if one.measure.startswith("near_poor"):
        names = {**names, **labels.NEAR_POOR_MOVEMENTS}
    return str(names[way])


def meaning(one: Sign) -> str:
    """A plain sentence that says what was counted."""
    numbers = {name: render.format_number(number) for name, number in one.numbers.items()}
    match one.sign:
        case "scores_past_the_line":
            return gettext(
                "%(past)s hộ có điểm B1 trên chuẩn không quá %(band)s điểm, %(below)s hộ ở chuẩn "
                "hoặc dưới chuẩn không quá %(inside)s điểm; ở hai khoảng kế tiếp là %(two_past)s "
                "hộ và %(two_below)s hộ.",
                band=BAND, inside=BAND - 1, **numbers,
            )  # fmt: skip
        case "exits_before_the_cut_off":
            return gettext(
                "Trong %(days)s ngày đến ngày chốt có %(exits_before)s hộ thoát nghèo, thoát cận "
                "nghèo (%(papers_before)s quyết định) và %(entries_before)s hộ vào danh sách; "
                "trong %(days)s ngày sau đó là %(exits_after)s hộ (%(papers_after)s quyết định) và "
                "%(entries_after)s hộ.",
                days=AROUND.days, **numbers,
            )  # fmt: skip
        case _other:
            return gettext(
                "%(unchanged_answers)s hộ có câu trả lời Phiếu B không đổi theo cùng một chuẩn; "
                "trong đó %(to_better)s hộ được công nhận khá hơn, %(to_worse)s hộ được công nhận "
                "nghèo hơn.",
                **numbers,
            )


def chance(one: Sign) -> str:
    """The chance of so much where nothing was bent, as percent."""
    hundredths = int(one.chance.replace(".", ""))
    return render.percent(percent(hundredths))


def number(one: TargetRow, value: int | None) -> str:
    """A number of a target: households, or percentage points."""
    if value is None:
        return "–"
    if not one.is_rate:
        return render.format_number(value)
    if one.measure == "officers_trained":
        return render.percent(percent(value))
    return gettext("%(points)s điểm phần trăm", points=render.percent(percent(value))[:-1])
