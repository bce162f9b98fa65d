"""The copies: what people see stays, what nobody meant to send is gone, what attacks is refused."""

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from desk.files import kinds, sandbox
from desk.files.cleaning import office, papers, pictures
from desk.files.cleaning.segments import jpeg_alone, png_alone
from desk.files.door import Refused
from desk.files.kinds import Kind
from desk.files.words import Family, Trouble
from tests.files import corpus

MODULES = {Family.PICTURE: pictures, Family.PDF: papers, Family.OFFICE: office}


def copied(tmp_path: Path, content: bytes, kind: Kind) -> tuple[Kind, bytes]:
    """Make the copy of something, here and not in a process of its own."""
    source, target = tmp_path / "given", tmp_path / "copy"
    source.write_bytes(content)
    made = MODULES[kind.family].copy_of(source, target, kind)
    return made, target.read_bytes()


def trouble(tmp_path: Path, content: bytes, kind: Kind) -> Trouble:
    with pytest.raises(Refused) as refused:
        copied(tmp_path, content, kind)
    return refused.value.trouble


@pytest.mark.parametrize("ending", ["jpeg", "png", "webp", "heic"])
def test_a_photo_keeps_its_picture_and_nothing_else(tmp_path: Path, ending: str) -> None:
    content = corpus.picture(ending)
    assert corpus.CANARY.encode() in content
    kind, copy = copied(tmp_path, content, kinds.BY_ENDING[ending])
    assert corpus.CANARY.encode() not in copy
    seen = Image.open(io.BytesIO(copy))
    assert dict(seen.getexif()) == {}
    assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert kind is (kinds.PNG if ending == "png" else kinds.JPEG)
    dots = seen.convert("RGB")
    if ending == "heic":  # lies as its own box says, whatever the notes say
        assert (dots.size, dots.getpixel((8, 24)) > dots.getpixel((56, 24))) == ((64, 48), False)
    else:
        assert (dots.size, dots.getpixel((24, 8)) > dots.getpixel((24, 56))) == ((48, 64), False)


