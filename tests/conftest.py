"""An app on each database, migrated and empty, and a browser to use it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text

from desk.app import create_app
from desk.commands import alembic_config
from desk.kernel.crypto import KeyRing
from desk.kernel.db import db
from desk.organisation.queries import forget_kept
from desk.settings import Settings
from tests.kept import KeptDatabase, keep
from tests.ports import free_port

settings.register_profile(
    "house", derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("house")
keep()

DATABASES = ("sqlite", "postgresql")
COMPILED = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="desk-templates-"))
"""Templates compiled once a process: every test makes an app of its own."""
DATA_KEY = KeyRing.make_key("test")


LONG_FIRST = (
    "journeys/test_complaint", "crash/", "journeys/", "everywhere/", "stress/", "test_machine",
    "house/test_start", "jobs/test_worker",
)  # fmt: skip
"""Files of few but long tests. Begun last, one worker would play them while the other waits."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, file by file; within a file the order stays."""

    def rank(item: pytest.Item) -> int:
        found = (n for n, part in enumerate(LONG_FIRST) if part in item.nodeid)
        return next(found, len(LONG_FIRST))

    items.sort(key=rank)


def quick_folder(prefix: str) -> Path:
    """Make a folder in memory where the machine has one: nothing here outlives the tests."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Where the SQLite files of this process lie."""
    folder = quick_folder("desk-sqlite-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def make_settings(database_url: str, **changes: object) -> Settings:
    """Give settings for tests: cheap password hashes, no second factor, no CSRF, everything else as in life."""
    given = {
        "secret_key": "test-secret-key-test-secret-key-test",
        "data_keys": DATA_KEY,
        "index_key": "test-index-key-test-index-key-test-x",
        "database_url": database_url,
        "storage_url": f"file:{tempfile.gettempdir()}/desk-test-files-{os.getpid()}",
        "testing": True,
        "argon2_memory_kib": 64,
        "second_factor": False,
    }
    return Settings(**{**given, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def sqlite_template(sqlite_folder: Path) -> Path:
    """An empty, migrated SQLite file to copy."""
    path = sqlite_folder / "template.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server: the one named, or a private one."""
    named = os.environ.get("DESK_TEST_POSTGRES")
    if named:
        yield named
        return
    with private_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """An empty, migrated PostgreSQL database to copy, named for this process."""
    name = f"desk_template_{os.getpid()}"
    _on_server(postgres_server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    _migrate(_database(postgres_server, name))
    yield name
    _on_server(postgres_server, f"DROP DATABASE IF EXISTS {name}")


@pytest.fixture(scope="session")
def postgres_kept(postgres_server: str, postgres_template: str) -> Iterator[KeptDatabase]:
    """The one database of this process that its tests use in turn."""
    name = f"desk_test_{os.getpid()}"
    kept = KeptDatabase(f"{postgres_server.rsplit('/', 1)[0]}/{name}")
    yield kept
    kept.close()
    _on_server(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database of each kind."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        path = request.getfixturevalue("sqlite_folder") / "desk.sqlite"
        _remove(path)
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        _remove(path)
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    kept = request.getfixturevalue("postgres_kept")
    name = f"desk_test_{os.getpid()}"
    if not kept.empty():
        kept.close()
        _on_server(
            server,
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {template} {_way_to_copy(server)}",
        )
        kept.copied()
    yield _database(server, name)


def _remove(path: Path) -> None:
    """Remove a SQLite file with what lies beside it: whoever still has it open keeps theirs."""
    for beside in path.parent.glob(f"{path.name}*"):
        beside.unlink(missing_ok=True)


@contextmanager
def running_app(url: str, **changes: object) -> Iterator[Flask]:
    """An app on a database, its context open, everything closed afterwards."""
    forget_kept()
    app = create_app(make_settings(url, **changes))
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
            forget_kept()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app on each database and with files of its own, for tests below and at the web."""
    with running_app(database_url, storage_url=f"file:{tmp_path}/files") as running:
        yield running


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


def _migrate(url: str) -> None:
    from alembic import command

    command.upgrade(alembic_config(url), "head")


def _database(server: str, name: str) -> str:
    return f"{server.rsplit('/', 1)[0]}/{name}".replace("postgresql://", "postgresql+psycopg://")


@cache
def _way_to_copy(server: str) -> str:
    """Name the quicker way to copy a small database: from 15 on, PostgreSQL has two."""
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        version = int(connection.scalar(text("SHOW server_version_num")) or 0)
    engine.dispose()
    return "STRATEGY FILE_COPY" if version >= 150000 else ""


def _on_server(server: str, *statements: str) -> None:
    url = server.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def private_postgres(*, fsync: bool = False) -> Iterator[str]:
    """Start a PostgreSQL of our own, also as root, and stop it afterwards."""
    binaries = _postgres_binaries()
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-")) if fsync else quick_folder("desk-pg-")
    run = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if run:
        shutil.chown(folder, "postgres")
    port = free_port()
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        f" -c fsync={'on' if fsync else 'off'} -c max_connections=200 -c autovacuum=off"
        f"{'' if fsync else ' -c full_page_writes=off -c synchronous_commit=off'}"
    )
    data = folder / "data"
    start = ["-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"]
    subprocess.run(
        [
            *run,
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "desk",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    subprocess.run(
        [*run, str(binaries / "pg_ctl"), *start], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )
    try:
        yield f"postgresql://desk@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*run, str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
            cwd=folder,
        )
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    if os.environ.get("CI") == "true":
        pytest.fail("PostgreSQL is not installed, and CI may not skip it")
    pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
