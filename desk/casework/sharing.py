"""Who is given a case where a department shares its cases out evenly: plain values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Load:
    """What a handler has in hand, and when the rule last gave them something."""

    user_id: int
    open_cases: int
    given_at: datetime | None = None
    is_away: bool = False
    is_disabled: bool = False


def lightest(loads: Iterable[Load], kept_out: Collection[int] = ()) -> int | None:
    """Choose who has the fewest open cases, of several the one given something longest ago.

    Never whoever is away, may not sign in any more, or is kept away from the case; None where
    nobody else is left.
    """
    free = [
        load for load in loads if not (load.is_away or load.is_disabled or load.user_id in kept_out)
    ]
    if not free:
        return None
    return min(free, key=lambda one: (one.open_cases, one.given_at or NEVER, one.user_id)).user_id
