"""Codes by the clock (RFC 6238), as the apps on people's phones show them."""

import base64
import hmac
import re
import secrets
from datetime import datetime
from urllib.parse import quote

from desk.kernel.texts import western_digits

STEP_SECONDS = 30
DIGITS = 6
SEED_BYTES = 20
BETWEEN = re.compile(r"[\s-]")


def new_seed() -> bytes:
    """Draw 160 random bits."""
    return secrets.token_bytes(SEED_BYTES)


def step_of(now: datetime) -> int:
    """Count the half minutes since 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(seed: bytes, step: int, *, digits: int = DIGITS, digest: str = "sha1") -> str:
    """Give the code of one half minute."""
    mac = hmac.digest(seed, step.to_bytes(8, "big"), digest)
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def read_code(typed: str) -> str | None:
    """Read six ASCII or full-width digits, with blanks between them if need be; else None."""
    digits = BETWEEN.sub("", western_digits(typed))
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdecimal() else None


def step_that_fits(seed: bytes, typed: str, *, now: datetime, after: int) -> int | None:
    """Find the half minute a code is of: this one or the one before, and later than `after`.

    The one before is for clocks that go slow. None when it fits neither, or was used.
    """
    code, this = read_code(typed) or "", step_of(now)
    fitting = [
        step
        for step in (this - 1, this)
        if hmac.compare_digest(code_at(seed, step).encode(), code.encode()) and step > after
    ]
    return fitting[-1] if fitting else None


def written(seed: bytes) -> str:
    """Write a seed as people type it: base 32, in groups of four."""
    text = base64.b32encode(seed).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def read_seed(text: str) -> bytes:
    """Read what `written` wrote."""
    return base64.b32decode(text.replace(" ", ""))


def address(seed: bytes, login: str, issuer: str) -> str:
    """Give the address an app reads from a square code."""
    secret = base64.b32encode(seed).decode()
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?secret={secret}&issuer={quote(issuer)}"
