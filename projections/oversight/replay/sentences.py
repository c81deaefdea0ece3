"""Writes the differences and the missing things of a replay as sentences."""

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.calendar import shown
from domain.standards.reasons import AREA_NAMES, CLASS_NAMES, FIGURE_NAMES, number

Entry = dict[str, Any]

BY = {"figures": ("theo số liệu của quyết định", "by the figures of the decision"),
      "survey": ("theo Phiếu B", "by form B")}  # fmt: skip
AREA_TYPE = ("Khu vực", "Area type")

# Entries where nothing has to be filled in: the sentence in Vietnamese and in English.
PLAIN = {
    "figures_not_recorded": (
        "Quyết định không ghi số liệu nào.",
        "The decision records no figures.",
    ),
    "carried_over": (
        "Kết quả công nhận được giữ nguyên khi tách hộ; không có số liệu của riêng hộ này.",
        "The class was carried over by a split; there are no figures of this household's own.",
    ),
    "threshold_not_set": (
        "Chuẩn chưa có ngưỡng để so với số liệu này.",
        "The standard has no threshold set for these figures.",
    ),
    "unknown_area_type": (
        "Chưa xác định khu vực để chọn ngưỡng của chuẩn.",
        "The type of area is not known, so the line cannot be chosen.",
    ),
    "ceiling_not_set": (
        "Quyết định phân biệt mức sống trung bình, nhưng chuẩn chưa có mức trần.",
        "The decision tells average from not poor, but the standard's ceiling is not set.",
    ),
    "record_unreadable": (
        "Không đọc được lần ghi của quyết định.",
        "The entry of the decision cannot be read.",
    ),
    "survey_missing": (
        "Không tìm thấy Phiếu B mà quyết định căn cứ.",
        "The form B that the decision rests on is not there.",
    ),
    "questions_unknown": (
        "Hệ thống không có bộ câu hỏi mà Phiếu B đã dùng.",
        "The questions that form B was filled in by are not there.",
    ),
    "score_card_unknown": (
        "Hệ thống không có bảng điểm B1 mà Phiếu B đã dùng.",
        "The score card that form B was scored by is not there.",
    ),
    "answers_contradict": (
        "Chỉ số thiếu hụt đã ghi trái với câu trả lời trên Phiếu B.",
        "The deprivations recorded contradict the answers of form B.",
    ),
    "answer_invalid": (
        "Phiếu B có câu trả lời không hợp lệ.",
        "Form B has an answer that its question cannot have.",
    ),
    "figures_disagree": (
        "Các số liệu mâu thuẫn với nhau.",
        "The figures contradict each other.",
    ),
    "negative_figure": ("Có số liệu nhỏ hơn 0.", "A figure is below zero."),
    "figure_out_of_range": (
        "Số thiếu hụt vượt quá số chỉ số của chuẩn.",
        "There are more deprivations than the standard has indicators for.",
    ),
}


def sentence(entry: Entry, language: str = "vi") -> str:
    """The sentence for one entry of `differences` or `missing`; "en" or Vietnamese.

    An entry that this version does not know is named by its code.
    """
    what = entry["what"]
    if what in PLAIN:
        return PLAIN[what][language == "en"]
    make = _MADE.get(what)
    return make(entry, language) if make else str(what)


def withdrawn(entry: Entry, language: str = "vi") -> str:
    """The sentence on a decision that was withdrawn; `entry` is `detail["withdrawn"]`."""
    place, paper = number(str(entry["seq"]), language), entry["paper"]
    if language == "en":
        return f"The decision was withdrawn by entry {place} of the ledger, document {paper}."
    return f"Quyết định đã rút lại ở lần ghi thứ {place} của hệ thống, văn bản số {paper}."


def source_withdrawn(entry: Entry, language: str = "vi") -> str:
    """The sentence on a class that rests on a withdrawn decision of the household that split;
    `entry` is `detail["carried_over"]`."""
    place = number(str(entry["withdrawn"]["seq"]), language)
    day, withdrawal = shown(date.fromisoformat(entry["effective_on"])), entry["withdrawn"]["paper"]
    if language == "en":
        paper = f"decision {entry['paper']}" if entry["paper"] else "a decision without a document"
        return (
            f"The class rests on {paper} of the household that split, in effect from {day};"
            f" that decision was withdrawn by entry {place} of the ledger, document {withdrawal}."
        )
    paper = f"quyết định số {entry['paper']}" if entry["paper"] else "quyết định không có văn bản"
    return (
        f"Kết quả giữ nguyên này dựa trên {paper} của hộ cũ, có hiệu lực từ ngày {day};"
        f" quyết định đó đã rút lại ở lần ghi thứ {place} của hệ thống, văn bản số {withdrawal}."
    )


def _class(code: str, language: str) -> str:
    return CLASS_NAMES.get(code, (code, code))[language == "en"]


def _figure(name: str, language: str) -> str:
    names = AREA_TYPE if name == "area_type" else FIGURE_NAMES.get(name, (name, name))
    return names[language == "en"]


def _value(value: str | int | None, language: str) -> str:
    if value is None:
        return "not recorded" if language == "en" else "không ghi"
    if isinstance(value, int):
        return number(str(value), language)
    return AREA_NAMES.get(value, (value, value))[language == "en"]


