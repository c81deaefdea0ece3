"""Who may use the routes of units and figures, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, OFFICES, Expected

API = {
    "GET /api/v1/areas": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/areas/{unit}": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/counts": Expected(OFFICES, "403", ""),
    "GET /api/v1/movements": Expected(OFFICES, "403", ""),
}

PAGES = {
    "GET /dia-ban": Expected(OFFICES, "-", ""),
    "GET /dia-ban/ca-nuoc": Expected("", "-", ""),
    "GET /dia-ban/{unit}": Expected(OFFICES, "403", ""),
}
