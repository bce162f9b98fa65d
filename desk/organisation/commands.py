"""Setting up a desk, and its calendar, from the command line."""

import re
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.kernel.cli import at_terminal, group, report_faults
from desk.kernel.clock import utc_now
from desk.kernel.csv_file import ENCODINGS
from desk.kernel.db import transaction
from desk.kernel.errors import Invalid
from desk.organisation.actions.calendar import days_in, publish_year
from desk.organisation.actions.places import OFFICE_HOURS, ROOT_CODE, open_hall, place_region
from desk.organisation.actions.reference import load_reference
from desk.organisation.models import Region
from desk.organisation.queries import region_by_code

INTERVALS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
WEEKDAYS = tuple(OFFICE_HOURS)


@group.command("setup")
@click.option(
    "--region", "code", required=True, help="GB/T 2260 code of the district, city or province."
)
@click.option(
    "--short-code", required=True, help="Two to four letters that case numbers begin with."
)
@click.option("--name-en", help="English name of the region.")
@click.option("--hall-name", default="政务服务大厅", show_default=True)
@click.option("--hall-name-en", default="Government service hall", show_default=True)
@click.option("--hall-phone", default="")
@click.option(
    "--hours", default="09:00-12:00,13:30-17:30", show_default=True, help="Monday to Friday."
)
def setup(
    code: str,
    short_code: str,
    name_en: str | None,
    hall_name: str,
    hall_name_en: str,
    hall_phone: str,
    hours: str,
) -> None:
    """Found this desk: its region with all above it, the reference lists, and a first hall.

    May be run again: what is there stays.
    """
    with at_terminal():
        intervals = _intervals(hours)
        with transaction():
            region = place_region(code, short_code=short_code, name_en=name_en, is_home=True)
            loaded = load_reference(region_by_code(ROOT_CODE))
            hall = open_hall(
                region,
                "H1",
                hall_name,
                name_en=hall_name_en,
                phone=hall_phone,
                hours=dict.fromkeys(WEEKDAYS, intervals),
            )
            name, hall_name = region.name_zh, hall.name_zh
        click.echo(
            _(
                "The desk of %(name)s stands, with the hall %(hall)s; new or changed: "
                "%(codes)s codes, %(limits)s limits, %(days)s calendar days.",
                name=name,
                hall=hall_name,
                codes=loaded.codes,
                limits=loaded.limits,
                days=loaded.days,
            )
        )


def _intervals(text: str) -> list[list[str]]:
    parts = [part.strip() for part in text.split(",")]
    flat = [clock for part in parts for clock in part.split("-")]
    if not all(INTERVALS.fullmatch(part) for part in parts) or flat != sorted(set(flat)):
        raise Invalid(_l("Write the hours as 09:00-12:00,13:30-17:30, earliest first."))
    return [part.split("-") for part in parts]


@group.command("import-calendar")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", "code", help="Code of the region it holds for; the nation unless told.")
@click.option("--encoding", type=click.Choice(ENCODINGS), default="utf-8", show_default=True)
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write all faults here."
)
def import_calendar(file: Path, code: str | None, encoding: str, report: Path | None) -> None:
    """Publish the working days of the years in FILE (columns `date` and `kind`).

    Each year is replaced as a whole; days not named follow the weekday.
    """
    with at_terminal():
        years, faults = days_in(file, encoding=encoding)
        report_faults(faults, report)
        if faults:
            raise click.ClickException(_("Nothing was changed."))
        for year in sorted(years):
            with transaction():
                region = region_by_code(code or ROOT_CODE)
                changed = publish_year(region, year, years[year], source=file.name[:80])
                _record_calendar(region, year, changed)
            click.echo(_("%(year)s: %(changed)s days changed.", year=year, changed=changed))


def _record_calendar(region: Region, year: int, changed: int) -> None:
    now = utc_now()
    if changed:
        record(
            f"s/{now.date().isoformat()}",
            "calendar_published",
            region_id=region.id,
            by=SYSTEM,
            now=now,
            body={"year": year, "days": changed},
        )
