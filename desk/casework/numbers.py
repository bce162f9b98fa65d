"""Case numbers that can be read out on the phone, and the codes that open a case."""

import re
import secrets
import unicodedata
from datetime import date
from random import Random

NUMBER = re.compile(r"([A-Z]{2,4})(\d{6})(\d{6}|\d{8})(\d)", re.ASCII)
BETWEEN = re.compile(r"[\s\-\u200b-\u2015\u2212\u30fc\ufeff_.·]+")
LONGEST_TYPED = 64
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FORGIVEN = str.maketrans("OIL", "011")
CODE_LENGTH = 16


def check_digit(digits: str) -> str:
    """Compute the check digit of ISO 7064 MOD 11,10 over a string of digits."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def new_case_number(
    short_code: str, day: date, *, width: int = 6, rng: Random | None = None
) -> str:
    """Draw a number: `<region>-YYMMDD-NNNNNN-C`, random so that nobody can count cases.

    `width` is 6, or 8 when a day's numbers run short.
    """
    source = rng or secrets.SystemRandom()
    drawn = f"{source.randrange(10**width):0{width}d}"
    on = day.strftime("%y%m%d")
    return f"{short_code}-{on}-{drawn}-{check_digit(on + drawn)}"


def parse_case_number(text: str) -> str | None:
    """Read a number as people write it, in any case and width, with or without its dashes.

    None when it cannot be one: the check digit is wrong or there is no such day.
    """
    match = NUMBER.fullmatch(_compact(text).upper()) if len(text) <= LONGEST_TYPED else None
    if match is None:
        return None
    short, on, drawn, check = match.groups()
    if check_digit(on + drawn) != check or not _is_day(on):
        return None
    return f"{short}-{on}-{drawn}-{check}"


def new_access_code(rng: Random | None = None) -> str:
    """Draw an access code: 80 random bits as 16 characters without I, L, O, U."""
    source = rng or secrets.SystemRandom()
    return "".join(source.choice(ALPHABET) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """Write a code in fours, as it is shown."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def normalise_access_code(text: str) -> str | None:
    """Read a code as people type it (any case, O for 0, I or L for 1); None when it is not one."""
    compact = _forgiven(text) if len(text) <= LONGEST_TYPED else ""
    if len(compact) != CODE_LENGTH or any(c not in ALPHABET for c in compact):
        return None
    return compact


def contains_code(text: str, code: str) -> bool:
    """Tell whether somebody has written this code, as `new_access_code` gives it, into a text."""
    return code in _forgiven(text)


def _compact(text: str) -> str:
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def _forgiven(text: str) -> str:
    return _compact(text).upper().translate(FORGIVEN)


def _is_day(yymmdd: str) -> bool:
    try:
        date.fromisoformat(f"20{yymmdd}")
    except ValueError:
        return False
    return True
