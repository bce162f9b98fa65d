"""Tables of the front door: what is not yet sent, and what was sent once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model


class Draft(Model):
    """A filing under way. Found by the hash of the browser's token, readable only with it."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "expires_at"),)

    token_h: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    body_e: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class RequestKey(Model):
    """What a request with this key was answered, so that a second one changes nothing."""

    __tablename__ = "request_keys"

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    client: Mapped[str] = mapped_column(String(48), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_h: Mapped[bytes] = mapped_column(LargeBinary(32))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
