"""Office files: written anew part by part, without macros, carried files and names of authors."""

import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

from desk.files.cleaning.segments import jpeg_alone, png_alone
from desk.files.door import Refused, check_parts
from desk.files.kinds import MIB, Kind
from desk.files.words import Trouble

LONGEST_TEXT = 64 * MIB
MADE_AT = (1980, 1, 1, 0, 0, 0)
TEXTS = (".xml", ".rels", ".vml")
CARRIED = re.compile(
    r"/(embeddings|afchunk)[/\w.]*|\.(exe|dll|js|jse|vbs|vbe|wsf|hta|html?|mht|rtf|bat|cmd|lnk|scr)$",
    re.IGNORECASE,
)
# A part has up to 64 MB: no pattern may read it to its end again from each of its signs.
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
COMMAND = re.compile(rb"\bDDE(AUTO)?\b", re.IGNORECASE)
FIELD = re.compile(rb"<(?:\w+:)?instrText\b[^<>]*>([^<]*)<|\binstr=[\"']([^\"']*)[\"']")
NAMED = rb"(?:\w+:)?(?:author|initials|userId|userName|displayName|lastModifiedBy)"
TAG = re.compile(rb"<(?=[^<>]*>)[^<>]*\b" + NAMED + rb"=[^<>]*>")
WHO = re.compile(rb"(\b" + NAMED + rb"=)(?:\"[^\"]*\"|'[^']*')")
AUTHOR = re.compile(rb"(<(?:\w+:)?author>)[^<]*(</)")
AUTHOR_LIST = re.compile(r"(commentAuthors|authors|person)\w*\.xml$", re.IGNORECASE)
NAME = re.compile(rb"(\bname=)(?:\"[^\"]*\"|'[^']*')")
OWN_PATH = re.compile(rb"<(?:\w+:)?absPath\b[^<>]*/>")
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
NOWHERE = "about:blank"
SAFE_LINK = re.compile(r"^(https?://|mailto:)", re.IGNORECASE)
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMA = b"http://schemas.openxmlformats.org"
EMPTY_PROPERTIES = {
    "docprops/core.xml": _HEAD
    + b'<cp:coreProperties xmlns:cp="'
    + _SCHEMA
    + b'/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": _HEAD
    + b'<Properties xmlns="'
    + _SCHEMA
    + b'/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": _HEAD
    + b'<Properties xmlns="'
    + _SCHEMA
    + b'/officeDocument/2006/custom-properties"/>',
}

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    OSError,
    EOFError,
    ET.ParseError,
)
"""What the libraries raise for a file that is not what it says; `NotImplementedError` is theirs
for a way of packing they do not know."""


def copy_of(source: Path, target: Path, kind: Kind) -> Kind:
    """Write a copy of the same kind; raises Refused for macros, commands and what is broken."""
    with source.open("rb") as file:
        check_parts(kind, file, source.stat().st_size)
    try:
        with (
            zipfile.ZipFile(source) as given,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for info in given.infolist():
                if not info.is_dir():
                    part = zipfile.ZipInfo(info.filename, MADE_AT)
                    part.compress_type = zipfile.ZIP_DEFLATED
                    made.writestr(part, _cleaned(info.filename, given.read(info)))
    except BROKEN as error:
        raise Refused(Trouble.UNREADABLE) from error
    return kind


def _cleaned(name: str, content: bytes) -> bytes:
    lower = name.lower()
    if lower in EMPTY_PROPERTIES:
        return EMPTY_PROPERTIES[lower]
    if CARRIED.search(lower):
        return b""
    if lower.endswith((".jpg", ".jpeg")):
        return jpeg_alone(content)
    if lower.endswith(".png"):
        return png_alone(content)
    if lower.endswith(TEXTS) or lower == "[content_types].xml":
        return _text(lower, content)
    return content


def _text(name: str, content: bytes) -> bytes:
    """Check the markup of a part, and take the names of people out of it."""
    if len(content) > LONGEST_TEXT:
        raise Refused(Trouble.BOMB)
    if b"\0" in content[:4] or content[:2] in {b"\xff\xfe", b"\xfe\xff"} or DOCTYPE.search(content):
        raise Refused(Trouble.UNREADABLE)
    if b"macroEnabled" in content and name == "[content_types].xml":
        raise Refused(Trouble.MACROS)
    fields = b"".join(first or second for first, second in FIELD.findall(content))
    if COMMAND.search(fields) or b"ddeLink" in content:
        raise Refused(Trouble.MACROS)
    if name.endswith(".rels"):
        return _relations(content)
    content = TAG.sub(lambda tag: WHO.sub(rb'\1""', tag.group()), content)
    content = OWN_PATH.sub(b"", AUTHOR.sub(rb"\1\2", content))
    return NAME.sub(rb'\1""', content) if AUTHOR_LIST.search(name) else content


def _relations(content: bytes) -> bytes:
    """Let a part point only inside its own file, and its links only to the web and to mail."""
    root = ET.fromstring(content)  # noqa: S314 - a DOCTYPE has been refused
    for relation in root:
        if relation.get("TargetMode", "").lower() != "external":
            continue
        is_link = relation.get("Type", "").endswith("/hyperlink")
        if not (is_link and SAFE_LINK.match(relation.get("Target", ""))):
            relation.set("Target", NOWHERE)
    ET.register_namespace("", RELATIONS)
    written: bytes = ET.tostring(root, encoding="utf-8")
    return _HEAD + written
