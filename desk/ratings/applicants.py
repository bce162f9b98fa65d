"""Knowing whoever was served again, without keeping who they are in the open."""

from uuid import UUID

from desk.kernel.texts import phone_digits
from desk.kernel.vault import hashes, open_alone, seal_alone

TABLE, COLUMN = "service_events", "phone_e"
MOBILE_DIGITS = 11


def hash_of_phone(phone: str) -> bytes | None:
    """Hash a telephone number as occasions keep it; None when it is none."""
    digits = phone_digits(phone)
    return hashes().index("phone", digits) if digits else None


def hash_of_applicant(phone: str | None, number: str | None) -> bytes | None:
    """Hash whoever was served: by telephone, else by the number of a document or a business."""
    found = hash_of_phone(phone) if phone else None
    if found is None and number:
        found = hashes().index("applicant", number.strip().upper())
    return found


def is_mobile(digits: str) -> bool:
    """Tell whether a number takes text messages."""
    return len(digits) == MOBILE_DIGITS and digits.startswith("1")


def sealed_phone(event_id: UUID, phone: str | None) -> bytes | None:
    """Encrypt the number an occasion's link may be sent to; it opens in no other row."""
    digits = phone_digits(phone) if phone else None
    return seal_alone(TABLE, COLUMN, event_id, digits) if digits else None


def opened_phone(event_id: UUID, kept: bytes | None) -> str | None:
    """Decrypt the number of whoever was served: to send their link, to put right a bad rating."""
    return open_alone(TABLE, COLUMN, event_id, kept) if kept is not None else None
