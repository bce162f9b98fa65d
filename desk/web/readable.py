"""Bytes that are no text: refused before any page sees them, never replaced and taken."""

import json
from typing import IO, Any
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Flask, Request, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser, MultiPartParser

Read = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]
OTHER_HEADERS = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


def no_text() -> BadRequest:
    """Say that what came is no text in UTF-8, the one way of writing the desk reads."""
    return BadRequest(
        _("This holds signs that cannot be read, so nothing of it was taken. Type them again.")
    )


class NoText(ValueError):
    """A form holds bytes that are no UTF-8; `texts` is what can be shown to whoever sent it."""

    def __init__(self, texts: list[tuple[str, str]]) -> None:
        super().__init__("not UTF-8")
        self.texts = texts


class _AsBytes(MultiPartParser):
    """Reads each text as the bytes it is, one character a byte, so that nothing gets lost."""

    def get_part_charset(self, headers: Headers) -> str:  # noqa: ARG002 - its name is Werkzeug's
        return "iso-8859-1"


class StrictParser(FormDataParser):
    """Reads forms, and raises where Werkzeug replaces what it cannot read or leaves out the rest.

    Raises NoText where a text is no UTF-8, and ValueError where the form has no shape.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.silent = False

    def _parse_multipart(
        self,
        stream: IO[bytes],
        mimetype: str,  # noqa: ARG002 - its name is Werkzeug's
        content_length: int | None,
        options: dict[str, str],
    ) -> Read:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("no boundary")
        parser = _AsBytes(
            self.stream_factory,
            self.max_form_memory_size,
            self.cls,
            max_form_parts=self.max_form_parts,
        )
        form, files = parser.parse(stream, boundary, content_length)
        if None in form or None in files:
            raise ValueError("a part without a name")
        pairs = [(name, value.encode("iso-8859-1")) for name, value in form.items(multi=True)]
        return stream, self.cls(texts_in(pairs)), files

    def _parse_urlencoded(
        self,
        stream: IO[bytes],
        mimetype: str,  # noqa: ARG002 - its name is Werkzeug's
        content_length: int | None,  # noqa: ARG002
        options: dict[str, str],  # noqa: ARG002
    ) -> Read:
        sent = stream.read()
        lenient = parse_qsl(sent.decode("utf-8", "replace"), keep_blank_values=True)
        if not is_text(unquote_to_bytes(sent)):
            raise NoText(lenient)
        return stream, self.cls(lenient), self.cls()


class DeskRequest(Request):
    """A request whose forms are text, or are refused; the refusal still shows what was typed."""

    form_data_parser_class = StrictParser

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except NoText as error:
            self._forms(error.texts)
            raise no_text() from None
        except UnicodeDecodeError:
            self._forms([])
            raise no_text() from None
        except ValueError:
            self._forms([])
            raise BadRequest from None

    def _forms(self, texts: list[tuple[str, str]]) -> None:
        kind = self.parameter_storage_class
        vars(self).update(form=kind(texts), files=kind())


def register(app: Flask) -> None:
    """Read addresses, headers and bodies strictly; must come before whatever looks into them."""
    app.request_class = DeskRequest

    @app.before_request
    def refuse_what_is_no_text() -> None:
        given = request.environ
        words = [given.get("PATH_INFO", "")] + [
            value
            for name, value in given.items()
            if name.startswith("HTTP_") or name in OTHER_HEADERS
        ]
        sent = [word.encode("iso-8859-1") for word in words]
        if not all(map(is_text, [*sent, unquote_to_bytes(request.query_string)])):
            vars(request)["args"] = request.parameter_storage_class()
            raise no_text()
        if request.is_json:
            read_json(request.get_data())


def is_text(sent: bytes) -> bool:
    """Tell whether bytes are UTF-8."""
    try:
        sent.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_json(sent: bytes) -> None:
    r"""Raise BadRequest unless a body is JSON in UTF-8, of bearable depth, without lone surrogates.

    Python takes half a character (`"\ud800"`) for a text; neither database can keep one.
    """
    try:
        json.dumps(json.loads(sent.decode()), ensure_ascii=False).encode()
    except UnicodeError:
        raise no_text() from None
    except (ValueError, RecursionError):
        raise BadRequest from None


def texts_in(pairs: list[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Read the texts of a form; raises NoText with all of them when one is no UTF-8."""
    try:
        return [(name, value.decode()) for name, value in pairs]
    except UnicodeDecodeError:
        raise NoText([(name, value.decode("utf-8", "replace")) for name, value in pairs]) from None
