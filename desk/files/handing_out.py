"""Handing a file out: as a download that no page can run, under the name it is known by."""

from collections.abc import Iterator

from flask import Response

from desk.files.labels import AWAY
from desk.files.models import StoredFile
from desk.files.names import disposition
from desk.kernel.errors import Busy
from desk.kernel.storage.store import Readable, Store, StoreError, chunks

RETRY_SECONDS = 60
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Download-Options": "noopen",
    "Cache-Control": "no-store",
    "Accept-Ranges": "none",
}


def _pieces(given: Readable) -> Iterator[bytes]:
    try:
        yield from chunks(given)
    finally:
        given.close()


def hand_out(store: Store, file: StoredFile, name: str) -> Response:
    """Answer with the safe copy of a file, a piece at a time; raises Busy when it is not there.

    Whoever calls this has asked just now whether this person may have it.
    """
    size, media_type = file.size, file.media_type
    try:
        given = store.open(file.storage_key)
    except StoreError as error:
        raise Busy(AWAY, retry_after=RETRY_SECONDS) from error
    answer = Response(_pieces(given), mimetype=media_type, direct_passthrough=True)
    answer.call_on_close(given.close)
    answer.content_length = size
    answer.headers.update(HEADERS)
    answer.headers["Content-Disposition"] = disposition(name, inline=False)
    return answer
