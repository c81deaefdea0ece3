"""Who may use the routes of standards, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, Expected

API = {
    "GET /api/v1/questions": Expected(EVERYBODY, "-", ""),
}
