"""Print of the certificates of a commune: many papers in one PDF, with its time and memory.

python -m bench.papers [certificates]
"""

import resource
import sys
from collections.abc import Iterator
from datetime import date

from bench.isolated_runs import Spent, alone
from bench.results import Row
from service.papers import pdf
from service.papers.contents import (
    Certificate,
    CertificateMember,
    Certificates,
    Heading,
    Signature,
)

CERTIFICATES = 3_000
ON_ONE_PRINT = 100
DAY = date(2026, 12, 15)
BASES = (
    "Căn cứ Điều 3 Nghị định 07/2021/NĐ-CP ngày 27 tháng 01 năm 2021",
    "Căn cứ Quyết định 24/2021/QĐ-TTg ngày 16 tháng 7 năm 2021",
)


def row(certificates: int = CERTIFICATES) -> Row:
    """The print of so many certificates of households of four."""
    spent = printed_alone(certificates)
    size, typesetter = spent.answer
    return Row(
        f"print of {certificates:,} certificates in one PDF",
        f"{spent.seconds:,.1f} s, {spent.memory:,.0f} MiB",
        f"a typesetter at most {typesetter:,.0f} MiB; {size / 2**20:,.1f} MiB of PDF",
        "stated",
        True,
        "",
    )


def printed_alone(certificates: int) -> Spent:
    """Prints in a fresh process; the answer is the size of the PDF in bytes, and the memory of the
    largest typesetter in MiB."""
    return alone(_print, certificates)


def _print(certificates: int) -> tuple[int, float]:
    document = pdf.joined("certificate", _parts(certificates), day=DAY)
    return len(document), typesetter_memory()


def typesetter_memory() -> float:
    """The memory of the largest typesetter that this process ran, in MiB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _parts(certificates: int) -> Iterator[Certificates]:
    for first in range(0, certificates, ON_ONE_PRINT):
        last = min(first + ON_ONE_PRINT, certificates)
        yield Certificates(certificates=[_certificate(at) for at in range(first, last)])


def _certificate(at: int) -> Certificate:
    names = (f"Nguyễn Văn Số {at}", f"Lê Thị Số {at}", f"Nguyễn Thị Cả {at}", f"Nguyễn Văn Út {at}")
    return Certificate(
        heading=Heading(
            issuer=("Ủy ban nhân dân", "phường Hương Sơ"),
            place="Hương Sơ",
            number=f"{at + 1:02d}/GCN-HN.HCN",
            day=DAY,
        ),
        bases=BASES,
        class_="Hộ nghèo",
        year=DAY.year,
        head=names[0],
        ethnicity="Kinh",
        id_number=f"046{at:09d}",
        id_issued_on=None,
        residence=f"{at} Lê Lợi, Tổ dân phố {at % 40}, phường Hương Sơ",
        members=[
            CertificateMember(
                name=name,
                ethnicity="Kinh",
                relation="Con",
                sex="female" if "Thị" in name else "male",
                birth_year=1950 + at % 60,
            )
            for name in names
        ],
        decision="Quyết định số 215/QĐ-UBND ngày 14/12/2026",
        signature=Signature(office="Chủ tịch", name="Nguyễn Thị Ẩn", recipients=("Lưu: VT",)),
        code=pdf.check_code(f"https://socai.example.vn/kiem-tra/{at:024d}"),
    )


if __name__ == "__main__":
    print(row(int(sys.argv[1]) if len(sys.argv) > 1 else CERTIFICATES))
