"""Tables of staff, their seats and their sessions."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.access.permissions import Role
from desk.kernel.db import Model, one_of


class User(Model):
    """A member of staff. `password_hash` is argon2id over a keyed digest of the password, or `!`.

    `version` counts what administrators changed. `totp_last_step` is the half minute of the newest
    code that was taken: none of it or before is taken again.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("login"),)
    __mapper_args__ = {"version_id_col": None}

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(12), default="zh_Hans")
    email_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_e: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    keys_off: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Membership(Model):
    """A seat: a role in a place, for a time, granted by one person and confirmed by another."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "region_id", "hall_id", "department_id", "from_on"),
        CheckConstraint("role <> 'clerk' OR hall_id <> 0", "clerk_has_hall"),
        CheckConstraint(
            "role NOT IN ('handler', 'lead') OR department_id <> 0", "handler_has_department"
        ),
        CheckConstraint("granted_by <> confirmed_by", "two_people"),
        CheckConstraint("role NOT IN ('complainant', 'system')", "role_of_staff"),
        Index(None, "department_id", "role"),
        Index(None, "hall_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    hall_id: Mapped[int] = mapped_column(default=0)
    department_id: Mapped[int] = mapped_column(default=0)
    is_head: Mapped[bool] = mapped_column(default=False)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    granted_by: Mapped[str] = mapped_column(String(64))
    confirmed_by: Mapped[str] = mapped_column(String(64))


class Absence(Model):
    """When somebody is away, now or next, and who acts for them; the ledger keeps the earlier."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("stand_in_id <> user_id", "stand_in_is_another"),
        CheckConstraint("from_on <= until_on", "from_before_until"),
        Index(None, "stand_in_id"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    from_on: Mapped[date]
    until_on: Mapped[date]
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class PasswordLink(Model):
    """A link by which somebody sets a password, once; only the SHA-256 of its token is kept."""

    __tablename__ = "password_links"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    token_h: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code that stands once for the phone; argon2id of it is kept, salted for its person."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    code_h: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UserSession(Model):
    """A signed-in browser; only the SHA-256 of its token is kept."""

    __tablename__ = "user_sessions"
    __table_args__ = (Index(None, "user_id"),)

    token_h: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(120), default="")
