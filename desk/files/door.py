"""What is looked at while somebody waits: size, name against content, and what spares them a wait.

Plain Python over a few bytes; nothing is decoded here. What takes a parser is done later, in a
process of its own (`cleaning`).
"""

import re
import struct
import zipfile
from typing import BinaryIO

from desk.files import kinds
from desk.files.kinds import Kind
from desk.files.names import ending_of
from desk.files.words import Family, Trouble
from desk.kernel.texts import CONTROL

MOST_PIXELS, LONGEST_SIDE = 40_000_000, 12_000
TAIL_BYTES = 64 * 1024
MOST_PARTS = 1_000
LONGEST_DIRECTORY = MOST_PARTS * 400
MOST_UNPACKED, MOST_RATIO = 200 * kinds.MIB, 100
END_OF_ZIP = b"PK\x05\x06"
NO_MEASURE = (0xC4, 0xC8, 0xCC)
MAIN_PARTS = {
    kinds.DOCX: "word/document.xml",
    kinds.XLSX: "xl/workbook.xml",
    kinds.PPTX: "ppt/presentation.xml",
}
ACTIVE = re.compile(r"\s*(<[!?a-z]|(mime-version|content-type|from|received)\s*:)", re.IGNORECASE)
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "activex/")


class Refused(Exception):
    """This file is not taken, and why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def kind_of(
    name: str, stream: BinaryIO, size: int, families: frozenset[Family], *, largest: int
) -> Kind:
    """Tell what kind of file this is; raises Refused for one that cannot be taken.

    The ending and the content must say the same.
    """
    if size == 0:
        raise Refused(Trouble.EMPTY)
    ending = ending_of(name)
    if ending in kinds.OLD_OFFICE:
        raise Refused(Trouble.OLD_OFFICE)
    if ending in kinds.WITH_MACROS:
        raise Refused(Trouble.MACROS)
    kind = kinds.BY_ENDING.get(ending)
    if kind is None or kind.family not in families:
        raise Refused(Trouble.TYPE)
    if size > largest:
        raise Refused(Trouble.TOO_LARGE)
    head = _read(stream, 0, kinds.HEAD_BYTES)
    if kind.family is Family.TEXT:
        _check_text(stream, head)
        return kind
    if kind not in kinds.known_by(head):
        locked = kind.family is Family.OFFICE and head.startswith(kinds.OLE)
        raise Refused(Trouble.ENCRYPTED if locked else Trouble.MISMATCH)
    if kind.family is Family.PICTURE:
        _check_picture(kind, stream, head, size)
    if kind.family is Family.OFFICE:
        check_parts(kind, stream, size)
    return kind


def text_of(content: bytes) -> str:
    """Read a plain text as it is written here; raises Refused for anything else under its name.

    Windows writes Chinese as GB 18030, everybody else as UTF-8. A page, a picture of vectors or a
    letter with parts is no plain text, whatever its ending says: some browsers would run it.
    """
    for charset in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if CONTROL.search(text) or ACTIVE.match(text):
            raise Refused(Trouble.MISMATCH)
        return text
    raise Refused(Trouble.MISMATCH)


def _check_text(stream: BinaryIO, head: bytes) -> None:
    if kinds.known_by(head) or head.startswith((kinds.OLE, b"MZ", b"GIF8", b"{\\rtf")):
        raise Refused(Trouble.MISMATCH)
    stream.seek(0)
    text_of(stream.read())
    stream.seek(0)


def _read(stream: BinaryIO, start: int, length: int) -> bytes:
    stream.seek(start)
    found = stream.read(length)
    stream.seek(0)
    return found


def _check_picture(kind: Kind, stream: BinaryIO, head: bytes, size: int) -> None:
    end = {kinds.JPEG: b"\xff\xd9", kinds.PNG: b"IEND"}.get(kind)
    if end is not None and end not in _read(stream, max(0, size - TAIL_BYTES), TAIL_BYTES):
        raise Refused(Trouble.CUT_OFF)
    measured = _measure(kind, stream, head)
    if measured is not None and too_many_pixels(*measured):
        raise Refused(Trouble.PIXELS)


def too_many_pixels(width: int, height: int) -> bool:
    """Tell whether a picture would take too much room to be opened."""
    return width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE


def _measure(kind: Kind, stream: BinaryIO, head: bytes) -> tuple[int, int] | None:
    """Read width and height where they stand in plain sight; None where they do not."""
    if kind is kinds.PNG and len(head) >= 24:
        width, height = struct.unpack(">II", head[16:24])
        return width, height
    if kind is kinds.WEBP and head[12:16] == b"VP8X" and len(head) >= 30:
        return (
            1 + int.from_bytes(head[24:27], "little"),
            1 + int.from_bytes(head[27:30], "little"),
        )
    return _measure_jpeg(stream) if kind is kinds.JPEG else None


def _measure_jpeg(stream: BinaryIO) -> tuple[int, int] | None:
    at = 2
    for _segment in range(MOST_PARTS):
        marker = _read(stream, at, 9)
        if len(marker) < 9 or marker[0] != 0xFF or marker[1] == 0xDA:
            return None
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in NO_MEASURE:
            height, width = struct.unpack(">HH", marker[5:9])
            return width, height
        at += 2 + int.from_bytes(marker[2:4], "big")
    return None


def check_parts(kind: Kind, stream: BinaryIO, size: int) -> None:
    """Look at the table of parts of an Office file; nothing is unpacked.

    Raises Refused for macros, for one that would unpack into far more than it is, and for one that
    is not what its ending says.
    """
    _check_directory(stream, size)
    try:
        with zipfile.ZipFile(stream) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error) as error:
        raise Refused(Trouble.UNREADABLE) from error
    finally:
        stream.seek(0)
    names = [info.filename for info in infos]
    if "[Content_Types].xml" not in names or MAIN_PARTS[kind] not in names:
        raise Refused(Trouble.MISMATCH)
    if any(part in name.lower() for name in names for part in MACRO_PARTS):
        raise Refused(Trouble.MACROS)
    if len(set(names)) < len(names) or any(not _is_inside(info) for info in infos):
        raise Refused(Trouble.UNREADABLE)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED or (unpacked > kinds.LARGEST and unpacked > MOST_RATIO * size):
        raise Refused(Trouble.BOMB)


def _check_directory(stream: BinaryIO, size: int) -> None:
    """Refuse a table of parts so long that reading it alone would hurt."""
    tail = _read(stream, max(0, size - TAIL_BYTES), TAIL_BYTES)
    at = tail.rfind(END_OF_ZIP)
    if at < 0 or len(tail) < at + 16:
        raise Refused(Trouble.UNREADABLE)
    count, length = struct.unpack("<H", tail[at + 10 : at + 12])[0], tail[at + 12 : at + 16]
    if count > MOST_PARTS or int.from_bytes(length, "little") > LONGEST_DIRECTORY:
        raise Refused(Trouble.BOMB)


def _is_inside(info: zipfile.ZipInfo) -> bool:
    """Tell whether a part is a plain file at a plain path, not locked and not a link."""
    name, mode = info.filename, info.external_attr >> 16
    is_link = mode & 0o170000 == 0o120000
    locked = bool(info.flag_bits & 0x1)
    odd = name.startswith(("/", "\\")) or "\\" in name or ".." in name.split("/") or ":" in name
    return not (odd or is_link or locked)


def may_be_locked(stream: BinaryIO) -> bool:
    """Tell whether a PDF speaks of a lock at all; whether it is one is for the parser to say."""
    before = b""
    stream.seek(0)
    try:
        while chunk := stream.read(TAIL_BYTES):
            if b"/Encrypt" in before + chunk:
                return True
            before = chunk[-8:]
        return False
    finally:
        stream.seek(0)
