"""The case: one row, one version, one status."""

from datetime import UTC, date, datetime
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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import (
    CaseChannel,
    Complexity,
    IdentityMode,
    Kind,
    Outcome,
    PartyKind,
    Responsibility,
    Result,
    Status,
    Verdict,
)
from desk.kernel.db import Model, one_of

NOBODY_DUE = datetime(9999, 12, 31, tzinfo=UTC)


def _while(condition: str, *columns: str, name: str) -> Index:
    where = text(condition)
    return Index(name, *columns, postgresql_where=where, sqlite_where=where)


class Case(Model):
    """One matter that could not be got done, or one bad rating to be put right.

    `next_due_at` serves only to sort and alarm (9999-12-31 when nobody's clock runs); the promise
    the complainant sees is `promised_on`. `leader_id` is who leads since it was raised, and
    `supervised_at` when an order began that is still open. `open` repeats the status for the
    partial indexes.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("region_id", "number"),
        ForeignKeyConstraint(
            ["region_id", "party_id"],
            ["parties.region_id", "parties.id"],
            name="fk_cases_party",
        ),
        ForeignKeyConstraint(
            ["region_id", "agent_party_id"],
            ["parties.region_id", "parties.id"],
            name="fk_cases_agent_party",
        ),
        ForeignKeyConstraint(
            ["region_id", "parent_id"], ["cases.region_id", "cases.id"], name="fk_cases_parent"
        ),
        CheckConstraint(
            "open = (status NOT IN ('closed', 'diverted', 'merged', 'withdrawn'))", "open_as_status"
        ),
        CheckConstraint("(status = 'merged') = (parent_id IS NOT NULL)", "merged_has_parent"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", "closed_has_time"),
        CheckConstraint("open = (ended_at IS NULL)", "ended_has_time"),
        CheckConstraint(
            "status NOT IN ('dispatched', 'handling') OR department_id IS NOT NULL",
            "handling_has_department",
        ),
        CheckConstraint(
            "status <> 'reply_review' OR department_id IS NOT NULL OR kind = 'rectification'",
            "review_has_department",
        ),
        CheckConstraint("identity_mode <> 'anonymous' OR party_id IS NULL", "anonymous_no_party"),
        CheckConstraint(
            "status <> 'closed' OR (result IS NOT NULL AND ((outcome IS NOT NULL AND root_cause IS"
            " NOT NULL AND responsibility IS NOT NULL)"
            " OR (verdict IS NOT NULL AND verdict IN ('untrue', 'mistake', 'malicious'))))",
            "closed_is_complete",
        ),
        CheckConstraint(
            "status IN ('submitted', 'supplement', 'diverted', 'withdrawn', 'merged')"
            " OR accepted_at IS NOT NULL",
            "accepted_has_time",
        ),
        CheckConstraint("visits IS NULL OR visits BETWEEN 0 AND 99", "visits"),
        CheckConstraint("round >= 0 AND hop >= 0", "counts"),
        _while("open", "region_id", "hall_id", "next_due_at", "id", name="ix_cases_open_hall"),
        _while(
            "open", "region_id", "department_id", "next_due_at", "id", name="ix_cases_open_dept"
        ),
        _while("open", "region_id", "handler_id", "next_due_at", "id", name="ix_cases_open_mine"),
        _while("open", "region_id", "next_due_at", "id", name="ix_cases_open"),
        _while(
            "status = 'replied'",
            "region_id",
            "hall_id",
            "next_due_at",
            "id",
            name="ix_cases_to_call",
        ),
        _while(
            "repeat_key IS NOT NULL",
            "region_id",
            "repeat_key",
            "item_id",
            "filed_at",
            name="ix_cases_repeat",
        ),
        _while("parent_id IS NOT NULL", "region_id", "parent_id", name="ix_cases_parent"),
        Index("ix_cases_item_cause", "region_id", "item_id", "root_cause", "filed_at"),
        Index("ix_cases_filed", "region_id", "filed_at", "id"),
        Index("ix_cases_closed", "region_id", "closed_at", "id"),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    number: Mapped[str] = mapped_column(String(24))
    access_h: Mapped[bytes] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column()
    status: Mapped[Status] = mapped_column(one_of(Status, "status"))
    open: Mapped[bool]
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    item_version_id: Mapped[int | None] = mapped_column(ForeignKey("item_versions.id"))
    party_id: Mapped[UUID | None]
    agent_party_id: Mapped[UUID | None]
    party_kind: Mapped[PartyKind] = mapped_column(one_of(PartyKind, "party_kind"))
    lang: Mapped[str] = mapped_column(String(12))
    needs: Mapped[list[str]] = mapped_column(JSON)
    identity_mode: Mapped[IdentityMode] = mapped_column(one_of(IdentityMode, "identity_mode"))
    channel: Mapped[CaseChannel] = mapped_column(one_of(CaseChannel, "channel"))
    reason: Mapped[str] = mapped_column(String(12))
    root_cause: Mapped[str | None] = mapped_column(String(12))
    responsibility: Mapped[Responsibility | None] = mapped_column(
        one_of(Responsibility, "responsibility")
    )
    complexity: Mapped[Complexity | None] = mapped_column(one_of(Complexity, "complexity"))
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome, "outcome"))
    verdict: Mapped[Verdict | None] = mapped_column(one_of(Verdict, "verdict"))
    result: Mapped[Result | None] = mapped_column(one_of(Result, "result"))
    filed_at: Mapped[datetime]
    happened_on: Mapped[date | None]
    visits: Mapped[int | None]
    tried_by: Mapped[str | None] = mapped_column(String(16))
    accepted_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    promised_on: Mapped[date | None]
    next_due_at: Mapped[datetime]
    hop: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[UUID | None]
    repeat_key: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    escalated_at: Mapped[datetime | None]
    supervised_at: Mapped[datetime | None]
    leader_id: Mapped[int | None]
    nudged_at: Mapped[datetime | None]
    final_assignment: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(200))
    item_words: Mapped[str | None] = mapped_column(String(200))
    own_reference: Mapped[str | None] = mapped_column(String(80))
    story: Mapped[str] = mapped_column(Text, deferred=True)
    wish: Mapped[str] = mapped_column(Text, deferred=True)
    brief: Mapped[str | None] = mapped_column(Text, deferred=True)
    named_text: Mapped[str | None] = mapped_column(Text, deferred=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def stream(self) -> str:
        """Name the case's chain in the ledger."""
        return f"c/{self.id.hex}"