@pytest.mark.parametrize(
    "sign", [b"<instrText ", b"<absPath ", b" author=", b' author="', b"<author>", b'name="', b"a:"]
)
def test_markup_that_never_ends_costs_no_time(tmp_path: Path, sign: bytes) -> None:
    endless = b"<" + sign * (60_000 // len(sign))
    began = time.process_time()
    copied(tmp_path, corpus.docx(parts={"word/people.xml": endless}), kinds.DOCX)
    assert time.process_time() - began < 1


def test_the_tail_of_a_polyglot_is_gone(tmp_path: Path) -> None:
    content = corpus.polyglot()
    assert zipfile.is_zipfile(io.BytesIO(content))
    _kind, copy = copied(tmp_path, content, kinds.JPEG)
    assert not zipfile.is_zipfile(io.BytesIO(copy))
    assert b"evil" not in copy


@pytest.mark.parametrize(
    ("content", "kind", "wanted"),
    [
        (corpus.png_of(9_000, 9_000), kinds.PNG, Trouble.PIXELS),
        (corpus.png_of(50_000, 50_000), kinds.PNG, Trouble.PIXELS),
        (corpus.picture()[:400], kinds.JPEG, Trouble.UNREADABLE),
        (corpus.picture("png")[:200], kinds.PNG, Trouble.UNREADABLE),
        (corpus.picture("heic")[:200], kinds.HEIC, Trouble.UNREADABLE),
        (corpus.png_of(4_000, 4_000), kinds.PNG, Trouble.UNREADABLE),
        (corpus.moving("webp"), kinds.WEBP, Trouble.MOVING),
        (corpus.moving("png"), kinds.PNG, Trouble.MOVING),
        (b"\xff\xd8\xff" + corpus.HTML, kinds.JPEG, Trouble.UNREADABLE),
        (corpus.picture("png"), kinds.JPEG, Trouble.UNREADABLE),
    ],
)
def test_pictures_that_are_none(
    tmp_path: Path, content: bytes, kind: Kind, wanted: Trouble
) -> None:
    assert trouble(tmp_path, content, kind) is wanted


def test_a_large_photo_becomes_one_that_can_be_looked_at(tmp_path: Path) -> None:
    _kind, copy = copied(tmp_path, corpus.picture("png", size=(5_000, 1_000)), kinds.PNG)
    assert max(Image.open(io.BytesIO(copy)).size) == 4_096


def test_what_can_be_seen_through_stays_so(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (1, 2, 3, 0)).save(out, "webp", lossless=True)
    kind, copy = copied(tmp_path, out.getvalue(), kinds.WEBP)
    assert (kind, Image.open(io.BytesIO(copy)).mode) == (kinds.PNG, "RGBA")


def test_a_pdf_shows_its_page_and_does_nothing(tmp_path: Path) -> None:
    content = corpus.pdf()
    _kind, copy = copied(tmp_path, content, kinds.PDF)
    with pikepdf.open(io.BytesIO(copy)) as paper:
        flat = b"".join(
            thing.unparse() + (thing.read_raw_bytes() if isinstance(thing, pikepdf.Stream) else b"")
            for thing in paper.objects
        )
        page = paper.pages[0]
        photo = page.obj.Resources.XObject.Im0
        assert pikepdf.PdfImage(photo).as_pil_image().size == (64, 48)
        assert len(page.obj.Annots) == 2
        assert "/Info" not in paper.trailer
    for word in (b"JavaScript", b"alert", b"Launch", b"cmd.exe", b"EICAR", b"a.exe", b"XFA",
                 b"OpenAction", b"evil.example", corpus.CANARY.encode()):  # fmt: skip
        assert word not in flat, word


def test_a_locked_pdf_is_refused_and_one_that_opens_is_not(tmp_path: Path) -> None:
    assert trouble(tmp_path, corpus.pdf(password="1234"), kinds.PDF) is Trouble.ENCRYPTED
    _kind, copy = copied(tmp_path, corpus.pdf(owner="owner"), kinds.PDF)
    with pikepdf.open(io.BytesIO(copy)) as paper:
        assert not paper.is_encrypted


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + bytes(300),
        b"%PDF-1.7\nxref\n0 1\ntrailer <</Prev 9 /Size 1>>\nstartxref\n9\n%%EOF",
        corpus.pdf()[:600],
    ],
)
def test_a_broken_pdf_is_refused(tmp_path: Path, content: bytes) -> None:
    assert trouble(tmp_path, content, kinds.PDF) is Trouble.UNREADABLE


def test_a_word_file_keeps_its_words_and_loses_its_author(tmp_path: Path) -> None:
    kind, copy = copied(tmp_path, corpus.docx(), kinds.DOCX)
    assert kind is kinds.DOCX
    with zipfile.ZipFile(io.BytesIO(copy)) as parts:
        found = {name: parts.read(name) for name in parts.namelist()}
    assert "第三次补证明 𠮷" in found["word/document.xml"].decode()
    assert found["word/embeddings/oleObject1.bin"] == b""
    assert b"https://gov.example/" in found["word/_rels/settings.xml.rels"]
    assert b"media/a.jpeg" in found["word/_rels/settings.xml.rels"]
    everything = b"".join(found.values())
    assert corpus.CANARY.encode() not in everything
    assert b"evil.dotm" not in everything
    assert dict(Image.open(io.BytesIO(found["word/media/a.jpeg"])).getexif()) == {}


def test_a_real_workbook_opens_afterwards(tmp_path: Path) -> None:
    import openpyxl

    _kind, copy = copied(tmp_path, corpus.xlsx(), kinds.XLSX)
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert (book.active["A1"].value, book.active["A2"].value) == ("一次性告知", "=1+1")
    assert corpus.CANARY not in str(book.properties.creator)
    with zipfile.ZipFile(io.BytesIO(copy)) as parts:
        assert corpus.CANARY.encode() not in b"".join(map(parts.read, parts.namelist()))


