"""Check an exported ledger far away from the desk that wrote it.

    python verify_export.py ledger.ndjson [PUBLIC_KEY_IN_HEX [ANCHORS]]

Needs Python and the package `cryptography`, nothing of the desk. The key on the receipt, on the
board or in the gazette should be given: the one inside the export proves only that it agrees with
itself. ANCHORS are the lines the second place was told (`hash`, `region` and `seal` in each): with
them an export is found out whose newest part was left away as a whole. Ends with 1 and names the
place when something does not hold.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ZERO = bytes(32)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaves: list[list[Any]]) -> bytes:
    level = [
        sha(b"\0", f"{stream}\x1f{seq}\x1f".encode(), bytes.fromhex(head))
        for stream, seq, head in leaves
    ]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [sha(b"\1", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0] if level else ZERO


class Reader:
    """Reads key, seals and lines in that order and keeps what the next row has to fit."""

    def __init__(self, given_key: str | None) -> None:
        self.given_key = given_key
        self.key = Ed25519PublicKey.from_public_bytes(ZERO)
        self.last_seal: dict[int, tuple[int, bytes]] = {}
        self.seals: dict[tuple[int, int], str] = {}
        self.owed: dict[tuple[int, str, int], str] = {}
        self.here: tuple[int, str] = (0, "")
        self.seq, self.prev = 0, ZERO

    def read_key(self, row: dict[str, Any]) -> Iterator[str]:
        if self.given_key and self.given_key != row["ed25519"]:
            yield "the key in the export is not the one you gave"
        key = bytes.fromhex(self.given_key or row["ed25519"])
        self.key = Ed25519PublicKey.from_public_bytes(key)

    def read_seal(self, row: dict[str, Any]) -> Iterator[str]:
        region, leaves = row["region"], row["leaves"]
        no, before = self.last_seal.get(region, (0, ZERO))
        name = f"seal {row['no']} of region {region}"
        prev = bytes.fromhex(row["prev"])
        if row["no"] != no + 1 or prev != before:
            yield f"{name} does not follow the one before"
        text = f"{region}\x1f{row['no']}\x1f{len(leaves)}\x1f{row['at']}"
        hashed = sha(prev, root_of(leaves), text.encode())
        try:
            self.key.verify(bytes.fromhex(row["signature"]), hashed)
        except InvalidSignature:
            yield f"{name} is not signed with the key"
        self.last_seal[region] = (row["no"], hashed)
        self.seals[region, row["no"]] = hashed.hex()
        self.owed |= {(region, stream, n): head for stream, n, head in leaves}

    def read_line(self, row: dict[str, Any]) -> Iterator[str]:
        if (row["region"], row["stream"]) != self.here:
            self.here, self.seq, self.prev = (row["region"], row["stream"]), 0, ZERO
        name = f"line {row['seq']} of {row['stream']} in region {row['region']}"
        parts = (row["stream"], str(row["seq"]), row["at"], row["actor"], row["what"])
        text = "\x1f".join(parts).encode()
        hashed = sha(self.prev, text, bytes.fromhex(row["body_hash"])).hex()
        if row["seq"] != self.seq + 1 or hashed != row["hash"]:
            yield f"{name} does not fit the chain"
        if self.owed.pop((*self.here, row["seq"]), row["hash"]) != row["hash"]:
            yield f"{name} is not what was sealed"
        self.seq, self.prev = row["seq"], bytes.fromhex(row["hash"])

    def hold_against(self, anchors: Iterator[dict[str, Any]]) -> Iterator[str]:
        for told in anchors:
            found = self.seals.get((told["region"], told["seal"]))
            if found != told["hash"]:
                what = "another" if found else "no"
                yield f"there is {what} seal {told['seal']} of region {told['region']}"

    def rest(self) -> Iterator[str]:
        for region, stream, n in self.owed:
            yield f"line {n} of {stream} in region {region} was sealed and is gone"


def faults(
    rows: Iterator[dict[str, Any]], given_key: str | None, anchors: Iterator[dict[str, Any]]
) -> Iterator[str]:
    """Say each thing that does not hold."""
    reader = Reader(given_key)
    read = {"key": reader.read_key, "seal": reader.read_seal, "line": reader.read_line}
    for row in rows:
        yield from read[row["kind"]](row)
    yield from reader.hold_against(anchors)
    yield from reader.rest()


def rows_of(*files: str) -> Iterator[dict[str, Any]]:
    """Read files of a JSON object a line."""
    for name in files:
        with Path(name).open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.strip())


def main() -> int:
    """Check the file named on the command line."""
    if len(sys.argv) not in {2, 3, 4}:
        print(__doc__)
        return 2
    key = sys.argv[2] if sys.argv[2:] else None
    found = list(faults(rows_of(sys.argv[1]), key, rows_of(*sys.argv[3:])))
    print("\n".join(found) or "The export holds.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
