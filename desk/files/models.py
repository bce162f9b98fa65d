"""The table of attachments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.files.kinds import BY_ENDING, BY_MEDIA_TYPE
from desk.files.names import ending_of, with_ending
from desk.files.words import ByKind, FileState, Trouble
from desk.kernel.db import Model, one_of

WAITS = text("state IN ('received', 'scanning')")
HELD = text("kept_until IS NOT NULL")


class StoredFile(Model):
    """One file somebody gave. It points at nothing above it; what it belongs to points at it.

    `original_key` is where it lies as it came, until it has been looked into; `storage_key` is
    where the safe copy is put, and the only thing ever handed out. `received_sha256` is of what
    came, `sha256` and `size` of what is kept. `kept_until` bounds a file that belongs to nothing
    but a draft; `breaks` counts the readers that died of it.
    """

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("region_id", "storage_key"),
        UniqueConstraint("region_id", "original_key"),
        CheckConstraint("size > 0", "not_empty"),
        CheckConstraint(
            "(state IN ('received', 'scanning') AND disposed_at IS NULL)"
            " = (original_key IS NOT NULL)",
            "original_while_waiting",
        ),
        CheckConstraint(
            "(state IN ('infected', 'failed')) = (trouble IS NOT NULL)", "trouble_has_word"
        ),
        CheckConstraint("(state = 'infected') = (finding IS NOT NULL)", "infected_has_name"),
        Index("ix_files_waiting", "not_before", "id", postgresql_where=WAITS, sqlite_where=WAITS),
        Index("ix_files_held", "kept_until", postgresql_where=HELD, sqlite_where=HELD),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    received_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    storage_key: Mapped[str] = mapped_column(String(40))
    original_key: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[FileState] = mapped_column(one_of(FileState, "state"))
    trouble: Mapped[Trouble | None] = mapped_column(one_of(Trouble, "trouble"))
    finding: Mapped[str | None] = mapped_column(String(80))
    by_kind: Mapped[ByKind] = mapped_column(one_of(ByKind, "by_kind"))
    by_user_id: Mapped[int | None]
    added_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    scanned_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
    disposed_at: Mapped[datetime | None]
    not_before: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    breaks: Mapped[int] = mapped_column(default=0)

    @property
    def can_be_opened(self) -> bool:
        return self.state is FileState.CLEAN and self.disposed_at is None

    @property
    def download_name(self) -> str:
        """What the copy is called: as it came, with the ending of what it is now."""
        kind = BY_MEDIA_TYPE[self.media_type]
        if BY_ENDING.get(ending_of(self.name)) is kind:
            return self.name
        return with_ending(self.name, kind.ending)

    @property
    def neutral_name(self) -> str:
        """What it is called for those who may not learn what its giver called it."""
        return f"file-{self.id.hex[-4:]}.{BY_MEDIA_TYPE[self.media_type].ending}"
