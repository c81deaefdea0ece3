"""The one list of what can be recorded about a household, by subject.

Each subject is a file: its commands as the API takes them, its forms, and how the pages of its
events tell them. Here they have an order: that of the API's document, and that in which the page
of a household offers forms.
"""

from domain.households.events import HouseholdEvent
from service.access.authorization import RequestContext
from service.households import (
    certificates,
    corrections,
    decisions,
    low_income,
    members,
    needs_and_plan,
    papers,
    registration,
    relocation,
    support,
    survey_form,
    surveys,
    withdrawals,
)
from service.households.commands import CommandRoute
from service.households.event_details import Details, Tellers
from service.households.form import HouseholdForm

COMMANDS: tuple[CommandRoute, ...] = (
    *registration.COMMANDS,
    *surveys.COMMANDS,
    *decisions.COMMANDS,
    *low_income.COMMANDS,
    *support.COMMANDS,
    members.JOIN,
    members.LEAVE,
    corrections.CORRECT_MEMBER,
    *papers.COMMANDS,
    members.FORGET,
    corrections.CORRECT_HOUSEHOLD,
    members.CHANGE_HEAD,
    *relocation.COMMANDS,
    *needs_and_plan.COMMANDS,
    *certificates.COMMANDS,
)
WITHDRAWALS: tuple[CommandRoute, ...] = withdrawals.COMMANDS
FORMS: tuple[HouseholdForm, ...] = (
    *survey_form.FORMS,
    *surveys.FORMS,
    *decisions.FORMS,
    *low_income.FORMS,
    *certificates.FORMS,
    *support.FORMS,
    *needs_and_plan.FORMS,
    *corrections.FORMS,
    *papers.FORMS,
    *members.FORMS,
    *relocation.FORMS,
    *withdrawals.FORMS,
)
_TELLERS: Tellers = {
    **registration.DETAILS,
    **surveys.DETAILS,
    **decisions.DETAILS,
    **low_income.DETAILS,
    **certificates.DETAILS,
    **support.DETAILS,
    **needs_and_plan.DETAILS,
    **withdrawals.DETAILS,
}


def details_of(context: RequestContext, event: HouseholdEvent, language: str) -> Details:
    """All that an event says beside its sentence; nothing where that says it all."""
    tell = _TELLERS.get(type(event))
    return tell(context, event, language) if tell else Details()
