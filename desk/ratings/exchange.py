"""Files of the upward exchange: written and read line by line, a chunk at a time."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Invalid
from desk.kernel.ids import read_uuid
from desk.organisation.models import Region
from desk.ratings.actions.exchanging import mark_told, record_of, take_answers, untold
from desk.ratings.fates import Fate, Outcome, Wrong
from desk.ratings.loading import Teller, chunk_size, load_events, wrong_of
from desk.ratings.loading_ratings import load_ratings
from desk.ratings.records import WordTable, as_told

MAPPINGS = Path(__file__).parent / "mappings"
LONGEST_TARGET = 32
TAKEN = "ok"
Clock = Callable[[], datetime]
Line = tuple[int, dict[str, Any] | Wrong]


def word_table(named: str | None) -> WordTable:
    """Open a table that comes with the desk, or a file; without one all is told in our words."""
    if named is None:
        return WordTable()
    own = MAPPINGS / f"{named}.csv"
    path = own if named.isidentifier() and own.is_file() else Path(named)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return WordTable.read(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(_l("This table cannot be read: %(path)s", path=str(path))) from error


def export_ratings(
    region: Region, target: str, table: WordTable, out: Path, *, clock: Clock
) -> tuple[int, Counter[str]]:
    """Add what was not told yet to a file; give how many, and what is held back for which word.

    A chunk is in the file before it is kept as told: cut off between the two it is told twice, with
    the same record_id, and never not at all.
    """
    if not 0 < len(target) <= LONGEST_TARGET:
        raise Invalid(_l("Name the other side in 1 to 32 characters."))
    if region in db.session:
        db.session.expunge(region)
    last, n, held = UUID(int=0), 0, Counter[str]()
    out.touch(mode=0o600, exist_ok=True)
    with out.open("ab") as file:
        while rows := untold(region, target, last):
            last = rows[-1][0].id
            told: dict[UUID, bool] = {}
            lines: list[bytes] = []
            for row in rows:
                try:
                    said = table.outward(record_of(row, region, target))
                except Invalid as error:
                    held[f"{error.field}: {error.message}"] += 1
                    continue
                told[row[0].id] = row[0].effective
                lines.append(json.dumps(said, ensure_ascii=False).encode() + b"\n")
            end_read()
            body = b"".join(lines)
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            if told:
                with transaction():
                    mark_told(region.id, target, told, body, now=clock())
            n += len(told)
    return n, held


def acknowledge(
    region_id: int, target: str, path: Path, *, clock: Clock
) -> tuple[int, int, list[tuple[int, Wrong]]]:
    """Read answers (record_id, result `ok` or a reason): how many are known, unknown, and wrong."""
    known, unknown = 0, 0
    bad: list[tuple[int, Wrong]] = []
    lines = _objects(path)
    while chunk := list(islice(lines, chunk_size())):
        answers: dict[UUID, str | None] = {}
        for number, line in chunk:
            answer = _answer(line)
            if isinstance(answer, Wrong):
                bad.append((number, answer))
            else:
                answers[answer[0]] = answer[1]
        with transaction():
            found = take_answers(region_id, target, answers, now=clock())
        known, unknown = known + found, unknown + len(answers) - found
    return known, unknown, bad


def _answer(line: dict[str, Any] | Wrong) -> tuple[UUID, str | None] | Wrong:
    if isinstance(line, Wrong):
        return line
    key, result = line.get("record_id"), line.get("result")
    found = read_uuid(key) if isinstance(key, str) else None
    if found is None:
        return Wrong("invalid", _l("This is no record of ours."), "record_id")
    if not isinstance(result, str) or not result.strip():
        return Wrong("missing", _l("This is missing."), "result")
    said = result.strip()
    reason = line.get("reason")
    why = reason if isinstance(reason, str) and reason.strip() else said
    return found, None if said.casefold() == TAKEN else why


def import_records(
    path: Path, teller: Teller, table: WordTable, hall: str, *, clock: Clock
) -> tuple[Counter[Outcome], Counter[Outcome], list[tuple[int, Wrong]]]:
    """Take the services and ratings of a file of records; give what became of each."""
    services, ratings = Counter[Outcome](), Counter[Outcome]()
    bad: list[tuple[int, Wrong]] = []
    lines = _objects(path)
    while chunk := list(islice(lines, chunk_size())):
        pairs = [(number, _split(line, table, hall)) for number, line in chunk]
        for kind, counts, load in ((0, services, load_events), (1, ratings, load_ratings)):
            fates: list[Fate] = load(teller, [pair[kind] for _n, pair in pairs], now=clock())
            counts.update(fate.outcome for fate in fates)
            bad += [
                (number, fate.wrong)
                for (number, _pair), fate in zip(pairs, fates, strict=True)
                if fate.wrong is not None
            ]
    return services, ratings, bad


def _split(
    line: dict[str, Any] | Wrong, table: WordTable, hall: str
) -> tuple[dict[str, Any] | Wrong, dict[str, Any] | Wrong]:
    """Read a record as a service and a rating, each as strictly as the API does."""
    from desk.ratings.told import EventTold, RatingTold, read_line  # noqa: PLC0415

    if isinstance(line, Wrong):
        return line, line
    try:
        service, rating = as_told(table.inward(line), hall)
    except Invalid as error:
        return wrong_of(error), wrong_of(error)
    return (
        read_line(EventTold, json.dumps(service).encode()),
        read_line(RatingTold, json.dumps(rating).encode()),
    )


def _objects(path: Path) -> Iterator[Line]:
    from desk.ratings.told import NOT_JSON  # noqa: PLC0415 - loads pydantic

    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                found = json.loads(line.decode())
            except (ValueError, RecursionError):
                found = None
            yield number, found if isinstance(found, dict) else NOT_JSON
