"""Each paper says all that it is given, and no more."""

import io
from dataclasses import fields
from typing import Any

import pytest
from pypdf import PdfReader

from service.papers import pdf
from service.papers.contents import PostingRow
from tests.service.papers import samples
from tests.service.papers.reading import pages, text

HEADING = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "ỦY BAN NHÂN DÂN",
    "PHƯỜNG HƯƠNG SƠ",
)
SIGNED = ("Hương Sơ, ngày 15 tháng 12 năm 2026", "CHỦ TỊCH", "Nguyễn Thị Ngọc Ẩn", "- Lưu: VT;")
SAID = {
    "decision": (
        samples.decision(),
        (
            *HEADING, *SIGNED, "Số: 12/QĐ-UBND", "QUYẾT ĐỊNH",
            "Về việc công nhận danh sách hộ nghèo, hộ cận nghèo năm 2026",
            "Căn cứ Quyết định số 24/2021/QĐ-TTg", "Điều 1.", "Điều 2.", "Điều 3.", "I. HỘ NGHÈO",
            "II. HỘ CẬN NGHÈO", *samples.NAMES, *samples.VILLAGES,
        ),
    ),
    "minutes": (
        samples.minutes(),
        (
            *HEADING, "BIÊN BẢN HỌP DÂN", "ngày 05 tháng 02 năm 2026", "Lê Quang Ưng", "Võ Thị Ỷ",
            "Tổng số người tham dự: 40 người", "cả hội nghị đồng ý (40 người dự)", "47,5",
            "Rà soát lại", "Phan Văn Ổn", "02 bản",
        ),
    ),
    "posting": (
        samples.posting(),
        (
            *HEADING, *SIGNED, "THÔNG BÁO NIÊM YẾT CÔNG KHAI", "trong 3 ngày làm việc",
            "từ ngày 20/11/2026 đến hết ngày 25/11/2026", "Nhà văn hóa tổ dân phố",
            *samples.NAMES, "Phân loại đề nghị",
        ),
    ),
    "worker_decision": (
        samples.worker_decision(),
        (
            *HEADING, *SIGNED, "Số: 12/QĐ-UBND", "QUYẾT ĐỊNH",
            "Về việc công nhận người lao động có thu nhập thấp năm 2026", "Điều 1.",
            "Công nhận 5 người lao động có thu nhập thấp", "kể từ ngày 15/12/2026",
            "Quét mã để kiểm tra hiệu lực của văn bản.", *samples.NAMES,
            *samples.VILLAGES, "Chủ hộ",
        ),
    ),
    "refusal_letter": (
        samples.refusal_letter(),
        (
            *HEADING, *SIGNED, "Kính gửi: Ông/bà Trần Văn Hữu", "ngày 03/10/2026",
            "Theo Phiếu A, hộ có từ 04 chỉ tiêu trở lên.", "có quyền khiếu nại",
        ),
    ),
    "own_view_slip": (
        samples.own_view_slip("7KQ2M9-XW4TAB-CDEFGH-JKLMNP"),
        (
            "ỦY BAN NHÂN DÂN", "PHƯỜNG HƯƠNG SƠ", "GIẤY BÁO MÃ MỘT LẦN", "0407 9135",
            "Dùng một lần, đến 09:05 ngày 18/12/2026.", "https://socai.example.vn/ho-cua-toi",
            "Nhập mã trên giấy: 7KQ2M9-XW4TAB-CDEFGH-JKLMNP", "Gia đình xem được",
            "Gia đình làm được", "trong 10 ngày làm việc", "sau 15 phút không bấm",
            "Nhập sai 5 lần", "sai 10 lần", "bộ phận một cửa của UBND phường Hương Sơ",
            "Ngày cấp: 15/12/2026",
        ),
    ),
    "loss_notice": (
        samples.loss_notices(),
        (
            *HEADING, *SIGNED, "dự kiến không còn là hộ nghèo; kết quả đề nghị công nhận là hộ",
            "đến hết ngày 28/12/2026", "Theo kết quả rà soát hộ nghèo, hộ cận nghèo năm 2026",
            "Điểm B1 là 180, vượt ngưỡng 175.",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("template", SAID)
def test_a_paper_says_what_it_is_given(template: str) -> None:
    content, said = SAID[template]
    found = text(pdf.printed(template, content, day=samples.DAY))
    assert not [one for one in said if one not in found], found


@pytest.mark.parametrize("template", SAID)
def test_a_paper_is_the_same_at_every_print(template: str) -> None:
    content, _ = SAID[template]
    first, second = (pdf.printed(template, content, day=samples.DAY) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("paper_code", ["", "7KQ2M9-XW4TAB-CDEFGH-JKLMNP"])
def test_a_slip_is_one_page_of_a5_with_its_code_in_large_digits(paper_code: str) -> None:
    document = pdf.printed("own_view_slip", samples.own_view_slip(paper_code), day=samples.DAY)
    (page,) = PdfReader(io.BytesIO(document)).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [148, 210]
    sizes: dict[str, float] = {}

    def seen(text: str, _cm: Any, _tm: Any, _font: Any, size: float) -> None:
        for word in text.split():
            sizes[word] = max(size, sizes.get(word, 0))

    page.extract_text(visitor_text=seen)
    assert sizes["0407"] >= 36
    said = text(document)
    assert ("in dưới hình QR của giấy chứng nhận" in said) == (not paper_code)


def test_a_posting_of_workers_names_persons_and_their_outcomes() -> None:
    found = text(pdf.printed("posting", samples.worker_posting(), day=samples.DAY))
    said = (
        "Kết quả xác định người lao động có thu nhập thấp năm 2026", "Họ và tên người lao động",
        "Kết quả đề nghị", "Không công nhận", "trong 5 ngày làm việc", *samples.NAMES,
    )  # fmt: skip
    assert not [one for one in said if one not in found], found
    assert "chủ hộ" not in found


def test_an_exit_decision_is_a_paper_of_its_own() -> None:
    found = text(pdf.printed("decision", samples.decision(leaving=True), day=samples.DAY))
    assert "công nhận danh sách hộ thoát nghèo, hộ thoát cận nghèo năm 2026" in found
    assert "Hộ thoát cận nghèo: 2 hộ" in found


def test_a_long_list_goes_on_with_its_headings_and_page_numbers() -> None:
    found = pages(pdf.printed("decision", samples.decision(120), day=samples.DAY))
    assert len(found) > 4
    assert all("Họ và tên chủ hộ" in page for page in found[1:])
    assert [page.split()[0] for page in found[1:]] == [f"{at}" for at in range(2, len(found) + 1)]


def test_a_posting_has_no_more_than_head_village_and_class() -> None:
    assert [one.name for one in fields(PostingRow)] == ["head", "village", "class_"]
