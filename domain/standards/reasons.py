"""Reasons of a decision are codes with values; sentences are made of them when they are shown.

A reason is stored as text, "code?name=value&name=value", because it is a fact of the decision;
the sentence is made in the reader's language from the reason and the standard's own words.
"""

from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, quote_plus

from domain.calendar import shown
from domain.standards.standard import Standard
from domain.terms import TERMS

AT_OR_BELOW = "at_or_below_line"
ABOVE = "above_line"
DEPRIVED = "deprived_enough"
NOT_DEPRIVED = "not_deprived_enough"
UNCONFIRMED = "unconfirmed_figure"
CEILING_NOT_SET = "ceiling_not_set"
LEFT_OPEN = "figure_left_open"
DEPRIVATIONS_DIFFER = "deprivation_figures_differ"
INDICATORS_UNKNOWN = "indicators_unknown"
OPEN_QUESTION = "open_question"
LISTED_HOUSEHOLD = "listed_household"
WORKER_CEILING_UNKNOWN = "worker_ceiling_unknown"
# Recorded by `domain.households` where a decision stands that the rule could not compute.
FIGURES_NOT_RECORDED = "figures_not_recorded"
NOT_COMPUTABLE = "not_computable"
CARRIED_OVER = "carried_over"

CODES = (
    AT_OR_BELOW, ABOVE, DEPRIVED, NOT_DEPRIVED, UNCONFIRMED, CEILING_NOT_SET, LEFT_OPEN,
    DEPRIVATIONS_DIFFER, INDICATORS_UNKNOWN, OPEN_QUESTION, FIGURES_NOT_RECORDED, NOT_COMPUTABLE,
    CARRIED_OVER, LISTED_HOUSEHOLD, WORKER_CEILING_UNKNOWN,
)  # fmt: skip

Values = dict[str, str]

CLASS_NAMES = TERMS["class"]
FIGURE_NAMES = {
    "income": ("Thu nhập bình quân", "Income"),
    "income_per_year": ("Thu nhập bình quân", "Income"),
    "b1": ("Điểm B1", "Score B1"),
    "b2": ("Điểm B2", "Score B2"),
    "deprived_count": ("Số chỉ số thiếu hụt", "Number of deprivations"),
}
_AREA_TYPES = TERMS["area_type"]
AREA_NAMES = {
    **{
        code: (f"khu vực {_AREA_TYPES[code].vi}", f"{_AREA_TYPES[code].en} areas")
        for code in ("rural", "urban")
    },
    "special_zone": (_AREA_TYPES["special_zone"].vi, f"{_AREA_TYPES['special_zone'].en}s"),
}
QUESTIONS = {
    "deprivation_rule_unknown": (
        "Chưa rõ chuẩn này xét các chỉ số thiếu hụt thế nào; kết quả chỉ dựa trên thu nhập.",
        "How deprivations enter this standard is not known; the result rests on income alone.",
    ),
    "validity_unknown": (
        "Chưa rõ chuẩn này có hiệu lực từ ngày nào đến ngày nào.",
        "Between which days this standard holds is not known.",
    ),
}
WHY_NOT = {
    "missing_figures": (
        "thiếu số liệu mà chuẩn cần",
        "figures that the standard needs are missing",
    ),
    "threshold_not_set": ("chưa có ngưỡng của chuẩn", "a threshold of the standard is not set"),
}
_UNITS = {
    "income": (" đồng/người/tháng", " VND per person and month"),
    "income_per_year": (" đồng/người/năm", " VND per person and year"),
    "b1": (" điểm", " points"),
    "b2": (" điểm", " points"),
    "deprived_count": (" chỉ số", " indicators"),
}


def reason(code: str, /, **values: object) -> str:
    """One reason as it is stored. Numbers and plain words need no quoting, the rest gets it."""
    shown = "&".join(
        f"{name}={value}"
        if type(value) is int or (type(value) is str and value.isidentifier() and value.isascii())
        else f"{name}={quote_plus(str(value))}"
        for name, value in values.items()
    )
    return f"{code}?{shown}" if shown else code


