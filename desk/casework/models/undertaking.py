"""Which cases showed a cause that is mended for everyone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class CaseUndertaking(Model):
    """A case linked to an improvement item of its region."""

    __tablename__ = "case_undertakings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"],
            ["cases.region_id", "cases.id"],
            name="fk_case_undertakings_case",
        ),
        ForeignKeyConstraint(
            ["region_id", "undertaking_id"],
            ["undertakings.region_id", "undertakings.id"],
            name="fk_case_undertakings_undertaking",
        ),
        Index(None, "region_id", "undertaking_id"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    undertaking_id: Mapped[UUID] = mapped_column(primary_key=True)
    linked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    linked_at: Mapped[datetime]
