"""Photos and places of form B: sealed, named by their content, read by who may, with a line."""

import hashlib
import io
import json
import struct
import zlib
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.households.attachments import content_of, open_attachment
from service.households.photo import MOST_BYTES, PhotoRefused, stripped
from service.http.uploads import ONE_FILE
from tests.service.conftest import Office
from tests.service.households.poor_household import H, filled
from tests.service.households.test_survey_form import ANSWERED, at, household, plain, surveys
from tests.service.readings import lines

SECRET = b"16.46371 N, Nokia"


def segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


def exif(orientation: int, order: str = "II") -> bytes:
    sign = "<" if order == "II" else ">"
    entry = struct.pack(f"{sign}HHIHH", 0x0112, 3, 1, orientation, 0)
    head = order.encode() + struct.pack(f"{sign}HI", 42, 8)
    return b"Exif\0\0" + head + struct.pack(f"{sign}H", 1) + entry + b"\0\0\0\0" + SECRET


def jpeg(*more: bytes, data: bytes = b"\x12\xff\x00\x34\xff\xd0\x56", end: bytes = b"") -> bytes:
    quantisation, scan = segment(0xDB, b"\0" * 65), segment(0xDA, b"\x01\x01\0\0\x3f\0")
    return b"\xff\xd8" + b"".join(more) + quantisation + scan + data + b"\xff\xd9" + end


def chunk(name: bytes, data: bytes = b"") -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def png(*more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    picture = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + picture + chunk(b"IEND")


def upload(office: Office, household: str, content: bytes, account: str = "surveyor") -> Any:
    return office.app.test_client().post(
        f"{H}/{household}/attachments",
        data={"file": (io.BytesIO(content), "anh.jpg")},
        headers={"Authorization": f"Bearer {office.tokens[account]}"},
    )


def look(office: Office, household: str, digest: str, account: str = "chairman") -> Any:
    return office.request(account, "GET", f"{H}/{household}/attachments/{digest}")


# ---- what a camera writes beside the picture ----------------------------------------------------


def test_a_photo_keeps_its_picture_and_loses_what_tells_of_the_camera() -> None:
    photo = jpeg(segment(0xE1, exif(1)), segment(0xFE, SECRET), segment(0xED, SECRET),
                 end=b"trailer " + SECRET)  # fmt: skip
    assert stripped(photo) == ("image/jpeg", jpeg())


@pytest.mark.parametrize("order", ["II", "MM"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_stays_turned_as_it_was(orientation: int, order: str) -> None:
    _kind, found = stripped(jpeg(segment(0xE1, exif(orientation, order))))
    assert SECRET not in found
    assert struct.pack(">HHIH", 0x0112, 3, 1, orientation) in found
    assert stripped(found) == ("image/jpeg", found), "nothing is lost by doing it again"


def test_a_progressive_photo_keeps_all_its_scans() -> None:
    second = segment(0xC4, b"\0\0") + segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x77"
    photo = jpeg(data=b"\x12" + second)
    assert stripped(photo) == ("image/jpeg", photo)


@pytest.mark.parametrize(
    "told",
    [
        segment(0xE0, b"JFXX\0\x10" + SECRET),  # a thumbnail that is a picture of its own
        segment(0xE0, b"AVI1" + SECRET),
        segment(0xEE, b"Ducky\0" + SECRET),
        segment(0xF0, SECRET),
        segment(0x02, SECRET),
    ],
)
def test_a_photo_keeps_no_segment_that_its_picture_does_not_need(told: bytes) -> None:
    assert stripped(jpeg(told)) == ("image/jpeg", jpeg())


def test_a_photo_keeps_how_its_points_are_measured_and_loses_the_thumbnail_beside_it() -> None:
    measured = b"JFIF\0\x01\x01\x01\0\x48\0\x48"
    colours = b"Adobe\0\x64\0\0\0\0\x01"
    photo = jpeg(
        segment(0xE0, measured + b"\x01\x02" + SECRET[:6]), segment(0xEE, colours + SECRET)
    )
    kept = jpeg(segment(0xE0, measured + b"\0\0"), segment(0xEE, colours))
    assert stripped(photo) == ("image/jpeg", kept)


def frame(width: int, height: int) -> bytes:
    return segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")


def wide_png(width: int, height: int) -> bytes:
    return png().replace(
        chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
    )


@pytest.mark.parametrize("made", [lambda *size: jpeg(frame(*size)), wide_png])
def test_a_photo_that_would_fill_the_memory_of_who_looks_at_it_is_refused(made: Any) -> None:
    assert stripped(made(12_000, 9_000))[1] == made(12_000, 9_000)
    with pytest.raises(PhotoRefused):
        stripped(made(60_000, 60_000))


def test_a_png_loses_its_texts() -> None:
    kind, found = stripped(png(chunk(b"tEXt", SECRET), chunk(b"eXIf", SECRET), chunk(b"gAMA")))
    assert (kind, found) == ("image/png", png(chunk(b"gAMA")))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a", b"<svg xmlns='...'/>", b"PK\x03\x04", jpeg()[:-2], jpeg()[:40],
        png()[:-4], png().replace(b"IDAT", b"IDAX"), b"\xff\xd8\xff\xd9", b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IEND"), jpeg(data=b"\0" * MOST_BYTES),
    ],
)  # fmt: skip
def test_what_is_no_whole_photo_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoRefused):
        stripped(content)


