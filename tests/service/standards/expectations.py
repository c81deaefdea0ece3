"""Who may use the routes of standards, and what each leaves in the read log."""

from tests.service.expected import EVERYBODY, Expected

IMPORTERS = "province_officer administrator"

API = {
    "GET /api/v1/questions": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/score-cards": Expected(EVERYBODY, "-", ""),
}

PAGES = {
    "GET /bang-diem": Expected(EVERYBODY, "-", ""),
    "GET /bang-diem/xem/{card_name}": Expected(EVERYBODY, "-", ""),
    "GET /bang-diem/mau": Expected(IMPORTERS, "-", ""),
    "POST /bang-diem/kiem-tra": Expected(IMPORTERS, "-", ""),
    "POST /bang-diem/nhap": Expected(IMPORTERS, "-", ""),
}
