"""What is kept of a number somebody typed while no occasion is known: a mark, not the number."""

from desk.kernel.vault import hashes


def ticket_mark(number: str) -> bytes:
    """Give the keyed hash of a queue ticket or number, however its letters were typed."""
    return hashes().index("rating ticket", number.strip().upper())
