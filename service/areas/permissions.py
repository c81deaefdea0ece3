"""What a role may be allowed to do with administrative units and their figures."""

from service.access.permissions import OFFICES, ROLES, Permission


class May(Permission):
    """The permissions about units and their figures, each with the roles that have it."""

    READ_AREAS = "areas.read", ROLES
    READ_COUNTS = "counts.read", OFFICES
