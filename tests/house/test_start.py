"""What a start costs, and what it finds when it looks at the database."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from desk.commands import alembic_config
from desk.jobs.actions import beat
from desk.kernel.clock import utc_now
from desk.kernel.crypto import KeyRing
from desk.kernel.db import db, transaction
from desk.kernel.schema import is_current, newest_revision

ROOT = Path(__file__).parents[2]
ONLY_WHEN_NEEDED = (
    "alembic",
    "authlib",
    "boto3",
    "desk.demo.loading",
    "fpdf",
    "openpyxl",
    "pikepdf",
    "PIL",
    "playwright",
    "xlsxwriter",
)


def test_a_start_loads_nothing_that_no_page_needs(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DESK_DEMO": "1",
        "DESK_SECRET_KEY": "s" * 40,
        "DESK_INDEX_KEY": "i" * 40,
        "DESK_DATA_KEYS": KeyRing.make_key("k1"),
        "DESK_DATABASE_URL": f"sqlite:///{tmp_path / 'desk.sqlite'}",
    }
    script = "import json, sys, wsgi; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    loaded = set(json.loads(done.stdout))
    assert "desk.workbench.views.queue" in loaded
    assert loaded.intersection(ONLY_WHEN_NEEDED) == set()


def test_a_port_that_is_taken_is_named_before_anything_is_done() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "deploy/run.py", "--port", str(port)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert run.returncode == 2
    assert f"make run PORT={port + 1}" in run.stdout


def test_the_files_name_the_same_head_as_the_tool() -> None:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))
    assert newest_revision() == scripts.get_current_head()


def test_a_prepared_database_is_left_as_it_is(app: Flask) -> None:
    assert is_current()
    answer = app.test_cli_runner().invoke(args=["desk", "prepare"])
    assert (answer.exit_code, answer.output) == (0, "")
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '20261124_0820'"))
    assert not is_current()


def test_ready_means_database_migrations_and_worker(app: Flask, client: FlaskClient) -> None:
    def asked() -> tuple[int, dict[str, bool]]:
        answer = client.get("/readyz")
        found = answer.get_json()
        assert found.pop("scanner") == "not set"
        return answer.status_code, found

    assert asked() == (503, {"database": True, "migrations": True, "worker": False})
    with transaction():
        beat("worker-test", now=utc_now())
    assert asked() == (200, {"database": True, "migrations": True, "worker": True})
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert asked() == (503, {"database": True, "migrations": False, "worker": True})
