"""What a letter may carry that nobody else may read: sealed under a key of its own."""

from uuid import UUID

from desk.kernel.crypto import Undecipherable
from desk.kernel.vault import ring

LENGTH_BYTES = 2


def seal(letter_id: UUID, secret: str) -> bytes:
    """Encrypt a secret for one letter: its key, wrapped by the key ring, and the ciphertext."""
    dek, wrapped = ring().new_dek(aad=f"letters|dek|{letter_id}")
    sealed = ring().seal(dek, secret, aad=f"letters|secret_e|{letter_id}")
    return len(wrapped).to_bytes(LENGTH_BYTES, "big") + wrapped + sealed


def unseal(letter_id: UUID, kept: bytes) -> str:
    """Decrypt a letter's secret; raises Undecipherable in any other letter or without the key."""
    cut = LENGTH_BYTES + int.from_bytes(kept[:LENGTH_BYTES], "big")
    if len(kept) <= cut:
        raise Undecipherable("cut short")
    dek = ring().unwrap(kept[LENGTH_BYTES:cut], aad=f"letters|dek|{letter_id}")
    return ring().open(dek, kept[cut:], aad=f"letters|secret_e|{letter_id}")
