"""`flask desk import-cases`: messages sent elsewhere become cases without losing a character."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from desk.audit.models import LedgerLine, Visibility
from desk.audit.queries import faults
from desk.casework.models import Case, CaseClock, CaseMessage, Party
from desk.casework.words import CaseChannel, IdentityMode, MessageKind, PartyKind, Status
from desk.intake.models import RequestKey
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Hall
from desk.tally.models import Tally
from tests.real import real_file

COLUMNS = ("title", "text", "created_at", "reply", "replied_at", "party_kind", "reference")
STORY = " ﻿第一行，\t“引号”\r\n２０２６年①㎡Ⅱ…\u3000𠮷田·阿依古丽\u200b，😀\n末尾 "
ROW = {
    "title": "A市路灯不亮", "text": STORY, "created_at": "2010-10-28T17:13:36",
    "reply": " 网友：\n您好！ ", "replied_at": "2010-11-02 09:00", "reference": "TD1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def place(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    result = app.test_cli_runner().invoke(
        args=["desk", "setup", "--region", "420607", "--short-code", "XZ"]
    )
    assert result.exit_code == 0


def run(app: Flask, *args: object) -> Result:
    result = app.test_cli_runner().invoke(args=["desk", "import-cases", *map(str, args)])
    end_read()
    return result


def written(tmp_path: Path, *rows: dict[str, str], name: str = "cases.csv") -> Path:
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def n_of(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_message_becomes_a_case_of_its_own_time(app: Flask, tmp_path: Path) -> None:
    result = run(app, written(tmp_path, ROW))
    assert "1 cases opened, 0 there already, 0 left out." in result.output
    case = db.session.scalars(select(Case)).one()
    assert (case.title, case.story) == (ROW["title"], STORY)
    assert case.filed_at == datetime(2010, 10, 28, 9, 13, 36, tzinfo=UTC)
    assert case.number.startswith("XZ-101028-")
    assert (case.status, case.channel, case.own_reference) == (
        Status.SUBMITTED, CaseChannel.IMPORT, "TD1",
    )  # fmt: skip
    assert (case.identity_mode, case.party_kind) == (
        IdentityMode.ANONYMOUS, PartyKind.INDIVIDUAL,
    )  # fmt: skip
    assert n_of(Party) == 0
    assert n_of(CaseClock) == 1
    counted = {(row.measure, row.n) for row in db.session.scalars(select(Tally))}
    assert counted == {("case.filed", 1)}


def test_the_earlier_answer_is_a_note_to_the_team(app: Flask, tmp_path: Path) -> None:
    run(app, written(tmp_path, ROW))
    note = db.session.scalars(select(CaseMessage)).one()
    assert note.body == ROW["reply"]
    assert note.at == datetime(2010, 11, 2, 1, 0, tzinfo=UTC)
    assert (note.kind, note.visibility) == (MessageKind.NOTE, Visibility.TEAM)
    assert note.payload == {"act": "earlier_answer"}
    lines = db.session.scalars(select(LedgerLine).order_by(LedgerLine.seq)).all()
    own = [(line.what, line.at) for line in lines if line.stream.startswith("c/")]
    assert [what for what, _at in own] == ["submit", "add_note"]
    assert own[1][1] == note.at
    assert list(faults()) == []


def test_a_second_run_changes_nothing_and_a_longer_file_goes_on(app: Flask, tmp_path: Path) -> None:
    rows = [{**ROW, "reference": f"TD{n}", "reply": ""} for n in range(250)]
    assert "100 cases opened" in run(app, written(tmp_path, *rows[:100])).output
    assert "150 cases opened, 100 there already" in run(app, written(tmp_path, *rows)).output
    assert "0 cases opened, 250 there already" in run(app, written(tmp_path, *rows)).output
    assert n_of(Case) == n_of(RequestKey) == 250


def test_the_same_message_twice_in_a_file_is_one_case(app: Flask, tmp_path: Path) -> None:
    result = run(app, written(tmp_path, ROW, ROW, {**ROW, "text": "别的"}))
    assert "2 cases opened, 1 there already" in result.output


def test_the_report_tells_the_fate_of_every_row(app: Flask, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    bad = {**ROW, "title": " "}
    path = written(tmp_path, ROW, bad, {**ROW, "reference": "TD2"})
    assert run(app, path, "--report", report).exit_code == 1
    assert n_of(Case) == 0
    assert report.read_text(encoding="utf-8").splitlines() == ["line 6: title is empty."]
    assert run(app, path, "--report", report, "--skip-bad").exit_code == 0
    number = db.session.scalars(select(Case.number).where(Case.own_reference == "TD1")).one()
    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"line 2: opened as {number}"
    assert lines[1] == "line 6: title is empty."
    answered = written(tmp_path, {**ROW, "reply": "改了的答复"}, name="later.csv")
    run(app, answered, "--report", report)
    assert report.read_text(encoding="utf-8") == (
        f"line 2: there already as {number}; the answer in the file is another one\n"
    )
    assert n_of(CaseMessage) == 2


def test_a_long_title_is_kept_whole_in_the_story(app: Flask, tmp_path: Path) -> None:
    title = "长" * 150 + "尾" * 100
    run(app, written(tmp_path, {**ROW, "title": title}))
    case = db.session.scalars(select(Case)).one()
    assert case.title == title[:199] + "…"
    assert case.story == f"{title}\n{STORY}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, "text is empty."),
        ({"text": "长" * 20_001}, "text is longer than 20000 characters."),
        ({"text": "a\0b"}, "NUL"),
        ({"created_at": ""}, "created_at is not a time"),
        ({"created_at": "40479.7"}, "created_at is not a time"),
        ({"created_at": "2010-13-01"}, "created_at is not a time"),
        ({"created_at": "28/10/2010 17:13"}, "created_at is not a time"),
        ({"created_at": "2010-10-28T25:00:00"}, "created_at is not a time"),
        ({"created_at": "2099-01-01"}, "in the future or before 2000"),
        ({"created_at": "1999-12-31"}, "in the future or before 2000"),
        ({"replied_at": "2010-10-01"}, "The answer is older"),
        ({"replied_at": ""}, "replied_at is not a time"),
        ({"party_kind": "company"}, "party_kind is none of individual, business."),
        ({"reference": "x" * 81}, "reference is longer than 80 characters."),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_opened(
    app: Flask, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    result = run(app, written(tmp_path, {**ROW, "reference": "TD0"}, {**ROW, **changes}))
    assert result.exit_code == 1
    assert said in result.output
    assert "line 6:" in result.output
    assert "Nothing was changed." in result.output
    assert n_of(Case) == 0


@pytest.mark.parametrize(
    "written_as",
    ["2020-05-06T07:08:09", "2020-05-06 07:08:09", "2020-05-05T23:08:09Z",
     "2020-05-06T07:08:09+08:00"],
)  # fmt: skip
def test_instants_are_local_unless_they_name_their_zone(
    app: Flask, tmp_path: Path, written_as: str
) -> None:
    run(app, written(tmp_path, {**ROW, "created_at": written_as, "reply": ""}))
    filed = db.session.scalars(select(Case.filed_at)).one()
    assert filed == datetime(2020, 5, 5, 23, 8, 9, tzinfo=UTC)


def test_many_of_one_day_without_an_hour_are_all_taken(app: Flask, tmp_path: Path) -> None:
    rows = [
        {**ROW, "created_at": "2020-05-06", "reply": "", "reference": f"N{n}"} for n in range(400)
    ]
    assert "400 cases opened" in run(app, written(tmp_path, *rows)).output


def test_a_hall_may_be_named(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, ROW)
    assert "no such hall" in run(app, path, "--hall", "H9").output
    assert n_of(Case) == 0
    assert run(app, path, "--hall", "H1").exit_code == 0


def test_a_desk_without_an_open_hall_says_so(app: Flask, tmp_path: Path) -> None:
    with transaction():
        db.session.scalars(select(Hall)).one().active_to = date(2001, 1, 1)
    assert "no such hall" in run(app, written(tmp_path, ROW)).output


@pytest.mark.slow
def test_the_real_sample_is_loaded_to_the_last_character(app: Flask) -> None:
    path = real_file("complaints_zh_sample.csv")
    result = run(app, path, "--mapping", "mailbox")
    assert "2000 cases opened, 0 there already, 0 left out." in result.output
    with path.open(encoding="utf-8", newline="") as file:
        wanted = {row["id"]: row for row in csv.DictReader(file)}
    kept = {
        row.own_reference: (row.title, row.story)
        for row in db.session.execute(select(Case.own_reference, Case.title, Case.story))
    }
    assert kept == {key: (row["title"], row["text"]) for key, row in wanted.items()}
    notes = db.session.execute(
        select(Case.own_reference, CaseMessage.body).join(
            CaseMessage, CaseMessage.case_id == Case.id
        )
    )
    assert dict(notes.all()) == {k: row["reply"] for k, row in wanted.items() if row["reply"]}
    assert "0 cases opened, 2000 there already" in run(app, path, "--mapping", "mailbox").output
