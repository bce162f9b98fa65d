"""Loading the demo."""

import random
import time
from datetime import UTC, datetime

import click
from flask import current_app
from sqlalchemy import select

from desk.accounts.passwords import hash_password
from desk.demo.cases import Filer
from desk.demo.history import Historian
from desk.demo.items import build_items
from desk.demo.people import tell_lately
from desk.demo.place import ACCOUNTS, build_place
from desk.demo.ratings import BAD_SHARE, RATINGS, build_ratings
from desk.demo.writing import build_replies
from desk.kernel.cli import group
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.organisation.models import Region
from desk.settings import Settings
from desk.tally.actions import add

SEED = 20261123
CASES = 2000


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
    started = time.monotonic()
    now = datetime.fromisoformat(moment).astimezone(UTC) if moment else utc_now()
    load(settings.demo_password, now=now, memory_kib=settings.argon2_memory_kib)
    click.echo(f"The demo is loaded: {CASES} cases, {RATINGS} ratings, {len(ACCOUNTS)} accounts,")
    click.echo(f"in {time.monotonic() - started:.0f} s.")


def load(password: str, *, now: datetime, memory_kib: int, cases: int = CASES) -> None:
    """Fill an empty database; everything or nothing."""
    rng = random.Random(SEED)
    hashed = hash_password(password, memory_kib=memory_kib)
    with transaction():
        place = build_place(rng, password_hash=hashed)
        items = build_items(place, rng)
        historian = Historian(place, now, rng)
        filer = Filer(place, items, historian, rng)
        for _ in range(cases - round(RATINGS * BAD_SHARE)):
            filer.file_complaint()
        counted = build_ratings(place, items, filer, rng)
        add(historian.write() + counted)
        build_replies(place, now)
        tell_lately(place, now=now)
