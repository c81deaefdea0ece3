"""A write side with read models that are brought up to date at each question."""

from collections.abc import Callable
from typing import Any

from domain.application import SocaiApplication
from projections.catch_up import catch_up
from projections.households import register, timeline
from projections.households.register import Page
from tests.given import HUONG_SO, Life


class Office:
    """Households by a short name, and questions about them."""

    def __init__(self, application: SocaiApplication) -> None:
        self.application = application
        self.lives: dict[str, Life] = {}

    def live(self, name: str, *steps: Callable[[Life], Any]) -> Life:
        """Something happens to the household of that name, which may be new."""
        life = self.lives.setdefault(name, Life(self.application))
        for step in steps:
            step(life)
        return life

    def catch_up(self) -> None:
        """Everything recorded is in the read models."""
        catch_up(self.application.pool, self.application.keyring)

    def conn(self) -> Any:
        """A connection of the service's role."""
        return self.application.pool.connection()

    def ask(self, units: list[str] | None = None, **asked: Any) -> Page:
        """A page of the list, of Hương Sơ if nothing else is said."""
        self.catch_up()
        with self.conn() as conn:
            return register.households(
                conn, self.application.keyring, units=units or [HUONG_SO], **asked
            )

    def search(self, text: str, units: list[str] | None = None) -> list[str]:
        """The heads of the households that a search finds."""
        self.catch_up()
        with self.conn() as conn:
            page = register.search(conn, self.application.keyring, text, units=units or [HUONG_SO])
        return [one.head for one in page.households]

    def history(self, life: Life, **asked: Any) -> timeline.History:
        """The history of a household."""
        self.catch_up()
        with self.conn() as conn:
            return timeline.history(conn, self.application.keyring, life.id, **asked)
