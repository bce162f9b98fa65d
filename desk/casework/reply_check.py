"""Reading a reply over before it goes out: what its author should look at once more."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from desk.casework.situation import StepData
from desk.kernel import grams
from desk.kernel.texts import western_digits

PARTS = ("facts", "basis", "action", "next_step", "contact")
SHORTEST_PART = 4
SHORTEST_TO_COMPARE = 80
ALIKE = 0.8
WHOLE = 100
EMPTY_PHRASES = (
    "已阅", "请耐心等待", "敬请谅解", "高度重视", "正在研究", "尽快处理", "酌情处理",
    "不属于我单位职责", "不归我们管", "请自行", "以上答复", "感谢您的理解与支持",
)  # fmt: skip
"""Phrases that sound like an answer and say nothing of who does what by when."""

MOBILE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)", re.ASCII)
RESIDENT = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
CARD = re.compile(r"(?<!\d)\d(?:[\s-]?\d){14,18}(?!\d)", re.ASCII)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


class Doubt(StrEnum):
    """What may be wrong with a reply."""

    THIN = "thin"
    PHRASE = "phrase"
    ALIKE = "alike"
    PHONE = "phone"
    RESIDENT = "resident"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at: what, in which part (empty: the whole), and the words or per cent."""

    doubt: Doubt
    part: str = ""
    detail: str = ""


def parts_of(data: StepData) -> dict[str, str]:
    """Give the parts of a reply by their names, empty where nothing was written."""
    return {part: str(getattr(data, part) or "") for part in PARTS}


def likeness(one: str, other: str) -> float:
    """Measure how alike two texts are by their pairs of characters: 0 nothing, 1 the same."""
    left, right = _pairs(one), _pairs(other)
    together = left | right
    return len(left & right) / len(together) if together else 0.0


def likest(text: str, earlier: Iterable[str]) -> float:
    """Give the greatest likeness to any of the earlier texts; 0 for a text too short to judge."""
    if len(text) < SHORTEST_TO_COMPARE:
        return 0.0
    return max((likeness(text, other) for other in earlier), default=0.0)


def check(parts: Mapping[str, str], earlier: Iterable[str]) -> list[Notice]:
    """List what the author should look at before sending; empty when nothing was noticed.

    `earlier` are whole replies of the same department to other cases. The part that says whom to
    ask may hold an office's number; the others may not hold anybody's.
    """
    found = [
        Notice(Doubt.THIN, part)
        for part in PARTS
        if part != "contact" and len(parts.get(part, "").strip()) < SHORTEST_PART
    ]
    for part in PARTS:
        text = parts.get(part, "")
        found += [Notice(Doubt.PHRASE, part, words) for words in EMPTY_PHRASES if words in text]
        found += [Notice(doubt, part) for doubt in numbers_in(text, phones=part != "contact")]
    share = likest(whole(parts), earlier)
    if share >= ALIKE:
        found.append(Notice(Doubt.ALIKE, detail=str(round(share * WHOLE))))
    return found


def whole(parts: Mapping[str, str]) -> str:
    """Join what a reply says about the matter itself; whom to ask is the same in every reply."""
    return "\n".join(parts.get(part, "") for part in PARTS if part != "contact")


def numbers_in(text: str, *, phones: bool = True) -> list[Doubt]:
    """Tell which kinds of personal numbers a text holds, once each."""
    plain = western_digits(text)
    residents = [number for number in RESIDENT.findall(plain) if _is_resident(number)]
    rest = RESIDENT.sub(" ", plain)
    cards = [number for number in CARD.findall(rest) if _is_card(number)]
    seen = {
        Doubt.RESIDENT: bool(residents),
        Doubt.CARD: bool(cards),
        Doubt.PHONE: phones and MOBILE.search(plain) is not None,
    }
    return [doubt for doubt, is_seen in seen.items() if is_seen]


def _pairs(text: str) -> set[str]:
    return set(grams.pairs(grams.normalise(text)))


def _is_resident(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11] == number[17].upper()


def _is_card(number: str) -> bool:
    digits = [int(character) for character in number if character.isdigit()]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
