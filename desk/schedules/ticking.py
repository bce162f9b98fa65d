"""Time acting on cases: limits that run out, requests and orders left alone, dates to put right."""

from datetime import datetime
from typing import cast
from uuid import UUID

import structlog

from desk.casework.actions import correcting, pressing, succession
from desk.casework.actions import tick as alarms
from desk.casework.actions.deciding import chase
from desk.kernel.db import end_read, transaction

ALARM_BATCHES = 20


log = structlog.get_logger()


def tick(now: datetime) -> None:
    """Let time act on cases, each in a transaction of its own; one at fault stops no other."""
    for _ in range(ALARM_BATCHES):
        due = alarms.due_alarms(now=now)
        end_read()
        for number, *key in due:
            _ring(number, cast("alarms.Key", tuple(key)), now)
        if len(due) < alarms.BATCH:
            break
    _chase_requests(now)
    _raise_late_orders(now)


def _raise_late_orders(now: datetime) -> None:
    """Raise the cases whose units did not answer a supervisor in time."""
    late = pressing.late_orders(now=now)
    end_read()
    for number, *key in late:
        try:
            with transaction():
                pressing.raise_late(number, cast("tuple[int, UUID]", tuple(key)), now=now)
        except Exception:
            log.exception("order failed", case=number)


def _chase_requests(now: datetime) -> None:
    """Take requests nobody decided in time to whoever decides next."""
    due = alarms.due_requests(now=now)
    end_read()
    for number, *key in due:
        _chase(number, cast("tuple[int, UUID]", tuple(key)), now)


def _chase(number: str, key: tuple[int, UUID], now: datetime) -> None:
    try:
        with transaction():
            chase(number, key, now=now)
    except Exception:
        log.exception("request failed", case=number)
        with transaction():
            alarms.put_off_request(key, now=now)


def _ring(number: str, key: alarms.Key, now: datetime) -> None:
    try:
        with transaction():
            alarms.ring(number, key, now=now)
    except Exception:
        log.exception("alarm failed", case=number, step=key[2].value)
        with transaction():
            alarms.put_off(key, now=now)


def correct(now: datetime) -> None:
    """Put the dates of open cases right, each in a transaction of its own."""
    wrong = correcting.to_put_right(now=now)
    end_read()
    failed = 0
    for clock in wrong:
        try:
            with transaction():
                correcting.put_right(clock.number, clock.key, now=now)
        except Exception:
            log.exception("correction failed", case=clock.number, step=clock.step.value)
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} dates could not be put right")


def release(now: datetime) -> None:
    """Take cases from whoever may no longer have them, each in a transaction of its own."""
    tried: set[str] = set()
    failed = 0
    while left := set(succession.cases_left_behind(now.date())) - tried:
        end_read()
        for number in sorted(left):
            try:
                with transaction():
                    succession.release(number, now=now)
            except Exception:
                log.exception("release failed", case=number)
                failed += 1
        tried |= left
    if failed:
        raise RuntimeError(f"{failed} cases could not be released")
