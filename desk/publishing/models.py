"""Tables of what is published, and of the complainants' leave to do so."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of
from desk.publishing.words import PublicationKind, Removal

LIVE = text("published_at IS NOT NULL AND removed_at IS NULL")


class Publication(Model):
    """A case, or a cause mended for everyone, retold so that it names nobody.

    Written by one person and read by two others (`approval_id`) before `published_at` is set. What
    is removed keeps its row and its chain in the ledger; only the page is gone. `answered` are the
    findings of the scan of which its writer said that they name nobody; `ended_on` is the first day
    of the month in which the case was closed.
    """

    __tablename__ = "publications"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_publications_case"
        ),
        ForeignKeyConstraint(
            ["region_id", "undertaking_id"],
            ["undertakings.region_id", "undertakings.id"],
            name="fk_publications_undertaking",
        ),
        ForeignKeyConstraint(
            ["region_id", "approval_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_publications_approval",
        ),
        CheckConstraint("(case_id IS NULL) = (kind = 'improvement')", "case_of_kind"),
        CheckConstraint("(undertaking_id IS NOT NULL) = (kind = 'improvement')", "item_of_kind"),
        CheckConstraint("kind <> 'praise' OR consent_at IS NOT NULL", "praise_has_consent"),
        CheckConstraint("(consent_at IS NULL) = (consent_words IS NULL)", "consent_has_words"),
        CheckConstraint("(removed_at IS NULL) = (removed_for IS NULL)", "removed_has_cause"),
        Index(
            "ix_publications_live",
            "region_id",
            "published_at",
            "id",
            postgresql_where=LIVE,
            sqlite_where=LIVE,
        ),
        Index("ix_publications_written", "region_id", "written_at", "id"),
        Index("ix_publications_case", "region_id", "case_id"),
        Index("ix_publications_item", "region_id", "item_id", "published_at"),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[PublicationKind] = mapped_column(one_of(PublicationKind, "kind"))
    case_id: Mapped[UUID | None]
    undertaking_id: Mapped[UUID | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    ended_on: Mapped[date]
    lang: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(80))
    happened: Mapped[str] = mapped_column(Text)
    done: Mapped[str] = mapped_column(Text)
    changed: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Text)
    answered: Mapped[list[str]] = mapped_column(JSON)
    consent_at: Mapped[datetime | None]
    consent_words: Mapped[str | None] = mapped_column(String(16))
    written_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime]
    approval_id: Mapped[UUID]
    published_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    removed_for: Mapped[Removal | None] = mapped_column(one_of(Removal, "removed_for"))

    @property
    def stream(self) -> str:
        """Name the publication's chain in the ledger."""
        return f"publication/{self.id.hex}"

    @property
    def is_live(self) -> bool:
        """Tell whether everybody can read it."""
        return self.published_at is not None and self.removed_at is None


class PublicationConsent(Model):
    """A complainant's leave to tell others of their case, in the words they were shown."""

    __tablename__ = "publication_consents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"],
            ["cases.region_id", "cases.id"],
            name="fk_publication_consents_case",
        ),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= given_at", "given_first"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    given_at: Mapped[datetime] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(16))
    lang: Mapped[str] = mapped_column(String(12))
    withdrawn_at: Mapped[datetime | None]
