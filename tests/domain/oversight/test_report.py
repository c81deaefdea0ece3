"""An official report is locked once, and corrected beside."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.commands.command import Actor, CommandContext
from domain.errors import Refusal
from domain.oversight.commands import CorrectReport, LockReport
from domain.oversight.errors import (
    ReportDoesNotBalance,
    ReportLockedBefore,
    ReportReasonMissing,
    ReportUnchanged,
    ReportUnknown,
)
from domain.oversight.events import ReportCorrected, ReportLocked
from domain.oversight.report import Figures, report_id
from tests.given import HUONG_SO, command_id, happened

FIRST, LAST = date(2021, 12, 31), date(2022, 12, 31)
ID = report_id("R2", HUONG_SO, FIRST, LAST)
FIGURES = Figures(17, '{"a":1}', "d1", {"text/plain": "f1"})
LATER = Figures(19, '{"a":2}', "d2")
BROKEN = Figures(17, '{"a":1}', "d3", failing=("R2.9=1-2-3-4+5+6+7+8",))


class Reports:
    """A report with its commands; each is effective and recorded on one day."""

    def __init__(self, application: SocaiApplication) -> None:
        self.application = application

    def context(self, *of: object) -> CommandContext:
        return CommandContext(
            LAST, Actor("chutich", "chairman", HUONG_SO), command_id(*of), self.application.clock()
        )

    def lock(self, given: Figures = FIGURES, key: object = "lock") -> None:
        command = LockReport("R2", HUONG_SO, FIRST, LAST, given)
        self.application.run(command, self.context(key, given.digest))

    def correct(self, given: Figures, reason: str = "Ghi muộn", id_: UUID = ID) -> None:
        self.application.run(CorrectReport(id_, reason, given), self.context("c", given.digest))

    def events(self) -> list[Any]:
        return list(self.application.events.get(ID))


@pytest.fixture
def reports(application: SocaiApplication) -> Reports:
    return Reports(application)


def test_a_report_is_locked_with_figures_digest_and_position(reports: Reports) -> None:
    reports.lock()
    (event,) = reports.events()
    expected = happened(
        ReportLocked, table="R2", area=HUONG_SO, first_day=FIRST, last_day=LAST, seq=17,
        figures='{"a":1}', digest="d1", files={"text/plain": "f1"}, effective_on=LAST,
    )  # fmt: skip
    assert not expected.differs(event)


def test_the_same_figures_again_record_nothing(reports: Reports) -> None:
    reports.lock()
    reports.lock(key="again")
    assert len(reports.events()) == 1


def test_other_figures_are_a_correction_beside_the_locked_ones(reports: Reports) -> None:
    reports.lock()
    with pytest.raises(ReportLockedBefore):
        reports.lock(LATER, key="again")
    reports.correct(LATER, "  Quyết định   ghi muộn ")
    locked, corrected = reports.events()
    assert locked.figures == '{"a":1}'
    expected = happened(ReportCorrected, seq=19, digest="d2", reason="Quyết định ghi muộn")
    assert not expected.differs(corrected)


@pytest.mark.parametrize(
    ("given", "reason", "refusal"),
    [
        (FIGURES, "Ghi muộn", ReportUnchanged),
        (LATER, "  ", ReportReasonMissing),
        (BROKEN, "Ghi muộn", ReportDoesNotBalance),
    ],
)
def test_what_is_no_correction_is_refused(
    reports: Reports, given: Figures, reason: str, refusal: type[Refusal]
) -> None:
    reports.lock()
    with pytest.raises(refusal):
        reports.correct(given, reason)
    assert len(reports.events()) == 1


def test_a_table_that_does_not_balance_is_refused_with_its_rules(reports: Reports) -> None:
    with pytest.raises(ReportDoesNotBalance) as refused:
        reports.lock(BROKEN)
    assert refused.value.values["rules"] == ["R2.9=1-2-3-4+5+6+7+8"]


def test_there_is_nothing_to_correct_where_nothing_is_locked(reports: Reports) -> None:
    with pytest.raises(ReportUnknown):
        reports.correct(LATER)
