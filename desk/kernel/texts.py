"""What may be kept of a typed text, and what a telephone number or an address looks like."""

import re
import unicodedata

BLANK = " \t\u00a0\u3000\u200b\u200c\u200d\ufeff"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BREAK = re.compile(r"[\r\n\u2028\u2029\x0b\x0c\x85]")
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
INTEGER = re.compile(r"^[0-9]{1,9}$", re.ASCII)
FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－（）　", "0123456789+-() ")
MOBILE = re.compile(r"^(?:(?:\+|00)?86)?(1[3-9]\d{9})$", re.ASCII)
LANDLINE = re.compile(r"^(0[1-9]\d{8,10}|[48]00\d{7})$", re.ASCII)
LANDLINE_FROM_ABROAD = re.compile(r"^(?:\+|00)86([1-9]\d{8,10})$", re.ASCII)
EMAIL = re.compile(r"^[^@\s\"(),:;<>\[\]\\]+@[^@\s\"(),:;<>\[\]\\]+\.[^@\s.\"(),:;<>\[\]\\]{2,}$")
LONGEST_EMAIL = 254
MOST_MARKS = 8


def storable(text: str) -> bool:
    """Tell whether both databases can keep a text: no lone surrogates, no NUL, no control."""
    return CONTROL.search(text) is None and not any("\ud800" <= c <= "\udfff" for c in text)


def tidy(text: str, *, lines: bool) -> str:
    """Compose a text and take the blanks around it off; `lines` keeps its line breaks, as LF.

    What cannot be encoded becomes a question mark: ask `storable` about the text as it came.
    """
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", kept).strip(BLANK + ("\n" if lines else ""))


def western_digits(text: str) -> str:
    """Write full-width digits and signs as ASCII; digits of other scripts stay what they are."""
    return text.translate(FULL_WIDTH)


def whole_number(text: str) -> int | None:
    """Read one to nine ASCII or full-width digits; anything else is None."""
    digits = western_digits(text)
    return int(digits) if INTEGER.match(digits) else None


def phone_digits(text: str) -> str | None:
    """Read a telephone number in China as its digits, without 86; anything else is None."""
    compact = re.sub(r"[\s\-()]", "", western_digits(text))
    domestic = MOBILE.match(compact) or LANDLINE.match(compact)
    if domestic is not None:
        return domestic.group(1)
    abroad = LANDLINE_FROM_ABROAD.match(compact)
    return f"0{abroad.group(1)}" if abroad is not None else None


def is_email(text: str) -> bool:
    """Tell whether a text looks like an address that mail can be sent to."""
    name, _, host = text.partition("@")
    return (
        len(text) <= LONGEST_EMAIL
        and EMAIL.match(text) is not None
        and ".." not in text
        and not name.startswith(".")
        and not name.endswith(".")
        and not host.startswith((".", "-"))
    )


def has_stacked_marks(text: str) -> bool:
    """Tell whether more than eight marks stand on one letter, so that nobody can read it."""
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MOST_MARKS:
            return True
    return False
