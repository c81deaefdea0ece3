"""Who may use the routes of accounts, and what each leaves in the read log."""

from tests.service.expected import ANYBODY, EVERYBODY, OVERSEERS, Expected

API = {
    "POST /api/v1/tokens": Expected(ANYBODY, "-", ""),
    "GET /api/v1/me": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/tokens": Expected(EVERYBODY, "-", ""),
    "DELETE /api/v1/tokens/{token_id}": Expected(EVERYBODY, "-", ""),
    "GET /api/v1/administration": Expected(OVERSEERS, "403", ""),
    "GET /api/v1/accounts": Expected("administrator", "-", ""),
    "POST /api/v1/accounts": Expected("administrator", "-", ""),
    "GET /api/v1/accounts/{name}": Expected("administrator", "-", ""),
    "POST /api/v1/accounts/{name}/disabled": Expected("administrator", "-", ""),
    "POST /api/v1/accounts/{name}/reopened": Expected("administrator", "-", ""),
    "POST /api/v1/accounts/{name}/password": Expected("administrator", "-", ""),
    "POST /api/v1/accounts/{name}/roles": Expected("administrator", "-", ""),
    "POST /api/v1/accounts/{name}/roles/{role_id}/end": Expected("administrator", "-", ""),
}

PAGES = {
    "GET /dang-nhap": Expected(ANYBODY, "-", ""),
    "POST /dang-nhap": Expected(ANYBODY, "-", ""),
    "GET /dang-nhap/noi-khac": Expected(ANYBODY, "-", ""),
    "GET /dang-nhap/tro-lai": Expected(ANYBODY, "-", ""),
    "POST /dang-xuat": Expected(ANYBODY, "-", ""),
    "GET /tai-khoan": Expected("administrator", "-", ""),
    "POST /tai-khoan": Expected("administrator", "-", ""),
    "GET /tai-khoan/cua-toi": Expected(EVERYBODY, "-", ""),
    "POST /tai-khoan/cua-toi/ma": Expected(EVERYBODY, "-", ""),
    "POST /tai-khoan/cua-toi/ma/{token_id}/het": Expected(EVERYBODY, "-", ""),
    "POST /tai-khoan/cua-toi/mat-khau": Expected(EVERYBODY, "-", ""),
    "GET /tai-khoan/{name}": Expected("administrator", "-", ""),
    "POST /tai-khoan/{name}/khoa": Expected("administrator", "-", ""),
    "POST /tai-khoan/{name}/mo-lai": Expected("administrator", "-", ""),
    "POST /tai-khoan/{name}/mat-khau": Expected("administrator", "-", ""),
    "POST /tai-khoan/{name}/vai-tro": Expected("administrator", "-", ""),
    "POST /tai-khoan/{name}/vai-tro/{role_id}/het": Expected("administrator", "-", ""),
}
