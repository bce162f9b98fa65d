"""Chinese text made searchable: overlapping pairs of characters, the same in both databases."""

import re
import unicodedata
from collections.abc import Iterable

RUN = re.compile(r"[^\W_]+", re.UNICODE)
ESCAPE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
LONGEST_QUERY = 64


def normalise(text: str) -> str:
    """Fold width, case and control characters, so that 2026 finds ２０２６ and a finds A."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return CONTROL.sub(" ", unicodedata.normalize("NFKC", folded))


def pairs(normalised: str) -> list[str]:
    """List the overlapping pairs of each run of letters and digits; a lone character is itself."""
    found: list[str] = []
    for match in RUN.finditer(normalised):
        run = match.group()
        found.append(run[-1])
        found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def index_text(normalised: str, *, extra: Iterable[str] = ()) -> str:
    """Write the pairs, and any extra tokens, as the words of an index, each once."""
    words = {_word(pair) for pair in pairs(normalised)} | {f"z{token}" for token in extra}
    return " ".join(sorted(words))


def query(words: str, *, dialect: str, scope: Iterable[str] = ()) -> str | None:
    """Write a search for the index of `sqlite` or `postgresql`; None when nothing can be sought.

    A run of one character becomes a search for every pair that begins with it; the caller checks
    each hit against `like_pattern`, so that pairs from different places do not count.
    """
    runs = [m.group() for m in RUN.finditer(normalise(words)[:LONGEST_QUERY])]
    if not runs:
        return None
    terms: list[str] = []
    for run in runs:
        if len(run) == 1:
            terms.append(_prefix(_hex(run), dialect))
        else:
            terms.extend(_exact(_word(run[i : i + 2]), dialect) for i in range(len(run) - 1))
    glue = {"sqlite": (" AND ", " OR "), "postgresql": (" & ", " | ")}[dialect]
    tokens = [_exact(f"z{token}", dialect) for token in scope]
    if tokens:
        terms.append(f"({glue[1].join(tokens)})")
    return glue[0].join(dict.fromkeys(terms))


def like_pattern(words: str) -> str:
    """Write the LIKE pattern that finds these words literally; its escape is the backslash."""
    return f"%{normalise(words)[:LONGEST_QUERY].strip().translate(ESCAPE)}%"


def _hex(character: str) -> str:
    return f"x{ord(character):06x}"


def _word(pair: str) -> str:
    return "".join(_hex(character) for character in pair)


def _exact(word: str, dialect: str) -> str:
    return f'"{word}"' if dialect == "sqlite" else f"'{word}'"


def _prefix(word: str, dialect: str) -> str:
    return f'"{word}"*' if dialect == "sqlite" else f"'{word}':*"
