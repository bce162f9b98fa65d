"""The board read from a standby, from the database itself when that is away, and never written to."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from desk.kernel.db import db, dialect_name, end_read, reads_from_standby, transaction
from desk.organisation.models import Region
from tests import make
from tests.conftest import running_app


@pytest.fixture
def standby(sqlite_template: Path, tmp_path: Path) -> str:
    path = Path(shutil.copy(sqlite_template, tmp_path / "standby.sqlite"))
    return f"sqlite:///{path}"


def test_the_board_is_read_from_the_standby(database_url: str, standby: str) -> None:
    with running_app(standby):
        make.hall(make.region().id)
        with transaction():
            db.session.query(Region).update({"name_zh": "备用区"})
    with running_app(database_url, replica_url=standby) as app:
        make.hall(make.region().id)
        client = app.test_client()
        for path in ("/board", "/board.json", "/published", "/items"):
            assert client.get(path).status_code == 200
        assert "备用区" in client.get("/board").get_data(as_text=True)
        reads_from_standby()
        with transaction():
            assert dialect_name() == (
                "sqlite" if database_url.startswith("sqlite") else "postgresql"
            )
            db.session.query(Region).update({"name_en": "Changed"})
        end_read()
    engine = create_engine(standby)
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name_en FROM regions")).scalars().all()
    engine.dispose()
    assert names == ["Xizhou District"]


def test_a_standby_that_is_away_stops_nothing(database_url: str) -> None:
    away = "postgresql+psycopg://nobody@127.0.0.1:9/none"
    with running_app(database_url, replica_url=away) as app:
        make.hall(make.region().id)
        assert app.test_client().get("/board").status_code == 200
