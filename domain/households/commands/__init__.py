"""What can be asked of households: each command loads, asks the aggregate, and saves.

Every command takes `Facts` (when it was so, who records it, the command's id, the moment, the
paper) and answers with an `Outcome`. A repeated command id answers as it did the first time and
records nothing. A command that changes nothing records nothing and answers with the version as
it is. `expected_version` is the version the caller last read: if somebody saved since,
StaleVersion; without it the command is run again on the newer state, a few times at most.

All refusals are in `domain.households.refusals`, `domain.standards.refusals` and
`domain.errors`. Personal data comes in as plain text (`domain.households.inputs`), is sealed
here, and never gets into an event, a message or a log.
"""

from domain.households.commands.asking import Directory
from domain.households.commands.batch import PlannedRegistration
from domain.households.commands.changes import ChangeCommands
from domain.households.commands.corrections import CorrectionCommands
from domain.households.commands.deciding import Decisions, PlannedDecision
from domain.households.commands.members import MemberCommands
from domain.households.commands.registrations import Registrations
from domain.households.commands.withdrawals import WithdrawalCommands

__all__ = ["Directory", "HouseholdCommands", "PlannedDecision", "PlannedRegistration"]


class HouseholdCommands(
    Registrations,
    MemberCommands,
    CorrectionCommands,
    ChangeCommands,
    Decisions,
    WithdrawalCommands,
):
    """The commands about households, on one Casework; one file for each chapter."""
