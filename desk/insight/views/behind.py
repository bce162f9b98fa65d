"""Where the list behind a number is."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from desk.insight.offered import ITEMS
from desk.insight.summing import PLACES, TAGS, top_tags

LEVEL, OCCASIONS, EVERY_TAG = "rating.level.", "event", "rating.tag.all"


def list_behind(measure: str, found: Mapping[str, int], chosen: Mapping[str, Any]) -> str | None:
    """Give the address of the list of what a measure counts; None where it counts nothing.

    `found` says which tags were chosen most often.
    """
    if measure.startswith(ITEMS):
        return url_for("insight.items", what=measure, **chosen)
    if measure == OCCASIONS:
        return url_for("insight.occasions", **chosen)
    if measure.startswith(LEVEL):
        return url_for("insight.ratings", level=measure[-1], **chosen)
    if measure == EVERY_TAG:
        return url_for("insight.ratings", tag="", **chosen)
    if measure.startswith(TAGS):
        tag = tag_of(measure, found)
        return url_for("insight.ratings", tag=tag, **chosen) if tag else None
    return url_for("insight.facts", what=measure, **chosen)


def tag_of(measure: str, found: Mapping[str, int]) -> str | None:
    """Tell which tag is the one chosen most often, or second or third; None for none."""
    place = measure.removeprefix(TAGS)
    if place not in PLACES:
        return None
    chosen = [name for name, _n in top_tags(found)]
    at = PLACES.index(place)
    return chosen[at].removeprefix(TAGS) if at < len(chosen) else None
