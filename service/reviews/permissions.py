"""What a role may be allowed to do with reviews."""

from service.access.permissions import ROLES, Permission


class May(Permission):
    """The permissions about reviews, each with the roles that have it."""

    READ_PROCEDURES = "procedures.read", ROLES