DTD = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
DDE = "<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\cmd</w:instrText></w:r>"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (
            corpus.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
            Trouble.MACROS,
        ),
        (corpus.docx(DDE), Trouble.MACROS),
        (corpus.docx(parts={"word/x.xml": DTD}), Trouble.UNREADABLE),
        (corpus.docx(parts={"word/x.xml": DTD.encode("utf-16")}), Trouble.UNREADABLE),
        (corpus.docx(parts={"word/_rels/x.rels": "<a"}), Trouble.UNREADABLE),
        (corpus.docx(parts={"xl/activeX/activeX1.xml": "<a/>"}), Trouble.MACROS),
    ],
)
def test_office_files_that_are_more_than_words(
    tmp_path: Path, content: bytes, wanted: Trouble
) -> None:
    assert trouble(tmp_path, content, kinds.DOCX) is wanted


def test_a_part_that_lies_about_its_length_is_refused(tmp_path: Path) -> None:
    content = bytearray(corpus.docx(parts={"word/big.xml": b"x" * 5_000}))
    for sign, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.rfind(
            sign, 0, content.rfind(b"word/big.xml" if offset == 24 else b"PK\x01\x02")
        )
        at = content.rfind(sign) if offset == 24 else at
        content[at + offset : at + offset + 4] = (10).to_bytes(4, "little")
    assert trouble(tmp_path, bytes(content), kinds.DOCX) is Trouble.UNREADABLE


def test_a_part_that_cannot_be_unpacked_is_refused(tmp_path: Path) -> None:
    content = bytearray(corpus.docx(parts={"word/big.xml": b"x" * 5_000}))
    packed = content.rfind(b"word/big.xml", 0, content.rfind(b"PK\x01\x02")) + len("word/big.xml")
    content[packed : packed + 4] = b"\xff" * 4
    assert trouble(tmp_path, bytes(content), kinds.DOCX) is Trouble.UNREADABLE


@given(st.binary(max_size=200))
def test_taking_notes_out_never_fails(tail: bytes) -> None:
    for head, alone in (
        (b"\xff\xd8", jpeg_alone),
        (b"\x89PNG\r\n\x1a\n", png_alone),
        (b"", jpeg_alone),
    ):
        assert len(alone(head + tail)) <= len(head + tail)


def test_a_photo_without_notes_shows_the_same_dots() -> None:
    content = corpus.picture()
    before, after = (Image.open(io.BytesIO(c)).tobytes() for c in (content, jpeg_alone(content)))
    assert before == after
    assert corpus.CANARY.encode() not in jpeg_alone(content + b"tail" + corpus.CANARY.encode())


def test_the_process_answers_for_itself(tmp_path: Path) -> None:
    source, target = tmp_path / "given", tmp_path / "copy"
    source.write_bytes(corpus.picture())
    assert sandbox.copy_of(source, target, kinds.JPEG) is kinds.JPEG
    assert corpus.CANARY.encode() not in target.read_bytes()
    source.write_bytes(corpus.moving())
    assert sandbox.copy_of(source, target, kinds.WEBP) is Trouble.MOVING
    source.write_bytes(corpus.pdf(password="1"))
    assert sandbox.is_locked(source)


def test_the_process_has_limits_and_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET_KEY", "canary")
    code = (
        "import os, resource, runpy\n"
        "from desk.files.cleaning.__main__ import limit\n"
        "limit()\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0], 'DESK_SECRET_KEY' in os.environ)\n"
        "try:\n    bytearray(2 * 1024 ** 3)\nexcept MemoryError:\n    print('bounded')\n"
    )
    seen: dict[str, object] = {}
    run = subprocess.run

    def watched(command: list[str], **given: object) -> object:
        seen.update(given)
        return run([sys.executable, "-P", "-c", code], **{**given, "text": False})  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    with pytest.raises(sandbox.Broken):
        sandbox.copy_of(tmp_path / "a", tmp_path / "b", kinds.JPEG)
    assert "DESK_SECRET_KEY" not in seen["env"]  # type: ignore[operator]
    said = run([sys.executable, "-P", "-c", code], env=seen["env"], capture_output=True, text=True)  # type: ignore[call-overload]
    assert said.stdout.split() == ["45", "False", "bounded"]


def test_a_reader_that_dies_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(sandbox.Broken):
        sandbox.copy_of(tmp_path / "absent", tmp_path / "copy", Kind(Family.PDF, "x/unknown", "x"))