def test_of_a_file_that_is_too_large_no_more_is_read_than_says_so() -> None:
    class Endless:
        def read(self, size: int = -1, /) -> bytes:
            assert 0 < size <= 2 * MOST_BYTES, "the whole file would be read"
            return b"\xff" * size

    with pytest.raises(PhotoRefused):
        stripped(content_of(Endless()))
    assert content_of(None) == b""


@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_whatever_is_sent_is_stripped_or_refused(content: bytes, head: bytes) -> None:
    try:
        kind, found = stripped(head + content)
    except PhotoRefused:
        return
    assert stripped(found) == (kind, found)


# ---- kept and read ------------------------------------------------------------------------------


def test_a_photo_is_named_by_its_content_and_kept_once(office: Office) -> None:
    one = household(office)
    answer = upload(office, one, jpeg(segment(0xFE, SECRET)))
    digest = hashlib.sha256(jpeg()).hexdigest()
    assert (answer.status_code, answer.json) == (201, {"digest": digest})
    assert upload(office, one, jpeg()).json == {"digest": digest}
    seen = look(office, one, digest)
    assert (seen.data, seen.mimetype) == (jpeg(), "image/jpeg")
    assert seen.headers["Cache-Control"] == "no-store"


def test_a_photo_lies_sealed(office: Office) -> None:
    one = household(office)
    upload(office, one, png())
    with psycopg.connect(office.database.owner_url) as conn:
        rows = conn.execute(
            "select sealed from office.attachments where household_id = %s", [one]
        ).fetchall()
    assert len(rows) == 1
    assert b"IHDR" not in bytes(rows[0][0])


def test_each_look_at_a_photo_leaves_a_line(office: Office) -> None:
    one = household(office)
    digest = upload(office, one, jpeg()).json["digest"]
    before = lines(office, "auditor")
    assert look(office, one, digest, "auditor").status_code == 200
    assert [what for what, _, _ in lines(office, "auditor")[len(before) :]] == ["file"]


@pytest.mark.parametrize(
    ("account", "status"),
    [("province_officer", 403), ("administrator", 403), ("far.chairman", 404), ("chairman", 200)],
)
def test_a_photo_is_seen_by_who_may(office: Office, account: str, status: int) -> None:
    one = household(office)
    digest = upload(office, one, jpeg()).json["digest"]
    assert look(office, one, digest, account).status_code == status


def test_a_photo_of_another_household_is_not_found(office: Office) -> None:
    digest = upload(office, household(office), jpeg()).json["digest"]
    other = household(office)
    assert look(office, other, digest).status_code == 404
    assert look(office, other, "../secret").status_code == 404
    assert look(office, other, "0" * 64).status_code == 404