def _other_class(entry: Entry, language: str) -> str:
    by = BY[entry["by"]][language == "en"]
    recorded = _class(entry["recorded"], language)
    now = _class(entry["recomputed"], language)
    if language == "en":
        return f"Recognised as {recorded}; computed again {by}, the result is {now}."
    return f"Đã công nhận là {recorded}; tính lại {by}, kết quả là {now}."


def _other_figure(entry: Entry, language: str) -> str:
    name = _figure(entry["figure"], language)
    recorded, now = (_value(entry[key], language) for key in ("recorded", "recomputed"))
    if language == "en":
        return f"{name}: the decision says {recorded}, form B {now}."
    return f"{name}: quyết định ghi {recorded}, Phiếu B ghi {now}."


def comparison(one: dict[str, Any], language: str = "vi") -> str:
    """A figure beside its bound as it is: "160 ≤ 175", and "190 > 175" where that does not hold.

    Where the decision recorded the contrary, that is said too.
    """
    value, bound = number(str(one["value"]), language), number(str(one["bound"]), language)
    at_most = one["relation"] == "<="
    holds = one["value"] <= one["bound"] if at_most else one["value"] >= one["bound"]
    signs = ("≤", ">") if at_most else ("≥", "<")
    said = f"{value} {signs[0 if holds else 1]} {bound}"
    if one.get("holds", holds) == holds:
        return said
    claimed = f"{value} {signs[1 if holds else 0]} {bound}"
    note = f"recorded as {claimed}" if language == "en" else f"đã ghi là {claimed}"
    return f"{said} ({note})"


def _other_comparison(entry: Entry, language: str) -> str:
    def said(one: dict[str, Any] | None) -> str:
        if one is None:
            return "không có" if language != "en" else "nothing"
        return comparison(one, language)

    name = _figure(entry["figure"], language)
    if language == "en":
        return (
            f"{name}: the decision compared {said(entry['recorded'])},"
            f" the standard compares {said(entry['recomputed'])}."
        )
    return (
        f"{name}: khi công nhận đã so sánh {said(entry['recorded'])},"
        f" theo chuẩn phải so sánh {said(entry['recomputed'])}."
    )


def _overridden(entry: Entry, language: str) -> str:
    recorded = _class(entry["recorded"], language)
    now = _class(entry["recomputed"], language)
    if language == "en":
        paper = f"decision {entry['paper']}" if entry["paper"] else "no document"
        return f"Recognised as {recorded}, not as computed ({now}), with a reason and {paper}."
    paper = f"quyết định số {entry['paper']}" if entry["paper"] else "không có văn bản"
    return f"Công nhận là {recorded}, khác kết quả tính theo chuẩn ({now}), có nêu lý do, {paper}."


def _without_reason(entry: Entry, language: str) -> str:
    recorded = _class(entry["recorded"], language)
    now = _class(entry["recomputed"], language)
    if language == "en":
        return f"Recognised as {recorded}, not as computed ({now}), without a reason."
    return f"Công nhận là {recorded}, khác kết quả tính theo chuẩn ({now}), không nêu lý do."


def _not_in_force(entry: Entry, language: str) -> str:
    if language == "en":
        return f"The standard {entry['recorded']} was not in force for this on {_day(entry)}."
    return f"Chuẩn {entry['recorded']} không có hiệu lực áp dụng vào ngày {_day(entry)}."


def _day(entry: Entry) -> str:
    return shown(date.fromisoformat(entry["on"]))


def _unknown_indicator(entry: Entry, language: str) -> str:
    named = ", ".join(entry["values"]["indicators"])
    if language == "en":
        return f"The standard has no such indicators: {named}."
    return f"Chuẩn không có các chỉ số: {named}."


def _missing_figures(entry: Entry, language: str) -> str:
    named = ", ".join(_figure(name, language) for name in entry["values"]["missing"])
    return f"Missing figures: {named}." if language == "en" else f"Thiếu số liệu: {named}."


def _standard_unknown(entry: Entry, language: str) -> str:
    if language == "en":
        return f"The standard {entry['which']} is not known here."
    return f"Không có chuẩn {entry['which']} trong hệ thống."


def _digest_differs(entry: Entry, language: str) -> str:
    recorded, ours = entry["recorded"][:12], entry["ours"][:12]
    if language == "en":
        return f"Decided by an edition of {entry['which']} ({recorded}) that is not ours ({ours})."
    return (
        f"Khi công nhận đã dùng phiên bản khác ({recorded}) của chuẩn {entry['which']};"
        f" phiên bản trong hệ thống là {ours}."
    )


_MADE: dict[str, Callable[[Entry, str], str]] = {
    "class": _other_class,
    "figure": _other_figure,
    "comparison": _other_comparison,
    "overridden": _overridden,
    "override_without_reason": _without_reason,
    "standard_not_in_force": _not_in_force,
    "unknown_indicator": _unknown_indicator,
    "missing_figures": _missing_figures,
    "standard_unknown": _standard_unknown,
    "standard_digest_differs": _digest_differs,
}
