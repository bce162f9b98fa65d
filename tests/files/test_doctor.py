"""The doctor looks at what attachments lean on, and says what is not well."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask

from desk.jobs.actions import beat
from desk.kernel.clock import utc_now
from desk.kernel.db import dialect_name, transaction
from desk.kernel.scanner import Clamd
from desk.kernel.storage.opening import open_store
from tests.files import corpus, give
from tests.files.clamd import stand_in
from tests.files.give import keys


def said(app: Flask) -> tuple[int, dict[str, str]]:
    """Ask the doctor: how it ended, and each finding by name with its sign."""
    run = app.test_cli_runner().invoke(args=["desk", "doctor"])
    lines = [line for line in run.output.splitlines() if ": " in line]
    return run.exit_code, {line[4:].split(":")[0]: line[0] for line in lines}


def owner() -> set[str]:
    """Name what is not well because these tests own the tables: on PostgreSQL, the ledger."""
    return {"ledger"} if dialect_name() == "postgresql" else set()


def test_all_is_well(app: Flask, tmp_path: Path) -> None:
    app.extensions["settings"] = replace(
        app.extensions["settings"], anchor_url=f"file:{tmp_path}/anchors"
    )
    with transaction():
        beat("worker-test", now=utc_now())
    with stand_in() as clamd:
        app.extensions["scanner"] = Clamd(clamd.address)
        code, found = said(app)
    assert {name for name, sign in found.items() if sign == "!"} == owner()
    assert code == len(owner())
    assert keys(app) == set()


def test_each_thing_that_is_not_well_is_named(app: Flask, tmp_path: Path) -> None:
    code, found = said(app)
    assert code == 1
    assert {name for name, sign in found.items() if sign == "!"} == {
        "worker", "scanner", "second place", *owner(),
    }  # fmt: skip
    give.give(app, corpus.picture(), "a.jpg", now=utc_now() - timedelta(hours=1))
    app.extensions["scanner"] = Clamd("tcp://127.0.0.1:1")
    (tmp_path / "way").write_text("in the way")
    app.extensions["store"] = open_store(f"file:{tmp_path}/way")
    _code, found = said(app)
    assert {name for name, sign in found.items() if sign == "!"} == {
        "worker", "scanner", "second place", "store", "files", *owner(),
    }  # fmt: skip


def test_readiness_says_whether_files_are_scanned(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/readyz").json["scanner"] == "not set"
    app.extensions["scanner"] = Clamd("tcp://127.0.0.1:1")
    assert client.get("/readyz").json["scanner"] == "set"


def test_nothing_heavy_is_loaded_at_the_start() -> None:
    import subprocess

    from tests.jobs.test_worker import ROOT, environment

    code = (
        "import sys, wsgi\n"
        "heavy = {'PIL', 'pikepdf', 'pillow_heif', 'boto3', 'botocore', 'fpdf', 'xlsxwriter', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment("sqlite:///:memory:"),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "[]"
