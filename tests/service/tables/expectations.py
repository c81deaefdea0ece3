"""Who may use the routes of official tables, and what each leaves in the read log."""

from tests.service.expected import OFFICES, Expected

API = {
    "GET /api/v1/tables/{table}": Expected(OFFICES, "403", ""),
}

PAGES = {
    "GET /bieu-bao-cao": Expected(OFFICES, "403", ""),
    "GET /bieu-bao-cao/{table}": Expected(OFFICES, "403", ""),
}
