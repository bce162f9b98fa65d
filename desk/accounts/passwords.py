"""Passwords: argon2id over a keyed digest, few at a time, and none that everybody knows."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw
from flask_babel import lazy_gettext as _l

from desk.kernel.errors import Busy, Invalid
from desk.kernel.vault import hashes

SHORTEST, LONGEST = 12, 128
TIME_COST, PARALLEL = 3, 1
RECOVERY_KIB = 19 * 1024
AT_ONCE, IN_LINE = 2, 8
PRODUCT_WORDS = ("desk", "office", "hall", "banbuchengshi", "办不成事", "好差评", "政务")
COMMON = Path(__file__).with_name("common_passwords.txt")

NONE_YET = "!"
"""Kept in place of a hash for somebody who has no password: nothing fits it."""

_turns = threading.Semaphore(AT_ONCE)
_line = threading.Semaphore(AT_ONCE + IN_LINE)


@cache
def hasher(memory_kib: int) -> PasswordHasher:
    """Make the hasher: argon2id, 3 passes, salt of 16 and tag of 32 bytes."""
    return PasswordHasher(
        time_cost=TIME_COST,
        memory_cost=memory_kib,
        parallelism=PARALLEL,
        hash_len=32,
        salt_len=16,
        type=Type.ID,
    )


@contextmanager
def _in_turn() -> Iterator[None]:
    """Let two hash at once and eight wait; raises Busy for anybody beyond."""
    if not _line.acquire(blocking=False):
        raise Busy(_l("Many people are signing in at this moment."), retry_after=2)
    try:
        with _turns:
            yield
    finally:
        _line.release()


def _peppered(password: str) -> str:
    return hashes().code("password", password).hex()


def hash_password(password: str, *, memory_kib: int = 65536) -> str:
    """Hash a password for storage. Slow on purpose: never inside a transaction."""
    with _in_turn():
        return hasher(memory_kib).hash(_peppered(password))


def verify(stored: str | None, password: str, *, memory_kib: int = 65536) -> bool:
    """Tell whether a password fits; an unknown account (None) or one without costs just as much.

    A password too long to be one is refused before any hashing.
    """
    if not 0 < len(password) <= LONGEST or "\0" in password:
        return False
    try:
        peppered = _peppered(password)
    except UnicodeEncodeError:
        return False
    real = stored if stored and stored.startswith("$") else None
    with _in_turn():
        try:
            fits = bool(hasher(memory_kib).verify(real or _dummy(memory_kib), peppered))
        except (VerificationError, InvalidHashError):
            return False
    return fits and real is not None


def fingerprint(code: str, *, of: int) -> bytes:
    """Hash a long random code by argon2id, with one salt for all codes of a person.

    So one hash finds the code among ten. Its 80 random bits need no salt each, and the key outside
    the database stands between a copy of the rows and any guess.
    """
    salt = hashes().code("recovery-salt", str(of))[:16]
    with _in_turn():
        return hash_secret_raw(
            hashes().code("recovery", code).hex().encode(),
            salt,
            time_cost=TIME_COST,
            memory_cost=RECOVERY_KIB,
            parallelism=PARALLEL,
            hash_len=32,
            type=Type.ID,
        )


def is_outdated(stored: str, *, memory_kib: int = 65536) -> bool:
    """Tell whether a hash was made with other parameters and should be made anew."""
    return bool(hasher(memory_kib).check_needs_rehash(stored))


@cache
def _dummy(memory_kib: int) -> str:
    return hasher(memory_kib).hash("nobody")


def check_new(password: str, *, login: str) -> None:
    """Raise Invalid, with what to do, unless a new password is good enough.

    Any characters, no rules about kinds of them; at least 12, not one of the known ones, without
    the login or the product's own words.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            _l("Use 12 to 128 characters. A few words in a row are easy to remember."),
            field="password",
        )
    folded = password.casefold()
    if any("\ud800" <= sign <= "\udfff" for sign in password):
        raise Invalid(
            _l("This holds characters that cannot be kept. Type it again without them."),
            field="password",
        )
    if "\0" in password or login.casefold() in folded or any(w in folded for w in PRODUCT_WORDS):
        raise Invalid(
            _l("Do not use your login or words of this desk in the password."), field="password"
        )
    if hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:12] in _known():
        raise Invalid(
            _l("This password is on the list of those that are tried first. Choose another."),
            field="password",
        )


@cache
def _known() -> frozenset[str]:
    words = COMMON.read_text().split()
    return frozenset(hashlib.sha256(word.encode()).hexdigest()[:12] for word in words)
