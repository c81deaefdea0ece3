"""Read models that fail on purpose."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from projections.engine.read_model import AggregateHistory, ReadModel
from projections.engine.tables import Changes
from projections.households.file_model import HouseholdFile
from projections.read_models import MODELS


class Stumbling(HouseholdFile):
    """household_file that cannot take some events, until it is mended."""

    def __init__(self, *bad: tuple[UUID, int], every: bool = False) -> None:
        self.bad, self.every = set(bad), every

    def changes(self, histories: Sequence[AggregateHistory[Any]], keyring: Any) -> Changes:
        """Fails while a bad (household, version) is among the events, or always."""
        for history in histories:
            for row in history.events:
                if self.every or (row.originator_id, row.version) in self.bad:
                    raise ValueError("Nguyễn Văn An, 046080001234")
        return super().changes(histories, keyring)


def with_stumbling(model: Stumbling) -> tuple[ReadModel, ...]:
    """All read models, that one in its place."""
    return (model, *MODELS[1:])
