"""The one list of forms, in the order in which the page of a household offers them."""

from service.pages import (
    commands_changes,
    commands_findings,
    commands_members,
    commands_support,
    commands_withdrawals,
)
from service.pages.commands_forms import Form

FORMS: tuple[Form, ...] = (
    *commands_findings.FORMS,
    *commands_support.FORMS,
    *commands_members.FORMS,
    *commands_changes.FORMS,
    *commands_withdrawals.FORMS,
)
