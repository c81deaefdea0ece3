"""A household with a code at its phone, for tests of pages."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from projections.households import check_codes
from service.own_view.paper_codes import letter_key
from tests.service.conftest import Office
from tests.service.persons import Person

SLIP = re.compile(r'class="slip-code"[^>]*>([0-9 ]+)<')


def given(office: Office, household: str, by: str = "case_worker", **body: Any) -> str:
    """Gives a household a code; returns it."""
    answer = office.request(
        by, "POST", f"/api/v1/households/{household}/one-time-codes", {"way": "counter", **body}
    )
    assert answer.status_code == 201, answer.json
    return str(answer.json["code"])


def paper_of(office: Office, household: str) -> str:
    """The code on the letter to a household."""
    return check_codes.written(letter_key(office.services.keyring, UUID(household)))


def certificate_code(office: Office, household: str) -> str:
    """The code on the first certificate of a household."""
    answer = office.request("auditor", "GET", f"/api/v1/certificates?household={household}")
    return str(answer.json["items"][0]["check_code"])


@dataclass
class Phone:
    """A browser without an account, at which two codes are typed."""

    office: Office
    person: Person = field(init=False)

    def __post_init__(self) -> None:
        self.person = Person(self.office, self.office.app.test_client())

    def type(self, paper: str, code: str) -> Any:
        """Sends the form with two codes."""
        return self.person.send("/ho-cua-toi", "/ho-cua-toi", paper=paper, code=code)

    def shown(self) -> str:
        """The page of the household, or the form."""
        return self.person.text("/ho-cua-toi")

    def says(self, page: str, **values: Any) -> Any:
        """Sends the form of a page below."""
        return self.person.send(page, page, **values)

    def presses(self, address: str, **values: Any) -> Any:
        """Presses a button of the household's page."""
        return self.person.send("/ho-cua-toi", address, **values)


def opened(office: Office, household: str) -> Phone:
    """A phone with the page of a household open."""
    phone = Phone(office)
    answer = phone.type(paper_of(office, household), given(office, household))
    assert answer.status_code == 303, answer.text
    return phone


def contested(office: Office, household: str, text: str = "Chưa đúng tên con") -> str:
    """Lodges a contest through the phone; returns its id."""
    phone = opened(office, household)
    sent = phone.says("/ho-cua-toi/khong-dong-y", about="members", text=text)
    assert sent.status_code == 303, sent.text
    own_view = office.services.application.own_views.of_household(UUID(household))
    return str(list(own_view.contests)[-1])
