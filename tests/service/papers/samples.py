"""One sample of the content of each paper, with every part filled in."""

from dataclasses import replace
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


NAMES = ("Trần Văn Hữu", "Nguyễn Thị Ẵm", "H'Loan Niê Kđăm", "Ksor Y Brưm", "Đặng Thị Uyển")
VILLAGES = ("Tổ dân phố 1", "Tổ dân phố 12", "Thôn Bãi Dâu")


def decision(households: int = 5, *, leaving: bool = False) -> contents.Decision:
    """A decision on so many households, in two groups."""
    rows = [
        contents.DecisionRow(
            head=NAMES[at % 5], birth_year=1950 + at % 50, sex="Nam", village=VILLAGES[at % 3],
            persons=1 + at % 6, class_="Hộ nghèo", class_before="Hộ cận nghèo",
        )
        for at in range(households)
    ]  # fmt: skip
    titles = ("Hộ thoát nghèo", "Hộ thoát cận nghèo") if leaving else ("Hộ nghèo", "Hộ cận nghèo")
    return contents.Decision(
        heading=HEADING,
        leaving=leaving,
        year=2026,
        commune="phường Hương Sơ",
        effective_on=None,
        bases=BASES,
        groups=[
            contents.DecisionGroup(
                title=title, households=len(part), persons=sum(one.persons for one in part),
                rows=part,
            )
            for title, part in zip(titles, (rows[::2], rows[1::2]), strict=True)
        ],
        signature=SIGNATURE,
        code=check_code(ADDRESS),
    )  # fmt: skip


def minutes() -> contents.Minutes:
    """Minutes of a meeting of 40, one result of which fell short."""
    votes = ((40, "Thống nhất"), (20, "Thống nhất"), (19, "Rà soát lại"))
    return contents.Minutes(
        heading=contents.Heading(
            issuer=("Ủy ban nhân dân", "phường Hương Sơ"), place="Hương Sơ", number="03/BB"
        ),
        village="Tổ dân phố 6",
        commune="phường Hương Sơ",
        year=2026,
        held_on=date(2026, 2, 5),
        place="Nhà văn hóa tổ dân phố 6",
        chair="Lê Quang Ưng",
        chair_office="Tổ trưởng tổ dân phố",
        secretary="Võ Thị Ỷ",
        invited=("Mặt trận Tổ quốc phường", "Hội Phụ nữ"),
        attendance=40,
        agreement_percent=50,
        rows=[
            contents.MinutesRow(head=NAMES[at], proposed="Hộ nghèo", agreed=agreed, result=result)
            for at, (agreed, result) in enumerate(votes)
        ],
        opinions=("Đề nghị xem lại thu nhập của một hộ",),
        representatives=("Phan Văn Ổn",),
    )


def posting() -> contents.Posting:
    """A posting of five households."""
    return contents.Posting(
        heading=HEADING,
        commune="phường Hương Sơ",
        year=2026,
        posted_on=date(2026, 11, 20),
        last_day=date(2026, 11, 25),
        working_days=3,
        places=("Nhà văn hóa tổ dân phố", "trụ sở UBND phường"),
        again=False,
        rows=[
            contents.PostingRow(head=name, village=VILLAGES[at % 3], class_="Hộ cận nghèo")
            for at, name in enumerate(NAMES)
        ],
        contact="Ban Chỉ đạo rà soát phường Hương Sơ",
        signature=SIGNATURE,
    )


def worker_posting() -> contents.Posting:
    """A posting of five workers, of whom the first is not to be recognised."""
    rows = [
        contents.PostingRow(
            head=name, village=VILLAGES[at % 3], class_="Công nhận" if at else "Không công nhận"
        )
        for at, name in enumerate(NAMES)
    ]
    return replace(posting(), rows=rows, workers=True, working_days=5)


def worker_decision() -> contents.WorkerDecision:
    """A decision on five workers."""
    return contents.WorkerDecision(
        heading=HEADING,
        year=2026,
        commune="phường Hương Sơ",
        effective_on=DAY,
        bases=BASES,
        rows=[
            contents.WorkerRow(
                name=name, birth_year=1980 + at, sex="Nữ", head="Trần Văn Hữu",
                village=VILLAGES[at % 3],
            )
            for at, name in enumerate(NAMES)
        ],
        signature=SIGNATURE,
        code=check_code(ADDRESS),
    )  # fmt: skip


def refusal_letter() -> contents.RefusalLetter:
    """An answer to a request that is refused for two reasons."""
    return contents.RefusalLetter(
        heading=HEADING,
        head="Trần Văn Hữu",
        address="Tổ dân phố 6, phường Hương Sơ",
        requested_on=date(2026, 10, 3),
        asked_for="giấy đề nghị rà soát hộ nghèo, hộ cận nghèo",
        answer="chưa đưa hộ ông/bà vào danh sách hộ gia đình cần rà soát",
        reasons=("Theo Phiếu A, hộ có từ 04 chỉ tiêu trở lên", "Hộ không cư trú trên địa bàn"),
        bases=BASES,
        signature=SIGNATURE,
    )


def own_view_slip(paper_code: str = "") -> contents.OwnViewSlip:
    """The slip of a code that was just given."""
    return contents.OwnViewSlip(
        issuer=HEADING.issuer,
        office="UBND phường Hương Sơ",
        code="0407 9135",
        given_on=DAY,
        valid_until_day=date(2026, 12, 18),
        valid_until_time="09:05",
        paper_code=paper_code,
        address="https://socai.example.vn/ho-cua-toi",
        qr=check_code(f"https://socai.example.vn/ho-cua-toi?ma={paper_code}"),
        idle_minutes=15,
        open_minutes=60,
        tries=5,
        locked_minutes=15,
        most_tries=10,
        answer_days=10,
    )


def loss_notices() -> contents.LossNotices:
    """A print of one notice."""
    return contents.LossNotices(notices=(loss_notice(),))


def loss_notice() -> contents.LossNotice:
    """A notice to a household that leaves poverty, with a last day to object."""
    return contents.LossNotice(
        heading=HEADING,
        head="Trần Văn Hữu",
        address="Tổ dân phố 6, phường Hương Sơ",
        class_before="hộ nghèo",
        class_after="hộ có mức sống trung bình",
        reasons=("Điểm B1 là 180, vượt ngưỡng 175",),
        review="rà soát hộ nghèo, hộ cận nghèo năm 2026",
        object_until=date(2026, 12, 28),
        contact="Phòng Văn hóa - Xã hội phường Hương Sơ",
        signature=SIGNATURE,
    )
