"""In which batches the rated may see what was said of them: five or more, the next working day.

Plain values: nobody can tell from one batch, or from two, who said what.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SMALLEST = 5
"""How many ratings a batch holds at least (product.md §4); a smaller one waits for the next day."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Ratings shown together: those that might be seen from `first` to `last`, `n` of them.

    `last` is the day on which the batch came to be seen. It never changes afterwards.
    """

    first: date
    last: date
    n: int


def batches(days: Iterable[tuple[date, int]], today: date) -> list[Batch]:
    """Cut the ratings of one place into batches, the oldest first.

    `days` says on which day, the next working day after it came, how many may be seen at the
    earliest. What is left over, fewer than five, is shown to nobody yet.
    """
    found: list[Batch] = []
    first: date | None = None
    waiting = 0
    for day, n in sorted(days):
        if day > today or n <= 0:
            continue
        first = first or day
        waiting += n
        if waiting >= SMALLEST:
            found.append(Batch(first, day, waiting))
            first, waiting = None, 0
    return found
