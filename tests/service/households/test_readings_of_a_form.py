"""How often the page of a form reads, and decrypts, the household that it is about."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from domain.households.handler import HouseholdHandler
from service.access import authorization
from service.access.authorization import RequestContext
from service.households import file_view
from tests.service.conftest import CatchUpNow, Office
from tests.service.households.poor_household import filled, poor
from tests.service.households.test_form_pages import CASES, at, members
from tests.service.readings import lines


@dataclass
class Counted:
    """What was read since the last `begin`: households as they are shown, decryptions by the page
    (a command may compare what is sealed, and the read models are brought up in
    this process), areas found, and households loaded from their
    events."""

    shown: list[UUID] = field(default_factory=list)
    revealed: int = 0
    places: int = 0
    loaded: int = 0
    running: bool = False

    def begin(self) -> None:
        self.shown.clear()
        self.revealed = self.places = self.loaded = 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    count = Counted()
    as_it_was, reveal_many, reveal = (
        file_view.as_it_was, Keyring.reveal_many, Keyring.reveal,
    )  # fmt: skip
    home, load = authorization._home, HouseholdHandler.load

    def shown(context: Any, household_id: UUID, **other: Any) -> Any:
        count.shown.append(household_id)
        return as_it_was(context, household_id, **other)

    def revealed_many(self: Keyring, *given: Any) -> Any:
        count.revealed += not count.running
        return reveal_many(self, *given)

    def revealed(self: Keyring, *given: Any) -> Any:
        count.revealed += not count.running
        return reveal(self, *given)

    def found(context: RequestContext, household_id: UUID) -> Any:
        count.places += 1
        return home(context, household_id)

    def loaded(self: HouseholdHandler, household_id: UUID) -> Any:
        count.loaded += 1
        return load(self, household_id)

    def uncounted(act: Any) -> Any:
        def ran(*given: Any, **other: Any) -> Any:
            count.running = True
            try:
                return act(*given, **other)
            finally:
                count.running = False

        return ran

    monkeypatch.setattr(file_view, "as_it_was", shown)
    monkeypatch.setattr(SocaiApplication, "run", uncounted(SocaiApplication.run))
    monkeypatch.setattr(CatchUpNow, "catch_up", uncounted(CatchUpNow.catch_up))
    monkeypatch.setattr(Keyring, "reveal_many", revealed_many)
    monkeypatch.setattr(Keyring, "reveal", revealed)
    monkeypatch.setattr(authorization, "_home", found)
    monkeypatch.setattr(HouseholdHandler, "load", loaded)
    return count


# Texts in which the names of members are looked for.
FREE = {"address", "goal", "note", "override_reason", "reason", "place", "steps", "village",
        "correction.village"}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_form_that_is_recorded_reads_the_household_only_to_look_for_names_in_its_texts(
    person: Any, with_passwords: Office, counted: Counted, name: str
) -> None:
    account, path, typed, _event = CASES[name]
    household = poor(with_passwords)
    someone = person(account)
    values = filled(someone.text(at(household, path)), **typed)
    before = len(lines(with_passwords, account))
    counted.begin()
    answer = someone.client.post(at(household, path), data=values, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    has_texts = any(
        values[one] != values.get(f"was.{one}", "") and " " in values[one]
        for one in FREE & values.keys()
    )
    assert counted.shown == ([UUID(household)] if has_texts else [])
    assert counted.revealed == len(counted.shown)
    assert counted.places == 1
    assert counted.loaded == 2  # once for the area, once by the command
    assert len(lines(with_passwords, account)) == before


def test_a_survey_without_texts_reads_no_household(
    person: Any, with_passwords: Office, counted: Counted
) -> None:
    household = poor(with_passwords)
    surveyor = person("surveyor")
    values = filled(surveyor.text(at(household, "khao-sat")), **CASES["survey"][2])
    counted.begin()
    assert surveyor.client.post(at(household, "khao-sat"), data=values).status_code == 303
    assert (counted.shown, counted.revealed, counted.places) == ([], 0, 1)


def test_a_refused_survey_reads_the_household_once_for_the_page_that_shows_it(
    person: Any, with_passwords: Office, counted: Counted
) -> None:
    household = poor(with_passwords)
    surveyor = person("surveyor")
    address = at(household, "khao-sat")
    values = filled(surveyor.text(address), income="", deprived=[], place="Nhà ông Hồ Văn Cam")
    before = len(lines(with_passwords, "surveyor"))
    counted.begin()
    answer = surveyor.client.post(address, data=values, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert counted.shown == [UUID(household)]
    assert (counted.revealed, counted.places) == (1, 1)
    assert [what for what, _, _ in lines(with_passwords, "surveyor")[before:]] == ["file"]


def test_a_form_of_members_reads_the_household_once(
    person: Any, with_passwords: Office, counted: Counted
) -> None:
    household = poor(with_passwords)
    _, child = members(with_passwords, household)
    worker = person("case_worker")
    address = at(household, f"nguoi/{child}/roi-ho")
    values = filled(worker.text(address), effective_on="01/08/2023", reason="death")
    counted.begin()
    assert worker.client.post(address, data=values).status_code == 303
    assert counted.shown == [UUID(household)]
    assert (counted.revealed, counted.places) == (1, 1)


def test_a_person_is_forgotten_with_one_reading(
    person: Any, with_passwords: Office, counted: Counted
) -> None:
    household = poor(with_passwords)
    _, child = members(with_passwords, household)
    chairman = person("chairman")
    address = at(household, f"nguoi/{child}/xoa-du-lieu")
    values = filled(chairman.text(address), legal_basis="Luật Bảo vệ dữ liệu cá nhân")
    counted.begin()
    assert chairman.client.post(address, data=values).status_code == 303
    assert counted.shown == [UUID(household)]
