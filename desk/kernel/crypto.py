"""Encryption bound to its place, and keyed hashes: AES-256-GCM and HMAC-SHA-256."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALGORITHM = b"\x01"
NONCE_BYTES = 12
KEY_BYTES = 32
INDEX_BYTES = 16
LONGEST_ID = 64


class Undecipherable(ValueError):
    """This ciphertext does not open here: wrong key, wrong place, or changed."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys that wrap other keys, newest first, by id. Never in a database, never in a backup."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read `id:base64,id:base64`, newest first.

        Raises ValueError, naming the key but never showing it, for one that is not base64 of 32
        bytes, an id that is absent, longer than 64 or not ASCII, and an id given twice.
        """
        keys = []
        for part in text.split(","):
            name, _, encoded = part.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise ValueError(f"the data key {name!r} is not base64") from error
            if not 0 < len(name) <= LONGEST_ID or not name.isascii() or len(key) != KEY_BYTES:
                raise ValueError(f"the data key {name!r} is not {KEY_BYTES} bytes with an id")
            keys.append((name, key))
        if len({name for name, _ in keys}) != len(keys):
            raise ValueError("two data keys have the same id")
        return cls(tuple(keys))

    @staticmethod
    def make_key(name: str) -> str:
        """Draw a new key, written as the setting wants it."""
        return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"

    def new_dek(self, *, aad: str) -> tuple[bytes, bytes]:
        """Draw a key for one row: the key, and the same wrapped under the newest key."""
        dek = AESGCM.generate_key(256)
        return dek, self.wrap(dek, aad=aad)

    def wrap(self, dek: bytes, *, aad: str) -> bytes:
        """Wrap a row's key under the newest key."""
        name, key = self.keys[0]
        head = ALGORITHM + bytes([len(name.encode())]) + name.encode()
        return head + _seal(key, dek, _bound(head, aad))

    def unwrap(self, wrapped: bytes, *, aad: str) -> bytes:
        """Open a wrapped key; raises Undecipherable when no key of the ring fits."""
        name = self.key_id(wrapped)
        key = dict(self.keys).get(name)
        if key is None:
            raise Undecipherable(f"no data key {name!r}")
        cut = 2 + wrapped[1]
        return _open(key, wrapped[cut:], _bound(wrapped[:cut], aad))

    @staticmethod
    def key_id(wrapped: bytes) -> str:
        """Tell which key of the ring wrapped this."""
        if len(wrapped) < 2 or wrapped[:1] != ALGORITHM:
            raise Undecipherable("unknown algorithm")
        return wrapped[2 : 2 + wrapped[1]].decode("utf-8", "replace")

    def rewrap(self, wrapped: bytes, *, aad: str) -> bytes:
        """Wrap the same key anew under the newest key, for a change of keys."""
        return self.wrap(self.unwrap(wrapped, aad=aad), aad=aad)

    @staticmethod
    def seal(dek: bytes, plain: str, *, aad: str) -> bytes:
        """Encrypt a text for one place; it opens nowhere else."""
        return ALGORITHM + _seal(dek, plain.encode(), _bound(ALGORITHM, aad))

    @staticmethod
    def open(dek: bytes, sealed: bytes, *, aad: str) -> str:
        """Decrypt a text in its place; raises Undecipherable anywhere else."""
        if sealed[:1] != ALGORITHM:
            raise Undecipherable("unknown algorithm")
        return _open(dek, sealed[1:], _bound(ALGORITHM, aad)).decode()


def _bound(head: bytes, aad: str) -> bytes:
    return head + b"|" + aad.encode()


def _seal(key: bytes, plain: bytes, aad: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def _open(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except (InvalidTag, ValueError) as error:
        raise Undecipherable("it does not open here") from error


class KeyedHash:
    """Hashes under a key outside the database; each purpose has a key of its own."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._purpose_key = lru_cache(maxsize=64)(self._derive)

    def __repr__(self) -> str:
        return "KeyedHash(…)"

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._key, b"purpose|" + purpose.encode(), "sha256")

    def index(self, purpose: str, value: str) -> bytes:
        """Hash a value to search by: 16 bytes."""
        return self.code(purpose, value)[:INDEX_BYTES]

    def code(self, purpose: str, value: str) -> bytes:
        """Hash a secret to check against: 32 bytes."""
        return hmac.digest(self._purpose_key(purpose), value.encode(), "sha256")

    def token_key(self, purpose: str, token: bytes) -> bytes:
        """Derive an encryption key that needs both this key and a token somebody else holds."""
        return hmac.digest(self._purpose_key(f"token|{purpose}"), token, "sha256")


def token_hash(token: str) -> bytes:
    """Hash a random token of 128 bits or more for storage."""
    return hashlib.sha256(token.encode()).digest()
