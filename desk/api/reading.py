"""Reading what a system sends: to the end, within limits, line by line, packed or not."""

import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

MIB = 1024 * 1024
LARGEST_SENT = 32 * MIB
LARGEST_UNPACKED = 128 * MIB
LARGEST_ONE = 64 * 1024
LONGEST_LINE = 16 * 1024
MOST_LINES = 50_000
BLOCK = 64 * 1024
GZIP = 16 + zlib.MAX_WBITS
JSON, NDJSON = "application/json", "application/x-ndjson"
CHARSETS = frozenset({"utf-8", "utf8"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A body that has arrived whole, with the hash of its bytes."""

    file: IO[bytes]
    digest: bytes
    packed: bool


def media_type() -> str:
    """Tell which of the two a body is; raises UnsupportedMediaType, saying what may be sent."""
    charset = request.mimetype_params.get("charset", "utf-8").casefold()
    if request.mimetype not in {JSON, NDJSON} or charset not in CHARSETS:
        raise UnsupportedMediaType(
            _("Send application/json for one, or application/x-ndjson for many, in UTF-8.")
        )
    return request.mimetype


def one_body() -> bytes:
    """Read a body of one object."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType(_("Only application/x-ndjson may be packed, with gzip."))
    body = request.get_data()
    if len(body) > LARGEST_ONE:
        raise RequestEntityTooLarge
    return body


def many_body() -> Sent:
    """Wait for a body of lines to arrive, on disk where it is large."""
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding not in {"identity", "gzip"}:
        raise UnsupportedMediaType(_("Only gzip is understood as Content-Encoding."))
    file = tempfile.SpooledTemporaryFile(max_size=MIB)  # noqa: SIM115 - closed with the request
    digest = hashlib.sha256()
    while block := request.stream.read(BLOCK):
        digest.update(block)
        file.write(block)
    file.seek(0)
    return Sent(cast("IO[bytes]", file), digest.digest(), packed=encoding == "gzip")


def lines_of(sent: Sent) -> Iterator[bytes | None]:
    """Give the lines that are not empty, in order; None for one that is too long.

    Raises RequestEntityTooLarge for too many bytes or lines, BadRequest for a broken package.
    """
    count = 0
    for line in _split(_unpacked(sent) if sent.packed else _blocks(sent)):
        if line is not None and not line.strip():
            continue
        count += 1
        if count > MOST_LINES:
            raise RequestEntityTooLarge(
                _("Send at most %(most)s lines at a time.", most=MOST_LINES)
            )
        yield line


def _blocks(sent: Sent) -> Iterator[bytes]:
    while block := sent.file.read(BLOCK):
        yield block


def _unpacked(sent: Sent) -> Iterator[bytes]:
    """Unpack a little at a time, so that a small package cannot become a large one in memory."""
    total, reader = 0, zlib.decompressobj(GZIP)
    block = sent.file.read(BLOCK)
    try:
        while block:
            plain = reader.decompress(block, BLOCK)
            total += len(plain)
            if total > LARGEST_UNPACKED:
                raise RequestEntityTooLarge
            yield plain
            if reader.eof and reader.unused_data:
                block, reader = reader.unused_data, zlib.decompressobj(GZIP)
            else:
                block = reader.unconsumed_tail or sent.file.read(BLOCK)
    except zlib.error as error:
        raise BadRequest(_("The package is broken. Pack it again and send it again.")) from error
    if not reader.eof:
        raise BadRequest(_("The package is cut short. Send it again."))


def _split(blocks: Iterator[bytes]) -> Iterator[bytes | None]:
    kept, skipping = b"", False
    for block in blocks:
        *whole, rest = (kept + block).split(b"\n")
        for line in whole:
            yield None if skipping or len(line) > LONGEST_LINE else line
            skipping = False
        if len(rest) > LONGEST_LINE:
            rest, skipping = b"", True
        kept = rest
    if kept or skipping:
        yield None if skipping else kept
