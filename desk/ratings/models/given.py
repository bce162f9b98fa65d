"""Tables of service events, the links to rate them, and the ratings given."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import IdentityMode, PartyKind
from desk.kernel.db import Model, one_of


class StandingCause(StrEnum):
    """Why a rating counts or does not: a decision beside the rating, never a change of it."""

    DETECTOR = "detector"
    REVIEW = "review"
    APPEAL = "appeal"
    VERDICT = "verdict"
    TEST = "test"


class EventSource(StrEnum):
    HALL = "hall"
    API = "api"
    IMPORT = "import"
    COUNTER = "counter"
    CASE = "case"


class RatingChannel(StrEnum):
    LINK = "link"
    SMS = "sms"
    QR = "qr"
    KIOSK = "kiosk"
    WEB = "web"
    PAPER = "paper"
    PHONE = "phone"
    API = "api"


class ServiceEvent(Model):
    """One service occasion: reference number and occasion number of the system it came from.

    `stage` is 1 accepted, 2 in hand, 3 done. `historic`: told so late that nobody is asked to rate
    it and a bad rating opens no case. `batch_key` names the chunk it came in, whose line in the
    ledger has the hash of its rows.
    """

    __tablename__ = "service_events"
    __table_args__ = (
        UniqueConstraint("region_id", "source_system", "project_no", "service_no"),
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_service_events_case"
        ),
        CheckConstraint("(source = 'case') = (case_id IS NOT NULL)", "case_has_case"),
        CheckConstraint("stage BETWEEN 1 AND 3", "stage"),
        Index(None, "region_id", "department_id", "on_day"),
        Index(
            "ix_service_events_applicant",
            "region_id",
            "applicant_h",
            "item_id",
            "occurred_at",
            postgresql_where=text("applicant_h IS NOT NULL"),
            sqlite_where=text("applicant_h IS NOT NULL"),
        ),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_system: Mapped[str] = mapped_column(String(32))
    project_no: Mapped[str] = mapped_column(String(80))
    service_no: Mapped[str] = mapped_column(String(32))
    source: Mapped[EventSource] = mapped_column(one_of(EventSource, "source"))
    case_id: Mapped[UUID | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    item_version_id: Mapped[int | None] = mapped_column(ForeignKey("item_versions.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    party_kind: Mapped[PartyKind] = mapped_column(one_of(PartyKind, "party_kind"))
    occurred_at: Mapped[datetime]
    on_day: Mapped[date]
    is_test: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[int | None]
    applicant_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    phone_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    invited_at: Mapped[datetime | None]
    historic: Mapped[bool] = mapped_column(default=False, server_default=false())
    batch_key: Mapped[UUID | None]


class RatingToken(Model):
    """A link to rate one event once; only the SHA-256 of its 128 random bits is kept."""

    __tablename__ = "rating_tokens"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "service_event_id"],
            ["service_events.region_id", "service_events.id"],
            name="fk_rating_tokens_event",
        ),
        Index(None, "region_id", "service_event_id"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token_h: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    service_event_id: Mapped[UUID]
    round: Mapped[int]
    channel: Mapped[RatingChannel] = mapped_column(one_of(RatingChannel, "channel"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Rating(Model):
    """What somebody said of one occasion. Round 1 is their own, 2 after a rectification.

    Round 0 is what a system said when nobody did: kept, and counted in nothing. One that a system
    told us names that system and its numbers.

    Nothing but `effective` and `case_id` ever changes, and nothing is deleted: the database
    refuses it; `rater_h`, `device_h`, `address_h` and `ticket_h` may only be forgotten. One without
    an occasion takes it, with what belongs to it, once: `ticket_h` is of the number it named.
    `effective` only repeats the last of its standings; without one it is true. `kiosk_seq` is the
    number a kiosk itself gave the tap, so that none is taken twice.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("region_id", "service_event_id", "round"),
        UniqueConstraint("region_id", "case_id", "round"),
        ForeignKeyConstraint(
            ["region_id", "service_event_id"],
            ["service_events.region_id", "service_events.id"],
            name="fk_ratings_event",
        ),
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_ratings_case"
        ),
        CheckConstraint("level BETWEEN 1 AND 5", "level"),
        CheckConstraint("round BETWEEN 0 AND 2", "round"),
        Index(None, "region_id", "department_id", "given_at", "id"),
        Index(None, "region_id", "given_at", "id"),
        Index("uq_ratings_kiosk", "region_id", "kiosk_id", "kiosk_seq", unique=True),
        Index(
            "uq_ratings_told",
            "region_id",
            "source_system",
            "project_no",
            "service_no",
            "round",
            unique=True,
            postgresql_where=text("source_system IS NOT NULL"),
            sqlite_where=text("source_system IS NOT NULL"),
        ),
        Index(None, "region_id", "received_at", "id"),
        Index(
            "ix_ratings_bad",
            "region_id",
            "given_at",
            postgresql_where=text("level <= 2"),
            sqlite_where=text("level <= 2"),
        ),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_event_id: Mapped[UUID | None]
    source_system: Mapped[str | None] = mapped_column(String(32))
    project_no: Mapped[str | None] = mapped_column(String(80))
    service_no: Mapped[str | None] = mapped_column(String(32))
    batch_key: Mapped[UUID | None]
    round: Mapped[int]
    level: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[RatingChannel] = mapped_column(one_of(RatingChannel, "channel"))
    identity_mode: Mapped[IdentityMode] = mapped_column(one_of(IdentityMode, "identity_mode"))
    scored: Mapped[bool]
    effective: Mapped[bool]
    is_test: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime]
    received_at: Mapped[datetime]
    visible_on: Mapped[date]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    party_kind: Mapped[PartyKind] = mapped_column(one_of(PartyKind, "party_kind"))
    case_id: Mapped[UUID | None]
    rater_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    device_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    address_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    ticket_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    kiosk_id: Mapped[UUID | None]
    kiosk_seq: Mapped[int | None]


