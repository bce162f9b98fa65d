"""Reading a text as a number would be typed in it: any width, any script, blanks and marks between.

Everything here keeps the places: what is found in the flat text stands at the same place in the
original, or at the place a list gives for it.
"""

import re
import unicodedata
from dataclasses import dataclass

SPOKEN = str.maketrans(
    {
        **dict.fromkeys("〇○零洞", "0"),
        **dict.fromkeys("一壹幺弌", "1"),
        **dict.fromkeys("二贰貳两弍", "2"),
        **dict.fromkeys("三叁參弎", "3"),
        **dict.fromkeys("四肆", "4"),
        **dict.fromkeys("五伍", "5"),
        **dict.fromkeys("六陆陸", "6"),
        **dict.fromkeys("七柒拐", "7"),
        **dict.fromkeys("八捌", "8"),
        **dict.fromkeys("九玖勾", "9"),
    }
)
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WORD = re.compile(r"\b(?:" + "|".join(WORDS) + r")\b", re.IGNORECASE | re.ASCII)
INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u2060\ufe0e\ufe0f\u20e3\ufeff")


@dataclass(frozen=True, slots=True)
class Flat:
    """A text with plain digits and letters; `places` says where each character stood."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the piece of the original that a piece of the flat text came from."""
        return self.places[start], self.places[end - 1] + 1


def flatten(text: str) -> Flat:
    """Write every digit as one of 0 to 9 and every letter in its plain form; drop the unseen."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in _plain(character):
            letters.append(plain)
            places.append(place)
    return _spelled_out(Flat("".join(letters), tuple(places)))


def spoken(flat: Flat) -> Flat:
    """Read Chinese numerals as digits as well."""
    return Flat(flat.text.translate(SPOKEN), flat.places)


def squeezed(flat: Flat) -> Flat:
    """Leave out whatever is neither letter nor digit, and the case of letters."""
    kept = [
        (character.casefold()[0], place)
        for character, place in zip(flat.text, flat.places, strict=True)
        if character.isalnum()
    ]
    return Flat("".join(c for c, _place in kept), tuple(place for _c, place in kept))


def _plain(character: str) -> str:
    if character in INVISIBLE or unicodedata.category(character) == "Cf":
        return ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return "".join(
        str(d) if (d := unicodedata.digit(c, None)) is not None else c
        for c in unicodedata.normalize("NFKD", folded)
        if not unicodedata.combining(c)
    )


def _spelled_out(flat: Flat) -> Flat:
    """Read English words for digits as digits."""
    text: list[str] = []
    places: list[int] = []
    at = 0
    for found in WORD.finditer(flat.text):
        text.append(flat.text[at : found.start()])
        places.extend(flat.places[at : found.start()])
        text.append(str(WORDS.index(found[0].lower())))
        places.append(flat.places[found.start()])
        at = found.end()
    return Flat("".join([*text, flat.text[at:]]), (*places, *flat.places[at:]))
