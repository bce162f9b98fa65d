"""What follow-up leaves behind besides the contacts: links to answer by, numbers shown, plans."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model

UNTOLD = text("told_at IS NULL")


class AnswerLink(Model):
    """A link by which a complainant answers once; only the SHA-256 of its 128 random bits is kept.

    It asks about the answer of one round, and is of no use for another.
    """

    __tablename__ = "answer_links"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_answer_links_case"
        ),
        Index(None, "region_id", "case_id"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token_h: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    case_id: Mapped[UUID]
    round: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RevealGrant(Model):
    """A task that lets one person see one complainant's number for a day; the ledger has a line."""

    __tablename__ = "reveal_grants"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_reveal_grants_case"
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    on_day: Mapped[date] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]


class CallPlan(Model):
    """When a complainant asked to be called about the answer of a round, and who promised it."""

    __tablename__ = "call_plans"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_call_plans_case"
        ),
        Index("ix_call_plans_at", "at", postgresql_where=UNTOLD, sqlite_where=UNTOLD),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    round: Mapped[int]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
