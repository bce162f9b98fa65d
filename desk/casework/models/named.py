"""Who of the staff is named in a case, and so may neither see nor touch it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of


class NamedBasis(StrEnum):
    """Why somebody is kept away: named in the case, rated by it, or by their own word."""

    NAMED = "named"
    RATED = "rated"
    DECLARED = "declared"


class CaseNamed(Model):
    """One member of staff kept away from one case; the row stays for good."""

    __tablename__ = "case_named"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_named_case"
        ),
        Index(None, "user_id", "region_id", "case_id"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    basis: Mapped[NamedBasis] = mapped_column(one_of(NamedBasis, "basis"))
    added_at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
