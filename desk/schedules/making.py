"""What a day, week or month that is over asks to be made: samples and reports."""

from datetime import datetime

from desk.kernel.db import end_read, transaction
from desk.supervision.actions import sampling, standing_orders


def draw_samples(now: datetime) -> None:
    """Draw what is to be looked at of the weeks that are over, each draw by itself."""
    periods = sampling.undrawn(now)
    end_read()
    for region_id, period in periods:
        with transaction():
            sampling.draw_sample(region_id, period, now=now)


def fill_orders(now: datetime) -> None:
    """Ask for the reports of standing orders whose day or month is over, each by itself."""
    orders = standing_orders.due_orders(now)
    end_read()
    for key in orders:
        with transaction():
            standing_orders.carry_out(key, now=now)
