"""Outcome of one decision: recorded and recomputed side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from domain.errors import Refusal
from domain.households.codes import CLASSES
from domain.standards import Standards
from domain.standards.reasons import AREA_NAMES, FIGURE_NAMES, sentences
from projections.households.sentences import code
from projections.oversight.replay.runs import ReplayedDecision
from projections.oversight.replay.sentences import (
    BY,
    comparison,
    sentence,
    source_withdrawn,
    withdrawn,
)
from service.ui.i18n import lazy as _l
from service.ui.render import format_number

KINDS = {
    "different": _l("Không khớp"),
    "not_reproducible": _l("Không đủ dữ liệu để tính lại"),
    "same": _l("Khớp"),
    "withdrawn": _l("Đã rút lại"),
}
_CLASSES = ("class", "overridden", "override_without_reason")


@dataclass(frozen=True, slots=True)
class Beside:
    """One value, as recorded and as recomputed."""

    what: str
    by: str
    recorded: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One decision: what differs, in a table and in sentences."""

    seq: int
    outcome: str
    household_id: UUID
    version: int | None
    effective_on: date | None
    recorded: str
    class_code: str
    standard: str
    beside: tuple[Beside, ...]
    said: tuple[str, ...]
    reasons: tuple[str, ...]


def shown(one: ReplayedDecision, version: int | None, standards: Standards, language: str) -> Shown:
    """One outcome in words."""
    detail = one.detail
    found = [*detail.get("differences", ()), *detail.get("missing", ())]
    return Shown(
        seq=one.seq,
        outcome=one.outcome,
        household_id=one.household_id,
        version=version,
        effective_on=one.effective_on,
        recorded=code(CLASSES, one.recorded, language),
        class_code=one.recorded,
        standard=_standard(standards, detail.get("standard", ""), language),
        beside=side_by_side(detail.get("differences", ()), language),
        said=(
            *([withdrawn(detail["withdrawn"], language)] if "withdrawn" in detail else ()),
            *(sentence(each, language) for each in found),
            *(
                [source_withdrawn(detail["carried_over"], language)]
                if "carried_over" in detail
                else ()
            ),
        ),
        reasons=_reasons(standards, detail, language),
    )


def side_by_side(differences: Iterable[dict[str, Any]], language: str) -> tuple[Beside, ...]:
    """The differences that have two sides."""
    return tuple(_beside(one, language) for one in differences if "recomputed" in one)


def _beside(one: dict[str, Any], language: str) -> Beside:
    what = str(one["what"])
    return Beside(
        _what(one, language),
        BY[one["by"]][language == "en"],
        _value(what, one["recorded"], language),
        _value(what, one["recomputed"], language),
    )


def _what(one: dict[str, Any], language: str) -> str:
    if one["what"] in _CLASSES:
        return _("Phân loại")
    name = str(one.get("figure", one["what"]))
    if name == "area_type":
        return _("Khu vực")
    return FIGURE_NAMES.get(name, (name, name))[language == "en"]


def _value(what: str, value: Any, language: str) -> str:
    if value is None:
        return _("không ghi")
    if what in _CLASSES:
        return code(CLASSES, str(value), language)
    if what == "comparison":
        return comparison(value, language)
    if isinstance(value, int):
        return format_number(value)
    return AREA_NAMES.get(str(value), (str(value), str(value)))[language == "en"]


def _reasons(standards: Standards, detail: dict[str, Any], language: str) -> tuple[str, ...]:
    """Says the reasons of the recomputed class."""
    try:
        standard = standards.get(detail.get("standard", ""))
    except Refusal:
        return ()
    stored = [text for one in detail.get("differences", ()) for text in one.get("reasons", ())]
    return sentences(standard, dict.fromkeys(stored), language)


def _standard(standards: Standards, standard_id: str, language: str) -> str:
    try:
        return standards.get(standard_id).title.in_language(language)
    except Refusal:
        return standard_id
