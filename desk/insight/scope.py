"""Of what and of when a figure is: regions, days, and what the list is narrowed to."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desk.worktime.periods import Month

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """The days `first` to `last` of some regions; None and nothing mean "all".

    `today` says what is late. `known_at` asks for what was known then, instead of now. `kept_away`
    says whether a case keeps the reader away, where that has been asked already.
    """

    region_ids: tuple[int, ...]
    first: date
    last: date
    today: date
    department_id: int | None = None
    item_id: int | None = None
    channel: str | None = None
    party_kind: str | None = None
    known_at: datetime | None = None
    kept_away: bool | None = None

    @property
    def narrowed(self) -> dict[str, int | str]:
        """What it is narrowed to, but for the item."""
        found = {
            "department_id": self.department_id,
            "channel": self.channel,
            "party_kind": self.party_kind,
        }
        return {name: value for name, value in found.items() if value is not None}

    @property
    def to_item(self) -> dict[str, int | str]:
        """What it is narrowed to, and the item."""
        item = {} if self.item_id is None else {"item_id": self.item_id}
        return {**self.narrowed, **item}

    @property
    def is_whole(self) -> bool:
        """Whether it is made of whole months, the present one up to today counted as one."""
        begins = self.first.day == 1
        return begins and (self.last >= self.today or self.last == Month(_first(self.last)).last)

    @property
    def late_until(self) -> date:
        """The last day whose dates have passed."""
        return min(self.last, self.today - ONE_DAY)

    @property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def earlier(self) -> "Scope":
        """Give the same number of months before; of a month that is not over, the same days."""
        return self._before(self.months)

    def year_before(self) -> "Scope":
        """Give the same period of the year before; of a month that is not over, the same days."""
        return self._before(12)

    def _before(self, months: int) -> "Scope":
        first = _months_before(self.first, months)
        month = Month(_first(_months_before(_first(self.last), months)))
        whole = self.last == Month(_first(self.last)).last
        last = (
            month.last if whole else min(month.last, month.first + (self.last - _first(self.last)))
        )
        return replace(self, first=first, last=last)

    def month(self, month: Month) -> "Scope":
        """Give one month of it, up to its last day or today."""
        return replace(self, first=month.first, last=min(month.last, self.today))


def _first(day: date) -> date:
    return day.replace(day=1)


def _months_before(first: date, n: int) -> date:
    months = first.year * 12 + first.month - 1 - n
    return date(months // 12, months % 12 + 1, 1)


def months_until(month: Month, n: int) -> list[Month]:
    """Give `n` months, the last of which is `month`."""
    found = [month]
    while len(found) < n:
        found.insert(0, found[0].before())
    return found
