"""What a letter may carry that nobody else may read: sealed under a key of its own."""

from uuid import UUID

from desk.kernel import vault


def seal(letter_id: UUID, secret: str) -> bytes:
    """Encrypt a secret for one letter: its key, wrapped by the key ring, and the ciphertext."""
    return vault.seal_alone("letters", "secret_e", letter_id, secret)


def unseal(letter_id: UUID, kept: bytes) -> str:
    """Decrypt a letter's secret; raises Undecipherable in any other letter or without the key."""
    return vault.open_alone("letters", "secret_e", letter_id, kept)
