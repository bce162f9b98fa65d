"""Whoever a case names, or whoever steps back from it, gets a stranger's answer everywhere.

The doors are those of the application itself: a new one fails here until it has its line.
"""

import difflib
from collections.abc import Sequence
from dataclasses import astuple, replace
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from desk.accounts.models import User
from desk.casework.actions.naming import declare_interest, name_staff
from desk.kernel.db import db, end_read, transaction
from desk.schedules import follow, seal
from tests.everywhere import doors
from tests.everywhere.doors import Named
from tests.everywhere.stage import FRIDAY, TRACES, Stage, plain

KEPT_AWAY = {
    "clerk": "steps back",
    "handler": "named",
    "lead": "steps back",
    "supervisor": "named",
    "other": "named",
    "integrity": "named",
    "admin": "named",
}
TOTALS = frozenset(
    {
        "insight.overview", "insight.overview_numbers", "insight.figure",
        "board.month", "board.as_json", "insight.definitions",
    }
)  # fmt: skip
"""Sums of the whole region; they say up to when the ledger is known, and nothing of a case that
keeps the reader away (tests/insight/test_lists.py)."""

SEEN_BEFORE = {
    "clerk": {
        "workbench.home", "workbench.queue", "workbench.case", "workbench.print_case",
        "workbench.joined", "beside elsewhere", "workbench.bulk",
        "workbench.related", "workbench.related elsewhere",
    },
    "handler": {"workbench.home", "workbench.queue", "workbench.case", "supervision.cards"},
    "lead": {"workbench.queue", "workbench.news", "supervision.cards", "supervision.card"},
    "supervisor": {"insight.facts", "workbench.queue"},
    "other": {"workbench.tasks", "workbench.task"},
    "integrity": {"supervision.cards"},
    "admin": set(),
}  # fmt: skip
"""Where the same people find it as long as nothing keeps them away; `elsewhere` is an address
that does not name it."""


def test_every_door_has_its_line(app: Flask) -> None:
    gets, posts = doors.discover(app)
    assert gets == set(doors.GETS)
    assert posts == set(doors.POSTS)


@pytest.fixture
def stage(app: Flask) -> Stage:
    doors.discover(app)
    return Stage(app)


def shown(answer: TestResponse, *names: str) -> str:
    said = unescape(answer.get_data().decode(errors="replace")) if not answer.is_streamed else ""
    where = answer.headers.get("Location", "")
    return plain(f"{answer.status_code} {where}\n{said}", *names)


def names_of(named: Named) -> list[str]:
    """List what stands for a case in an address."""
    values = [value if isinstance(value, tuple) else (value,) for value in astuple(named)]
    flat = [one for several in values for one in several]
    return [one for one in flat if isinstance(one, str) and len(one) > 1 and one != named.neighbour]


def same(first: str, second: str, what: str) -> None:
    if first != second:
        lines = difflib.unified_diff(
            first.splitlines(), second.splitlines(), "nowhere", "there", n=0
        )
        raise AssertionError(f"{what}\n" + "\n".join(lines))


def keep_away(stage: Stage) -> None:
    for who, how in KEPT_AWAY.items():
        given = {"version": stage.desk.case.version, "now": FRIDAY}
        actor = stage.desk.people[who]
        login = db.session.get_one(User, actor.user_id).login
        end_read()
        with transaction():
            if how == "named":
                by = stage.desk.people["clerk2"]
                name_staff(stage.desk.number, login, by=by, **given)  # type: ignore[arg-type]
            else:
                declare_interest(stage.desk.number, by=actor, **given)  # type: ignore[arg-type]


def pages_of(stage: Stage, who: str, named: Named) -> dict[str, str]:
    """Open everything that can be got, as this person."""
    browser = stage.browser(who)
    return {
        f"{endpoint} {path}": shown(browser.get(path), *names_of(named))
        for endpoint, path in doors.addresses(named)
    }


FEWER = {who: SEEN_BEFORE[who] for who in ("clerk", "handler")}
"""Whom PostgreSQL is asked for: the pages are the same, and there are thousands of them."""

BESIDE = frozenset({"workbench.next_case", "workbench.previous_case"})
"""Two cases may be due at the same instant: the one beside stands on either side."""


def stand_of(stage: Stage) -> tuple[int, int]:
    """Count the lines of the case's ledger, and give its version."""
    end_read()
    lines = text("SELECT count(*) FROM ledger WHERE stream = :stream")
    found = db.session.execute(lines, {"stream": f"c/{stage.desk.id.hex}"}).scalar_one()
    return found, stage.desk.case.version


def where_found(stage: Stage, who: str, traces: Sequence[str]) -> set[str]:
    """List the doors behind which this person finds the case."""
    found = set[str]()
    for endpoint, path in doors.addresses(stage.there(who)):
        answer = stage.browser(who).get(path)
        said = unescape(answer.get_data().decode(errors="replace")) + answer.headers.get(
            "Location", ""
        )
        if any(trace in said.replace(path, "") for trace in traces):
            door = "beside" if endpoint in BESIDE else endpoint
            names_it = any(trace in path for trace in traces)
            found |= {door} if names_it else {door, f"{door} elsewhere"}
    return found


def test_a_stranger_s_answer_everywhere(stage: Stage) -> None:
    asked = SEEN_BEFORE if db.engine.dialect.name == "sqlite" else FEWER
    with stage.on(FRIDAY):
        before = {who: pages_of(stage, who, stage.nowhere(who)) for who in asked}
    stage.file_the_case()
    seal(FRIDAY)
    follow(FRIDAY)
    traces = (*TRACES, stage.desk.number, stage.desk.id.hex, str(stage.desk.id))
    with stage.on(FRIDAY):
        missing = set[tuple[str, str]]()
        for who, endpoints in asked.items():
            missing |= {(who, one) for one in endpoints - where_found(stage, who, traces)}
        assert missing == set()
        there = {who: stage.there(who) for who in asked}
        keep_away(stage)
        stands = stand_of(stage)
        for who in asked:
            here = there[who]
            nobodys_notices = (doors.NOBODYS_KEY,) * len(here.notices)
            nowhere = replace(stage.nowhere(who), notices=nobodys_notices)
            names = [*names_of(nowhere), *names_of(here)]
            browser = stage.browser(who)
            for (endpoint, path), (_same, other) in zip(
                doors.addresses(here), doors.addresses(nowhere), strict=True
            ):
                said, absent = (shown(browser.get(one), *names) for one in (path, other))
                same(absent, said, f"{who} GET {path}")
                if endpoint not in TOTALS:
                    then = before[who][f"{endpoint} {other}"]
                    same(then, absent, f"{who} GET {other}, as if never filed")
                for trace in traces:
                    assert trace not in said, (who, path, trace)
            browser = stage.browser(who)
            for (_endpoint, path, fields), (_e, other, nobodys) in zip(
                doors.forms(here), doors.forms(nowhere), strict=True
            ):
                said = shown(browser.post(path, data=fields), *names)
                same(shown(browser.post(other, data=nobodys), *names), said, f"{who} POST {path}")
                for trace in traces:
                    assert trace not in said, (who, path, trace)
        assert stand_of(stage) == stands
