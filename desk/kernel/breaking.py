"""Breaking a text into lines of some width, as Chinese and English are broken."""

import unicodedata
from collections.abc import Callable, Iterator

NOT_FIRST = frozenset("，。、；：？！）》」』】〉”’…—～·％℃,.;:?!)]}%")
"""Signs that no line begins with."""

NOT_LAST = frozenset("（《「『【〈“‘([{￥$")
"""Signs that no line ends with."""

BLANKS = " \t\u00a0\u3000"
Width = Callable[[str], float]


def broken(text: str, width: float, measure: Width) -> list[str]:
    """Break a text into lines that are no wider than `width`, as `measure` tells of one character.

    Breaks between any two Chinese characters and at blanks; a word is cut only where it alone is
    too wide. Line breaks of the text itself are kept.
    """
    return [
        line for paragraph in text.split("\n") for line in _paragraph(paragraph, width, measure)
    ]


def _paragraph(text: str, width: float, measure: Width) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for piece in pieces(text.expandtabs(4)):
        length = sum(map(measure, piece))
        if used + length <= width:
            line, used = line + piece, used + length
            continue
        if line.strip(BLANKS):
            lines.append(line.rstrip(BLANKS))
        line, used = "", 0.0
        for character in piece.lstrip(BLANKS):
            wide = measure(character)
            if line and used + wide > width:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + character, used + wide
    return [*lines, line.rstrip(BLANKS)] if line.strip(BLANKS) or not lines else lines


def pieces(text: str) -> Iterator[str]:
    """Give a text in the smallest pieces that a line may end after."""
    piece = ""
    for character in text:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if unicodedata.combining(after) or after in NOT_FIRST or before in NOT_LAST:
        return False
    if after in BLANKS or before in BLANKS:
        return before not in BLANKS or after not in BLANKS
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}
