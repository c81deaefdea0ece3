"""An item of a worklist: one thing to do, until when, and what it waits for."""

from dataclasses import dataclass
from datetime import date

from service.reviews.deadlines import LastDay


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `link` is the page where it is done."""

    kind: str
    title: str
    link: str
    due: LastDay | None = None
    overdue: bool = False
    blocked_by: str = ""
    where: str = ""

    @property
    def due_on(self) -> date | None:
        """Its last day, None where it has none."""
        return self.due.day if self.due else None

    @property
    def provisional(self) -> bool:
        """Whether days off may still move the last day."""
        return self.due is not None and self.due.provisional
