"""The keys in use: handed in once at start, from outside the database."""

from dataclasses import dataclass

from desk.kernel.crypto import KeyedHash, KeyRing, Undecipherable

LENGTH_BYTES = 2


@dataclass(slots=True)
class _Vault:
    ring: KeyRing | None = None
    hashes: KeyedHash | None = None


_vault = _Vault()


def install(ring: KeyRing, hashes: KeyedHash) -> None:
    """Put the key ring and the keyed hash in place; called once, by `create_app`."""
    _vault.ring, _vault.hashes = ring, hashes


def ring() -> KeyRing:
    """Give the key ring; raises RuntimeError before the start has finished."""
    if _vault.ring is None:
        raise RuntimeError("no key ring installed")
    return _vault.ring


def seal_alone(table: str, column: str, row: object, text: str) -> bytes:
    """Encrypt one column of one row: its own key, wrapped by the ring, and the ciphertext."""
    dek, wrapped = ring().new_dek(aad=f"{table}|dek|{row}")
    sealed = ring().seal(dek, text, aad=f"{table}|{column}|{row}")
    return len(wrapped).to_bytes(LENGTH_BYTES, "big") + wrapped + sealed


def open_alone(table: str, column: str, row: object, kept: bytes) -> str:
    """Decrypt what `seal_alone` made; raises Undecipherable elsewhere or without the key."""
    cut = LENGTH_BYTES + int.from_bytes(kept[:LENGTH_BYTES], "big")
    if len(kept) <= cut:
        raise Undecipherable("cut short")
    dek = ring().unwrap(kept[LENGTH_BYTES:cut], aad=f"{table}|dek|{row}")
    return ring().open(dek, kept[cut:], aad=f"{table}|{column}|{row}")


def hashes() -> KeyedHash:
    """Give the keyed hash; raises RuntimeError before the start has finished."""
    if _vault.hashes is None:
        raise RuntimeError("no keyed hash installed")
    return _vault.hashes
