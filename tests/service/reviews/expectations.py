"""Who may use the routes of reviews, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, Expected

API = {
    "GET /api/v1/procedures": Expected(EVERYBODY, "-", ""),
}

PAGES = {
    "GET /quy-trinh-ra-soat": Expected(EVERYBODY, "-", ""),
}
