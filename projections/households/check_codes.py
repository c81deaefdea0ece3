"""Check codes of certificates and decisions: what the QR code on the paper leads to.

A code is made of what the paper is, under the secret index key: it is the same at every print, is
stored with no event, and cannot be guessed. It has 120 bits, written as 24 letters and digits.
"""

import base64
import re
from datetime import date
from uuid import UUID

from domain.eventstore.personal import Keyring

LENGTH = 15  # bytes
_WRITTEN = re.compile(r"[A-Z2-7]{24}")


def certificate_key(keyring: Keyring, certificate_id: UUID) -> bytes:
    """The key by which a certificate is found."""
    return keyring.blind_text(f"certificate/{certificate_id}")[:LENGTH]


def decision_key(keyring: Keyring, unit: str, number: str, signed_on: date | None) -> bytes:
    """The key by which a decision of a commune is found."""
    return keyring.blind_text(f"decision/{unit}/{number}/{signed_on or ''}")[:LENGTH]


def worker_decision_key(keyring: Keyring, round_id: UUID, number: str) -> bytes:
    """The key by which a decision of a round on low-income workers is found."""
    return keyring.blind_text(f"worker_decision/{round_id}/{number}")[:LENGTH]


def written(key: bytes) -> str:
    """The code as it stands in the address and under the QR code, in groups of six."""
    text = base64.b32encode(key).decode()
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


def read(code: str) -> bytes | None:
    """The key of a code as typed; None for what cannot be one."""
    plain = code.replace("-", "").replace(" ", "").upper()
    return base64.b32decode(plain) if _WRITTEN.fullmatch(plain) else None
