"""Requests with files: a larger body where a page takes them, and what survives one too large."""

import io

from flask import Flask, Request, current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio import multipart

from desk.access.doors import large_bodies, take_files
from desk.kernel.uploads import CUT, LARGEST_BODY
from desk.web.readable import NoText, no_text, texts_in

READ_OF_A_LARGE_ONE = 256 * 1024
MOST_PARTS = 200
WITH_FILES = "multipart/form-data"


def register(app: Flask) -> None:
    """Let routes that take files read more; must come before whatever reads a form."""

    @app.before_request
    def read_more_where_files_come() -> None:
        endpoint = request.endpoint
        view = current_app.view_functions[endpoint] if endpoint is not None else None
        if view in large_bodies and not request.is_json:
            request.max_content_length = large_bodies[view]
        if view not in take_files:
            return
        if request.mimetype != WITH_FILES:
            return
        request.max_content_length = LARGEST_BODY
        if (request.content_length or 0) > LARGEST_BODY:
            _keep_the_texts(request)


def _keep_the_texts(sent: Request) -> None:
    """Read only the beginning of a body that is too large, where the texts of our forms stand.

    So a page can come back with what was typed, instead of an answer that has lost it.
    """
    boundary = sent.mimetype_params.get("boundary", "")
    if not boundary:
        raise RequestEntityTooLarge
    beginning = sent.environ["wsgi.input"].read(READ_OF_A_LARGE_ONE)
    try:
        texts = texts_of(beginning, boundary.encode("ascii", "replace"))
    except NoText:
        raise no_text() from None
    sent.environ["wsgi.input"] = io.BytesIO()
    vars(sent)["form"] = ImmutableMultiDict(texts)
    vars(sent)["files"] = ImmutableMultiDict()
    setattr(g, CUT, True)


def texts_of(beginning: bytes, boundary: bytes) -> list[tuple[str, str]]:
    """Read the text fields that stand whole at the beginning of a form, up to its first file.

    Raises NoText when one of them is no UTF-8.
    """
    decoder = multipart.MultipartDecoder(boundary, READ_OF_A_LARGE_ONE, max_parts=MOST_PARTS)
    texts: list[tuple[str, bytes]] = []
    try:
        decoder.receive_data(beginning)
        name, content = "", b""
        while not isinstance(event := decoder.next_event(), multipart.NeedData | multipart.File):
            if isinstance(event, multipart.Field):
                name, content = event.name, b""
            elif isinstance(event, multipart.Data):
                content += event.data
                if not event.more_data:
                    texts.append((name, content))
            elif isinstance(event, multipart.Epilogue):
                break
    except ValueError:
        return texts_in(texts)
    return texts_in(texts)
