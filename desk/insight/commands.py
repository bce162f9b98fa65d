"""Making the sums again."""

import sys

import click

from desk.insight import rebuilding
from desk.insight.actions import following
from desk.kernel.cli import group
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction, without_time_limit

SHOWN = 20


@group.command("rebuild-rollups")
@click.option("--check", is_flag=True, help="Only compare; ends with 1 when something differs.")
def rebuild_rollups(*, check: bool) -> None:
    """Count every case again, make every sum again, and say where the kept ones differed."""
    behind = following.is_behind()
    stale, found = rebuilding.stale_facts(), rebuilding.differences()
    for subject, draft, was, should in stale[:SHOWN]:
        click.echo(f"{subject} {draft.measure} {draft.on_date}: kept {was}, rows say {should}")
    for key, was, should in found[:SHOWN]:
        click.echo(f"{' '.join(map(str, key))}: kept {was}, facts say {should}")
    click.echo(f"{len(stale)} facts and {len(found)} sums differ.")
    if stale and behind:
        click.echo("The worker has not followed the ledger to its end; that explains facts.")
    if check:
        sys.exit(1 if found or (stale and not behind) else 0)
    regions = rebuilding.region_ids()
    end_read()
    for region_id in regions:
        following.count_region(region_id, now=utc_now())
    with transaction():
        without_time_limit()
        rebuilding.replace()
    click.echo("The facts and the sums were made again.")
