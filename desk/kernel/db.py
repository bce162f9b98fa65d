"""The session, the base of every table, and the one way to commit."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, DateTime, Engine, MetaData, event, text
from sqlalchemy import Enum as EnumType
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

Word = TypeVar("Word", bound=StrEnum)

log = structlog.get_logger()
STANDBY = "standby"
IDLE_SECONDS = 2.0
"""How long a connection may have lain idle before it is asked whether it still lives."""


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC; a naive one is refused rather than guessed at."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(words: type[Word], name: str, length: int = 24) -> EnumType:
    """Make the column type for a closed list: text plus a CHECK, the same on both databases."""
    return EnumType(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=length,
        values_callable=lambda members: [m.value for m in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(type_annotation_map={datetime: Instant()})


class DeskSession(FlaskSession):
    """A session whose reads stand alone where `reads_alone()` was said: no BEGIN, no ROLLBACK."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if self.info.get("standby") and not self.info.get("writing"):
            bind = db.engines[STANDBY]
        if self.info.get("alone") and not self.info.get("writing") and isinstance(bind, Engine):
            return _alone(bind)
        return bind


def _alone(engine: Engine) -> Engine:
    """Give the same pool with every statement for itself, made once for each engine."""
    kept: dict[str, Any] = vars(engine)
    if "reads_alone" not in kept:
        kept["reads_alone"] = engine.execution_options(isolation_level="AUTOCOMMIT")
    return kept["reads_alone"]  # type: ignore[no-any-return]


db = SQLAlchemy(model_class=Base, session_options={"class_": DeskSession})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


@contextmanager
def transaction() -> Iterator[None]:
    """Make everything inside happen, or none of it. Nothing else in the desk commits.

    What was read before is forgotten, so whatever is to be changed must be loaded inside. On SQLite
    the write lock is taken first (a read that turns into a write fails at once there), waiting in
    line behind other writers of this machine.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("a transaction is already open")
    session.rollback()
    with _turn_to_write(session):
        session.info["writing"] = True
        try:
            if _is_sqlite(session):
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


def is_writing() -> bool:
    """Tell whether the caller stands inside `transaction()`."""
    return bool(db.session.info.get("writing"))


def dialect_name() -> str:
    """Name the database in use: `sqlite` or `postgresql`."""
    return str(db.session.get_bind().dialect.name)


def without_time_limit() -> None:
    """Let the transaction that is open take as long as it needs: some commands read everything."""
    if dialect_name() == "postgresql":
        db.session.execute(text("SET LOCAL statement_timeout = 0"))


def reads_alone() -> None:
    """Let each read of this session stand alone, as a page needs them; writes are as ever."""
    db.session.info["alone"] = True


def reads_from_standby() -> None:
    """Let the next reads of this session come from the standby, where there is one that answers.

    For pages that are the same for everybody: a standby may be some seconds behind.
    """
    engine = db.engines.get(STANDBY)
    if engine is None:
        return
    try:
        with engine.connect():
            db.session.info["standby"] = True
    except OperationalError:
        log.warning("standby does not answer")


def reads_together() -> None:
    """Let the next reads of this session see one state again, as streams of rows need it.

    They come from the database itself, too.
    """
    elsewhere = db.session.info.pop("standby", False)
    if db.session.info.pop("alone", False) or elsewhere:
        db.session.rollback()


def end_read() -> None:
    """Close the read that is open, so that the next one sees what is new.

    Where each read stands alone and no row was loaded there is nothing to close.
    """
    session = db.session()
    if session.info.get("alone") and not session.identity_map and not session.info.get("writing"):
        return
    session.rollback()


def _is_sqlite(session: Session) -> bool:
    return bool(session.get_bind().dialect.name == "sqlite")


@contextmanager
def _turn_to_write(session: Session) -> Iterator[None]:
    """Queue up on a lock file beside the SQLite file: fair, where busy-waiting is not."""
    bind = session.get_bind()
    path = bind.engine.url.database if bind.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    handle = os.open(Path(f"{path}.turn"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@event.listens_for(Session, "before_flush")
def _flush_needs_transaction(session: Session, *_: object) -> None:
    if not session.info.get("writing"):
        raise RuntimeError("written outside transaction()")


@event.listens_for(Session, "do_orm_execute")
def _write_needs_transaction(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and not state.session.info.get("writing"):
        raise RuntimeError("written outside transaction()")


@event.listens_for(Engine, "checkin")
def _note_idle(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()


@event.listens_for(Engine, "checkout")
def _ask_whether_alive(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Replace connections that died while they lay idle, without a question on every use."""
    since = record.info.get("idle_since")
    if since is None or time.monotonic() - since < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise InvalidatePoolError from error


@event.listens_for(Engine, "connect")
def _set_up_connection(connection: Any, _record: object) -> None:
    """Set on every connection what SQLite does not keep in its file."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
