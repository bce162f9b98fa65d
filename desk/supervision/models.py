"""Tables of supervision."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.ladder import Cause, Level
from desk.casework.words import Step
from desk.kernel.db import Model, one_of
from desk.supervision.drawing import CampaignKind, Stratum
from desk.supervision.reports.words import ReportKind, ReportState, Rhythm

UNTOLD = text("told_at IS NULL")
UNDONE = text("done_at IS NULL")
UNMADE = text("state IN ('waiting', 'making')")


class Revocation(StrEnum):
    """Why a card counts no longer."""

    APPEAL = "appeal"
    CORRECTED = "corrected"


class Card(Model):
    """A level of the ladder that a clock reached: a notice (reminder, amber) or a card.

    It is charged to whoever held the case when it fell due: a department, else a hall, else (both
    0) the review. Nothing is ever deleted: a revoked card stays, shown as such.
    """

    __tablename__ = "cards"
    __table_args__ = (
        UniqueConstraint("region_id", "case_id", "step", "n", "level"),
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_cards_case"
        ),
        ForeignKeyConstraint(
            ["region_id", "appeal_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_cards_appeal",
        ),
        CheckConstraint("department_id = 0 OR hall_id = 0", "one_unit"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_for IS NULL)", "revoked_has_cause"),
        CheckConstraint("issued_at >= fell_due_at", "issued_after_due"),
        Index("ix_cards_department", "region_id", "department_id", "issued_at", "id"),
        Index("ix_cards_issued", "region_id", "issued_at", "id"),
        Index(
            "ix_cards_untold",
            "region_id",
            "department_id",
            "hall_id",
            postgresql_where=UNTOLD,
            sqlite_where=UNTOLD,
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    step: Mapped[Step] = mapped_column(one_of(Step, "step"))
    n: Mapped[int]
    level: Mapped[Level] = mapped_column(one_of(Level, "level"))
    cause: Mapped[Cause] = mapped_column(one_of(Cause, "cause"))
    department_id: Mapped[int] = mapped_column(default=0)
    hall_id: Mapped[int] = mapped_column(default=0)
    fell_due_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    appeal_id: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    revoked_for: Mapped[Revocation | None] = mapped_column(one_of(Revocation, "revoked_for"))


class Finding(StrEnum):
    """What somebody found who looked at a sampled case."""

    UPHELD = "upheld"
    HELD = "held"
    PART = "part"
    REBOUND = "rebound"
    OVERTURNED = "overturned"


class Manner(StrEnum):
    """How somebody looked: by calling, by going there, or in the file."""

    CALL = "call"
    VISIT = "visit"
    FILE = "file"


class Campaign(Model):
    """One draw: what was in the pots, the seed, and so what was drawn.

    `name` is the period it is for, so that a period is drawn once. `shares` and `pots` are what
    `drawing.draw` was given, so that the draw can be made again and compared.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        UniqueConstraint("region_id", "kind", "name"),
        CheckConstraint("from_on <= to_on", "period"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[CampaignKind] = mapped_column(one_of(CampaignKind, "kind"))
    name: Mapped[str] = mapped_column(String(40))
    seed: Mapped[str] = mapped_column(String(32))
    from_on: Mapped[date]
    to_on: Mapped[date]
    drawn_at: Mapped[datetime]
    n: Mapped[int]
    shares: Mapped[dict[str, str]] = mapped_column(JSON)
    pots: Mapped[dict[str, list[str]]] = mapped_column(JSON, deferred=True)


class SampleTask(Model):
    """A sampled case somebody has to look at who did not handle it, and what they found."""

    __tablename__ = "sample_tasks"
    __table_args__ = (
        UniqueConstraint("region_id", "campaign_id", "case_id"),
        ForeignKeyConstraint(
            ["region_id", "campaign_id"],
            ["campaigns.region_id", "campaigns.id"],
            name="fk_sample_tasks_campaign",
        ),
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_sample_tasks_case"
        ),
        CheckConstraint(
            "(done_at IS NULL) = (finding IS NULL) AND (done_at IS NULL) = (done_by IS NULL)"
            " AND (done_at IS NULL) = (manner IS NULL)",
            "done_has_finding",
        ),
        Index(
            "ix_sample_tasks_open",
            "region_id",
            "drawn_at",
            "id",
            postgresql_where=UNDONE,
            sqlite_where=UNDONE,
        ),
        Index("ix_sample_tasks_case", "region_id", "case_id"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    case_id: Mapped[UUID]
    stratum: Mapped[Stratum] = mapped_column(one_of(Stratum, "stratum"))
    drawn_at: Mapped[datetime]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    finding: Mapped[Finding | None] = mapped_column(one_of(Finding, "finding"))
    manner: Mapped[Manner | None] = mapped_column(one_of(Manner, "manner"))
    note: Mapped[str | None] = mapped_column(Text)


class Report(Model):
    """A workbook or paper somebody asked for: what of, what for, how far it is, where it lies.

    `names` says that it tells who complainants are. `done` of `total` rows are written. It can be
    fetched by whoever asked until `expires_at`; then only this row is left.
    """

    __tablename__ = "reports"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "approval_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_reports_approval",
        ),
        CheckConstraint("first_on <= last_on", "period"),
        CheckConstraint(
            "(state = 'ready') = (storage_key IS NOT NULL AND expires_at IS NOT NULL)",
            "ready_lies_somewhere",
        ),
        CheckConstraint("state <> 'asked' OR approval_id IS NOT NULL", "asked_of_somebody"),
        Index("ix_reports_mine", "asked_by", "asked_at", "id"),
        Index(
            "ix_reports_unmade",
            "asked_at",
            postgresql_where=UNMADE,
            sqlite_where=UNMADE,
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[ReportKind] = mapped_column(one_of(ReportKind, "kind"))
    state: Mapped[ReportState] = mapped_column(one_of(ReportState, "state"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    department_id: Mapped[int] = mapped_column(default=0)
    names: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(12))
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    approval_id: Mapped[UUID | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    storage_key: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(default=0)
    missing: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class ReportOrder(Model):
    """A standing order: somebody gets a report of every day or month that is over."""

    __tablename__ = "report_orders"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[ReportKind] = mapped_column(one_of(ReportKind, "kind"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(one_of(Rhythm, "rhythm"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(12))
    ordered_at: Mapped[datetime]
