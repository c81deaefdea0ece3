"""A refusal beside the field that it is about, in the reader's words.

Refusals name their values; this is the table of the fields that they belong to. What belongs to no
field of a form is shown above it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _

from domain.errors import Refusal
from domain.households import codes
from domain.households.errors import NameRefused
from domain.standards.reasons import FIGURE_NAMES
from projections.households.sentences import code as word
from service.problems import FieldsRefused, RequestError, field_message, title
from service.ui.form_errors import Beside, note
from service.ui.forms import BoundForm

# By the code of a refusal: the fields it may be about, the first that the form has is taken.
FIELDS: dict[str, tuple[str, ...]] = {
    "effective_in_future": ("effective_on",),
    "survey_in_future": ("effective_on",),
    "before_registration": ("effective_on",),
    "survey_before_household": ("effective_on",),
    "out_of_order": ("effective_on",),
    "no_standard_in_force": ("effective_on",),
    "person_not_member_then": ("person_id", "head", "new_head", "effective_on"),
    "person_already_left": ("effective_on",),
    "person_in_another_household": ("member.id_number", "member.name", "persons"),
    "identity_number_taken": ("member.id_number", "correction.id_number", "id_number"),
    "identity_number_malformed": ("member.id_number", "correction.id_number", "id_number"),
    "change_of_papers": ("correction.id_number",),
    "paper_outdated": ("id_number",),
    "household_number_taken": ("number", "correction.number"),
    "id_issued_in_future": ("member.id_issued_on", "correction.id_issued_on"),
    "birth_in_future": ("member.birth_date", "correction.birth_date"),
    "birth_year_contradicts": ("member.birth_year", "correction.birth_year"),
    "birth_impossible": ("member.birth_year", "correction.birth_year"),
    "person_already_member": ("member.id_number", "member.name"),
    "head_missing": ("persons", "members.0.relation", "member.relation", "correction.relation"),
    "head_not_member": ("head", "new_head"),
    "head_needs_successor": ("new_head",),
    "successor_not_needed": ("new_head",),
    "head_by_correction": ("correction.relation",),
    "relation_missing": ("persons",),
    "empty_household": ("persons",),
    "person_twice": ("persons", "member.id_number"),
    "same_household": ("into",),
    "household_unknown": ("into",),
    "period_reversed": ("period_until", "review_on"),
    "survey_unknown": ("survey_id",),
    "survey_later_than_decision": ("survey_id",),
    "signer_is_surveyor": ("survey_id",),
    "survey_without_figures": ("income",),
    "missing_figures": ("figures.income", "survey_id", "income"),
    "figures_twice": ("figures.income", "survey_id"),
    "figures_disagree": ("income", "figures.income", "survey_id"),
    "figure_out_of_range": ("b2", "figures.b2", "figures.deprived_count"),
    "unknown_indicator": ("deprived",),
    "unknown_area_type": ("area_type", "figures.area_type"),
    "decision_without_paper": ("document.number",),
    "signed_in_future": ("document.signed_on",),
    "standard_not_in_force": ("scope", "effective_on"),
    "class_not_given": ("override_reason",),
    "class_not_computable": ("class",),
    "threshold_not_set": ("class",),
    "not_listed": ("effective_on",),
    "not_an_exit": ("class",),
    "listing_contradicts": ("listing",),
    "double_grant": ("period_from",),
    "does_not_qualify": ("benefit",),
    "lower_of_same_content": ("benefit",),
    "same_content_granted": ("benefit",),
    "area_unknown": ("area",),
    "area_not_valid_on": ("area",),
    "not_a_commune": ("area",),
}
# Refusals of one text or figure say which it is.
_NAMING = (
    "text_missing", "text_too_long", "text_unreadable", "amount_invalid", "unknown_code",
    *(refused.code for refused in NameRefused.__subclasses__()),
)  # fmt: skip


CONFIRMED = "confirmed"
"""The box of form B that stands beside its fields: the answers of the record were asked again."""


@dataclass(frozen=True, slots=True)
class BesideFields:
    """Shows what is wrong beside the fields of a form about a household.

    `shown` are the names of its fields, `needed` of those that must be filled in, `unchosen` of
    those of which several can be chosen and nothing is.
    """

    shown: set[str]
    needed: frozenset[str]
    unchosen: frozenset[str]
    language: str

    def of_fields(self, refused: FieldsRefused) -> Iterable[Beside]:
        """The errors of each field; of a part that is missing as a whole, at all that it needs."""
        for error in refused.errors:
            if error["field"] != "body.correction":  # said of the form: it is no one input
                for name in fields_of_error(error, self.shown, self.needed):
                    if name in self.unchosen:
                        yield name, _("Chưa chọn. Hãy chọn ít nhất một mục.")
                    else:
                        yield name, said_of_error(error, self.language)

    def of_refusal(self, refused: Refusal | RequestError) -> Beside:
        """The refusal at the first field of `FIELDS` that the form shows."""
        name = field_of(refused.code, refused.values, self.shown)
        return name, said_of(refused.code, refused.values, self.language)


def note_refused(refused: Refusal | RequestError, filled: BoundForm, language: str) -> None:
    """Keeps what is wrong with each field of a form where its input looks for it."""
    if _note_answers(refused, filled, language):
        return
    placement = BesideFields(
        filled.names() | {CONFIRMED}, filled.names_needed(), filled.names_unchosen(), language
    )
    note(refused, placement)
    if isinstance(refused, FieldsRefused) and any(
        error["field"] == "body.correction" for error in refused.errors
    ):
        g.typed.refusal = _("Chưa lưu: không có mục nào được sửa. Hãy sửa ít nhất một mục.")


def _note_answers(refused: Refusal | RequestError, filled: BoundForm, language: str) -> bool:
    """Keeps what is wrong with answers of form B beside their questions; false for all else."""
    if refused.code == "answer_invalid":
        found = {f"answers.{refused.values['question']}": _("Câu trả lời không hợp lệ.")}
    elif refused.code in ("answers_incomplete", "answers_contradict"):
        said = (
            _("Chưa trả lời. Hãy trả lời câu này.")
            if refused.code == "answers_incomplete"
            else _("Trái với chỉ số thiếu hụt hoặc điểm đã nhập.")
        )
        indicators: Any = refused.values["indicators"]
        items = {f"answers.{one}": said for one in indicators if f"answers.{one}" in filled.names()}
        named = [part for part in filled.sections if part.code in indicators]
        fields = [[one.name for one in part.fields] for part in named]
        found = {
            next((name for name in names if not filled.value(filled[name])), names[0]): said
            for names in fields
            if names
        } | items
    else:
        return False
    if not found.keys() <= filled.names():
        return False
    g.typed.errors |= found
    g.typed.refusal = title(refused.code, language)
    return True


def field_of(code: str, values: dict[str, Any], shown: set[str]) -> str:
    """The field that a refusal is about; "" where the form shows none."""
    ways: tuple[str, ...] = FIELDS.get(code, ())
    if code in _NAMING:
        named = str(values.get("field", "")).replace("/", ".")
        tail = named.rpartition(".")[2]
        ways = (named, f"member.{tail}", f"correction.{tail}", f"document.{tail}", tail)
    # Where several members enter together, the refusal says by its index which one is meant.
    row = next(iter(values.get("members") or ()), values.get("member", 0))
    rows = (way.replace("member.", f"members.{row}.", 1) for way in ways if way[:7] == "member.")
    return next((way for way in (*rows, *ways) if way in shown), "")


def field_of_error(error: dict[str, str], shown: set[str]) -> str:
    """The field that an error of the schema names: the longest beginning that the form shows.

    Where a part is missing as a whole (a document), it is the first field of that part.
    """
    parts = error["field"].split(".")[1:]
    within = ".".join(parts) + "."
    while parts:
        name = ".".join(parts)
        if name in shown:
            return name
        parts.pop()
    return next((name for name in sorted(shown) if name.startswith(within)), "")


def fields_of_error(error: dict[str, str], shown: set[str], needed: frozenset[str]) -> list[str]:
    """The field that an error names, or where a part is missing as a whole, all it needs."""
    part = error["field"].partition(".")[2]
    within = sorted(name for name in needed if name.startswith(f"{part}."))
    if error["code"] == "required" and part not in shown and within:
        return within
    return [field_of_error(error, shown)]


def said_of_error(error: dict[str, str], language: str) -> str:
    """What is wrong with a field, by the schema."""
    person, _dot, name = error["field"].removeprefix("body.persons.").partition(".")
    if person.isdecimal() and (name, error["code"]) == ("relation", "required"):
        return _("Hãy chọn quan hệ với chủ hộ cho từng người đã đánh dấu.")
    if language == "en":
        return error["message"]
    return field_message(error["code"], error["message"])


def said_of(code: str, values: dict[str, Any], language: str) -> str:
    """A refusal with the values that a reader can use; ids stay out."""
    said = title(code, language)
    more = ", ".join(
        f"{label}: {_shown(name, values[name], language)}"
        for name, label in _labels().items()
        if values.get(name) not in (None, "", [], ())
    )
    return f"{said} ({more})." if more else f"{said}."


def _labels() -> dict[str, str]:
    return {
        "effective_on": _("ngày có hiệu lực"),
        "recorded_on": _("ngày ghi"),
        "registered_on": _("ngày lập hồ sơ"),
        "later": _("lần ghi sau đó"),
        "ended_on": _("ngừng quản lý ngày"),
        "surveyed_on": _("thu thập thông tin ngày"),
        "signed_on": _("ký ngày"),
        "day": _("ngày"),
        "since": _("từ ngày"),
        "period_from": _("từ"),
        "period_until": _("đến"),
        "proposed": _("kết quả tính theo chuẩn"),
        "decided": _("quyết định"),
        "class_before": _("phân loại trước đó"),
        "class_": _("phân loại"),
        "number": _("mã hộ"),
        "missing": _("còn thiếu"),
        "at_most": _("nhiều nhất"),
        "limit": _("nhiều nhất"),
        "encoding": _("bảng mã"),
        "standard": _("chuẩn"),
        "name": _("đơn vị"),
        "on": _("ngày"),
        "valid_from": _("có hiệu lực từ ngày"),
        "valid_to": _("đến trước ngày"),
        "successors": _("nay là"),
        "paper": _("quyết định số"),
        "decision": _("lần ghi số"),
        "withdrawn_by": _("lần rút lại số"),
    }


def _shown(name: str, value: Any, language: str) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(name, one, language) for one in value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value)
    if name == "successors":
        return text.partition(" ")[2] or text
    if name in ("proposed", "decided", "class_before", "class_"):
        return word(codes.CLASSES, text, language)
    if name == "missing":
        more = {"deprived": (_("các chỉ số thiếu hụt"),) * 2}
        return {**FIGURE_NAMES, **more}.get(text, (text, text))[language == "en"]
    return text
