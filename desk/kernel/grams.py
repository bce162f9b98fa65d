"""Chinese text made searchable: overlapping pairs of characters, the same in both databases."""

import re
import unicodedata
from collections.abc import Iterable

RARE = "\ue000-\uf8ff\U00020000-\U0003ffff\U000f0000-\U0010ffff"
RUN = re.compile(f"(?:[^\\W_]|[{RARE}])+")
"""Letters and digits, with the characters of rare names that Python or Unicode do not know yet."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
ESCAPE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
LONGEST_QUERY = 64


def normalise(text: str) -> str:
    """Fold width and case, so that 2026 finds ２０２６ and a finds A.

    Marks nobody sees are dropped, control characters and line ends become a space.
    """
    seen = CONTROL.sub(" ", INVISIBLE.sub("", text))
    folded = unicodedata.normalize("NFKC", seen).casefold()
    return unicodedata.normalize("NFKC", folded)


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
