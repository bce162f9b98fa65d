"""Reading the ledger, and proving that a stream is whole."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from desk.audit import verifying
from desk.audit.chain import Fault
from desk.audit.models import LedgerLine, Visibility
from desk.kernel.db import db

LINES = (
    select(LedgerLine)
    .where(
        LedgerLine.region_id == bindparam("region_id"),
        LedgerLine.stream == bindparam("stream"),
        LedgerLine.visibility.in_(bindparam("seen", expanding=True)),
    )
    .order_by(LedgerLine.seq)
)


def lines_of(
    region_id: int, stream: str, *, visibility: Sequence[Visibility] = tuple(Visibility)
) -> Sequence[LedgerLine]:
    """List the lines of a stream in order, as far as they may be seen."""
    of = {"region_id": region_id, "stream": stream, "seen": list(visibility)}
    return db.session.scalars(LINES, of).all()


def faults() -> list[Fault]:
    """Recompute every chain and list each place where it does not hold; empty means whole."""
    return list(verifying.faults())
