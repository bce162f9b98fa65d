"""The unified social credit code of GB 32100."""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def normalise_uscc(text: str) -> str | None:
    """Read a code as people write it; None when length, letters or check character are wrong."""
    compact = "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")
    if len(compact) != LENGTH or any(c not in ALPHABET for c in compact):
        return None
    return compact if check_character(compact[:-1]) == compact[-1] else None


def check_character(first_seventeen: str) -> str:
    """Compute the last character from the first seventeen."""
    total = sum(
        ALPHABET.index(character) * pow(3, place, 31)
        for place, character in enumerate(first_seventeen)
    )
    return ALPHABET[(31 - total % 31) % 31]
