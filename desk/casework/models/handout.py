"""When the rule of a department last gave somebody a case."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class Handout(Model):
    """The last time somebody was given a case of a department by its rule."""

    __tablename__ = "handouts"

    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    given_at: Mapped[datetime]
