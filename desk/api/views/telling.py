"""What systems tell, one or many at a time: read, take, answer line by line."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest

from desk.api import answering, problems, reading
from desk.api.views.doors import client, teller
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.ratings.fates import Fate, Outcome, Wrong, tally
from desk.ratings.loading import Teller, Told, chunk_size

Load = Callable[..., list[Fate]]
TOO_LONG = Wrong("too_long", _l("This line is too long."))
NOT_ONE = _l("The body must be one JSON object.")


def take(kind: type, load: Load) -> ResponseReturnValue:
    """Take one or many, as the body says it is."""
    key = answering.checked_key(request.headers.get("Idempotency-Key"))
    one = reading.media_type() == reading.JSON
    return _take_one(kind, load, key) if one else _take_many(kind, load, key)


def _take_one(kind: type, load: Load, key: str | None) -> ResponseReturnValue:
    from desk.ratings.told import read_line  # noqa: PLC0415 - loads pydantic

    body = reading.one_body()
    digest = hashlib.sha256(body).digest()
    ours, tells = client(), teller()
    region_id, client_id = ours.region_id, ours.id
    said = answering.earlier_answer(region_id, client_id, key, digest)
    if said is None:
        line = read_line(kind, body)
        if isinstance(line, Wrong) and line.code == "not_json":
            raise BadRequest(NOT_ONE)
        end_read()
        (fate,) = load(tells, [line], now=utc_now())
        if fate.wrong is not None:
            return problems.answer(422, fate.wrong.sentence(), wrong=[_part(fate.wrong)])
        said = {"result": fate.outcome.value} | ({"id": str(fate.id)} if fate.id else {})
        _keep(region_id, client_id, key, digest, said)
    status = 201 if said["result"] == Outcome.CREATED else 200
    return said, 202 if said["result"] == Outcome.WAITING else status


def _take_many(kind: type, load: Load, key: str | None) -> ResponseReturnValue:
    sent = reading.many_body()
    try:
        ours, tells = client(), teller()
        region_id, client_id = ours.region_id, ours.id
        said = answering.earlier_answer(region_id, client_id, key, sent.digest)
        if said is not None:
            return said, _status_of(said)
        end_read()
        fates = list(_fates(kind, load, tells, sent))
    finally:
        sent.file.close()
    if not fates:
        raise BadRequest(_l("The body holds no line."))
    counts = {outcome.value: n for outcome, n in tally(fates).items()}
    said = {"received": len(fates), **counts}
    said["errors"] = [
        {"line": n, **_part(fate.wrong)} for n, fate in enumerate(fates, 1) if fate.wrong
    ]
    _keep(region_id, client_id, key, sent.digest, said)
    results = [_result(n, fate) for n, fate in enumerate(fates, 1)]
    return {**said, "results": results}, _status_of(said)


def _fates(kind: type, load: Load, tells: Teller, sent: reading.Sent) -> Iterator[Fate]:
    from desk.ratings.told import read_lines  # noqa: PLC0415 - loads pydantic

    size, lines = chunk_size(), reading.lines_of(sent)
    while chunk := list(islice(lines, size)):
        yield from load(tells, _told(kind, chunk, read_lines), now=utc_now())


def _told(
    kind: type, chunk: Sequence[bytes | None], read: Callable[..., list[Told | Wrong]]
) -> list[Told | Wrong]:
    """Read the lines of a chunk; one that was too long to be kept is wrong where it stood."""
    found = iter(read(kind, [line for line in chunk if line is not None]))
    return [TOO_LONG if line is None else next(found) for line in chunk]


def _keep(
    region_id: int, client_id: int, key: str | None, digest: bytes, said: dict[str, Any]
) -> None:
    if key is None:
        return
    with transaction():
        answering.keep_answer(region_id, client_id, key, digest, said, now=utc_now())


def _status_of(said: dict[str, Any]) -> int:
    """Say in the status whether every line was taken, some, or none."""
    if not said[Outcome.REJECTED.value]:
        return 200
    return 422 if said[Outcome.REJECTED.value] == said["received"] else 207


def _result(n: int, fate: Fate) -> dict[str, Any]:
    made = {"id": str(fate.id)} if fate.id else {}
    return {"line": n, "result": fate.outcome.value, **made}


def _part(wrong: Wrong) -> dict[str, Any]:
    return {"field": wrong.field, "code": wrong.code, "message": str(wrong.reason)}
