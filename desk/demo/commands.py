"""Loading the demo."""

import time
from datetime import UTC, datetime

import click
from flask import current_app
from sqlalchemy import select

from desk.kernel.cli import group
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.organisation.models import Region
from desk.settings import Settings


@group.command("demo")
@click.option("--once", is_flag=True, help="Do nothing when the demo is already loaded.")
@click.option("--now", "moment", help="Pretend it is this instant (ISO, with zone).")
def demo(*, once: bool, moment: str | None) -> None:
    """Load an invented district with two years of cases and ratings, the same every time."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.demo:
        raise click.ClickException("The demo is only for demo mode. Set DESK_DEMO=1.")
    if db.session.scalar(select(Region.id).limit(1)) is not None:
        if once:
            return
        raise click.ClickException("There is data in this database. The demo wants an empty one.")
    from desk.demo.attachments import attach  # noqa: PLC0415
    from desk.demo.loading import CASES, load  # noqa: PLC0415 - no page needs any of them
    from desk.demo.place import ACCOUNTS  # noqa: PLC0415
    from desk.demo.ratings import RATINGS  # noqa: PLC0415
    from desk.insight.actions.following import count_region  # noqa: PLC0415
    from desk.organisation.queries import home_region  # noqa: PLC0415

    started = time.monotonic()
    now = datetime.fromisoformat(moment).astimezone(UTC) if moment else utc_now()
    load(settings.demo_password, now=now, memory_kib=settings.argon2_memory_kib)
    attach(current_app.extensions["store"], clock=lambda: now)
    count_region(home_region().id, now=now)
    click.echo(f"The demo is loaded: {CASES} cases, {RATINGS} ratings, {len(ACCOUNTS)} accounts,")
    click.echo(f"in {time.monotonic() - started:.0f} s.")
