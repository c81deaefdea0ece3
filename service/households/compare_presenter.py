"""A household at two moments, compared attribute by attribute."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from domain.households import codes
from projections.households.sentences import attribute, code
from service.households.timeline_presenter import value_words
from service.ui.render import day, format_number

_ABOUT_A_PERSON = (
    "relation", "sex", "birth_date", "birth_year", "id_number", "id_issued_on", "ethnicity",
    "phone", "health", "residence", "able_to_work", "meritorious",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute at both moments."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether it is not the same."""
        return self.before != self.after


def compare(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    language: str,
    standard_of: Callable[[str], str],
) -> list[Row]:
    """Every attribute that either moment has; what differs stands first.

    `standard_of` gives the name of the standard of a scope.
    """
    sides = [dict(_said(one, language, standard_of)) if one else {} for one in (before, after)]
    labels = dict.fromkeys([*sides[1], *sides[0]])
    rows = [Row(label, sides[0].get(label, "–"), sides[1].get(label, "–")) for label in labels]
    return sorted(rows, key=lambda row: not row.differs)


def _said(
    one: dict[str, Any], language: str, standard_of: Callable[[str], str]
) -> Iterable[tuple[str, str]]:
    for standing in one["standings"]:
        label = _("Kết quả công nhận")
        if standing["scope"] != "national":
            label = _("Kết quả công nhận (%(s)s)", s=standard_of(standing["scope"]))
        yield label, code(codes.CLASSES, standing["class_"], language)
        if standing["document"]:
            yield _("%(label)s: quyết định", label=label), standing["document"].number
    yield _("Mới thoát nghèo đến"), day(one["newly_escaped_until"]) or "–"
    yield _("Xã, phường, đặc khu"), one["area_name"]
    for name in ("village", "number", "address", "residence"):
        yield attribute(name, language).capitalize(), value_words(name, one[name], language)
    for name in ("no_labour_capacity", "ethnic_minority", "meritorious"):
        said = value_words(name, getattr(one["flags"], name), language)
        yield attribute(name, language).capitalize(), said
    yield _("Số người"), str(len(one["members"]))
    for list_, label, words in (
        ("causes", _("Nguyên nhân nghèo"), codes.CAUSES),
        ("needs", _("Nhu cầu hỗ trợ"), codes.NEEDS),
    ):
        named = one[list_].codes if one[list_] else ()
        yield label, ", ".join(code(words, value, language) for value in named) or "–"
    yield _("Kế hoạch"), one["plan"].goal if one["plan"] else "–"
    yield _("Số khoản hỗ trợ"), str(len(one["support"]))
    yield _("Tổng số tiền hỗ trợ"), format_number(sum(each.amount or 0 for each in one["support"]))
    yield _("Ngừng quản lý"), day(one["ended"].on) if one["ended"] else "–"
    for person in one["members"]:
        yield from _person(person, language)


def _person(person: dict[str, Any], language: str) -> Iterable[tuple[str, str]]:
    name = person["name"]
    yield name, code(codes.RELATIONS, person["relation"], language)
    for attribute_ in _ABOUT_A_PERSON[1:]:
        value = person[attribute_]
        if value not in (None, ""):
            label = f"{name}: {attribute(attribute_, language)}"
            yield label, value_words(attribute_, value, language)
