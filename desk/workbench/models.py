"""Tables of how somebody works at the desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model

LONGEST_NAME = 40
LONGEST_LISTING = 600


class SavedView(Model):
    """A list of the queue that one person keeps under a name: a tab and its conditions.

    `hall_id` or `department_id` names the unit all of whom see it; both are 0 for one's own alone.
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        CheckConstraint("hall_id = 0 OR department_id = 0", "one_unit"),
        UniqueConstraint("user_id", "name"),
        Index(None, "hall_id", "department_id"),
        Index(None, "department_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    hall_id: Mapped[int] = mapped_column(default=0)
    department_id: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    listing: Mapped[str] = mapped_column(String(LONGEST_LISTING))
    kept_at: Mapped[datetime]