def parsed(text: str) -> tuple[str, Values]:
    """The code and the values of a stored reason."""
    code, _, values = text.partition("?")
    return code, dict(parse_qsl(values, keep_blank_values=True))


def sentences(standard: Standard, reasons: Iterable[str], language: str = "vi") -> tuple[str, ...]:
    """One sentence for each reason, in Vietnamese or English ("en").

    A code that this version does not know is shown as it was stored.
    """
    shown = []
    for text in reasons:
        code, values = parsed(text)
        make = _SENTENCES.get(code)
        shown.append(make(standard, values, language) if make else text)
    return tuple(shown)


def conclusion(standard: Standard, class_: str, language: str = "vi") -> str:
    """The sentence that names the class and the standard."""
    name = _pick(CLASS_NAMES.get(class_, (class_, class_)), language)
    if language == "en":
        return f"Result: {name}, by the {standard.title.en}."
    return f"Kết quả: {name}, theo {standard.title.vi}."


def number(value: str, language: str) -> str:
    """A whole number with the language's thousands mark: 1.500.000 or 1,500,000."""
    grouped = f"{int(value):,}"
    return grouped if language == "en" else grouped.replace(",", ".")


def cited(standard: Standard, source: str, language: str) -> str:
    """A legal text as it is cited: its title, and its date where known."""
    text = standard.source(source)
    title = text.title.in_language(language)
    if text.signed_on is None:
        return title
    if language == "en":
        return f"{title} of {shown(text.signed_on)}"
    return f"{title} ngày {shown(text.signed_on)}"


def _pick(names: tuple[str, str], language: str) -> str:
    return names[1] if language == "en" else names[0]


def _named(table: dict[str, tuple[str, str]], key: str, language: str) -> str:
    return _pick(table.get(key, (key, key)), language)


def _amount(figure: str, value: str, language: str) -> str:
    return number(value, language) + _pick(_UNITS.get(figure, ("", "")), language)


def _line(standard: Standard, values: Values, language: str) -> str:
    line = standard.lines.get(values["line"])
    return line.title.in_language(language) if line else values["line"]


def _line_source(standard: Standard, values: Values, language: str) -> str:
    line = standard.lines.get(values["line"])
    if line is None:
        return ""
    by_score = values["figure"] == "b1" and line.score_source
    return cited(standard, line.score_source if by_score else line.source, language)


def _against_line(within: bool) -> Callable[[Standard, Values, str], str]:
    def sentence(standard: Standard, values: Values, language: str) -> str:
        figure, area = values["figure"], values["area"]
        name = _named(FIGURE_NAMES, figure, language)
        value = _amount(figure, values["value"], language)
        bound = _amount(figure, values["bound"], language)
        line, where = _line(standard, values, language), _named(AREA_NAMES, area, language)
        source = _line_source(standard, values, language)
        if language == "en":
            relation = "is at or below" if within else "is above"
            return f"{name} {value} {relation} {line} of {bound} for {where} ({source})."
        relation = "không vượt" if within else "vượt"
        return f"{name} là {value}, {relation} {line} {bound} áp dụng cho {where} ({source})."

    return sentence


def _against_deprivations(enough: bool) -> Callable[[Standard, Values, str], str]:
    def sentence(standard: Standard, values: Values, language: str) -> str:
        figure, rule = values["figure"], standard.rule
        name = _named(FIGURE_NAMES, figure, language)
        value = number(values["value"], language)
        bound = _amount(figure, values["bound"], language)
        by_score = figure == "b2" and rule.score_source
        source = cited(standard, rule.score_source if by_score else rule.source, language)
        if language == "en":
            relation = "reaches" if enough else "is below"
            return f"{name} {value} {relation} the {bound} of the deprivation test ({source})."
        relation = "thuộc" if enough else "dưới"
        return f"{name} là {value}, {relation} mức thiếu hụt từ {bound} trở lên ({source})."

    return sentence


def _unconfirmed(standard: Standard, values: Values, language: str) -> str:
    bound = _amount(values["figure"], values["bound"], language)
    name = _named(FIGURE_NAMES, values["figure"], language)
    if language == "en":
        return f"The threshold {bound} ({name}) has not been checked against the legal text."
    return f"Ngưỡng {bound} ({name}) chưa được đối chiếu với văn bản gốc."


