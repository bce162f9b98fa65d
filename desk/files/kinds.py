"""What may be attached: the endings, the media types, and by which bytes each is known."""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.files.words import Family

MIB = 1024 * 1024
LARGEST = 10 * MIB
MOST_AT_ONCE = 5
HEAD_BYTES = 512


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its family, its media type, and the ending it is handed out with."""

    family: Family
    media_type: str
    ending: str


JPEG = Kind(Family.PICTURE, "image/jpeg", "jpg")
PNG = Kind(Family.PICTURE, "image/png", "png")
WEBP = Kind(Family.PICTURE, "image/webp", "webp")
HEIC = Kind(Family.PICTURE, "image/heic", "heic")
PDF = Kind(Family.PDF, "application/pdf", "pdf")
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX = Kind(Family.OFFICE, f"{_OPEN_XML}.wordprocessingml.document", "docx")
XLSX = Kind(Family.OFFICE, f"{_OPEN_XML}.spreadsheetml.sheet", "xlsx")
PPTX = Kind(Family.OFFICE, f"{_OPEN_XML}.presentationml.presentation", "pptx")
TXT = Kind(Family.TEXT, "text/plain", "txt")
MP3 = Kind(Family.RECORDING, "audio/mpeg", "mp3")
M4A = Kind(Family.RECORDING, "audio/mp4", "m4a")
AMR = Kind(Family.RECORDING, "audio/amr", "amr")
WAV = Kind(Family.RECORDING, "audio/x-wav", "wav")
MP4 = Kind(Family.RECORDING, "video/mp4", "mp4")
MOV = Kind(Family.RECORDING, "video/quicktime", "mov")

BY_ENDING: Mapping[str, Kind] = {
    "jpg": JPEG, "jpeg": JPEG, "jfif": JPEG, "png": PNG, "webp": WEBP, "heic": HEIC, "heif": HEIC,
    "pdf": PDF, "docx": DOCX, "xlsx": XLSX, "pptx": PPTX,
    "txt": TXT,
    "mp3": MP3, "m4a": M4A, "amr": AMR, "wav": WAV, "mp4": MP4, "mov": MOV,
}  # fmt: skip
BY_MEDIA_TYPE: Mapping[str, Kind] = {kind.media_type: kind for kind in BY_ENDING.values()}
OLD_OFFICE = frozenset({"doc", "xls", "ppt", "wps", "et", "dps", "rtf"})
WITH_MACROS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm"})

PUBLIC_FAMILIES = frozenset({Family.PICTURE, Family.PDF, Family.OFFICE, Family.TEXT})
STAFF_FAMILIES = frozenset(Family)

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
MPEG_AUDIO = frozenset({b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"})
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP = b"PK\x03\x04"


def endings(families: frozenset[Family]) -> list[str]:
    """List the endings that may be chosen, for the `accept` of a field."""
    return [f".{ending}" for ending, kind in BY_ENDING.items() if kind.family in families]


def known_by(head: bytes) -> frozenset[Kind]:
    """Tell which kinds the first bytes of a file may be; a ZIP may be any of the three Office."""
    for start, kind in ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF)):
        if head.startswith(start):
            return frozenset({kind})
    if head.startswith(ZIP):
        return frozenset({DOCX, XLSX, PPTX})
    if head[:4] == b"RIFF":
        return frozenset({b"WEBP": {WEBP}, b"WAVE": {WAV}}.get(head[8:12], set()))
    if head[4:8] == b"ftyp":
        return _known_by_brand(head[8:12])
    is_mp3 = head.startswith(b"ID3") or head[:2] in MPEG_AUDIO
    return frozenset({MP3} if is_mp3 else {AMR} if head.startswith(b"#!AMR") else ())


def _known_by_brand(brand: bytes) -> frozenset[Kind]:
    if brand in HEIC_BRANDS:
        return frozenset({HEIC})
    if brand == b"qt  ":
        return frozenset({MOV})
    if brand.startswith(b"M4A"):
        return frozenset({M4A})
    return frozenset({MP4, M4A, MOV})