def test_what_is_no_photo_is_refused_by_name(office: Office) -> None:
    answer = upload(office, household(office), b"PK\x03\x04")
    assert (answer.status_code, answer.json["code"]) == (422, "photo_refused")


def test_an_upload_much_larger_than_a_photo_is_not_read_into_memory(office: Office) -> None:
    id_ = household(office)
    answer = upload(office, id_, jpeg(data=b"\x12" * (ONE_FILE + 1)))
    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")
    assert answer.json["values"]["largest_bytes"] == ONE_FILE


def test_a_place_cannot_be_guessed_from_its_digest(office: Office) -> None:
    one = household(office)
    body = {"latitude": 16.4637123, "longitude": 107.59087, "accuracy_m": 12}
    first, second = (
        office.request("surveyor", "POST", f"{H}/{one}/places", body).json for _ in range(2)
    )
    assert first["digest"] != second["digest"]
    assert first["place"] == f"sha256:{first['digest']}"
    seen = look(office, one, first["digest"])
    assert json.loads(seen.data) == {
        "latitude": "16.46371", "longitude": "107.59087", "accuracy_m": 12,
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"latitude": 91}, {"latitude": True}, {"longitude": "107"}, {"accuracy_m": -1}]
)
def test_a_place_that_is_none_is_refused(office: Office, wrong: dict[str, Any]) -> None:
    body = {"latitude": 16, "longitude": 107, **wrong}
    answer = office.request("surveyor", "POST", f"{H}/{household(office)}/places", body)
    assert answer.status_code == 422


def test_once_the_last_person_is_erased_no_photo_opens(office: Office) -> None:
    made = office.household(members=[{"name": "Hồ Thị Bưởi", "relation": "head"}])
    one, person = made["household_id"], made["persons"][0]
    digest = upload(office, one, jpeg()).json["digest"]
    body = {"effective_on": "2023-02-01", "legal_basis": "Yêu cầu của chủ thể dữ liệu"}
    path = f"{H}/{one}/members/{person}/forgetting"
    erased = office.request("chairman", "POST", path, body, version=1)
    assert erased.status_code == 201, erased.json
    assert look(office, one, digest).status_code == 404
    with office.services.pool.connection() as conn:
        assert open_attachment(conn, office.services.keyring, UUID(one), digest) is None


# ---- on the form --------------------------------------------------------------------------------


def test_without_a_script_a_photo_goes_into_the_draft_and_the_survey(
    office: Office, person: Any
) -> None:
    one, someone = household(office), person("surveyor")
    page = someone.text(at(one))
    form = {"csrf_token": filled(page)["csrf_token"], "file": (io.BytesIO(jpeg()), "a.jpg")}
    answer = someone.client.post(f"{at(one)}/tep", data=form, headers={"Accept": "text/html"})
    assert answer.headers["Location"].endswith("#part-files")
    values = filled(someone.text(at(one)), **ANSWERED)
    digest = hashlib.sha256(jpeg()).hexdigest()
    assert values["attachments"] == [digest]
    answer = someone.client.post(at(one), data=values, headers={"Accept": "text/html"})
    assert answer.status_code == 303, plain(answer.text)[:600]
    (survey,) = surveys(office, one)
    assert survey["attachments"] == [digest]
    event = person("chairman").text(f"/ho/{one}/su-kien/2")
    assert f'href="/ho/{one}/tep/{digest}"' in event
    assert person("chairman").get(f"/ho/{one}/tep/{digest}").data == jpeg()


def test_the_page_of_the_form_alone_may_ask_for_the_place(office: Office, person: Any) -> None:
    one, someone = household(office), person("surveyor")
    assert "geolocation=(self)" in someone.get(at(one)).headers["Permissions-Policy"]
    assert "geolocation=()" in someone.get(f"/ho/{one}").headers["Permissions-Policy"]
