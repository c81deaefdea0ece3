"""What a role may be allowed to do with the official tables."""

from service.access.permissions import CHAIRMAN, OFFICES, PROVINCE_OFFICER, Permission


class May(Permission):
    """The permissions about official tables, each with the roles that have it."""

    READ_TABLES = "tables.read", OFFICES
    READ_LISTS = "tables.lists", OFFICES
    LOCK = "tables.lock", (CHAIRMAN, PROVINCE_OFFICER)
