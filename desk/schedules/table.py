"""What happens again and again: one table of name, period and function."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desk.casework.actions import correcting, succession
from desk.insight.jobs import follow, freeze
from desk.ratings import nightly
from desk.ratings.asking import ask_by_message
from desk.ratings.forgetting import forget_marks
from desk.ratings.settling import settle_early
from desk.schedules.making import draw_samples, fill_orders
from desk.schedules.sealing import anchor, seal
from desk.schedules.telling import digests, planned_calls, tell_of_cards
from desk.schedules.ticking import correct, release, tick
from desk.schedules.tidying import forget, put_reports_away, reconcile_files, tidy_files

NIGHT = 18 * 3600
"""Two in the morning in China, in seconds of the day of UTC."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A name, its period in seconds, and what is done; safe to do twice.

    Without a period it is done only when somebody has asked for it. `at` is how many seconds after
    midnight UTC its periods begin.
    """

    name: str
    period: int | None
    function: Callable[[datetime], None]
    at: int = 0


SCHEDULES = (
    Schedule("tick", 60, tick),
    Schedule("tell-of-cards", 60, tell_of_cards),
    Schedule("digest", 900, digests),
    Schedule("planned-calls", 60, planned_calls),
    Schedule("draw-samples", 3600, draw_samples),
    Schedule("fill-orders", 900, fill_orders),
    Schedule("put-reports-away", 600, put_reports_away),
    Schedule("ask-by-message", 60, ask_by_message),
    Schedule("forget-raters", 86_400, forget_marks),
    Schedule("seal", 300, seal),
    Schedule("follow", 60, follow),
    Schedule("freeze", 6 * 3600, freeze),
    Schedule("anchor", 300, anchor),
    Schedule("forget", 3600, forget),
    Schedule("early-ratings", 300, settle_early),
    Schedule("tidy-files", 600, tidy_files),
    Schedule("reconcile-files", 3600, reconcile_files),
    Schedule(correcting.JOB, None, correct),
    Schedule(succession.RELEASE, 3600, release),
    Schedule(nightly.RECENT, 900, nightly.flag_recent),
    Schedule(nightly.MONTHLY, 24 * 3600, nightly.flag_month, at=NIGHT),
    Schedule(nightly.TEST, 24 * 3600, nightly.self_test, at=NIGHT),
    Schedule(nightly.ADD_UP, 24 * 3600, nightly.reconcile, at=NIGHT + 1800),
)
