"""Who may use the routes of denominators, and what each leaves in the read log."""

from tests.service.expected import OFFICES, Expected

API = {
    "GET /api/v1/areas/{unit}/population": Expected(OFFICES, "403", ""),
    "POST /api/v1/areas/{unit}/population": Expected("province_officer", "403", ""),
}

PAGES = {
    "GET /dia-ban/{unit}/ho-dan-cu": Expected("province_officer", "403", ""),
    "POST /dia-ban/{unit}/ho-dan-cu": Expected("province_officer", "403", ""),
}
