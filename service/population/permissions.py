"""What a role may be allowed to do with the denominators of units."""

from service.access.permissions import PROVINCE_OFFICER, Permission


class May(Permission):
    """The permissions about the denominators of units, each with the roles that have it."""

    DECLARE_POPULATION = "population.declare", (PROVINCE_OFFICER,)
