"""Files to send: harmless ones with things to hide, and hostile ones. All made here."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

GPS = {1: "N", 2: (30.0, 15.0, 22.0), 3: "E", 4: (111.0, 30.0, 1.0)}
CANARY = "CANARY-4711"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPES = b"[Content_Types].xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def picture(ending: str = "jpeg", *, size: tuple[int, int] = (64, 48), exif: bool = True) -> bytes:
    """Make a photo that says where and with what it was taken, lying on its side."""
    from PIL import Image

    made = Image.new("RGB", size, (200, 30, 30))
    made.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    if ending == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener()
    notes = Image.Exif()
    notes[0x010F] = CANARY
    notes[0x0112] = 6
    notes.get_ifd(0x8825).update(GPS)
    out = io.BytesIO()
    kind = {"jpg": "jpeg", "heic": "heif"}.get(ending, ending)
    made.save(out, kind, **({"exif": notes} if exif else {}))
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int) -> bytes:
    """Make a PNG of any size in a few bytes; its picture stops after the first dots."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def moving(kind: str = "webp") -> bytes:
    from PIL import Image

    frames = [Image.new("RGB", (8, 8), (n * 20, 0, 0)) for n in range(5)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def polyglot() -> bytes:
    """Make a photo that is also a ZIP and holds a page of HTML."""
    out = io.BytesIO(picture())
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as tail:
        tail.writestr("evil.html", "<script>alert(1)</script>")
    return out.getvalue()


def pdf(*, password: str = "", owner: str = "", evil: bool = True) -> bytes:
    """Make a PDF of one page with all a PDF can do to its reader, and a photo on it."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200)).obj
    photo = made.make_stream(picture(exif=True))
    for key, value in (("Type", Name.XObject), ("Subtype", Name.Image), ("Width", 64),
                       ("Height", 48), ("ColorSpace", Name.DeviceRGB), ("BitsPerComponent", 8),
                       ("Filter", Name.DCTDecode)):  # fmt: skip
        photo[f"/{key}"] = value
    page.Resources = Dictionary(XObject=Dictionary(Im0=photo))
    page.Contents = made.make_stream(b"q 200 0 0 200 0 0 cm /Im0 Do Q")
    made.docinfo["/Author"] = CANARY
    if evil:
        script = made.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
        launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
        made.Root.OpenAction = script
        made.Root.AA = Dictionary(WC=script)
        carried = made.make_stream(b"MZ" + EICAR, Type=Name.EmbeddedFile)
        spec = made.make_indirect(
            Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=carried))
        )
        made.Root.Names = Dictionary(
            JavaScript=Dictionary(Names=Array([String("a"), script])),
            EmbeddedFiles=Dictionary(Names=Array([String("a.exe"), spec])),
        )
        made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(b"<xdp/>"))
        box = Array([0, 0, 10, 10])
        page.Annots = Array([
            made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=launch)),
            made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=box, FS=spec)),
            made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box,
                A=Dictionary(S=Name.URI, URI=String("https://evil.example/")))),
        ])  # fmt: skip
    out = io.BytesIO()
    lock: Any = (
        pikepdf.Encryption(user=password, owner=owner or password) if password or owner else False
    )
    made.save(out, encryption=lock)
    return out.getvalue()


def types(main: str = f"{WORD}.document.main+xml") -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


DOCUMENT = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    '<w:p><w:ins w:author="{author}" w:date="2026-01-01"><w:r><w:t>第三次补证明 𠮷</w:t></w:r></w:ins>'
    "{more}</w:p></w:body></w:document>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="x/attachedTemplate" Target="file:///C:/Users/{author}/evil.dotm" '
    'TargetMode="External"/><Relationship Id="r2" Type="x/hyperlink" Target="https://gov.example/" '
    'TargetMode="External"/><Relationship Id="r3" Type="x/image" Target="media/a.jpeg"/>'
    "</Relationships>"
)


def docx(more: str = "", parts: Mapping[str, bytes | str] | None = None, **changed: str) -> bytes:
    """Make a Word file with an author, a template outside, a photo and a carried program."""
    given: dict[str, bytes | str] = {
        "[Content_Types].xml": types(**changed),
        "_rels/.rels": RELATIONS.format(author=""),
        "word/document.xml": DOCUMENT.format(author=CANARY, more=more),
        "word/_rels/settings.xml.rels": RELATIONS.format(author=CANARY),
        "word/media/a.jpeg": picture(),
        "word/embeddings/oleObject1.bin": b"MZ" + CANARY.encode(),
        "docProps/core.xml": f"<a:coreProperties xmlns:a='x'><c>{CANARY}</c></a:coreProperties>",
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in given.items():
            made.writestr(name, content)
    return out.getvalue()


def link_in_zip() -> bytes:
    """Make a Word file one part of which is a link to somewhere on the reader's disk."""
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as made:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def xlsx() -> bytes:
    """Make a real workbook, by an author."""
    import openpyxl

    book = openpyxl.Workbook()
    book.properties.creator = CANARY
    book.active["A1"] = "一次性告知"
    book.active["A2"] = "=1+1"
    book.active["A1"].comment = openpyxl.comments.Comment("批注", CANARY)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


MP3 = b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\x64" + bytes(2000)
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(500)
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