def _ceiling_not_set(standard: Standard, values: Values, language: str) -> str:
    line, where = _line(standard, values, language), _named(AREA_NAMES, values["area"], language)
    if language == "en":
        return f"Neither poor nor near-poor; {line} for {where} is not set for this figure."
    return f"Không phải hộ nghèo, hộ cận nghèo; chưa có {line} cho {where} để so với số liệu này."


def _left_open(standard: Standard, values: Values, language: str) -> str:
    name = _named(FIGURE_NAMES, values["figure"], language)
    wanting = ", ".join(
        standard.lines[item].title.in_language(language)
        if item in standard.lines
        else _named(FIGURE_NAMES, item, language)
        for item in values["wanting"].split(",")
    )
    if language == "en":
        return f"{name} alone could not settle the class; wanting: {wanting}."
    return f"Chỉ có {name[:1].lower() + name[1:]} thì chưa đủ để phân loại; còn thiếu: {wanting}."


def _deprivations_differ(standard: Standard, values: Values, language: str) -> str:
    count, points = values["deprived_count"], values["b2"]
    if language == "en":
        return f"{count} deprived indicators and a score B2 of {points} do not go together."
    return f"{count} chỉ số thiếu hụt và điểm B2 {points} không khớp nhau."


def _indicators_unknown(standard: Standard, values: Values, language: str) -> str:
    if language == "en":
        return (
            "The standard's list of indicators is not known; named deprivations were not counted."
        )
    return "Chưa có danh mục chỉ số của chuẩn này; các thiếu hụt đã ghi không được đếm."


def _open_question(standard: Standard, values: Values, language: str) -> str:
    return _named(QUESTIONS, values["question"], language)


def _figures_not_recorded(standard: Standard, values: Values, language: str) -> str:
    if language == "en":
        return "The decision records no figures; it cannot be computed again."
    return "Quyết định không ghi số liệu; không thể tính lại."


def _not_computable(standard: Standard, values: Values, language: str) -> str:
    why = _named(WHY_NOT, values.get("why", ""), language)
    if language == "en":
        return f"The class could not be computed from the figures recorded: {why}."
    return f"Không tính được từ số liệu đã ghi: {why}."


def _carried_over(standard: Standard, values: Values, language: str) -> str:
    if language == "en":
        return "The class recognised was kept from the household that this one split off from."
    return "Giữ nguyên kết quả công nhận của hộ cũ khi tách hộ."


def _listed_household(standard: Standard, values: Values, language: str) -> str:
    class_ = values["recognised"]
    name = _pick(CLASS_NAMES.get(class_, (class_, class_)), language)
    if language == "en":
        return f"The household is recognised: {name}. Its members are no low-income workers."
    return f"Hộ đang được công nhận là {name}; thành viên không thuộc diện thu nhập thấp."


def _worker_ceiling_unknown(standard: Standard, values: Values, language: str) -> str:
    where = _named(AREA_NAMES, values["area"], language)
    if language == "en":
        return f"The low-income worker ceiling for {where} is not on record in this standard."
    return f"Chưa có mức trần của người lao động có thu nhập thấp cho {where} trong chuẩn này."


_SENTENCES: dict[str, Callable[[Standard, Values, str], str]] = {
    AT_OR_BELOW: _against_line(within=True),
    ABOVE: _against_line(within=False),
    DEPRIVED: _against_deprivations(enough=True),
    NOT_DEPRIVED: _against_deprivations(enough=False),
    UNCONFIRMED: _unconfirmed,
    CEILING_NOT_SET: _ceiling_not_set,
    LEFT_OPEN: _left_open,
    DEPRIVATIONS_DIFFER: _deprivations_differ,
    INDICATORS_UNKNOWN: _indicators_unknown,
    OPEN_QUESTION: _open_question,
    FIGURES_NOT_RECORDED: _figures_not_recorded,
    NOT_COMPUTABLE: _not_computable,
    CARRIED_OVER: _carried_over,
    LISTED_HOUSEHOLD: _listed_household,
    WORKER_CEILING_UNKNOWN: _worker_ceiling_unknown,
}
