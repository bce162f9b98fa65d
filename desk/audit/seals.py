"""How many chains are sealed at once: a Merkle tree over their heads, signed with Ed25519."""

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desk.audit.chain import GENESIS, moment


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """The head of one stream as it was sealed: its last number and the hash of that line."""

    stream: str
    seq: int
    head: bytes


def leaf_hash(leaf: Leaf) -> bytes:
    """Hash a leaf; the first byte keeps leaves and nodes apart (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\0" + f"{leaf.stream}\x1f{leaf.seq}\x1f".encode() + leaf.head).digest()


def root_of(leaves: Sequence[Leaf]) -> bytes:
    """Give the Merkle root over the leaves in their order; an odd one moves up unchanged."""
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\1" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0]
            for pair in pairs
        ]
    return level[0] if level else GENESIS


def seal_hash(prev: bytes, region_id: int, no: int, root: bytes, n: int, at: datetime) -> bytes:
    """Hash a seal onto the one before it."""
    text = f"{region_id}\x1f{no}\x1f{n}\x1f{moment(at)}".encode()
    return hashlib.sha256(prev + root + text).digest()


def pack(leaves: Sequence[Leaf]) -> bytes:
    """Write leaves as compressed JSON: `[stream, number, head in hex]` each."""
    rows = [[leaf.stream, leaf.seq, leaf.head.hex()] for leaf in leaves]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode())


def unpack(packed: bytes) -> list[Leaf]:
    """Read what `pack` wrote; raises ValueError for anything else."""
    try:
        rows = json.loads(zlib.decompress(packed))
        return [Leaf(stream, seq, bytes.fromhex(head)) for stream, seq, head in rows]
    except (zlib.error, TypeError, UnicodeDecodeError) as error:
        raise ValueError("these are no leaves") from error


def key_of(seed: bytes) -> Ed25519PrivateKey:
    """Make the signing key of a seed of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(seed: bytes) -> bytes:
    """Give the 32 bytes by which anybody can check a signature."""
    return key_of(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def is_signed(public: bytes, signature: bytes, hashed: bytes) -> bool:
    """Tell whether the holder of the key signed this hash."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, hashed)
    except (InvalidSignature, ValueError):
        return False
    return True
