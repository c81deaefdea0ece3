"""What a role may be allowed to do with the running of the service."""

from service.access.permissions import ADMINISTRATOR, OVERSEERS, Permission


class May(Permission):
    """The permissions about the running of the service, each with the roles that have it."""

    READ_LEDGER = "ledger.read", (*OVERSEERS, ADMINISTRATOR)
    WATCH_SYSTEM = "system.watch", (*OVERSEERS, ADMINISTRATOR)
    MEND_SYSTEM = "system.mend", (ADMINISTRATOR,)
