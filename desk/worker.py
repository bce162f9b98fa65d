"""The worker: posts letters, runs schedules, and says that it is alive."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

import click
import structlog
from flask import current_app

from desk.casework.queries.addresses import address_of
from desk.jobs.actions import beat
from desk.kernel.cli import group
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.notify.delivery import post_due
from desk.schedules import run_due
from desk.settings import Settings

IDLE_SECONDS = 1.0
BEAT_EVERY = 10

log = structlog.get_logger()


@group.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def worker(*, once: bool) -> None:
    """Post letters and run what is due, until it is told to stop."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    last_beat = 0.0
    while not stopping.is_set():
        now = utc_now()
        if now.timestamp() - last_beat >= BEAT_EVERY:
            last_beat = now.timestamp()
            _safely(_beat)
        busy = _safely(_work)
        if once:
            return
        if not busy:
            stopping.wait(IDLE_SECONDS)


def _beat() -> int:
    with transaction():
        beat(f"worker-{os.uname().nodename}", now=utc_now())
    return 0


def _work() -> int:
    settings: Settings = current_app.extensions["settings"]
    run_due(utc_now())
    return post_due(
        current_app.extensions["senders"], address_of, base_url=settings.base_url, clock=utc_now
    )


def _safely(work: Callable[[], int]) -> int:
    """Do a round; whatever goes wrong is logged and tried again, never the end of the worker."""
    try:
        return work()
    except Exception as error:
        log.exception("worker", error=type(error).__name__)
        return 0
    finally:
        db.session.remove()
