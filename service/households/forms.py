"""The one list of forms, in the order in which the page of a household offers them."""

from service.households import (
    forms_assessment,
    forms_changes,
    forms_members,
    forms_support,
    forms_withdrawals,
)
from service.households.form import HouseholdForm

FORMS: tuple[HouseholdForm, ...] = (
    *forms_assessment.FORMS,
    *forms_support.FORMS,
    *forms_members.FORMS,
    *forms_changes.FORMS,
    *forms_withdrawals.FORMS,
)
