"""What supervisors decided for good about whose an item is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class Ruling(Model):
    """One binding decision: in this region this item is for this department.

    The newest of an item holds. Why it was decided stands in the story of its case, for whoever may
    read that.
    """

    __tablename__ = "rulings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_rulings_case"
        ),
        Index(None, "region_id", "item_id", "decided_at"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    case_id: Mapped[UUID]
    decided_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
