"""Tables of the ledger. No foreign keys upwards: it stands below everything it records."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of


class Visibility(StrEnum):
    """Who may read a line or a message: everybody of the case, the team, or supervisors."""

    PUBLIC = "public"
    TEAM = "team"
    SUPERVISORS = "supervisors"


class LedgerStream(Model):
    """The head of a chain: `c/<case>`, `r/<window or department>/<day>`, `u/<user>`, `s/<day>`."""

    __tablename__ = "ledger_streams"
    __table_args__ = (
        Index(
            None,
            "region_id",
            postgresql_where=text("sealed_seq < seq"),
            sqlite_where=text("sealed_seq < seq"),
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_seq: Mapped[int] = mapped_column(BigInteger, default=0)


class LedgerLine(Model):
    """One line. `body_hash` = SHA-256(salt, body); body and salt may be erased, nothing else."""

    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_what", "region_id", "what", "at"),
        Index("ix_ledger_at", "region_id", "at"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[int | None]
    role: Mapped[str | None] = mapped_column(String(24))
    what: Mapped[str] = mapped_column(String(48))
    from_status: Mapped[str | None] = mapped_column(String(24))
    to_status: Mapped[str | None] = mapped_column(String(24))
    visibility: Mapped[Visibility] = mapped_column(one_of(Visibility, "visibility"))
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    request_id: Mapped[str | None] = mapped_column(String(40))


class LedgerSeal(Model):
    """One seal of a region: the Merkle root over the heads of what has grown, signed.

    `leaves` is what `seals.pack` writes. Neither database lets anybody change or remove a row, but
    for setting `anchored_at` once: when the second place was told.
    """

    __tablename__ = "ledger_seals"

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    n: Mapped[int]
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    anchored_at: Mapped[datetime | None]
