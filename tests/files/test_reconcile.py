"""Rows and objects, held against each other both ways."""

import io
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from desk.files.reconcile import FEW, GRACE, reconcile, tidy
from desk.kernel.clock import utc_now
from desk.kernel.storage.store import new_key
from tests.files import corpus, give
from tests.files.give import check, keys, row, store_of


def tomorrow() -> datetime:
    return utc_now() + GRACE + timedelta(minutes=1)


def stray(app: Flask, n: int = 1) -> None:
    for _ in range(n):
        store_of(app).put(new_key(), io.BytesIO(b"stray"))


def test_a_whole_store_has_nothing_to_report(app: Flask) -> None:
    now = utc_now()
    give.give(app, corpus.picture(), "a.jpg", now=now)
    check(app, now=now)
    give.give(app, corpus.picture(), "b.jpg", now=now)
    found = reconcile(store_of(app), now=tomorrow(), remove=True)
    assert (found.objects, found.missing, found.strays, found.removed) == (2, [], [], 0)


def test_an_object_without_a_row_goes_after_a_day(app: Flask) -> None:
    now = utc_now()
    file_id = give.give(app, corpus.picture(), "a.jpg", now=now)
    stray(app)
    assert reconcile(store_of(app), now=now, remove=True).strays == []
    assert len(reconcile(store_of(app), now=tomorrow(), remove=False).strays) == 1
    assert len(keys(app)) == 2
    assert reconcile(store_of(app), now=tomorrow(), remove=True).removed == 1
    assert keys(app) == {row(file_id).original_key}


def test_what_a_failed_file_left_is_a_stray(app: Flask) -> None:
    now = utc_now()
    file_id = give.give(app, corpus.moving(), "a.webp", now=now)
    key = row(file_id).original_key
    check(app, now=now)
    store_of(app).put(str(key), io.BytesIO(b"left by somebody who died"))
    assert reconcile(store_of(app), now=tomorrow(), remove=True).strays == [key]


def test_many_strays_look_like_the_wrong_database(app: Flask) -> None:
    give.give(app, corpus.picture(), "a.jpg", now=utc_now())
    stray(app, FEW + 1)
    found = reconcile(store_of(app), now=tomorrow(), remove=True)
    assert (found.held_back, found.removed, len(keys(app))) == (True, 0, FEW + 2)


def test_a_row_without_its_object_is_named_and_kept(app: Flask) -> None:
    now = utc_now()
    clean, waiting = (give.give(app, corpus.picture(), f"{n}.jpg", now=now) for n in "ab")
    check(app, now=now)
    for key in keys(app):
        store_of(app).remove(key)
    found = reconcile(store_of(app), now=tomorrow(), remove=True)
    assert sorted(found.missing) == sorted([clean, waiting])
    assert row(clean).can_be_opened
    said = app.test_cli_runner().invoke(args=["desk", "reconcile-files"])
    assert (said.exit_code, str(clean) in said.output) == (1, True)


def test_the_command_says_what_it_did(app: Flask, tmp_path: Path) -> None:
    stray(app)
    for place in (tmp_path / "files").glob("??/*"):
        os.utime(place, (0, 0))
    for arguments, left in ((["reconcile-files"], 1), (["reconcile-files", "--remove"], 0)):
        said = app.test_cli_runner().invoke(args=["desk", *arguments])
        assert (said.exit_code, len(keys(app))) == (0, left), said.output


def test_files_of_a_draft_that_is_over_go_with_their_bytes(app: Flask) -> None:
    now = utc_now()
    until = now + timedelta(days=7)
    kept = give.give(app, corpus.picture(), "a.jpg", now=now)
    for n in range(3):
        give.give(app, corpus.picture(), f"{n}.jpg", now=now, kept_until=until)
    check(app, now=now)
    assert tidy(store_of(app), now=now) == 0
    assert tidy(store_of(app), now=until + timedelta(seconds=1)) == 3
    assert keys(app) == {row(kept).storage_key}


@pytest.mark.parametrize("remove", [True, False])
def test_an_empty_store_is_fine(app: Flask, remove: bool) -> None:
    found = reconcile(store_of(app), now=utc_now(), remove=remove)
    assert (found.objects, found.missing, found.strays) == (0, [], [])
