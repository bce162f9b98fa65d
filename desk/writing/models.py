"""Tables of saved replies, and of what somebody writes at a case and has not sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of
from desk.writing.words import Purpose, Reach


class ReplyTemplate(Model):
    """A saved reply. `parts` is the text for each field; `item_id` NULL fits every item.

    `hall_id`, `department_id` and `user_id` are 0 where `reach` does not need them.
    """

    __tablename__ = "reply_templates"
    __table_args__ = (
        CheckConstraint("(reach = 'hall') = (hall_id <> 0)", "hall_reach"),
        CheckConstraint("(reach = 'department') = (department_id <> 0)", "department_reach"),
        CheckConstraint("(reach = 'own') = (user_id <> 0)", "own_reach"),
        Index(None, "region_id", "purpose"),
        Index(None, "user_id", "purpose"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    version: Mapped[int] = mapped_column()
    reach: Mapped[Reach] = mapped_column(one_of(Reach, "reach"))
    hall_id: Mapped[int] = mapped_column(default=0)
    department_id: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int] = mapped_column(default=0)
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose, "purpose"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    title: Mapped[str] = mapped_column(String(80))
    parts: Mapped[dict[str, str]] = mapped_column(JSON)
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}


class Presence(Model):
    """Who opened a form at a case last, and when: for two minutes others are told."""

    __tablename__ = "presences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_presences_case"
        ),
        Index(None, "at"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]


class CaseDraft(Model):
    """What one person typed into one form of one case; only that person ever reads it."""

    __tablename__ = "case_drafts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_drafts_case"
        ),
        Index(None, "expires_at"),
        Index(None, "user_id", "kept_at"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    form: Mapped[str] = mapped_column(String(32), primary_key=True)
    body_e: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]
    expires_at: Mapped[datetime]
