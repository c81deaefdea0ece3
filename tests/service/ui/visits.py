"""An object of each kind that pages show, and a signed-in client of every role."""

import io
from typing import Any
from uuid import UUID, uuid4

import psycopg

from domain.commands.command import Document
from domain.reviews.round import round_id
from domain.standards.score_card import import_score_card
from projections.households.check_codes import certificate_key, written
from service.households.attachment_api import PLACE_EXAMPLE
from tests.domain.standards.test_score_card import INVENTED
from tests.service.conftest import HUE, HUONG_SO, NOW, Office
from tests.service.duplicates.found_pairs import found
from tests.service.households.poor_household import H, certified_together, decision_code, poor
from tests.service.own_view.household_phone import contested
from tests.service.persons import CSRF, Person
from tests.service.reviews.printed_round import printed_round
from tests.service.support.programmes_and_lines import support_ids

IMPORT_FILE = b"PK\x03\x04 not really"


class Visits:
    """Clients of every role, and the objects of their addresses."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._people: dict[str, tuple[Person, str]] = {}
        office.account("kept.aside")
        household_id = poor(office)
        shown = office.request("case_worker", "GET", f"{H}/{household_id}").json
        replay = office.request(
            "inspector", "POST", "/api/v1/replays", {"from": "2022-01-01", "to": "2022-12-31"}
        )
        batch_id = certified_together(office)
        shown = office.request("case_worker", "GET", f"{H}/{household_id}").json
        certificate_id = shown["certificates"][0]["certificate_id"]
        self.ids = {
            "household_id": household_id,
            "person_id": shown["members"][1]["person_id"],
            "batch_id": batch_id,
            "decision_code": decision_code(office),
            "certificate_id": certificate_id,
            "code": written(certificate_key(office.services.keyring, UUID(certificate_id))),
            "version": 3,
            "entry": 3,
            "unit": HUONG_SO,
            "name": "kept.aside",
            "kept_id": "of-nobody",
            "token_id": str(uuid4()),
            "role_id": str(uuid4()),
            "replay_id": replay.json["id"],
            "digest": self._place(household_id),
            "card_name": self._score_card(),
            "import_id": self._import(),
            "row": 4,
            "table": "R2",
            "figure_name": "hue_2022.poor.households",
            "search_id": self._search(),
            "report_id": self._report(),
            "duplicate_id": found(office, household_id, office.household()["household_id"]),
            "round_id": self._round(household_id),
            "request_id": str(uuid4()),
            "contest_id": contested(office, household_id),
            **support_ids(office, office.household()["household_id"]),
        }
        self.ids |= printed_round(office, self.ids["round_id"], household_id)

    def _search(self) -> str:
        answer = self.office.request(
            "case_worker", "POST", "/api/v1/duplicate-searches", {"area": HUONG_SO}
        )
        return str(answer.json["id"])

    def _report(self) -> str:
        body = {"table": "R2", "area": HUONG_SO, "from": "2021-12-31", "to": "2022-12-31"}
        answer = self.office.request("chairman", "POST", "/api/v1/reports", body)
        return str(answer.json["report_id"])

    def _place(self, household_id: str) -> str:
        path = f"{H}/{household_id}/places"
        return str(self.office.request("surveyor", "POST", path, PLACE_EXAMPLE).json["digest"])

    def _score_card(self) -> str:
        with psycopg.connect(self.office.database.url) as conn:
            return import_score_card(
                conn, INVENTED.encode(), by="tinh", at=NOW, document=Document("1/QĐ-TEST")
            )

    def _round(self, household_id: str) -> str:
        """The round of the ward in that autumn, which reviews the household."""
        day = {"effective_on": "2023-09-05"}
        opening = {**day, "area": "19804", "track": "periodic", "year": 2023}
        self.office.request("case_worker", "POST", "/api/v1/rounds", opening)
        id_ = round_id(HUONG_SO, "periodic", 2023, None)
        at = f"/api/v1/rounds/{id_}"
        version = self.office.request("case_worker", "GET", at).headers["ETag"].strip('"')
        listing = {**day, "source": "current_list", "households": [household_id]}
        done = self.office.request(
            "case_worker", "POST", f"{at}/listings", listing, version=version
        )
        assert done.status_code == 201, done.json
        return str(id_)

    def _import(self) -> str:
        answer = self.office.app.test_client().post(
            "/api/v1/imports",
            data={"file": (io.BytesIO(IMPORT_FILE), "danh sach.xlsx"), "area": HUONG_SO},
            headers={"Authorization": f"Bearer {self.office.tokens['case_worker']}"},
        )
        return str(answer.json["id"])

    def person(self, account: str) -> tuple[Person, str]:
        """A signed-in client, with the token of its forms."""
        if account not in self._people:
            someone = Person(self.office, self.office.app.test_client())
            if account:
                assert someone.sign_in(account).status_code == 303
            found = CSRF.search(someone.text("/dang-nhap" if not account else "/tro-giup"))
            assert found
            self._people[account] = someone, found[1]
        return self._people[account]

    def request(self, account: str, page: str) -> Any:
        method, path = self.asked(page)
        someone, csrf = self.person(account)
        if method == "GET":
            return someone.get(path)
        area = HUE if path == "/quyet-dinh-lai" else HUONG_SO
        form = {"csrf_token": csrf, "area": area, "model": "none"}
        if path.endswith("/chot"):
            form |= {"from": "31/12/2021", "to": "31/12/2022"}
        return someone.client.post(path, data=form, headers={"Accept": "text/html"})

    def asked(self, page: str) -> tuple[str, str]:
        """Method and address of a page of the table."""
        method, path = page.split(" ")
        name = "pages.css" if path.startswith("/static") else "kept.aside"
        path = path.format(**{**self.ids, "name": name})
        if page in (
            "GET /ho",
            "GET /ho/in",
            "GET /trung-lap",
            "GET /quyet-dinh",
            "GET /danh-sach-gui",
            "GET /danh-sach-gui/bao-hiem.xlsx",
            "GET /danh-sach-gui/ngan-hang.xlsx",
            "GET /nhat-ky-doc",
            "GET /mo-dia-ban/da-mo",
            "GET /nhat-ky-quan-tri",
            "GET /bieu-bao-cao",
            "GET /bieu-bao-cao/{table}",
            "GET /bieu-bao-cao/R14",
            "GET /bieu-bao-cao/R15",
            "GET /bao-cao-da-chot",
            "GET /ho-so-ho-tro",
            "GET /y-kien-cua-ho",
            "GET /doi-tuong-huong",
            "GET /doi-tuong-huong.xlsx",
            "GET /doi-tuong-huong/bao-hiem.xlsx",
            "GET /doi-tuong-huong/ngan-hang.xlsx",
            "GET /dot-chi-tra",
            "GET /dot-chi-tra/danh-sach",
            "GET /nguon-von",
            "GET /chi-tieu",
            "GET /ho-tro/do-bao-phu",
            "GET /ho-tro/do-bao-phu.xlsx",
            "GET /ho-tro/do-bao-phu/ho",
            "GET /chi-tieu/dau-hieu",
            "GET /chi-tieu/dau-hieu/ho",
            "GET /hoat-dong",
            "GET /mo-hinh",
            "GET /cong-chuc",
            "GET /tham-quyen-ky",
        ):
            path += f"?area={HUONG_SO}"
        if page.startswith(("GET /doi-tuong-huong", "GET /ho-tro/do-bao-phu")):
            path += "&benefit=policies/electricity"
        return method, path
