"""What a role may be allowed to do with standards."""

from service.access.permissions import ADMINISTRATOR, PROVINCE_OFFICER, ROLES, Permission


class May(Permission):
    """The permissions about standards, each with the roles that have it."""

    READ_STANDARDS = "standards.read", ROLES
    IMPORT_SCORE_CARDS = "score_cards.import", (PROVINCE_OFFICER, ADMINISTRATOR)
