"""What happens again and again: one table of name, period and function."""

from desk.insight.jobs import follow
from desk.schedules.making import draw_samples, fill_orders
from desk.schedules.running import run_due, slot_of
from desk.schedules.sealing import anchor, seal
from desk.schedules.table import SCHEDULES, Schedule
from desk.schedules.telling import digests, planned_calls, tell_of_cards
from desk.schedules.ticking import tick
from desk.schedules.tidying import forget, put_reports_away

__all__ = [
    "SCHEDULES",
    "Schedule",
    "anchor",
    "digests",
    "draw_samples",
    "fill_orders",
    "follow",
    "forget",
    "planned_calls",
    "put_reports_away",
    "run_due",
    "seal",
    "slot_of",
    "tell_of_cards",
    "tick",
]
