"""One sample of the content of each paper, with every part filled in."""

from datetime import date

from service.papers import contents
from service.papers.pdf import check_code

DAY = date(2026, 12, 15)
ADDRESS = "https://socai.example.vn/kiem-tra/7KQ2M9XW4TABCDEF"
HEADING = contents.Heading(
    issuer=("Ủy ban nhân dân", "phường Hương Sơ"), number="12/QĐ-UBND", place="Hương Sơ", day=DAY
)
SIGNATURE = contents.Signature(
    office="Chủ tịch", name="Nguyễn Thị Ngọc Ẩn", recipients=("Như Điều 3", "Lưu: VT")
)
BASES = (
    "Căn cứ Nghị định số 07/2021/NĐ-CP ngày 27 tháng 01 năm 2021 của Chính phủ",
    "Căn cứ Quyết định số 24/2021/QĐ-TTg ngày 16 tháng 7 năm 2021 của Thủ tướng Chính phủ",
)


def certificate(*names: str, head: str = "Trần Văn Hữu") -> contents.Certificate:
    """The certificate of a near-poor household with these members."""
    members = [
        contents.CertificateMember(
            name=name, ethnicity="Kinh", relation="Con", sex="female", birth_year=2001
        )
        for name in (head, *names)
    ]
    return contents.Certificate(
        heading=HEADING,
        bases=BASES,
        class_="Hộ cận nghèo",
        year=2026,
        head=head,
        ethnicity="Kinh",
        id_number="046161001234",
        id_issued_on=date(2021, 5, 3),
        residence="Tổ dân phố 6, phường Hương Sơ, thành phố Huế",
        members=members,
        decision="Quyết định số 215/QĐ-UBND ngày 14 tháng 12 năm 2026",
        signature=SIGNATURE,
        code=check_code(ADDRESS),
    )


def certificates(*names: str, head: str = "Trần Văn Hữu") -> contents.Certificates:
    """A print of one certificate."""
    return contents.Certificates(certificates=(certificate(*names, head=head),))
