"""Who of a department may be given cases, as a list to choose from."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext

from desk.accounts.queries import away_among, colleagues_in


def colleagues_to_choose(department_ids: Iterable[int], today: date) -> list[tuple[str, str]]:
    """Give ids and names by department; whoever is away today is marked so, and can be chosen."""
    people = {one.id: one.name for key in department_ids for one in colleagues_in(key, today)}
    away = away_among(people, today)
    return [
        (str(key), gettext("%(name)s (away today)", name=name) if key in away else name)
        for key, name in people.items()
    ]
