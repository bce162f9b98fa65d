"""The worker's part: every file is settled once, and nothing is clean that nobody looked at."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from desk.files import checking, sandbox
from desk.files.actions import dispose, drop_held, hold
from desk.files.words import ByKind, FileState, Trouble
from desk.kernel.db import transaction
from desk.kernel.storage.opening import open_store
from desk.kernel.storage.store import new_key
from tests import make
from tests.files import corpus, give
from tests.files.clamd import stand_in
from tests.files.give import check, keys, read, row
from tests.jobs.test_worker import ROOT, environment

NOW = make.MONDAY
LATER = NOW + timedelta(hours=1)


def test_a_photo_becomes_a_copy_and_nothing_else_is_kept(app: Flask) -> None:
    content = corpus.picture()
    file_id = give.give(app, content, "照片.JPG", now=NOW)
    before = row(file_id)
    assert (before.state, before.by_kind, before.name) == (
        FileState.RECEIVED, ByKind.COMPLAINANT, "照片.jpg",
    )  # fmt: skip
    assert keys(app) == {before.original_key}
    assert check(app, now=NOW) == 1
    after = row(file_id)
    copy = read(app, after.storage_key)
    assert (after.state, after.original_key, after.checked_at) == (FileState.CLEAN, None, NOW)
    assert (after.size, after.sha256) == (len(copy), hashlib.sha256(copy).digest())
    assert after.received_sha256 == hashlib.sha256(content).digest()
    assert keys(app) == {after.storage_key}
    assert corpus.CANARY.encode() not in copy
    assert check(app, now=LATER) == 0


def test_the_copy_says_what_it_is(app: Flask) -> None:
    ids = {
        name: give.give(app, content, name, now=NOW)
        for name, content in (
            ("a.heic", corpus.picture("heic")), ("a.webp", corpus.picture("webp")),
            ("a.jpeg", corpus.picture()), ("a.pdf", corpus.pdf()), ("a.xlsx", corpus.xlsx()),
            ("a.mp3", corpus.MP3),
        )
    }  # fmt: skip
    assert check(app, now=NOW) == len(ids)
    names = {name: row(file_id).download_name for name, file_id in ids.items()}
    assert names == {
        "a.heic": "a.jpg", "a.webp": "a.jpg", "a.jpeg": "a.jpeg", "a.pdf": "a.pdf",
        "a.xlsx": "a.xlsx", "a.mp3": "a.mp3",
    }  # fmt: skip


def test_what_cannot_be_read_fails_and_is_not_kept(app: Flask) -> None:
    file_id = give.give(app, corpus.moving(), "a.webp", now=NOW)
    check(app, now=NOW)
    found = row(file_id)
    assert (found.state, found.trouble) == (FileState.FAILED, Trouble.MOVING)
    assert keys(app) == set()
    assert not found.can_be_opened


def test_an_infected_file_is_named_and_removed(app: Flask) -> None:
    content = corpus.docx(parts={"word/a.bin": b"x"}) + corpus.EICAR
    content = content[: -len(corpus.EICAR)]
    with stand_in() as clamd:
        bad = give.give(app, corpus.MP3 + corpus.EICAR, "a.mp3", now=NOW)
        good = give.give(app, content, "a.docx", now=NOW)
        assert check(app, now=NOW, clamd=clamd.address) == 2
    assert (row(bad).state, row(bad).trouble, row(bad).finding) == (
        FileState.INFECTED, Trouble.INFECTED, "Eicar-Signature",
    )  # fmt: skip
    assert (row(good).state, row(good).scanned_at) == (FileState.CLEAN, NOW)
    assert keys(app) == {row(good).storage_key}


@pytest.mark.parametrize("mood", ["error", "garbage", "silent"])
def test_without_a_verdict_it_waits_and_is_tried_again(app: Flask, mood: str) -> None:
    file_id = give.give(app, corpus.picture(), "a.jpg", now=NOW)
    with stand_in() as clamd:
        clamd.mood = mood
        assert check(app, now=NOW, clamd=clamd.address) == 0
        assert row(file_id).state is FileState.SCANNING
        assert check(app, now=NOW, clamd=clamd.address) == 0
        assert clamd.asked == 1
        clamd.mood = "well"
        assert check(app, now=LATER, clamd=clamd.address) == 1
    assert row(file_id).state is FileState.CLEAN


def test_it_waits_for_ever_but_never_longer_than_half_an_hour(app: Flask) -> None:
    file_id = give.give(app, corpus.picture(), "a.jpg", now=NOW)
    moment = NOW
    for _ in range(15):
        assert check(app, now=moment, clamd="tcp://127.0.0.1:1") == 0
        found = row(file_id)
        assert timedelta(0) < found.not_before - moment <= timedelta(minutes=30)
        moment = found.not_before
    assert (found.state, found.breaks) == (FileState.SCANNING, 0)
    assert check(app, now=moment) == 1


def test_what_breaks_its_reader_is_given_up_after_three(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise sandbox.Broken("killed")

    monkeypatch.setattr(sandbox, "copy_of", dies)
    poison = give.give(app, corpus.picture(), "a.jpg", now=NOW)
    moment = NOW
    while row(poison).state is not FileState.FAILED:
        moment += timedelta(hours=1)
        check(app, now=moment)
    found = row(poison)
    assert (found.attempts, found.trouble) == (4, Trouble.UNREADABLE)


def test_a_worker_that_dies_gives_it_back_when_its_lease_is_over(app: Flask) -> None:
    file_id = give.give(app, corpus.picture(), "a.jpg", now=NOW)
    assert checking._claim(NOW) is not None
    assert check(app, now=NOW) == 0
    assert check(app, now=NOW + checking.LEASE + timedelta(seconds=1)) == 1
    found = row(file_id)
    assert (found.state, found.attempts, found.breaks) == (FileState.CLEAN, 2, 1)


def test_two_verdicts_about_one_file_are_one(app: Flask) -> None:
    file_id = give.give(app, corpus.picture(), "a.jpg", now=NOW)
    first = checking._claim(NOW)
    second = checking._claim(NOW + checking.LEASE * 2)
    assert first is not None
    assert second is not None
    store = give.store_of(app)
    for taken in (first, second):
        checking._check(taken, store, None, lambda: LATER)
    found = row(file_id)
    assert (found.state, keys(app)) == (FileState.CLEAN, {found.storage_key})
    assert read(app, found.storage_key)


def test_a_copy_made_before_dying_is_found_again(app: Flask) -> None:
    """Die between removing the original and writing down: as after going back to an old backup."""
    file_id = give.give(app, corpus.picture("heic"), "a.heic", now=NOW)
    taken = checking._claim(NOW)
    assert taken is not None
    store = give.store_of(app)
    checking._verdict(taken, store, None)
    store.remove(taken.original_key)
    assert check(app, now=LATER) == 1
    found = row(file_id)
    assert (found.state, found.media_type) == (FileState.CLEAN, "image/jpeg")
    assert found.sha256 == hashlib.sha256(read(app, found.storage_key)).digest()


def test_no_transaction_is_open_while_a_file_is_looked_into(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desk.kernel.db import db, is_writing

    seen = []
    real = sandbox.copy_of

    def watched(*given: object) -> object:
        seen.append((is_writing(), db.session().in_transaction()))
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sandbox, "copy_of", watched)
    give.give(app, corpus.picture(), "a.jpg", now=NOW)
    check(app, now=NOW)
    assert seen == [(False, False)]


def test_a_draft_lets_go_of_its_files(app: Flask) -> None:
    until = NOW + timedelta(days=7)
    mine = give.give(app, corpus.picture(), "a.jpg", now=NOW, kept_until=until)
    other = give.give(app, corpus.picture(), "b.jpg", now=NOW, kept_until=until)
    check(app, now=NOW)
    with transaction():
        hold(give.REGION, [other], until=None)
        assert drop_held(before=until) == []
        gone = drop_held(before=until + timedelta(seconds=1))
    assert len(gone) == 1
    with transaction():
        hold(give.REGION, [other], until=NOW)
    assert row(other).kept_until is None
    from desk.files.queries import files_of

    assert [found.id for found in files_of(give.REGION, [mine, other])] == [other]


def test_the_end_of_keeping_leaves_the_row_and_takes_the_bytes(app: Flask) -> None:
    clean = give.give(app, corpus.picture(), "a.jpg", now=NOW)
    check(app, now=NOW)
    waiting = give.give(app, corpus.picture(), "b.jpg", now=NOW)
    with transaction():
        gone = dispose(give.REGION, [clean, waiting], now=LATER)
    assert keys(app) <= set(gone)
    assert (row(clean).disposed_at, row(clean).can_be_opened) == (LATER, False)
    assert check(app, now=LATER) == 0
    with transaction():
        assert dispose(give.REGION, [clean], now=LATER) == []


def test_a_failed_transaction_leaves_nothing_in_the_store(app: Flask) -> None:
    from desk.files.arriving import arriving, look_at_all
    from desk.files.kinds import PUBLIC_FAMILIES

    looked = look_at_all([give.upload(corpus.picture(), "a.jpg")], PUBLIC_FAMILIES)
    with (
        pytest.raises(RuntimeError, match="nothing"),
        arriving(give.store_of(app), looked, reserve=0),
    ):
        assert len(keys(app)) == 1
        raise RuntimeError("nothing")
    assert keys(app) == set()


def test_too_little_room_and_a_store_that_is_away(app: Flask, tmp_path: Path) -> None:
    from desk.files.arriving import arriving, look_at_all
    from desk.files.kinds import PUBLIC_FAMILIES
    from desk.kernel.errors import Busy

    looked = look_at_all([give.upload(corpus.picture(), "a.jpg")], PUBLIC_FAMILIES)
    with pytest.raises(Busy), arriving(give.store_of(app), looked, reserve=1 << 60):
        raise AssertionError

    (tmp_path / "in the way").write_text("no folder")
    away = open_store(f"file:{tmp_path}/in the way")
    with pytest.raises(Busy), arriving(away, looked, reserve=0):
        raise AssertionError


def test_a_text_is_handed_out_as_utf8_whatever_it_was_written_as(app: Flask) -> None:
    words = "记事本里写的：一九四九年以来。"
    given = give.give(app, words.encode("gb18030"), "说明.txt", now=NOW)
    give.check(app, now=NOW)
    row = give.row(given)
    assert (row.state, row.media_type) == (FileState.CLEAN, "text/plain")
    assert give.read(app, row.storage_key) == words.encode()


def test_a_key_is_never_drawn_twice() -> None:
    assert len({new_key() for _ in range(1000)}) == 1000


@pytest.mark.slow
def test_kill_at_any_moment_loses_no_file(app: Flask, database_url: str, tmp_path: Path) -> None:
    """Kill the worker twice while it checks; afterwards everything is settled, once."""
    ids = [
        give.give(app, corpus.picture("png", size=(1200, 900)), f"{n}.png", now=NOW)
        for n in range(6)
    ]
    surroundings = environment(database_url, DESK_STORAGE_URL=f"file:{tmp_path}/files")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "desk", "worker"]
    for kill in range(2):
        worker = subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while sum(row(one).state is FileState.CLEAN for one in ids) <= kill:
            assert time.monotonic() < until
            time.sleep(0.01)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    moment = max(row(one).leased_until or NOW for one in ids) + timedelta(seconds=1)
    check(app, now=moment)
    rows = [row(one) for one in ids]
    assert {found.state for found in rows} == {FileState.CLEAN}
    assert {found.storage_key for found in rows} <= keys(app)
    for found in rows:
        assert hashlib.sha256(read(app, found.storage_key)).digest() == found.sha256
