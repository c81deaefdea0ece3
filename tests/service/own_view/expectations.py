"""Who may use the routes of own views, and what each leaves in the read log."""

from tests.service.expected import ANYBODY, OFFICES, Expected

H = "/api/v1/households/{household_id}"
ANSWERERS = "case_worker chairman"

API = {
    f"POST {H}/one-time-codes": Expected("case_worker", "404", ""),
    f"POST {H}/one-time-codes/slip": Expected("case_worker", "404", "file?"),
    f"POST {H}/one-time-codes/revocation": Expected("case_worker", "404", ""),
    "GET /api/v1/contests": Expected(OFFICES, "403", "list"),
    f"GET {H}/contests/{{contest_id}}": Expected(OFFICES, "404", "file"),
    f"POST {H}/contests/{{contest_id}}/answer": Expected(ANSWERERS, "404", ""),
}

PAGES = {
    # What a household sees of itself needs no account: its two codes are the right.
    "GET /ho-cua-toi": Expected(ANYBODY, "-", ""),
    "POST /ho-cua-toi": Expected(ANYBODY, "-", ""),
    "POST /ho-cua-toi/dong": Expected(ANYBODY, "-", ""),
    "GET /ho-cua-toi/khong-dong-y": Expected(ANYBODY, "-", ""),
    "POST /ho-cua-toi/khong-dong-y": Expected(ANYBODY, "-", ""),
    "POST /ho-cua-toi/ho-tro/{case_id}/da-nhan": Expected(ANYBODY, "-", ""),
    "GET /ho-cua-toi/ho-tro/{case_id}/chua-nhan": Expected(ANYBODY, "-", ""),
    "POST /ho-cua-toi/ho-tro/{case_id}/chua-nhan": Expected(ANYBODY, "-", ""),
    "GET /ho/{household_id}/ma-mot-lan": Expected("case_worker", "404", "file"),
    "POST /ho/{household_id}/ma-mot-lan": Expected("case_worker", "404", "file?"),
    "POST /ho/{household_id}/ma-mot-lan/giay-bao": Expected("case_worker", "404", "file?"),
    "POST /ho/{household_id}/ma-mot-lan/thu-hoi": Expected("case_worker", "404", ""),
    "GET /y-kien-cua-ho": Expected(OFFICES, "403", "list"),
    "GET /y-kien-cua-ho/{household_id}/{contest_id}": Expected(OFFICES, "404", "file"),
    "POST /y-kien-cua-ho/{household_id}/{contest_id}": Expected(ANSWERERS, "404", "file?"),
}
