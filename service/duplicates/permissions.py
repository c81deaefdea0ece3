"""What a role may be allowed to do with pairs of households that may be one."""

from service.access.permissions import CASE_WORKER, OFFICES, PROVINCE_OFFICER, Permission


class May(Permission):
    """The permissions about duplicates, each with the roles that have it."""

    READ_DUPLICATES = "duplicates.read", OFFICES
    SETTLE_DUPLICATES = "duplicates.settle", (CASE_WORKER, PROVINCE_OFFICER)
    SEARCH_DUPLICATES = "duplicates.search", (CASE_WORKER, PROVINCE_OFFICER)
