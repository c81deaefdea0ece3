"""The areas of requests about programmes, money and cases."""

from typing import Any

from domain.support.activity import Activity
from domain.support.budget import BudgetLine
from domain.support.case import SupportCase
from domain.support.grant_batch import GrantBatch
from domain.support.livelihood import LivelihoodModel
from domain.support.officer import Officer
from domain.support.programme import Programme, programme_id
from domain.support.target import Target
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext
from service.problems import NoSuchThing


def programme(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the programme of the path, "" for a national one. Raises NoSuchThing."""
    found = context.services.application.support.find(Programme, programme_id(path["programme"]))
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area)


def line(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the budget line of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(BudgetLine, path["line_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.key.area, hidden=True)


def case(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The commune that has the case of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(SupportCase, path["case_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area, hidden=True)


def household_of_body(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area where the household of the body lives now. Raises NoSuchThing."""
    return authorization.household(context, {"household_id": context.body["household_id"]})


def batch(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the batch of grants of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(GrantBatch, path["grant_batch_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area, hidden=True)


def target(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the target of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(Target, path["target_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area, hidden=True)


def activity(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the activity of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(Activity, path["activity_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area, hidden=True)


def model(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the livelihood model of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(LivelihoodModel, path["model_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area, hidden=True)


def officer(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the officer of the path. Raises NoSuchThing."""
    found = context.services.application.support.find(Officer, path["officer_id"])
    if found is None:
        raise NoSuchThing
    return RequestArea(found.area, hidden=True)


def officer_and_area(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the officer of the path; the unit that the body names must be covered as well.

    The second area is put into `context.also`. Raises NoSuchThing, AreaUnknown, AreaNotValidOn.
    """
    place, body = officer(context, path), context.body or {}
    if not any(authorization.covers(context, held, place) for held in context.roles):
        return place
    if body.get("area"):
        day = body.get("effective_on") or context.today
        asked = context.services.areas().resolved(body["area"], day)
        context.also = (RequestArea(asked),)
    return RequestArea(place.area)


def activity_of_body(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the activity that the body names. Raises NoSuchThing."""
    return activity(context, {"activity_id": (context.body or {})["activity_id"]})
