"""Who may use the routes of the running of the service, and what each leaves in the read log."""

from tests.service.expected import ANYBODY, OPERATORS, Expected

API = {
    "GET /healthz": Expected(ANYBODY, "-", ""),
    "GET /readyz": Expected(ANYBODY, "-", ""),
    "GET /metrics": Expected(ANYBODY, "-", ""),
    "GET /api/v1/openapi.json": Expected(ANYBODY, "-", ""),
    "GET /api/v1/ledger": Expected(OPERATORS, "-", ""),
    "GET /api/v1/read-models": Expected(OPERATORS, "-", ""),
}

PAGES = {
    "GET /van-hanh": Expected(OPERATORS, "-", ""),
    "POST /van-hanh/dung-lai": Expected("administrator", "-", ""),
    "POST /van-hanh/thu-lai": Expected("administrator", "-", ""),
}
