"""A household as its page shows it: the decision in force in words, support, what may be done."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from domain.households import codes
from projections.households.sentences import code
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext
from service.access.permissions import Permission
from service.households.certificates import standing
from service.households.event_details import Compared, compared, edition, reasons_of
from service.households.form import HouseholdForm
from service.households.subjects import FORMS
from service.ui.i18n import lazy as _l

GROUPS = {
    "standing": _l("Rà soát, công nhận"),
    "support": _l("Hỗ trợ, kế hoạch"),
    "members": _l("Thành viên hộ"),
    "household": _l("Toàn hộ"),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """The decision in force in one scope, in words. `version` is that of its event, for a link."""

    scope: str
    class_: str
    class_code: str
    since: date
    movement: str
    document: Any
    standard: str
    digest: str
    known_edition: bool
    reasons: tuple[str, ...]
    comparisons: tuple[Compared, ...]
    override: str
    proposed: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the account may do here."""

    title: Any
    records: Any
    address: str
    name: str
    grave: bool


def in_force(
    context: RequestContext,
    standings: list[dict[str, Any]],
    versions: dict[int, int],
    language: str,
) -> list[InForce]:
    """The decisions in force, the national one first."""
    ordered = sorted(standings, key=lambda one: (one["scope"] != "national", one["scope"]))
    return [_in_force(context, one, versions.get(one["seq"]), language) for one in ordered]


def _in_force(
    context: RequestContext, one: dict[str, Any], version: int | None, language: str
) -> InForce:
    standard = edition(context, one["standard"], one["standard_digest"])
    overridden = one["proposed"] and one["override_reason"]
    return InForce(
        scope=one["scope"],
        class_=code(codes.CLASSES, one["class_"], language),
        class_code=one["class_"],
        since=one["since"],
        movement=code(codes.MOVEMENTS, one["movement"], language),
        document=one["document"],
        standard=standard.title.in_language(language) if standard else one["standard"],
        digest=one["standard_digest"],
        known_edition=standard is not None,
        reasons=reasons_of(standard, one["reasons"], language),
        comparisons=compared(one["comparisons"], language),
        override=one["override_reason"],
        proposed=code(codes.CLASSES, one["proposed"], language) if overridden else "",
        version=version,
    )


def newly_escaped(household: dict[str, Any], on: date) -> bool:
    """Whether the household counts as newly escaped on a day."""
    until = household["newly_escaped_until"]
    return until is not None and on <= until


def may_here(context: RequestContext, household: dict[str, Any]) -> frozenset[Permission]:
    """What some role of the account allows at this household."""
    place = RequestArea(household["area"], household["village"], hidden=True)
    return authorization.permissions_at(context, place)


def actions(
    household: dict[str, Any], allowed: frozenset[Permission]
) -> list[tuple[Any, list[Action]]]:
    """The forms that the account may use here, by group; none for a household that has ended."""
    if household["ended"]:
        return []
    found = []
    for group, title in GROUPS.items():
        offered = [
            _action(form, household)
            for form in FORMS
            if form.group == group and form.command.rule.may in allowed and _fits(form, household)
        ]
        if offered:
            found.append((title, offered))
    return found


def person_actions(
    household: dict[str, Any], person: dict[str, Any], allowed: frozenset[Permission]
) -> list[Action]:
    """What the account may record about one member."""
    if household["ended"] or person["forgotten"]:
        return []
    return [
        _action(form, household, person_id=person["person_id"])
        for form in FORMS
        if form.group == "person"
        and form.command.rule.may in allowed
        and (form.name != "leave" or len(household["members"]) > 1)
    ]


def _fits(form: HouseholdForm, household: dict[str, Any]) -> bool:
    """Whether a form makes sense for the household as it is: only what is listed can leave."""
    if form.name in ("replace_certificate", "withdraw_certificate"):
        return bool(standing(household))
    if form.name in ("exit", "issue_certificate"):
        return any(one["class_"] in codes.LISTED for one in household["standings"])
    if form.name == "low_income_withdrawal":
        return any(one.until is None for one in household["low_income"])
    if form.name in ("split", "head"):
        return len(household["members"]) > 1
    return True


def _action(form: HouseholdForm, household: dict[str, Any], **path: Any) -> Action:
    address = url_for(form.endpoint, household_id=household["household_id"], **path)
    return Action(form.title, form.records, address, form.name, form.grave)


def scope_words(context: RequestContext, scope: str, language: str) -> str:
    """The name of a scope."""
    if scope == "national":
        return _("Chuẩn quốc gia")
    for standard in context.services.application.standards:
        if standard.scope == scope:
            return standard.title.in_language(language)
    return scope
