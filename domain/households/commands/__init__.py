"""What can be asked of households: each command loads, asks the aggregate, and saves.

Every command takes `Facts` (when it was so, who records it, the command's id, the moment, the
paper) and answers with an `Outcome`. A repeated command id answers as it did the first time and
records nothing. A command that changes nothing records nothing and answers with the version as
it is. `expected_version` is the version the caller last read: if somebody saved since,
StaleVersion; without it the command is run again on the newer state, a few times at most.

All refusals are in `domain.households.errors`, `domain.standards.errors` and
`domain.errors`. Personal data comes in as plain text (`domain.households.inputs`), is sealed
here, and never gets into an event, a message or a log.
"""

from domain.households.commands.classification_batch import (
    ClassificationBatchCommands,
    PlannedDecision,
)
from domain.households.commands.corrections import CorrectionCommands
from domain.households.commands.members import MemberCommands
from domain.households.commands.registration import RegistrationCommands
from domain.households.commands.registration_batch import PlannedRegistration
from domain.households.commands.relocation import RelocationCommands
from domain.households.commands.runner import Directory
from domain.households.commands.withdrawals import WithdrawalCommands

__all__ = ["Directory", "HouseholdCommands", "PlannedDecision", "PlannedRegistration"]


class HouseholdCommands(
    RegistrationCommands,
    MemberCommands,
    CorrectionCommands,
    RelocationCommands,
    ClassificationBatchCommands,
    WithdrawalCommands,
):
    """The commands about households, on one Casework; one file for each chapter."""
