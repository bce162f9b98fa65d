"""Ten codes that stand in for the phone, each once (C4). The caller holds the transaction."""

import base64
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from desk.access.actors import Actor
from desk.accounts.models import RecoveryCode, User
from desk.accounts.passwords import fingerprint
from desk.audit.actions import record
from desk.kernel.db import db
from desk.kernel.texts import western_digits

HOW_MANY = 10
CODE_BYTES = 10
SHAPE = re.compile(r"[A-Z2-7]{16}", re.ASCII)
BETWEEN = re.compile(r"[\s-]")
MEANT = str.maketrans("018", "OIB")
"""Digits that no code has, read as the letters people mistake for them."""


def new_codes() -> list[str]:
    """Draw ten codes of 80 random bits, as people type them."""
    drawn = (base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _n in range(HOW_MANY))
    return ["-".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in drawn]


def read_code(typed: str) -> str | None:
    """Read a recovery code however it was typed; None for what can be none."""
    text = BETWEEN.sub("", western_digits(typed)).upper().translate(MEANT)
    return text if SHAPE.fullmatch(text) else None


def hashes_of(codes: Sequence[str], user_id: int) -> list[bytes]:
    """Hash codes for keeping. Slow on purpose: never inside a transaction."""
    return [fingerprint(read_code(code) or "", of=user_id) for code in codes]


def keep(
    user_id: int, hashed: Sequence[bytes], *, by: Actor, region_id: int, now: datetime
) -> None:
    """Put new codes in place of all that were there, used or not."""
    db.session.scalars(select(User.id).where(User.id == user_id).with_for_update()).one()
    forget(user_id)
    db.session.add_all(RecoveryCode(user_id=user_id, code_h=one, made_at=now) for one in hashed)
    db.session.flush()
    record(
        f"u/{user_id}",
        "recovery_codes_made",
        region_id=region_id,
        by=by,
        now=now,
        body={"n": len(hashed)},
    )


def take(user_id: int, hashed: bytes, *, by: Actor, region_id: int, now: datetime) -> bool:
    """Take a code, once: of two who send the same at the same time one is refused."""
    taken = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_h == hashed,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
        .returning(RecoveryCode.user_id)
    )
    if taken.first() is None:
        return False
    body = {"left": left(user_id)}
    record(f"u/{user_id}", "recovery_code_used", region_id=region_id, by=by, now=now, body=body)
    return True


def left(user_id: int) -> int:
    """Count the codes that were not used yet."""
    count = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(count) or 0


def forget(user_id: int) -> None:
    """Let every code of somebody be worth nothing."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
