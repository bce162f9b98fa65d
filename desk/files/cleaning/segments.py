"""Taking out of a picture what is not picture, without decoding it: for pictures inside papers."""

import re

JPEG_START, PNG_START = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
SCAN, END = 0xDA, 0xD9
NOTES = frozenset({*range(0xE1, 0xF0), 0xFE}) - {0xE2, 0xEE}
"""APP1 to APP15 and comments; APP0, the colours of APP2 and Adobe's APP14 are needed to look."""
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
PNG_KEPT = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"bKGD",
        b"pHYs",
        b"sBIT",
    }
)


def jpeg_alone(data: bytes) -> bytes:
    """Give a JPEG without notes, position, preview and tail; anything else as it is."""
    if not data.startswith(JPEG_START):
        return data
    kept, at = [JPEG_START], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == END:
            return b"".join([*kept, data[at : at + 2]])
        after = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker not in NOTES:
            kept.append(data[at:after])
        at = after
        if marker == SCAN:
            found = MARKER.search(data, at)
            end = found.start() if found else len(data)
            kept.append(data[at:end])
            at = end
    return b"".join([*kept, data[at : at + 2]])


def png_alone(data: bytes) -> bytes:
    """Give a PNG with its picture alone; anything else as it is."""
    if not data.startswith(PNG_START):
        return data
    kept, at = [PNG_START], len(PNG_START)
    while at + 12 <= len(data):
        name = data[at + 4 : at + 8]
        after = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if name in PNG_KEPT:
            kept.append(data[at:after])
        at = after
        if name == b"IEND":
            break
    return b"".join(kept)
