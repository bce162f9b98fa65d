"""Sealing what was written, and telling a second place of it."""

from datetime import datetime

from flask import current_app

from desk.audit import anchoring, sealing
from desk.audit.seals import public_key
from desk.kernel.db import end_read, transaction
from desk.kernel.second_place import open_place


def seal(now: datetime) -> None:
    """Seal what every region's chains have grown by, and say each seal in the log."""
    seed = current_app.extensions["settings"].seal_seed()
    regions = sealing.regions_to_seal()
    end_read()
    for region_id in regions:
        made = True
        while made:
            with transaction():
                sealed = sealing.seal(region_id, seed, now=now)
                made = sealed is not None
                if sealed is not None:
                    sealing.announce_seal(sealed)


def anchor(now: datetime) -> None:
    """Tell the newest seal of each region to the second place, where one is set, once an hour.

    Asked more often, so that a place that was away is told as soon as it is back.
    """
    settings = current_app.extensions["settings"]
    if settings.anchor_url is None:
        return
    place = open_place(settings.anchor_url)
    due = anchoring.to_anchor(public_key(settings.seal_seed()), now=now)
    end_read()
    for one in due:
        anchoring.give(one, place)
        with transaction():
            anchoring.mark(one, now=now)
