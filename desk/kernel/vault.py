"""The keys in use: handed in once at start, from outside the database."""

from dataclasses import dataclass

from desk.kernel.crypto import KeyedHash, KeyRing


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


def hashes() -> KeyedHash:
    """Give the keyed hash; raises RuntimeError before the start has finished."""
    if _vault.hashes is None:
        raise RuntimeError("no keyed hash installed")
    return _vault.hashes
