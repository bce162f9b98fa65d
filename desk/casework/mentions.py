"""Finding in a note whom of one's colleagues it names: an @ and a name or a sign-in name."""

from collections.abc import Iterable
from dataclasses import dataclass

MARKS = "@＠"
MOST = 20


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works with a case and can be named in its notes."""

    id: int
    login: str
    name: str


def has_mark(text: str) -> bool:
    """Tell whether a text can name anybody at all."""
    return any(mark in text for mark in MARKS)


def mentioned(text: str, colleagues: Iterable[Colleague]) -> list[Colleague]:
    """List who is named, each once, in the order of the text; at most twenty.

    The longest name that fits counts, so that 李明华 is not 李明; two people of one name are both
    named. A name in Latin letters ends where its letters end.
    """
    called: dict[str, list[Colleague]] = {}
    for one in colleagues:
        for word in {one.name.casefold(), one.login.casefold()}:
            if word.strip():
                called.setdefault(word, []).append(one)
    longest_first = sorted(called, key=len, reverse=True)
    found: dict[int, Colleague] = {}
    for at, character in enumerate(text):
        if character in MARKS:
            word = _word_at(text, at + 1, longest_first)
            found.update({one.id: one for one in called.get(word, ())})
    return list(found.values())[:MOST]


def _word_at(text: str, start: int, words: Iterable[str]) -> str:
    """Give the first of the words that stands here; an empty one when none does."""
    for word in words:
        end = start + len(word)
        if text[start:end].casefold() == word and not _goes_on(text, end):
            return word
    return ""


def _goes_on(text: str, end: int) -> bool:
    """Tell whether a word in Latin letters or digits does not end here."""
    if end >= len(text):
        return False
    before, after = text[end - 1], text[end]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
