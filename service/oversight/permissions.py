"""What a role may be allowed to do with replays, the read log and reading outside the own area."""

from service.access.permissions import INSPECTOR, OFFICES, OVERSEERS, PROVINCE_OFFICER, Permission


class May(Permission):
    """The permissions of oversight, each with the roles that have it."""

    REPLAY = "replays.run", (INSPECTOR,)
    READ_REPLAYS = "replays.read", (PROVINCE_OFFICER, *OVERSEERS)
    READ_READ_LOG = "readlog.read", OVERSEERS
    OPEN_AREA = "access.open", OFFICES
