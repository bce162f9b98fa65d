"""Plain texts: written anew as UTF-8, whatever they were written as."""

from pathlib import Path

from desk.files.door import text_of
from desk.files.kinds import Kind


def copy_of(source: Path, target: Path, kind: Kind) -> Kind:
    """Write the text as UTF-8; raises Refused for what is no plain text."""
    target.write_bytes(text_of(source.read_bytes()).encode())
    return kind
