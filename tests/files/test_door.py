"""What is refused while somebody waits, and with which word."""

import io
import struct
import zipfile

import pytest

from desk.files.door import Refused, kind_of
from desk.files.kinds import LARGEST, PUBLIC_FAMILIES, STAFF_FAMILIES
from desk.files.words import Trouble
from tests.files import corpus


def looked(name: str, content: bytes, *, families: frozenset[str] = PUBLIC_FAMILIES) -> str:
    """Give the ending of what is taken, or the word for why it is not."""
    try:
        kind = kind_of(name, io.BytesIO(content), len(content), families, largest=LARGEST)  # type: ignore[arg-type]
    except Refused as refused:
        return f"!{refused.trouble.value}"
    return kind.ending


def bombed() -> bytes:
    """Make a Word file of 50 KB that unpacks into 50 MB."""
    return corpus.docx(parts={"word/big.xml": bytes(50 * 1024 * 1024)})


def crowded() -> bytes:
    """Make a Word file with 1,100 parts."""
    return corpus.docx(parts={f"word/{n}.xml": b"" for n in range(1_100)})


def boastful() -> bytes:
    """Make a ZIP whose table claims to be 16 MB long."""
    content = bytearray(corpus.docx())
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = struct.pack("<I", 1 << 24)
    return bytes(content)


def locked_zip() -> bytes:
    """Make a Word file one part of which says that it is locked."""
    content = bytearray(corpus.docx())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("a.jpg", corpus.picture(), "jpg"),
        ("a.JPEG", corpus.picture(), "jpg"),
        ("a.png", corpus.picture("png"), "png"),
        ("a.webp", corpus.picture("webp"), "webp"),
        ("a.HEIC", corpus.picture("heic"), "heic"),
        ("a.pdf", corpus.pdf(), "pdf"),
        ("a.docx", corpus.docx(), "docx"),
        ("a.xlsx", corpus.xlsx(), "xlsx"),
        ("a.jpg", b"", "!empty"),
        ("a.jpg", corpus.picture() + bytes(LARGEST), "!too_large"),
        ("a.jpg", corpus.HTML, "!mismatch"),
        ("a.jpg", b"MZ" + bytes(200), "!mismatch"),
        ("a.jpg", corpus.pdf(), "!mismatch"),
        ("a.pdf", corpus.picture(), "!mismatch"),
        ("a.png", corpus.picture(), "!mismatch"),
        ("a.jpg", corpus.polyglot(), "jpg"),
        ("a.docx", corpus.xlsx(), "!mismatch"),
        ("a.docx", b"PK\x03\x04" + bytes(300), "!unreadable"),
        ("a.docx", corpus.docx()[:900], "!unreadable"),
        ("a.jpg.exe", corpus.picture(), "!type"),
        ("a.jpg\0.exe", corpus.picture(), "!type"),
        ("evil\u202egpj.exe", corpus.picture(), "!type"),
        (".htaccess", b"Deny", "!type"),
        ("noending", corpus.picture(), "!type"),
        ("a.svg", corpus.SVG, "!type"),
        ("a.html", corpus.HTML, "!type"),
        ("a.txt", "说明\n第二行\t𠮷".encode(), "txt"),
        ("a.txt", b"\xef\xbb\xbf" + "有标记".encode(), "txt"),
        ("a.txt", "记事本里写的".encode("gb18030"), "txt"),
        ("a.TXT", b"1 < 2", "txt"),
        ("a.txt", corpus.HTML, "!mismatch"),
        ("a.txt", corpus.SVG, "!mismatch"),
        ("a.txt", b"\xef\xbb\xbf\n <!DOCTYPE html>", "!mismatch"),
        (
            "a.txt",
            b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
            "!mismatch",
        ),
        ("a.txt", b"MIME-Version: 1.0\nContent-Type: multipart/related", "!mismatch"),
        ("a.txt", b"From: a@b.example\n\nx", "!mismatch"),
        ("a.txt", "半".encode("utf-16"), "!mismatch"),
        ("a.txt", b"a\0b", "!mismatch"),
        ("a.txt", b"\xff\xff\xff", "!mismatch"),
        ("a.txt", corpus.pdf(), "!mismatch"),
        ("a.txt", corpus.docx(), "!mismatch"),
        ("a.txt", b"MZ plain", "!mismatch"),
        ("a.txt", b"", "!empty"),
        ("a.zip", corpus.docx(), "!type"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "!old_office"),
        ("a.xls", b"anything", "!old_office"),
        ("a.docm", corpus.docx(), "!macros"),
        ("a.docx", corpus.docx(parts={"word/vbaProject.bin": b"x"}), "!macros"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "!encrypted"),
        ("a.docx", locked_zip(), "!unreadable"),
        ("a.docx", bombed(), "!bomb"),
        ("a.docx", crowded(), "!bomb"),
        ("a.docx", boastful(), "!bomb"),
        ("a.docx", corpus.docx(parts={"../evil.xml": b"x"}), "!unreadable"),
        ("a.docx", corpus.docx(parts={"/evil.xml": b"x"}), "!unreadable"),
        ("a.docx", corpus.link_in_zip(), "!unreadable"),
        ("a.png", corpus.png_of(50_000, 50_000), "!pixels"),
        ("a.png", corpus.png_of(12_001, 10), "!pixels"),
        ("a.png", corpus.png_of(9_000, 9_000), "!pixels"),
        ("a.jpg", corpus.picture()[:300], "!cut_off"),
        ("a.png", corpus.picture("png")[:-12], "!cut_off"),
        ("a.mp3", corpus.MP3, "!type"),
        ("a.mp4", corpus.MP4, "!type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_door_says(name: str, content: bytes, wanted: str) -> None:
    assert looked(name, content) == wanted


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("call.mp3", corpus.MP3, "mp3"),
        ("call.amr", b"#!AMR\n" + bytes(100), "amr"),
        ("call.mp4", corpus.MP4, "mp4"),
        ("call.wav", b"RIFF\0\0\0\0WAVEfmt " + bytes(100), "wav"),
        ("call.mp3", corpus.MP4, "!mismatch"),
    ],
)
def test_recordings_come_from_staff(name: str, content: bytes, wanted: str) -> None:
    assert looked(name, content, families=STAFF_FAMILIES) == wanted


def test_a_jpeg_is_measured_before_it_is_opened() -> None:
    content = bytearray(corpus.picture(exif=False))
    at = content.find(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", 20_000, 20_000)
    assert looked("a.jpg", bytes(content)) == "!pixels"


def test_a_comment_that_never_ends_costs_nothing() -> None:
    segment = b"\xff\xfe\xff\xff" + bytes(65_533)
    content = b"\xff\xd8" + segment * 100 + b"\xff\xd9"
    assert looked("a.jpg", content) == "jpg"


def test_every_word_has_its_sentence() -> None:
    from desk.files.labels import REFUSED

    assert set(REFUSED) == set(Trouble)


def test_a_zip_of_another_kind_is_not_office() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("evil.html", corpus.HTML)
    assert looked("a.docx", out.getvalue()) == "!mismatch"
