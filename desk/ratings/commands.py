"""Importing service events from the hall's own system."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from desk.casework.words import PartyKind
from desk.catalogue.models import Item
from desk.catalogue.queries import version_in_force
from desk.kernel.cli import group
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.organisation.models import Department, Hall, Region, Window
from desk.organisation.queries import home_region
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.links import new_link
from desk.ratings.models import RatingChannel

CHUNK = 500
SHOWN = 20
NEEDED = ("source_system", "project_no", "service_no", "department", "hall", "occurred_at")
LONGEST = 80


class BadLine(ValueError):
    """A line that cannot be taken; the message says why."""


@group.command("import-events")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--links", type=click.Path(path_type=Path), help="Write a link for each new event.")
def import_events(file: Path, links: Path | None) -> None:
    """Take service events from a CSV or NDJSON file; bad lines are named, good ones kept."""
    region = home_region()
    known = _places(region)
    now = utc_now()
    good: list[EventData] = []
    bad: list[str] = []
    for line, row in _rows(file):
        try:
            good.append(_event(row, known, region))
        except BadLine as fault:
            bad.append(f"line {line}: {fault}")
    made: list[Any] = []
    for start in range(0, len(good), CHUNK):
        with transaction():
            made += take_events(region.id, good[start : start + CHUNK], now=now)
    if links is not None:
        _write_links(links, region.id, made, now)
    for fault_line in bad[:SHOWN]:
        click.echo(fault_line)
    if len(bad) > SHOWN:
        click.echo(f"… and {len(bad) - SHOWN} more")
    click.echo(f"{len(made)} new, {len(good) - len(made)} known, {len(bad)} bad.")


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read lines by named columns, or one JSON object a line."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        if file.suffix in {".ndjson", ".jsonl"}:
            for number, text in enumerate(lines, 1):
                if text.strip():
                    yield number, _object(text)
            return
        reader = csv.DictReader(lines)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise click.ClickException(f"These columns are missing: {', '.join(missing)}.")
        for row in reader:
            yield reader.line_num, row


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _places(region: Region) -> dict[str, dict[str, int]]:
    """Give the ids of departments, halls, windows and items by their codes."""
    rows = {
        "department": select(Department.code, Department.id).where(
            Department.region_id == region.id
        ),
        "hall": select(Hall.code, Hall.id).where(Hall.region_id == region.id),
        "window": select(Window.code, Window.id)
        .join(Hall, Hall.id == Window.hall_id)
        .where(Hall.region_id == region.id),
        "item": select(Item.code, Item.id).where(Item.region_id == region.id),
    }
    return {
        name: {str(row[0]): int(row[1]) for row in db.session.execute(query)}
        for name, query in rows.items()
    }


def _event(row: dict[str, Any], known: dict[str, dict[str, int]], region: Region) -> EventData:
    for name in NEEDED:
        value = row.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            raise BadLine(f"{name} is missing or longer than {LONGEST} characters")
    ids: dict[str, int | None] = {}
    for name in ("department", "hall", "window", "item"):
        code = row.get(name) or ""
        if code and code not in known[name]:
            raise BadLine(f"there is no {name} {code!r}")
        ids[name] = known[name].get(code)
    occurred_at = _instant(row["occurred_at"], region)
    version = version_in_force(ids["item"], occurred_at.date()) if ids["item"] else None
    return EventData(
        source_system=row["source_system"].strip()[:32],
        project_no=row["project_no"].strip(),
        service_no=row["service_no"].strip()[:32],
        department_id=int(ids["department"] or 0),
        hall_id=int(ids["hall"] or 0),
        occurred_at=occurred_at,
        party_kind=_party(row.get("party_kind")),
        item_id=ids["item"],
        item_version_id=version.id if version else None,
        window_id=ids["window"],
    )


def _party(text: Any) -> PartyKind:
    try:
        return PartyKind(text or "individual")
    except ValueError:
        raise BadLine("party_kind is neither individual nor business") from None


def _instant(text: str, region: Region) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadLine("occurred_at is not a time such as 2026-11-20T10:42:00+08:00") from None
    local = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(region.time_zone))
    if local > utc_now():
        raise BadLine("occurred_at is in the future")
    return local


def _write_links(path: Path, region_id: int, made: list[Any], now: datetime) -> None:
    with path.open("w", encoding="utf-8") as file:
        for event_id in made:
            with transaction():
                token = new_link(region_id, event_id, RatingChannel.LINK, now=now)
            file.write(f"{event_id},/rate/{token}\n")
    path.chmod(0o600)
