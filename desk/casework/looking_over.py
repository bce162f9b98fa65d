"""Reading a text over before somebody outside reads it: personal numbers and empty phrases."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desk.kernel.texts import western_digits

AROUND = 12
MOST_SHOWN = 6
MOBILE = re.compile(r"(?<!\d)(?:\+?86[ \t-]?)?1[3-9]\d(?:[ \t-]?\d{4}){2}(?!\d)", re.ASCII)
RESIDENT = re.compile(r"(?<![0-9A-Za-z])\d(?:[ \t-]?\d){16}[ \t-]?[0-9Xx](?![0-9A-Za-z])", re.ASCII)
CARD = re.compile(r"(?<!\d)\d(?:[ \t-]?\d){14,18}(?!\d)", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


class Doubt(StrEnum):
    """What may be wrong with a text."""

    RESIDENT = "resident"
    CARD = "card"
    PHONE = "phone"
    PHRASE = "phrase"
    UNFILLED = "unfilled"
    THIN = "thin"
    SAME = "same"
    ECHO = "echo"
    NO_RULE = "no_rule"
    NO_NUMBER = "no_number"
    TO_COME = "to_come"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class Piece:
    """Where in a text something stands out."""

    start: int
    end: int
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text between a few of the characters around it."""

    before: str
    piece: str
    after: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at: what, in which part (empty: the whole), in which words."""

    doubt: Doubt
    part: str = ""
    detail: str = ""
    shown: tuple[Excerpt, ...] = ()


def numbers_at(text: str, *, phones: bool = True) -> list[Piece]:
    """Find resident, card and mobile numbers, in the order of the text; none within another.

    An identity number has a valid check digit and a card number passes Luhn's test, so that
    reference numbers are left alone. Digits may be full-width, in groups, or both.
    """
    plain = western_digits(text)
    found: list[Piece] = []
    for doubt, pattern, is_one in (
        (Doubt.RESIDENT, RESIDENT, _is_resident),
        (Doubt.CARD, CARD, _is_card),
        (Doubt.PHONE, MOBILE, lambda _number: phones),
    ):
        for match in pattern.finditer(plain):
            here = Piece(match.start(), match.end(), doubt)
            if is_one(re.sub(r"[ \t-]", "", match[0])) and not any(_meet(here, p) for p in found):
                found.append(here)
    return sorted(found, key=lambda piece: piece.start)


def phrases_at(text: str, phrases: Iterable[str]) -> list[Piece]:
    """Find each of the phrases, whatever its case, in the order of the text."""
    low = text.casefold() if len(text.casefold()) == len(text) else text
    found = [
        Piece(match.start(), match.end(), Doubt.PHRASE)
        for phrase in phrases
        if phrase
        for match in re.finditer(re.escape(phrase.casefold()), low)
    ]
    return sorted(found, key=lambda piece: (piece.start, piece.end))


def notices(part: str, text: str, pieces: Sequence[Piece]) -> list[Notice]:
    """Say once for each kind of piece, and once for each phrase, what stands where in a part."""
    groups: dict[tuple[Doubt, str], list[Piece]] = {}
    for piece in pieces:
        detail = text[piece.start : piece.end] if piece.doubt is Doubt.PHRASE else ""
        groups.setdefault((piece.doubt, detail), []).append(piece)
    return [
        Notice(doubt, part, detail, tuple(excerpt(text, piece) for piece in found[:MOST_SHOWN]))
        for (doubt, detail), found in groups.items()
    ]


def excerpt(text: str, piece: Piece) -> Excerpt:
    """Cut a piece out of a text with what stands around it on its line."""
    before = text[max(0, piece.start - AROUND) : piece.start].rpartition("\n")[2]
    after = text[piece.end : piece.end + AROUND].partition("\n")[0]
    return Excerpt(before, text[piece.start : piece.end], after)


def _meet(one: Piece, other: Piece) -> bool:
    return one.start < other.end and other.start < one.end


def _is_resident(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11] == number[17].upper()


def _is_card(number: str) -> bool:
    digits = [int(character) for character in number]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
