"""What a file is called: made harmless when it arrives, and written so that browsers keep it."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 100
UNNAMED = "file"
PARTS = re.compile(r"[/\\]")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINER = "\u200d"
FORBIDDEN = re.compile(r'[<>:"|?*]')
SECOND_ENDING = re.compile(r"\.(?=[A-Za-z][A-Za-z0-9]{0,5}$)", re.ASCII)
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE | re.ASCII)
ENDING = re.compile(r"^[a-z0-9]{1,8}$", re.ASCII)


def ending_of(name: str) -> str:
    """Give what stands behind the last dot, in lower case; nothing where that is none."""
    stem, _dot, ending = _visible(PARTS.split(name)[-1]).strip(" .\t\r\n").rpartition(".")
    ending = ending.lower()
    return ending if stem.strip(" .") and ENDING.match(ending) else ""


def tidy_name(name: str) -> str:
    """Make a name that can be shown and saved anywhere: no folder, nothing invisible, one ending.

    It has at most 100 characters and keeps its last ending; `a.php.jpg` becomes `a_php.jpg`.
    """
    last = _visible(PARTS.split(name)[-1])
    last = FORBIDDEN.sub("_", " ".join(last.split())).strip(" .")
    ending = ending_of(last)
    stem = last[: -len(ending) - 1] if ending else last
    stem = SECOND_ENDING.sub("_", stem.strip(" .")) or UNNAMED
    if RESERVED.match(f"{stem}."):
        stem = f"_{stem}"
    if not ending:
        return stem[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending}"


def with_ending(name: str, ending: str) -> str:
    """Call a file by its name and the ending of what it has become."""
    stem = name.rpartition(".")[0] if ending_of(name) else name
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"


def disposition(name: str, *, inline: bool) -> str:
    """Write the header that names a download (RFC 6266): in full, and plain for old browsers."""
    ending = ending_of(name)
    plain = f"{UNNAMED}.{ending}" if ending else UNNAMED
    if re.fullmatch(r"[A-Za-z0-9 _.()-]+", name, re.ASCII):
        plain = name
    way = "inline" if inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _visible(text: str) -> str:
    """Compose a text and leave out what nobody sees, except what joins the parts of an emoji."""
    kept = text.encode("utf-8", "replace").decode("utf-8")
    composed = unicodedata.normalize("NFC", kept)
    return "".join(
        " " if c in "\t\r\n" else c
        for c in composed
        if c in f"\t\r\n{JOINER}" or unicodedata.category(c) not in INVISIBLE
    )
