"""What a role may be allowed to do with accounts."""

from service.access.permissions import ADMINISTRATOR, Permission


class May(Permission):
    """The permissions about accounts, each with the roles that have it."""

    MANAGE_ACCOUNTS = "accounts.manage", (ADMINISTRATOR,)
