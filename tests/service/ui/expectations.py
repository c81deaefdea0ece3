"""Expected roles of the routes of the frame of the pages, and their lines in the read log."""

from tests.service.expected import ANYBODY, EVERYBODY, Expected

PAGES = {
    "GET /": Expected(EVERYBODY, "-", ""),
    "GET /static/{name}": Expected(ANYBODY, "-", ""),
    "GET /service-worker.js": Expected(ANYBODY, "-", ""),
    "GET /khong-ket-noi": Expected(ANYBODY, "-", ""),
    "GET /tro-giup": Expected(ANYBODY, "-", ""),
    "POST /ngon-ngu": Expected(ANYBODY, "-", ""),
    "GET /lam-tiep/{kept_id}": Expected(EVERYBODY, "-", ""),
}
