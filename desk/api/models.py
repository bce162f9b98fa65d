"""The table of systems that may speak to the desk."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class ApiClient(Model):
    """A token of a system of one region; only its SHA-256 is kept.

    `system` is the name its services and ratings are kept under: it can speak for no other. A
    system may have two tokens for as long as one is exchanged for the next. `used_at` is when it
    came in last, to the hour.
    """

    __tablename__ = "api_clients"
    __table_args__ = (
        UniqueConstraint("token_h"),
        CheckConstraint("granted_by <> confirmed_by", "two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    name: Mapped[str] = mapped_column(String(80))
    system: Mapped[str] = mapped_column(String(32))
    token_h: Mapped[bytes] = mapped_column(LargeBinary(32))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    granted_by: Mapped[str] = mapped_column(String(64))
    confirmed_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
