"""What was said in a case: messages, replies, contacts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.audit.models import Visibility
from desk.casework.words import (
    AuthorKind,
    ContactChannel,
    ContactKind,
    MessageKind,
    Outcome,
    Review,
    Solved,
)
from desk.kernel.db import Model, one_of


class CaseMessage(Model):
    """A message, note or notice; `payload` says which move it belongs to.

    One marked `to_all` is read by the complainants of the cases joined to this one as well.
    """

    __tablename__ = "case_messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_messages_case"
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    visibility: Mapped[Visibility] = mapped_column(one_of(Visibility, "visibility"))
    kind: Mapped[MessageKind] = mapped_column(one_of(MessageKind, "kind"))
    author_kind: Mapped[AuthorKind] = mapped_column(one_of(AuthorKind, "author_kind"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    to_all: Mapped[bool] = mapped_column(default=False)


class Reply(Model):
    """One reply in its four parts and contact, and what its reviewer decided.

    `to_all` is what the complainants of joined cases read instead of it; `likeness` how much of it
    stood in an earlier reply, in per cent, as it was measured when it was written.
    """

    __tablename__ = "replies"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_replies_case"
        ),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> author_id", "reviewed_by_another"),
        CheckConstraint("(reviewed_at IS NULL) = (review IS NULL)", "review_has_time"),
        Index(None, "region_id", "author_id", "submitted_at"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    facts: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    next_step: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    likeness: Mapped[int | None]
    to_all: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome, "outcome"))
    submitted_at: Mapped[datetime]
    review: Mapped[Review | None] = mapped_column(one_of(Review, "review"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None]
    missing: Mapped[str | None] = mapped_column(Text)


class Contact(Model):
    """One call or visit: reached, contacted in time, solved, and two scores, all apart."""

    __tablename__ = "contacts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_contacts_case"
        ),
        CheckConstraint("result_score IS NULL OR result_score BETWEEN 1 AND 5", "result_score"),
        CheckConstraint(
            "attitude_score IS NULL OR attitude_score BETWEEN 1 AND 5", "attitude_score"
        ),
        CheckConstraint("reached OR solved IS NULL", "unreached_says_nothing"),
        Index(None, "region_id", "kind", "at"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ContactKind] = mapped_column(one_of(ContactKind, "kind"))
    round: Mapped[int]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    channel: Mapped[ContactChannel] = mapped_column(one_of(ContactChannel, "channel"))
    reached: Mapped[bool]
    in_time: Mapped[bool | None]
    solved: Mapped[Solved | None] = mapped_column(one_of(Solved, "solved"))
    result_score: Mapped[int | None]
    attitude_score: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
