"""Collect the sentences to translate, compile the translations, and say what is missing."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "desk/translations/zh_Hans/LC_MESSAGES/messages.po"
MAPPING = """
[python: desk/**.py]
[jinja2: templates/**.html]
silent=false
[jinja2: templates/**.txt]
silent=false
"""
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None}


def sentences() -> Iterator[tuple[str, str, str]]:
    """Give each sentence once: singular, plural or nothing, and where it first stands."""
    methods, options = parse_mapping_cfg(io.StringIO(MAPPING))
    seen: set[str] = set()
    found = extract_from_dir(str(ROOT), methods, options, keywords=KEYWORDS, comment_tags=())
    for filename, line, message, _comments, _context in sorted(found, key=lambda e: (e[0], e[1])):
        if filename.startswith((".venv", "node_modules", "tests")):
            continue
        one, many = message[:2] if isinstance(message, tuple) else (message, "")
        if one and one not in seen:
            seen.add(one)
            yield one, many, f"{filename}:{line}"


def merge() -> tuple[polib.POFile, list[str]]:
    """Put the catalogue in order of the sentences; name those without a translation."""
    kept = polib.pofile(str(CATALOGUE), wrapwidth=100)
    known = {entry.msgid: entry for entry in kept}
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = kept.metadata
    missing = []
    for one, many, where in sorted(sentences()):
        old = known.get(one)
        entry = polib.POEntry(msgid=one)
        if many:
            entry.msgid_plural = many
            text = (old.msgstr_plural.get(0) or old.msgstr) if old else ""
            entry.msgstr_plural = {0: text}
        else:
            text = (old.msgstr or old.msgstr_plural.get(0, "")) if old else ""
            entry.msgstr = text
        if "%(" in one:
            entry.flags.append("python-format")
        if not text:
            missing.append(f"{where}: {one}")
        fresh.append(entry)
    return fresh, missing


def main() -> int:
    """Write the catalogue, or with --check only compare it."""
    fresh, missing = merge()
    kept = polib.pofile(str(CATALOGUE), wrapwidth=100)
    for line in missing:
        print("not translated:", line)
    if "--check" in sys.argv:
        stale = str(fresh) != str(kept)
        if stale:
            print("The catalogue is not up to date: run `make messages`.")
        return 1 if missing or stale else 0
    fresh.save(str(CATALOGUE))
    fresh.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    print(f"{len(fresh)} sentences, {len(missing)} not translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