class RatingPhoto(Model):
    """The photo somebody added to their rating."""

    __tablename__ = "rating_photos"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "rating_id"],
            ["ratings.region_id", "ratings.id"],
            name="fk_rating_photos_rating",
        ),
        ForeignKeyConstraint(
            ["region_id", "file_id"], ["files.region_id", "files.id"], name="fk_rating_photos_file"
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rating_id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID]


class RatingStanding(Model):
    """One decision on whether a rating counts. The last one holds; rows are only ever added.

    `rule` names the detector, or the word of a verdict; `n` is what the detector counted;
    `by_user_id` is NULL where the desk did it.
    """

    __tablename__ = "rating_standings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "rating_id"],
            ["ratings.region_id", "ratings.id"],
            name="fk_rating_standings_rating",
        ),
        CheckConstraint("seq >= 1", "seq"),
        CheckConstraint("cause <> 'detector' OR rule IS NOT NULL", "detector_has_rule"),
        CheckConstraint(
            "cause NOT IN ('review', 'appeal') OR approval_id IS NOT NULL", "decided_by_two"
        ),
        Index("ix_rating_standings_cause", "region_id", "cause", "at", "rating_id"),
        Index("ix_rating_standings_at", "region_id", "at", "rating_id"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rating_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effective: Mapped[bool]
    cause: Mapped[StandingCause] = mapped_column(one_of(StandingCause, "cause"))
    rule: Mapped[str | None] = mapped_column(String(24))
    n: Mapped[int | None]
    approval_id: Mapped[UUID | None]
    at: Mapped[datetime]
    by_user_id: Mapped[int | None]


class EarlyRating(Model):
    """A rating told before its occasion. Settled by a job: joined to it, or kept as unscored.

    Never edited and never deleted; `rating_id` is what it became.
    """

    __tablename__ = "early_ratings"
    __table_args__ = (
        UniqueConstraint("region_id", "source_system", "project_no", "service_no", "round"),
        CheckConstraint("level BETWEEN 1 AND 5", "level"),
        CheckConstraint("round BETWEEN 0 AND 1", "round"),
        Index(
            "ix_early_ratings_waiting",
            "received_at",
            "region_id",
            "id",
            postgresql_where=text("settled_at IS NULL"),
            sqlite_where=text("settled_at IS NULL"),
        ),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_system: Mapped[str] = mapped_column(String(32))
    project_no: Mapped[str] = mapped_column(String(80))
    service_no: Mapped[str] = mapped_column(String(32))
    round: Mapped[int]
    level: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[RatingChannel] = mapped_column(one_of(RatingChannel, "channel"))
    identity_mode: Mapped[IdentityMode] = mapped_column(one_of(IdentityMode, "identity_mode"))
    given_at: Mapped[datetime]
    received_at: Mapped[datetime]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    settled_at: Mapped[datetime | None]
    rating_id: Mapped[UUID | None]


class RatingExchange(Model):
    """That a rating was told upwards, as it stood then, and what the other side answered.

    `effective` is what was told: one that stands otherwise now is told again. `refused` is the
    other side's reason; without one an answer means it was taken.
    """

    __tablename__ = "rating_exchanges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "rating_id"],
            ["ratings.region_id", "ratings.id"],
            name="fk_rating_exchanges_rating",
        ),
        CheckConstraint("times >= 1", "times"),
        CheckConstraint("refused IS NULL OR answered_at IS NOT NULL", "refused_is_an_answer"),
        Index(
            "ix_rating_exchanges_unanswered",
            "region_id",
            "target",
            "sent_at",
            postgresql_where=text("answered_at IS NULL"),
            sqlite_where=text("answered_at IS NULL"),
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target: Mapped[str] = mapped_column(String(32), primary_key=True)
    rating_id: Mapped[UUID] = mapped_column(primary_key=True)
    effective: Mapped[bool]
    sent_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime | None]
    refused: Mapped[str | None] = mapped_column(String(200))
