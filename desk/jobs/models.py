"""The table of jobs; local to a machine's database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class Job(Model):
    """One piece of work; (name, slot) is unique, so a period's work exists once."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("name", "slot"),
        Index(
            None,
            "run_at",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(48))
    slot: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(400))


class Heartbeat(Model):
    """When a worker was last alive, for readiness."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    at: Mapped[datetime]
