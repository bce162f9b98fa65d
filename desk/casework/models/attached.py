"""Which files belong to a case, and to what in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import FileUse
from desk.kernel.db import Model, one_of


class CaseFile(Model):
    """One file of one case: with its filing, a message or note, or a reply.

    `from_complainant` says that it is theirs, also where the window took it in for them; a
    department that may not know who they are gets it only once the window has passed it on.
    """

    __tablename__ = "case_files"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_files_case"
        ),
        ForeignKeyConstraint(
            ["region_id", "file_id"], ["files.region_id", "files.id"], name="fk_case_files_file"
        ),
        UniqueConstraint("region_id", "file_id"),
        CheckConstraint("message_seq IS NULL OR reply_n IS NULL", "one_place"),
        CheckConstraint("kind <> 'evidence' OR NOT from_complainant", "evidence_of_staff"),
        CheckConstraint("(passed_on_at IS NULL) = (passed_on_by IS NULL)", "passed_on_by_whom"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[FileUse] = mapped_column(one_of(FileUse, "kind"))
    from_complainant: Mapped[bool]
    message_seq: Mapped[int | None]
    reply_n: Mapped[int | None]
    passed_on_at: Mapped[datetime | None]
    passed_on_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
