"""The worker: posts letters, checks files, runs schedules, and says that it is alive."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping

import click
import structlog
from flask import Flask, current_app

from desk.files.checking import check_due
from desk.jobs.actions import beat
from desk.kernel.cli import group
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.notify.delivery import post_due
from desk.notify.models import Channel
from desk.ratings.addresses import address_of
from desk.schedules import run_due
from desk.settings import Settings
from desk.supervision.actions.making import make_due

IDLE_SECONDS = 1.0
BEAT_EVERY = 10.0
LOOK_EVERY = 0.2
TOLD_TO_STOP = (signal.SIGINT, signal.SIGTERM)

Stopping = Callable[[], bool]
Round = Callable[[Stopping], int]

log = structlog.get_logger()


@group.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
def worker(*, once: bool) -> None:
    """Post letters, check files and run what is due, until it is told to stop."""
    if once:
        _safely("beat", _beat)
        for name, work in ROUNDS.items():
            while _safely(name, lambda work=work: work(lambda: False)):  # type: ignore[misc]
                continue
        return
    _keep_on(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def _keep_on(app: Flask) -> None:
    """Run every kind of work in a thread of its own, so that a slow one holds up no other.

    Told to stop, each ends what it is at and gives back what it has not begun. If one of them ends
    by itself, so does the worker: whoever started it starts it anew.
    """
    told: list[int] = []
    for number in TOLD_TO_STOP:
        signal.signal(number, lambda caught, _frame: told.append(caught))
    stopping = threading.Event()
    threads = [
        threading.Thread(target=_repeat, args=(app, name, work, stopping), name=name)
        for name, work in ROUNDS.items()
    ]
    for thread in threads:
        thread.start()
    next_beat = 0.0
    while not told and all(thread.is_alive() for thread in threads):
        if time.monotonic() >= next_beat:
            next_beat = time.monotonic() + BEAT_EVERY
            _safely("beat", _beat)
        time.sleep(LOOK_EVERY)
    stopping.set()
    for thread in threads:
        thread.join()
    log.info("worker stopped", told=bool(told))
    if not told:
        raise SystemExit(1)


def _repeat(app: Flask, name: str, work: Round, stopping: threading.Event) -> None:
    with app.app_context():
        while not stopping.is_set():
            if not _safely(name, lambda: work(stopping.is_set)):
                stopping.wait(IDLE_SECONDS)


def _beat() -> int:
    with transaction():
        beat(f"worker-{os.uname().nodename}", now=utc_now())
    return 0


def _post(channel: Channel) -> Round:
    def post(stopping: Stopping) -> int:
        settings: Settings = current_app.extensions["settings"]
        senders = current_app.extensions["senders"]
        return post_due(
            {channel: senders[channel]},
            address_of,
            base_url=settings.base_url,
            clock=utc_now,
            stopping=stopping,
        )

    return post


def _files(stopping: Stopping) -> int:
    store, scanner = (current_app.extensions[name] for name in ("store", "scanner"))
    return check_due(store, scanner, clock=utc_now, stopping=stopping)


def _reports(stopping: Stopping) -> int:
    return make_due(current_app.extensions["store"], clock=utc_now, stopping=stopping)


def _schedules(stopping: Stopping) -> int:
    return run_due(utc_now(), stopping=stopping)


ROUNDS: Mapping[str, Round] = {
    **{channel.value: _post(channel) for channel in (Channel.MAIL, Channel.SMS)},
    "files": _files,
    "reports": _reports,
    "schedules": _schedules,
}


def _safely(name: str, work: Callable[[], int]) -> int:
    """Do a round; whatever goes wrong is logged and tried again, never the end of the worker."""
    try:
        return work()
    except Exception:
        log.exception("worker", round=name)
        return 0
    finally:
        db.session.remove()
