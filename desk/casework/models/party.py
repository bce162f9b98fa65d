"""Who a case is about: the one table with names and addresses, encrypted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import PartyKind
from desk.kernel.db import Model, one_of


class Party(Model):
    """One row per filing, not per person.

    Columns ending in `_e` are AES-256-GCM under the row's own key `dek_e` (itself wrapped by the
    key ring outside the database); `_h` are keyed hashes for search. Erasing `dek_e` erases all.
    """

    __tablename__ = "parties"
    __table_args__ = (
        Index(
            None,
            "region_id",
            "phone_h",
            postgresql_where=text("phone_h IS NOT NULL"),
            sqlite_where=text("phone_h IS NOT NULL"),
        ),
        Index(
            None,
            "region_id",
            "uscc_h",
            postgresql_where=text("uscc_h IS NOT NULL"),
            sqlite_where=text("uscc_h IS NOT NULL"),
        ),
        CheckConstraint("(erased_at IS NULL) = (dek_e IS NOT NULL)", "erased_without_key"),
    )

    region_id: Mapped[int] = mapped_column(
        ForeignKey("regions.id"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(one_of(PartyKind, "kind"))
    name_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    org_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    uscc_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    dek_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    uscc_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    email_h: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    name_masked: Mapped[str] = mapped_column(String(40), default="")
    phone_private: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]
