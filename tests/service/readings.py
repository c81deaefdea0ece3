"""Which doors and pages show people, and what line of the read log each leaves: a line per route.

A route that is not here fails the tests. "" is a route that shows no household and no person;
"file" one that shows a household, "file?" one that does where the command is recorded.
"""

from tests.service.expectations import DOORS, H
from tests.service.ui.expectations import FORMS, PAGES

COMMANDS = {door for door in DOORS if door.startswith(f"POST {H}")}

_SHOWING = {
    "GET /api/v1/households": "list",
    "POST /api/v1/searches": "search",
    "POST /api/v1/households": "file?",
    f"GET {H}": "file",
    f"GET {H}/history": "history",
    **dict.fromkeys(COMMANDS, "file?"),
    "GET /api/v1/imports/{import_id}": "import",
    "GET /api/v1/imports/{import_id}/households": "import",
    "GET /api/v1/imports/{import_id}/matches": "import",
    "POST /api/v1/imports/{import_id}/matches/{row}": "import?",
    "GET /api/v1/imports/{import_id}/errors": "export",
    "GET /api/v1/replays/{replay_id}": "replay",
    "GET /ho": "list",
    "GET /ho/in": "export",
    "POST /ho": "search",
    "POST /ho/moi": "file?",
    "GET /ho/{household_id}": "file",
    "GET /ho/{household_id}/so-sanh": "file",
    "GET /ho/{household_id}/su-kien/{version}": "history",
    **{f"{method} {path}": "file" for path in FORMS for method in ("GET", "POST")},
    "GET /nhap-danh-sach/{import_id}": "import",
    "GET /nhap-danh-sach/{import_id}/dong-bi-tu-choi": "export",
    "GET /quyet-dinh-lai/{replay_id}": "replay",
    "GET /nhat-ky-doc": "log",
    "GET /lam-tiep/{kept_id}": "file",
}
_SHOWING_NOBODY = {
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/v1/openapi.json",
    "POST /api/v1/tokens", "GET /api/v1/me", "GET /api/v1/tokens",
    "DELETE /api/v1/tokens/{token_id}", "GET /api/v1/areas", "GET /api/v1/areas/{unit}",
    "GET /api/v1/areas/{unit}/population", "POST /api/v1/areas/{unit}/population",
    "GET /api/v1/counts", "GET /api/v1/movements", "POST /api/v1/imports", "GET /api/v1/imports",
    "GET /api/v1/imports/template", "POST /api/v1/replays", "GET /api/v1/replays",
    "GET /api/v1/ledger", "GET /api/v1/read-models", "POST /api/v1/access-grants",
    "GET /api/v1/access-grants", "GET /api/v1/read-log", "GET /api/v1/accounts",
    "POST /api/v1/accounts", "GET /api/v1/accounts/{name}", "POST /api/v1/accounts/{name}/disabled",
    "POST /api/v1/accounts/{name}/roles", "POST /api/v1/accounts/{name}/roles/{role_id}/end",
    "GET /", "GET /static/{name}", "GET /tro-giup", "POST /ngon-ngu", "GET /dang-nhap",
    "POST /dang-nhap", "GET /dang-nhap/noi-khac", "GET /dang-nhap/tro-lai", "POST /dang-xuat",
    "GET /dia-ban", "GET /dia-ban/ca-nuoc", "GET /dia-ban/{unit}", "GET /ho/moi",
    "GET /dia-ban/{unit}/ho-dan-cu", "POST /dia-ban/{unit}/ho-dan-cu", "GET /lam-tiep/{kept_id}",
    "POST /nhap-danh-sach/{import_id}/xac-dinh/{row}",
    "GET /nhap-danh-sach", "POST /nhap-danh-sach", "GET /nhap-danh-sach/mau",
    "POST /nhap-danh-sach/{import_id}/ghi", "GET /quyet-dinh-lai", "POST /quyet-dinh-lai",
    "GET /mo-dia-ban", "POST /mo-dia-ban", "GET /mo-dia-ban/da-mo", "GET /van-hanh",
    "POST /van-hanh/dung-lai", "POST /van-hanh/thu-lai", "GET /tai-khoan", "POST /tai-khoan",
    "GET /tai-khoan/cua-toi", "POST /tai-khoan/cua-toi/ma",
    "POST /tai-khoan/cua-toi/ma/{token_id}/het", "POST /tai-khoan/cua-toi/mat-khau",
    "GET /api/v1/administration", "POST /api/v1/accounts/{name}/reopened",
    "POST /api/v1/accounts/{name}/password", "GET /nhat-ky-quan-tri",
    "POST /tai-khoan/{name}/mo-lai", "GET /tai-khoan/{name}",
    "POST /tai-khoan/{name}/khoa", "POST /tai-khoan/{name}/mat-khau",
    "POST /tai-khoan/{name}/vai-tro", "POST /tai-khoan/{name}/vai-tro/{role_id}/het",
}  # fmt: skip

READINGS: dict[str, str] = {**_SHOWING, **dict.fromkeys(_SHOWING_NOBODY, "")}
ALL = {*DOORS, *PAGES}


def lines(office: object, account: str) -> list[tuple[str, object, str]]:
    """What an account's lines in the read log say: (what, household, area), oldest first."""
    with office.services.pool.connection() as conn:  # type: ignore[attr-defined]
        return [
            tuple(row)
            for row in conn.execute(
                "select what, household_id, area from office.read_log where account = %s"
                " order by id",
                [account],
            ).fetchall()
        ]
