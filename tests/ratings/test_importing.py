"""Files of any length are loaded once, and a run that was stopped goes on where it was."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from desk.audit.queries import faults
from desk.insight import rebuilding
from desk.kernel.db import db, end_read
from desk.ratings import loading
from desk.ratings.models import Rating, ServiceEvent
from tests.api.systems import Town, town


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "CHUNK", {"sqlite": 10, "postgresql": 10})


def n_of(model: type) -> int:
    end_read()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    return path


def stopping_at(call: int, write: Callable[..., Any]) -> Callable[..., Any]:
    """Make a way of writing that is cut off after some chunks, as a kill would."""
    calls = iter(range(1, 1000))

    def cut_off(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == call:
            raise KeyboardInterrupt
        return write(*args, **kwargs)

    return cut_off


def test_a_stopped_run_goes_on_and_names_every_bad_line_once(
    app: Flask, place: Town, tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [place.event(n) for n in range(45)]
    rows[3]["hall"] = rows[33]["hall"] = "nowhere"
    file, report = table(tmp_path / "events.csv", rows), tmp_path / "report.txt"
    args = ["desk", "import-events", str(file), "--system", "hall-a", "--report", str(report)]
    run = app.test_cli_runner()
    with monkeypatch.context() as patch:
        patch.setattr(loading, "write_events", stopping_at(3, loading.write_events))
        stopped = run.invoke(args=args)
    assert stopped.exit_code != 0
    assert n_of(ServiceEvent) == 19
    rest = run.invoke(args=args)
    assert "Going on behind line 21." in rest.output
    assert rest.output.strip().endswith("43 new, 0 known, 2 bad.")
    assert n_of(ServiceEvent) == 43
    assert [line.split(":")[0] for line in report.read_text().splitlines()] == [
        "line 5", "line 35",
    ]  # fmt: skip
    anew = run.invoke(args=args)
    assert anew.output.strip().endswith("0 new, 43 known, 2 bad.")
    assert (rebuilding.differences(), faults()) == ([], [])


def test_ratings_of_a_file_find_their_services(app: Flask, place: Town, tmp_path: Path) -> None:
    run = app.test_cli_runner()
    events = tmp_path / "events.ndjson"
    events.write_text("\n".join(json.dumps(place.event(n)) for n in range(12)))
    ratings = table(
        tmp_path / "ratings.csv",
        [
            place.rating(n, 3 + n % 3, tags="", is_default="true" if n == 5 else "")
            for n in range(12)
        ]
        + [place.rating(99, 5), place.rating(0, 9)],
    )
    run.invoke(args=["desk", "import-events", str(events), "--system", "hall-a"])
    for wanted in ("12 new, 0 known, 0 waiting for their service, 2 bad.",
                   "0 new, 12 known, 0 waiting for their service, 2 bad."):  # fmt: skip
        done = run.invoke(args=["desk", "import-ratings", str(ratings), "--system", "hall-a"])
        assert done.output.strip().endswith(wanted)
    rounds = sorted(db.session.scalars(select(Rating.round)))
    assert rounds == [0, *[1] * 11]
    assert rebuilding.differences() == []


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    app: Flask, place: Town, tmp_path: Path
) -> None:
    run = app.test_cli_runner()
    file = tmp_path / "events.csv"
    file.write_text("project_no,service_no\nP1,1\n")
    done = run.invoke(args=["desk", "import-events", str(file)])
    assert (done.exit_code, "occurred_at" in done.output) == (1, True)
    assert "Traceback" not in done.output
    lines = tmp_path / "events.ndjson"
    lines.write_bytes(b'\xff\xfe{"a":1}\n' + b"x" * 200_000 + b"\n" + b"[]\n")
    done = run.invoke(args=["desk", "import-events", str(lines)])
    assert done.output.strip().endswith("0 new, 0 known, 3 bad.")
