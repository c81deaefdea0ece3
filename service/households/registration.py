"""The registration of a household: its command, and what the event's page shows of it.

The form, with a row for each member, is `register_page`.
"""

from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.households import codes
from domain.households import events as e
from domain.households.handler import HouseholdCommand
from domain.households.registration import NewHousehold, RegisterHousehold
from domain.text import CODE, NAME, NOTE
from projections.households.sentences import code
from service.access.authorization import RequestContext, Rule, asked_area
from service.households.bodies import anyway
from service.households.commands import CommandRoute, without_circumstances
from service.households.event_details import Details, Tellers, details
from service.households.members import MemberInputSchema
from service.households.permissions import May
from service.http.commands import Circumstances
from service.http.parsing import Code, OptionalText, Text, Unit
from service.matching.candidates import anyway_of


class RegisterBody(Circumstances):
    """A household as it enters the register."""

    area = Unit(required=True)
    village = Text(NAME, least=1, required=True, metadata={"example": "Tổ dân phố 3"})
    number = OptionalText(CODE, about="The household number in its commune.")
    address = OptionalText(NOTE)
    residence = Code(codes.RESIDENCES, load_default="permanent")
    no_labour_capacity = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    ethnic_minority = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    meritorious = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    members = fields.List(
        fields.Nested(MemberInputSchema), required=True, validate=validate.Length(1, 60)
    )
    anyway = anyway()


def _register(context: RequestContext) -> HouseholdCommand:
    body = without_circumstances(context.body)
    household = NewHousehold(**{**body, "members": tuple(body["members"]), "area": context.area})
    return RegisterHousehold(household, anyway_of(context))


REGISTER_HOUSEHOLD = CommandRoute(
    "register_household",
    "",
    Rule(May.REGISTER, asked_area),
    RegisterBody,
    _register,
    example={
        "effective_on": "2022-06-01",
        "area": "19804",
        "village": "Tổ dân phố 3",
        "number": "HS-0123",
        "members": [
            {
                "name": "Nguyễn Thị Bưởi",
                "relation": "head",
                "sex": "female",
                "birth_year": 1961,
                "ethnicity": "Kinh",
            },
            {
                "name": "Nguyễn Văn Cam",
                "relation": "child",
                "sex": "male",
                "birth_date": "1990-05-02",
            },
        ],
    },
    summary="Enter a household with its members in the register.",
)


def _registered(_context: RequestContext, event: e.Registered, language: str) -> Details:
    return details(
        (_("Mã hộ"), event.number),
        (_("Thôn, tổ dân phố"), event.village),
        (_("Cư trú"), code(codes.RESIDENCES, event.residence, language)),
        (_("Số người"), len(event.members)),
        (_("Nguồn"), event.source),
    )


COMMANDS = (REGISTER_HOUSEHOLD,)
DETAILS: Tellers = {e.Registered: _registered}
