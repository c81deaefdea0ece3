"""Who may use which page: one line per page, to be read by people; see tests/service/expectations.

"outside" is what somebody gets who has the role, but elsewhere: 404 where even the existence is
not told, 403 where the area was named in the request, "-" where the page has no place.
"""

from tests.service.expectations import (
    ANYBODY,
    EVERYBODY,
    FIELD,
    FIGURES,
    OVERSEERS,
    READERS,
    Expected,
)

IMPORT_READERS = "case_worker chairman province_officer auditor inspector"
REPLAY_READERS = "province_officer auditor inspector"
H = "/ho/{household_id}"
P = H + "/ghi/nguoi/{person_id}"

# The forms of a household, by the last part of the address, and who may fill them in.
FORMS = {
    **dict.fromkeys((f"{H}/ghi/khao-sat", f"{H}/ghi/nhan-dang-nhanh"), FIELD),
    **dict.fromkeys((f"{H}/ghi/quyet-dinh", f"{H}/ghi/thoat-ngheo"), "chairman"),
    f"{P}/xoa-du-lieu": "chairman",
    f"{H}/ghi/ho-tro": "case_worker",
    **dict.fromkeys(
        (
            *(
                f"{H}/ghi/{what}"
                for what in (
                    "chuyen-di", "doi-chu-ho", "ket-thuc", "nguyen-nhan", "nhap-ho", "nhu-cau",
                    "phuong-an", "sua", "tach-ho", "them-nguoi",
                )
            ),
            f"{P}/roi-ho",
            f"{P}/sua",
            f"{P}/giay-to",
        ),
        "case_worker",
    ),
    f"{H}/ghi/rut-lai/quyet-dinh/{{entry}}": "chairman",
    f"{H}/ghi/rut-lai/phieu-a/{{entry}}": FIELD,
    f"{H}/ghi/rut-lai/phieu-b/{{entry}}": FIELD,
    f"{H}/ghi/rut-lai/ho-tro/{{entry}}": "case_worker",
    f"{H}/ghi/rut-lai/nguyen-nhan/{{entry}}": "case_worker",
    f"{H}/ghi/rut-lai/nhu-cau/{{entry}}": "case_worker",
    f"{H}/ghi/rut-lai/phuong-an/{{entry}}": "case_worker",
}  # fmt: skip

PAGES: dict[str, Expected] = {
    "GET /": Expected(EVERYBODY, "-"),
    "GET /static/{name}": Expected(ANYBODY, "-"),
    "GET /tro-giup": Expected(ANYBODY, "-"),
    "POST /ngon-ngu": Expected(ANYBODY, "-"),
    "GET /dang-nhap": Expected(ANYBODY, "-"),
    "POST /dang-nhap": Expected(ANYBODY, "-"),
    "GET /dang-nhap/noi-khac": Expected(ANYBODY, "-"),
    "GET /dang-nhap/tro-lai": Expected(ANYBODY, "-"),
    "POST /dang-xuat": Expected(ANYBODY, "-"),
    "GET /lam-tiep/{kept_id}": Expected(EVERYBODY, "-"),
    "GET /dia-ban": Expected(FIGURES, "-"),
    "GET /dia-ban/ca-nuoc": Expected("", "-"),
    "GET /dia-ban/{unit}": Expected(FIGURES, "403"),
    "GET /dia-ban/{unit}/ho-dan-cu": Expected("province_officer", "403"),
    "POST /dia-ban/{unit}/ho-dan-cu": Expected("province_officer", "403"),
    "GET /ho": Expected(READERS, "403"),
    "POST /ho": Expected(READERS, "403"),
    "GET /ho/in": Expected(READERS, "403"),
    "GET /ho/moi": Expected(FIELD, "-"),
    "POST /ho/moi": Expected(FIELD, "403"),
    f"GET {H}": Expected(READERS, "404"),
    f"GET {H}/so-sanh": Expected(READERS, "404"),
    f"GET {H}/su-kien/{{version}}": Expected(READERS, "404"),
    **{
        f"{method} {path}": Expected(roles, "404")
        for path, roles in FORMS.items()
        for method in ("GET", "POST")
    },
    "GET /nhap-danh-sach": Expected(IMPORT_READERS, "-"),
    "POST /nhap-danh-sach": Expected("case_worker", "403"),
    "GET /nhap-danh-sach/mau": Expected("case_worker", "-"),
    "GET /nhap-danh-sach/{import_id}": Expected(IMPORT_READERS, "404"),
    "GET /nhap-danh-sach/{import_id}/dong-bi-tu-choi": Expected(IMPORT_READERS, "404"),
    "POST /nhap-danh-sach/{import_id}/ghi": Expected("case_worker", "404"),
    "POST /nhap-danh-sach/{import_id}/xac-dinh/{row}": Expected("case_worker", "404"),
    "GET /quyet-dinh-lai": Expected(REPLAY_READERS, "-"),
    "POST /quyet-dinh-lai": Expected("inspector", "403"),
    "GET /quyet-dinh-lai/{replay_id}": Expected(REPLAY_READERS, "404"),
    "GET /mo-dia-ban": Expected(FIGURES, "-"),
    "POST /mo-dia-ban": Expected(FIGURES, "-"),
    "GET /mo-dia-ban/da-mo": Expected(OVERSEERS, "403"),
    "GET /nhat-ky-doc": Expected(OVERSEERS, "403"),
    "GET /nhat-ky-quan-tri": Expected(OVERSEERS, "403"),
    "GET /van-hanh": Expected(f"{OVERSEERS} administrator", "-"),
    "POST /van-hanh/dung-lai": Expected("administrator", "-"),
    "POST /van-hanh/thu-lai": Expected("administrator", "-"),
    "GET /tai-khoan": Expected("administrator", "-"),
    "POST /tai-khoan": Expected("administrator", "-"),
    "GET /tai-khoan/cua-toi": Expected(EVERYBODY, "-"),
    "POST /tai-khoan/cua-toi/ma": Expected(EVERYBODY, "-"),
    "POST /tai-khoan/cua-toi/ma/{token_id}/het": Expected(EVERYBODY, "-"),
    "POST /tai-khoan/cua-toi/mat-khau": Expected(EVERYBODY, "-"),
    "GET /tai-khoan/{name}": Expected("administrator", "-"),
    "POST /tai-khoan/{name}/khoa": Expected("administrator", "-"),
    "POST /tai-khoan/{name}/mo-lai": Expected("administrator", "-"),
    "POST /tai-khoan/{name}/mat-khau": Expected("administrator", "-"),
    "POST /tai-khoan/{name}/vai-tro": Expected("administrator", "-"),
    "POST /tai-khoan/{name}/vai-tro/{role_id}/het": Expected("administrator", "-"),
}
