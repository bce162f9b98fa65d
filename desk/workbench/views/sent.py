"""Files in what staff send: read together with the fields, and laid down before they are needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, request
from werkzeug.datastructures import CombinedMultiDict

from desk.files.arriving import FIELD, reserve_of, taking_in
from desk.files.incoming import Arrived
from desk.files.kinds import STAFF_FAMILIES
from desk.kernel.db import end_read
from desk.kernel.form import DeskForm
from desk.settings import Settings


def everything_sent() -> CombinedMultiDict[str, Any]:
    """Give the files and the fields of a request, for a form that is not made from it by itself."""
    return CombinedMultiDict([request.files, request.form])


@contextmanager
def taken_from(form: DeskForm) -> Iterator[tuple[Arrived, ...]]:
    """Lay the files of a form into the store; when what follows fails they are taken out again."""
    uploads = form[FIELD].data if FIELD in form else ()
    if not uploads:
        yield ()
        return
    settings: Settings = current_app.extensions["settings"]
    end_read()
    with taking_in(
        uploads,
        STAFF_FAMILIES,
        current_app.extensions["store"],
        reserve=reserve_of(settings.files_reserve_mb),
    ) as arrived:
        yield arrived
