"""The outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of
from desk.notify.notices import Notice, Way

WAITING = "posted_at IS NULL AND dead_at IS NULL"
NOTICES = "channel = 'in_app'"
UNREAD = "channel = 'in_app' AND read_at IS NULL"
DEAD = "dead_at IS NOT NULL"


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"
    IN_APP = "in_app"


class Letter(Model):
    """A letter that is owed. It holds no address and no content: a party, a template, a number.

    `dedupe_key` makes it owed once; `leased_until` says a worker is at it; `dead_at` that nobody
    will try again without a person, and `retried_at` when a person last asked for that. A notice
    (`in_app`) goes nowhere: it is read in the desk. `subject_id` is the case a letter to staff is
    about, so that whoever may not see that case is not told of it either.
    """

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("region_id", "dedupe_key"),
        CheckConstraint("(party_id IS NULL) <> (user_id IS NULL)", "one_addressee"),
        Index(
            None,
            "not_before",
            "id",
            postgresql_where=text(WAITING),
            sqlite_where=text(WAITING),
        ),
        Index(
            "ix_letters_dead",
            "region_id",
            "written_at",
            "id",
            postgresql_where=text(DEAD),
            sqlite_where=text(DEAD),
        ),
        Index(
            "ix_letters_notices",
            "user_id",
            "written_at",
            "id",
            postgresql_where=text(NOTICES),
            sqlite_where=text(NOTICES),
        ),
        Index(
            "ix_letters_unread",
            "user_id",
            postgresql_where=text(UNREAD),
            sqlite_where=text(UNREAD),
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    template: Mapped[str] = mapped_column(String(48))
    lang: Mapped[str] = mapped_column(String(12))
    channel: Mapped[Channel] = mapped_column(one_of(Channel, "channel"))
    party_id: Mapped[UUID | None]
    user_id: Mapped[int | None]
    subject_id: Mapped[UUID | None]
    context: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    written_at: Mapped[datetime]
    not_before: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    retried_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(120))
    provider_ref: Mapped[str | None] = mapped_column(String(80))


class NoticeChoice(Model):
    """How one person wants to be told of one kind of thing; the kind's own way without a row."""

    __tablename__ = "notice_choices"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[Notice] = mapped_column(one_of(Notice, "kind"), primary_key=True)
    way: Mapped[Way] = mapped_column(one_of(Way, "way"))
