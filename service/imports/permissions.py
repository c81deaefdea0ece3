"""What a role may be allowed to do with imported lists."""

from service.access.permissions import CASE_WORKER, OFFICES, Permission


class May(Permission):
    """The permissions about imported lists, each with the roles that have it."""

    IMPORT = "imports.run", (CASE_WORKER,)
    READ_IMPORTS = "imports.read", OFFICES
