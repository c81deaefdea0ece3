"""What a role may be allowed to do with programmes, money and cases of support."""

from service.access.permissions import OFFICES, PROVINCE_OFFICER, ROLES, Permission


class May(Permission):
    """The permissions about support, each with the roles that have it."""

    READ_PROGRAMMES = "programmes.read", ROLES
    DEFINE_PROGRAMMES = "programmes.define", (PROVINCE_OFFICER,)
    READ_BUDGET = "budget.read", OFFICES
    MANAGE_BUDGET = "budget.manage", (PROVINCE_OFFICER,)
