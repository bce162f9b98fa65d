"""What the pages of publications share."""

from collections.abc import Iterable

from flask import Blueprint
from flask_babel import get_locale

from desk.catalogue.naming import names_of_items
from desk.kernel.clock import utc_now
from desk.kernel.db import reads_from_standby
from desk.organisation.queries import home_day, home_region, names_of_departments, region_ids_below
from desk.publishing.models import Publication

blueprint = Blueprint("publishing", __name__)


def lang() -> str:
    """Name the language of the page."""
    return "en" if str(get_locale()) == "en" else "zh_Hans"


def regions() -> list[int]:
    """List the regions whose publications this desk shows."""
    reads_from_standby()
    return sorted(region_ids_below(home_region().id))


def places_of(rows: Iterable[Publication]) -> tuple[dict[int, str], dict[int, str]]:
    """Name the items and the departments of some publications."""
    found = list(rows)
    items = {one.item_id for one in found if one.item_id}
    departments = {one.department_id for one in found if one.department_id}
    return (
        names_of_items(items, lang(), on=home_day(utc_now())),
        names_of_departments(departments, lang()),
    )
