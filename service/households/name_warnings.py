"""Asking before a free text with a member's name is recorded: no erasing reaches it later."""

from flask import g, request

from service.access.authorize import RequestContext
from service.households import free_text
from service.households.file_view import HouseholdReading
from service.problems import FieldsRefused

PASSED = "names_passed"


def ask_about_names(context: RequestContext, reading: HouseholdReading) -> None:
    """Raises FieldsRefused beside each text that names a member, until the person who types has
    said that it shall stand."""
    if context.repeat or request.form.get(PASSED):
        return
    named = free_text.fields_naming_members(context, reading)
    if not named:
        return
    g.names_found = True
    message = "This holds a member's name, which cannot be erased later. Leave it out or confirm."
    raise FieldsRefused(
        [
            {"field": f"body.{path.replace('/', '.')}", "code": free_text.NOTE, "message": message}
            for path in named
        ]
    )
