"""The paper of a command is cleaned before the command is asked."""

import unicodedata
from datetime import UTC, date, datetime

from domain.commands.command import Actor, CommandContext, Document
from domain.households import handler
from tests.given import command_id

TODAY = date(2022, 11, 15)


def test_the_paper_is_normalised_too():
    context = CommandContext(
        TODAY,
        Actor("a", "b"),
        command_id("paper"),
        datetime(2022, 11, 15, 3, tzinfo=UTC),
        Document(" 12/QĐ-UBND ", TODAY, unicodedata.normalize("NFD", "Trần Sỹ")),
    )
    assert handler.clean_context(context).document == Document("12/QĐ-UBND", TODAY, "Trần Sỹ")
