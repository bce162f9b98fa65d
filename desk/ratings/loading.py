"""Taking what a system tells, chunk by chunk, each in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.kernel.db import dialect_name, transaction
from desk.kernel.errors import Invalid
from desk.organisation.models import Region
from desk.ratings.actions.events import EventRow, row_of, write_events
from desk.ratings.fates import Fate, Outcome, Wrong
from desk.ratings.models import EventSource
from desk.ratings.references import References

Told = dict[str, Any]
CHUNK = {"postgresql": 5_000, "sqlite": 500}
"""SQLite lets one writer in at a time: smaller chunks let others in between."""

OURS = frozenset({"desk", "counter"})
"""Names under which the desk keeps occasions of its own."""

SELF_TEST = "desk-test"
"""The name under which the desk tells of its own tests, every night."""

RESERVED = OURS | {SELF_TEST}
"""Names no other system may have."""

FOREIGN = _l("You can only speak for your own system.")


@dataclass(slots=True)
class Teller:
    """A system that tells, in the region it belongs to. `chain` names it in the ledger.

    Without a `system` each line names its own, as files of several do.
    """

    region: Region
    system: str | None
    source: EventSource
    chain: str
    known: References = field(init=False)

    def __post_init__(self) -> None:
        self.known = References(self.region)

    def system_of(self, told: Told) -> str:
        """Give the system a line is of; raises Invalid for another's, and for the desk's own."""
        named = told.get("source_system", self.system)
        if named is None:
            raise Invalid(_l("This is missing."), field="source_system")
        if self.system not in {None, named} or named.casefold() in OURS:
            raise Invalid(FOREIGN, field="source_system")
        return str(named)


def chunk_size() -> int:
    """Give how many lines go into one transaction."""
    return CHUNK[dialect_name()]


def load_events(teller: Teller, lines: Sequence[Told | Wrong], *, now: datetime) -> list[Fate]:
    """Write the occasions of a chunk and say of each line what became of it."""
    with transaction():
        rows = _rows(teller, lines, now)
        good = [row for row in rows if isinstance(row, EventRow)]
        made = write_events(
            teller.region.id, good, source=teller.source, chain=teller.chain, now=now
        )
    return [
        Fate(Outcome.REJECTED, wrong=row)
        if isinstance(row, Wrong)
        else Fate(Outcome.CREATED, row.id)
        if row.id in made
        else Fate(Outcome.KNOWN)
        for row in rows
    ]


def _rows(teller: Teller, lines: Sequence[Told | Wrong], now: datetime) -> list[EventRow | Wrong]:
    teller.known.learn(line for line in lines if not isinstance(line, Wrong))
    rows: list[EventRow | Wrong] = []
    for line in lines:
        if isinstance(line, Wrong):
            rows.append(line)
        else:
            try:
                rows.append(row_of(line, teller.system_of(line), teller.known, now))
            except Invalid as error:
                rows.append(wrong_of(error))
    return rows


def wrong_of(error: Invalid) -> Wrong:
    """Say of a line what a rule said of its field."""
    return Wrong("invalid", error.args[0], error.field)
