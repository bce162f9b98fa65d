"""Setting up a desk from the command line."""

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM
from desk.kernel.cli import at_terminal, group
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import Invalid
from desk.organisation.actions.choices import choose
from desk.organisation.actions.places import OFFICE_HOURS, ROOT_CODE, open_hall, place_region
from desk.organisation.actions.reference import load_reference
from desk.organisation.hours import read_hours
from desk.organisation.queries import home_region, region_by_code

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
        intervals = read_hours(hours)
        if not intervals:
            raise Invalid(_l("A hall is open on at least one day of the week."))
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


@group.command("call-hours")
@click.argument("hours")
@click.option("--region", "code", help="Code of the region; this desk's own unless told.")
def call_hours(hours: str, code: str | None) -> None:
    """Say when people are called to ask whether it is solved, such as 08:30-12:00,13:30-20:00.

    It holds from today on, also for the regions below; at other times no number is shown.
    """
    with at_terminal():
        intervals = read_hours(hours)
        if not intervals:
            raise Invalid(_l("Leave at least one hour in which people can be called."))
        now = utc_now()
        with transaction():
            region = region_by_code(code) if code else home_region()
            today = region.local_day(now)
            choose(region, "call_hours", intervals, active_from=today, by=SYSTEM, now=now)
            name = region.name_zh
        click.echo(_("%(name)s: people are called between %(hours)s.", name=name, hours=hours))
