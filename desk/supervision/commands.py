"""Holding ratings against sums and ledger, from the command line."""

import sys
from datetime import timedelta

import click
from sqlalchemy import select

from desk.kernel.cli import at_terminal, group
from desk.kernel.clock import utc_now
from desk.kernel.db import db, without_time_limit
from desk.organisation.models import Region
from desk.ratings import proving
from desk.ratings.flag_labels import EXCLUDED, FAULT
from desk.ratings.reconciling import days_of

SHOWN = 20


@group.command("reconcile-ratings")
@click.option("--days", default=35, show_default=True, type=click.IntRange(1, 3660))
def reconcile_ratings(days: int) -> None:
    """Hold what is published of ratings against what was given; ends with 1 when it differs.

    Given = published + left out, by reason, for every day; every row has its line in the ledger.
    """
    off = 0
    with at_terminal():
        for region in db.session.scalars(select(Region).order_by(Region.id)).all():
            off += _region(region, days)
    click.echo(f"{off} faults.")
    if off:
        sys.exit(1)


def _region(region: Region, days: int) -> int:
    without_time_limit()
    at = utc_now()
    today = region.local_day(at)
    off = 0
    for one in days_of(region, today - timedelta(days=days - 1), today):
        if not one.raw and not one.published:
            continue
        left_out = ", ".join(f"{EXCLUDED[key]} {n}" for key, n in sorted(one.excluded.items()))
        words = f"; {left_out}" if left_out else ""
        click.echo(f"{region.code} {one.day}: given {one.raw}, published {one.published}{words}")
        if one.difference:
            off += 1
            click.echo(f"!   {one.difference} cannot be accounted for")
    found = list(proving.faults(region.id, since=at - timedelta(days=days), until=at))
    for fault in found[:SHOWN]:
        click.echo(f"!   {fault.rating}: {FAULT[fault.what]}")
    if len(found) > SHOWN:
        click.echo(f"!   … and {len(found) - SHOWN} more")
    return off + len(found)
