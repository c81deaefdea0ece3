"""The areas of requests about programmes, money and cases."""

from typing import Any

from domain.support.budget import BudgetLine
from domain.support.programme import Programme, programme_id
from service.access.authorization import RequestArea, RequestContext
from service.problems import NoSuchThing


def programme(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the programme of the path, "" for a national one. Raises NoSuchThing."""
    found = context.services.application.support.find(Programme, programme_id(path["code"]))
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area)


def line(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the budget line of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(BudgetLine, path["line_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.key.area, hidden=True)
