"""Files in a form: what a browser sends for `<input type="file">`, as plain values."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import g
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

MIB = 1024 * 1024
LARGEST_BODY = 55 * MIB
CUT = "body_was_cut"
"""Set on `g` for a request whose files were so large that only its texts were read."""

CHOOSE_AGAIN = _l("None of the chosen files was kept: choose them again.")
TOO_LARGE = _l(
    "Together the files are larger than 50 MB; none of them was kept. Send fewer, or smaller ones."
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sends it; the name is whatever the other side says."""

    name: str
    stream: BinaryIO
    size: int


class Uploads(Field):
    """Any number of files; `data` is what was chosen. A browser never gets them back."""

    data: list[Upload]
    errors: Sequence[str]
    says_all = True

    def __init__(self, label: object = None, *, accept: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.accept = ",".join(accept)
        self.optional = True

    def process_formdata(self, valuelist: Sequence[object]) -> None:
        """Take what has a name or a content; a field left empty is sent as neither."""
        found = [_upload(sent) for sent in valuelist if hasattr(sent, "stream")]
        self.data = [one for one in found if one.name or one.size]

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def ask_again(self) -> None:
        """Say that what was chosen has to be chosen again: no browser fills it in a second time."""
        if self.data:
            self.errors = [*self.errors, str(CHOOSE_AGAIN)]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the name is WTForms' own
        """Say that nothing was kept of a request that was too large to be read to its end."""
        if getattr(g, CUT, False):
            raise StopValidation(str(TOO_LARGE))


def _upload(sent: Any) -> Upload:
    stream: BinaryIO = sent.stream
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return Upload(str(sent.filename or ""), stream, size)
