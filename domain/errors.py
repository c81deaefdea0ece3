"""Refusal is the base class of all refusals. A refusal is an answer, not a failure: nothing was
recorded."""

RULE_OF_THE_SYSTEM = "rule_of_the_system"
"""The `source` of a refusal that no legal text orders: the rule is the system's own."""


class Refusal(Exception):
    """A command was refused. `values` holds the offending values by name, fit for a form.

    `code` is stable and machine-readable; the API and the pages map it to a status and to a text.
    Values must never hold personal data.
    """

    code = "refused"

    def __init__(self, message: str = "", /, **values: object) -> None:
        self.message = message or " ".join((type(self).__doc__ or self.code).split())
        self.values = values
        super().__init__(self.message)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.message} ({shown})" if shown else self.message


class NotFound(Refusal):
    """There is no such thing."""

    code = "not_found"


class StaleVersion(Refusal):
    """This was changed since it was read. Read it again and decide again."""

    code = "stale_version"


class CommandReused(Refusal):
    """This command id was already used for a different command."""

    code = "command_reused"
