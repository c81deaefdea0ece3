"""What each paper says, as plain data: one class for each template.

Texts are as they are to be read; days become ISO dates. Nothing here decides: the capability that
prints a paper fills these from its record. Which parts of a form are known, and which are our own
choice, is in docs/papers.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.papers.pdf import CheckCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of a paper: the issuing body, the number, and the place and day of signing.

    `issuer` has a line for each part ("Ủy ban nhân dân", "phường Hương An"); `lines` are above it.
    `number` None leaves the number out, and `day` None leaves dots to be filled in by hand.
    """

    issuer: Sequence[str]
    place: str
    number: str | None = None
    day: date | None = None
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs, in which office, and to whom the paper goes."""

    office: str
    name: str
    recipients: Sequence[str] = ()
    above: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateMember:
    """A line of the certificate: one member of the household on the day of issue."""

    name: str
    ethnicity: str
    relation: str
    sex: str
    birth_year: int | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Giấy chứng nhận hộ nghèo, hộ cận nghèo (form 03 of Quyết định 24/2021/QĐ-TTg)."""

    heading: Heading
    bases: Sequence[str]
    class_: str
    year: int
    head: str
    ethnicity: str
    id_number: str
    id_issued_on: date | None
    residence: str
    members: Sequence[CertificateMember]
    decision: str
    signature: Signature
    code: CheckCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """The certificates of one print, each on a page of its own."""

    certificates: Sequence[Certificate]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A household in the list of a decision."""

    head: str
    birth_year: int | None
    sex: str
    village: str
    persons: int
    class_: str
    class_before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionGroup:
    """The households of a decision that it recognises as the same."""

    title: str
    households: int
    persons: int
    rows: Sequence[DecisionRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Quyết định công nhận danh sách (form 02 of Quyết định 24/2021/QĐ-TTg) with its list.

    `leaving` is the decision on exits, `average` that on households of average living standard.
    `commune` is the unit in the sentence ("phường Hương An").
    """

    heading: Heading
    leaving: bool
    average: bool = False
    year: int
    commune: str
    effective_on: date | None
    bases: Sequence[str]
    groups: Sequence[DecisionGroup]
    signature: Signature
    code: CheckCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesRow:
    """A household as it was discussed: what was proposed, and how many agreed.

    `agreed` equal to the attendance is printed as the whole meeting, without count and share.
    """

    head: str
    proposed: str
    agreed: int
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Biên bản họp dân (annex V of Thông tư 07/2021/TT-BLĐTBXH).

    An empty name leaves dots to be filled in by hand, and so do `opinions` None. `chair_office` is
    the office of who chairs; `agreement_percent` the least share of all who attend, None where it
    is not known.
    """

    heading: Heading
    village: str
    commune: str
    year: int
    held_on: date
    place: str
    chair: str
    chair_office: str
    secretary: str
    invited: Sequence[str]
    attendance: int
    agreement_percent: int | None
    rows: Sequence[MinutesRow]
    opinions: Sequence[str] | None
    representatives: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A low-income worker in the list of a decision, with the head of the household."""

    name: str
    birth_year: int | None
    sex: str
    head: str
    village: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerDecision:
    """Quyết định công nhận người lao động có thu nhập thấp (form 02 of Nghị định 30/2025/NĐ-CP)."""

    heading: Heading
    year: int
    commune: str
    effective_on: date
    bases: Sequence[str]
    rows: Sequence[WorkerRow]
    signature: Signature
    code: CheckCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRow:
    """A household, or a worker, on a public list: name, village and proposal, and nothing more."""

    head: str
    village: str
    class_: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Danh sách niêm yết, with the least of personal data.

    `last_day` ends the posting; None where it is not known, as is `working_days`. With `workers` it
    is of persons who asked to be recognised as low-income workers, with `average` of households of
    average living standard.
    """

    heading: Heading
    commune: str
    year: int
    posted_on: date
    last_day: date | None
    working_days: int | None
    places: Sequence[str]
    again: bool
    rows: Sequence[PostingRow]
    contact: str
    signature: Signature
    workers: bool = False
    average: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalLetter:
    """A written answer, with reasons, to a household whose request is refused.

    `answer` says what is refused: "chưa đưa hộ ông/bà vào danh sách hộ gia đình cần rà soát".
    """

    heading: Heading
    head: str
    address: str
    requested_on: date
    asked_for: str
    answer: str
    reasons: Sequence[str]
    bases: Sequence[str]
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class LossNotice:
    """A notice to a household that is to lose its class, with the last day to object.

    It goes out before the decision; `review` is the review whose result it tells.
    """

    heading: Heading
    head: str
    address: str
    class_before: str
    class_after: str
    reasons: Sequence[str]
    review: str
    object_until: date
    contact: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class LossNotices:
    """The notices of one print, each on a page of its own."""

    notices: Sequence[LossNotice]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnViewSlip:
    """Giấy báo mã một lần: the code that opens a household's own view, and how. It names no person.

    `paper_code` is "" where the household has a certificate with a code of its own; `address` is
    that of the page alone, and `qr` may have the code of the paper in it.
    """

    issuer: Sequence[str]
    office: str
    code: str
    given_on: date
    valid_until_day: date
    valid_until_time: str
    paper_code: str
    address: str
    qr: CheckCode
    idle_minutes: int
    open_minutes: int
    tries: int
    locked_minutes: int
    most_tries: int
    answer_days: int
