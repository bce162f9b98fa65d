"""Tables of the ways to rate: kiosks, their gaps, and what staff wrote down for somebody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class Kiosk(Model):
    """A tablet on which people rate at one window; `code` is in its address.

    What it signs with is kept nowhere: it is made from `key_salt` and the key of hashes, which is
    not in the database. `pair_h` is of the one-time code that gives it out. `event_id` is the
    occasion the counter asks about at the moment. `last_n` is the newest of its requests that were
    written down, so that none is played again; `last_seq` its highest tap that arrived. Without
    `made_by` it is the desk's own, by which it tries every night whether kiosks are heard.
    """

    __tablename__ = "kiosks"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("(pair_h IS NULL) = (pair_until IS NULL)", "pairing_ends"),
        CheckConstraint("(key_salt IS NULL) = (paired_at IS NULL)", "paired_has_time"),
        CheckConstraint("(event_id IS NULL) = (asked_at IS NULL)", "asked_has_time"),
        Index(None, "region_id", "window_id"),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"))
    code: Mapped[str] = mapped_column(String(40))
    pair_h: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    pair_until: Mapped[datetime | None]
    key_salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    last_n: Mapped[int] = mapped_column(BigInteger, default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]
    event_id: Mapped[UUID | None]
    asked_at: Mapped[datetime | None]


class KioskGap(Model):
    """A time in which a kiosk that was paired was not heard of."""

    __tablename__ = "kiosk_gaps"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "kiosk_id"], ["kiosks.region_id", "kiosks.id"], name="fk_kiosk_gaps_kiosk"
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kiosk_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_at: Mapped[datetime] = mapped_column(primary_key=True)
    until_at: Mapped[datetime]


class RatingEntry(Model):
    """Who wrote a rating down for somebody, and the scan or recording that shows it.

    Nobody did where the desk tries by night whether what staff write down arrives.
    """

    __tablename__ = "rating_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "rating_id"],
            ["ratings.region_id", "ratings.id"],
            name="fk_rating_entries_rating",
        ),
        ForeignKeyConstraint(
            ["region_id", "file_id"], ["files.region_id", "files.id"], name="fk_rating_entries_file"
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rating_id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[datetime]
