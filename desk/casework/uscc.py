"""The unified social credit code of GB 32100."""

import re
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
DIVISION = slice(2, 8)
BETWEEN = re.compile(r"[\s\-\u200b-\u2015\u2212\ufeff]+")
LONGEST_TYPED = 64


def normalise_uscc(text: str) -> str | None:
    """Read a code as people write it, in any case and width, with spaces or dashes.

    None when length, letters, the six digits of the division or the check character are wrong.
    """
    if len(text) > LONGEST_TYPED:
        return None
    compact = BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(compact) != LENGTH or any(c not in ALPHABET for c in compact):
        return None
    if not compact[DIVISION].isdigit():
        return None
    return compact if check_character(compact[:-1]) == compact[-1] else None


def check_character(first_seventeen: str) -> str:
    """Compute the last character from the first seventeen."""
    total = sum(
        ALPHABET.index(character) * pow(3, place, 31)
        for place, character in enumerate(first_seventeen)
    )
    return ALPHABET[(31 - total % 31) % 31]
