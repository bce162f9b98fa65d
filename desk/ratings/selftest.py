"""The nightly proof that a bad rating gets through: one and two stars by every channel."""

import io
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

import structlog
from flask import Flask, current_app
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.casework.words import PartyKind
from desk.files.actions import dispose
from desk.files.arriving import reserve_of, taking_in
from desk.files.kinds import STAFF_FAMILIES
from desk.kernel.db import db, end_read, transaction
from desk.kernel.uploads import Upload
from desk.organisation.models import Department, Hall, Region, Window
from desk.organisation.queries import departments_of, halls_of, home_region, windows_of
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.keeping import RatingData
from desk.ratings.actions.kiosks import locked, make_kiosk, sign_off
from desk.ratings.actions.links import new_link
from desk.ratings.actions.staff_entered import enter
from desk.ratings.actions.standing import decide
from desk.ratings.kiosk_rules import SIGNATURE, request_text, sign, tap_text
from desk.ratings.loading import SELF_TEST, Teller
from desk.ratings.loading_ratings import load_ratings
from desk.ratings.models import (
    EventSource,
    Rating,
    RatingChannel,
    RatingEntry,
    ServiceEvent,
    StandingCause,
)

LEVELS = (1, 2)
BY_LINK = (RatingChannel.LINK, RatingChannel.SMS, RatingChannel.WEB)
WRITTEN_DOWN = (RatingChannel.PAPER, RatingChannel.PHONE)
CHANNELS = (
    *BY_LINK,
    RatingChannel.QR,
    RatingChannel.KIOSK,
    *WRITTEN_DOWN,
    RatingChannel.API,
)

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TAKEN = 303
NOWHERE = "192.0.2."
"""Addresses kept for examples (RFC 5737): no network of staff, and nobody else's limits."""

SHEET = "夜间自测".encode()

Answer = TypeVar("Answer")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the tests of a region happen."""

    region: Region
    hall: Hall
    department: Department
    window: Window | None


@dataclass(frozen=True, slots=True)
class Trial:
    """One rating that must arrive."""

    channel: RatingChannel
    level: int
    event_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a night's test came to: what was tried, and what of it nobody finds again."""

    day: date
    tried: tuple[tuple[str, int], ...]
    missing: tuple[tuple[str, int], ...]


def run(now: datetime) -> Result | None:
    """Rate with one and two stars by every channel, count what arrived, and void it in the open.

    None where nothing is set up yet. Again in the same night, only what is missing is tried.
    """
    spot = _spot(now)
    if spot is None:
        return None
    day = spot.region.local_day(now)
    trials = _prepare(spot, day, now)
    end_read()
    for n, trial in enumerate(trials):
        try:
            _try(spot, trial, n, now)
        except Exception:
            log.exception("self-test failed", channel=trial.channel.value, level=trial.level)
        end_read()
    return _settle(spot, trials, day, now)


def _spot(now: datetime) -> Spot | None:
    """Choose the first hall of the region, with a window and a department, for the tests."""
    region = home_region()
    today = region.local_day(now)
    halls, departments = halls_of(region.id, today), departments_of(region.id, today)
    if not halls or not departments:
        return None
    windows = windows_of(halls[0].id, today)
    return Spot(region, halls[0], departments[0], windows[0] if windows else None)


def _prepare(spot: Spot, day: date, now: datetime) -> list[Trial]:
    """Make an occasion for each trial; one of this night that is there already is taken again."""
    wanted = [
        (channel, level, f"T{day:%y%m%d}-{channel.value}-{level}")
        for channel in CHANNELS
        for level in LEVELS
        if spot.window is not None or channel not in {RatingChannel.QR, RatingChannel.KIOSK}
    ]
    with transaction():
        take_events(
            spot.region.id, [_occasion(spot, number, now) for _c, _l, number in wanted], now=now
        )
    rows = db.session.execute(
        select(ServiceEvent.project_no, ServiceEvent.id).where(
            ServiceEvent.region_id == spot.region.id,
            ServiceEvent.source_system == SELF_TEST,
            ServiceEvent.project_no.in_([number for _c, _l, number in wanted]),
        )
    )
    ids: dict[str, UUID] = {number: key for number, key in rows}  # noqa: C416 - typed rows
    return [Trial(channel, level, ids[number], number) for channel, level, number in wanted]


def _occasion(spot: Spot, number: str, now: datetime) -> EventData:
    return EventData(
        SELF_TEST,
        number,
        "1",
        spot.department.id,
        spot.hall.id,
        now - timedelta(minutes=1),
        PartyKind.INDIVIDUAL,
        window_id=spot.window.id if spot.window else None,
        is_test=True,
    )


def _try(spot: Spot, trial: Trial, n: int, now: datetime) -> None:
    """Rate by a channel as people do: through its page where it has one."""
    if _arrived(spot.region.id, trial) is not None:
        return
    if trial.channel in BY_LINK:
        with transaction():
            link = new_link(spot.region.id, trial.event_id, trial.channel, now=now)
        _post(f"/rate/{link}", {"level": str(trial.level)}, n)
    elif trial.channel is RatingChannel.QR and spot.window is not None:
        fields = {"level": str(trial.level), "ticket": trial.number}
        _post(f"/rate/window/{spot.window.qr_code}", fields, n)
    elif trial.channel is RatingChannel.KIOSK and spot.window is not None:
        _tap(spot.window, spot.hall, trial, n, now)
    elif trial.channel in WRITTEN_DOWN:
        _write_down(spot.region.id, trial, now)
    else:
        _tell(spot, trial, now)


def _post(path: str, fields: dict[str, str], n: int) -> None:
    """Open a page as a browser of its own, and send its form."""
    status = _outside(_as_browser, path, fields, n)
    if status != TAKEN:
        log.error("self-test refused", path=path.split("/")[1], status=status)


def _outside(function: Callable[..., Answer], *args: Any) -> Answer:
    """Do something in a thread of its own: in our context it would share session and secrets."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined] # noqa: SLF001
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, app, *args).result()


def _as_browser(app: Flask, path: str, fields: dict[str, str], n: int) -> int:
    browser, about = app.test_client(), _about(app, n)
    page = browser.get(path, **about)
    token = TOKEN.search(page.get_data(as_text=True))
    sent = {**fields, "csrf_token": token[1]} if token else fields
    return browser.post(path, data=sent, **about).status_code


def _about(app: Flask, n: int) -> dict[str, Any]:
    return {
        "base_url": app.extensions["settings"].base_url,
        "environ_overrides": {"REMOTE_ADDR": f"{NOWHERE}{n + 1}"},
    }


def _tap(window: Window, hall: Hall, trial: Trial, n: int, now: datetime) -> None:
    """Pair a kiosk of our own through its door, tap there, send it, and sign the kiosk off."""
    with transaction():
        kiosk, code = make_kiosk(window, hall, by=SYSTEM, now=now)
        address = kiosk.code
    try:
        paired = _outside(_as_kiosk, f"/kiosk/{address}/pair", {"code": code}, b"", n)
        key, seq = bytes.fromhex(paired["key"]), paired["last_seq"] + 1
        at = int(now.timestamp() * 1000)
        tap = {
            "seq": seq, "level": trial.level, "at": at, "event": trial.event_id.hex, "ticket": "",
        }  # fmt: skip
        signed = {**tap, "sig": sign(key, tap_text(address, tap))}
        said = {"n": 1, "sent_at": at, "taps": [signed]}
        if _outside(_as_kiosk, f"/kiosk/{address}/sync", said, key, n).get("kept") != [seq]:
            log.error("self-test refused", path="kiosk")
    finally:
        with transaction():
            sign_off(locked(address), by=SYSTEM, now=now)


def _as_kiosk(app: Flask, path: str, said: dict[str, Any], key: bytes, n: int) -> dict[str, Any]:
    body = json.dumps(said).encode()
    answer = app.test_client().post(
        path,
        data=body,
        content_type="application/json",
        headers={SIGNATURE: sign(key, request_text("POST", path, body))} if key else {},
        **_about(app, n),
    )
    return dict(answer.get_json(silent=True) or {})


def _write_down(region_id: int, trial: Trial, now: datetime) -> None:
    """Enter the rating with a scan as staff do; the scan shows nothing and is not kept."""
    store = current_app.extensions["store"]
    reserve = reserve_of(current_app.extensions["settings"].files_reserve_mb)
    sheet = Upload("self-test.txt", io.BytesIO(SHEET), len(SHEET))
    with taking_in([sheet], STAFF_FAMILIES, store, reserve=reserve) as scans, transaction():
        event = db.session.get_one(ServiceEvent, (region_id, trial.event_id))
        rating = enter(event, RatingData(trial.level), trial.channel, scans, by=SYSTEM, now=now)
        entry = db.session.get_one(RatingEntry, (region_id, rating.id))
        keys = dispose(region_id, [entry.file_id], now=now)
    for key in keys:
        store.remove(key)


def _tell(spot: Spot, trial: Trial, now: datetime) -> None:
    """Tell the rating as a system of the hall does."""
    teller = Teller(spot.region, SELF_TEST, EventSource.API, "self-test")
    line = {
        "project_no": trial.number,
        "service_no": "1",
        "level": trial.level,
        "given_at": now,
    }
    load_ratings(teller, [line], now=now)


def _arrived(region_id: int, trial: Trial) -> Rating | None:
    return db.session.scalar(
        select(Rating).where(
            Rating.region_id == region_id,
            Rating.service_event_id == trial.event_id,
            Rating.round == 1,
        )
    )


def _settle(spot: Spot, trials: list[Trial], day: date, now: datetime) -> Result:
    """Count the shadow total: each trial is there, with its level and as a test; then void it."""
    missing = []
    for trial in trials:
        with transaction():
            rating = _arrived(spot.region.id, trial)
            if rating is None or rating.level != trial.level or not rating.is_test:
                missing.append((trial.channel.value, trial.level))
                continue
            decide(
                rating,
                effective=False,
                cause=StandingCause.TEST,
                rule=trial.channel.value,
                by=SYSTEM,
                now=now,
            )
    tried = tuple((trial.channel.value, trial.level) for trial in trials)
    return Result(day, tried, tuple(missing))


def nights(region_id: int, first: date, last: date) -> Iterator[Result]:
    """Say of each night what was tried and what of it did not arrive, the newest first."""
    rows = db.session.execute(
        select(ServiceEvent.on_day, ServiceEvent.project_no, Rating.level)
        .outerjoin(
            Rating,
            (Rating.region_id == ServiceEvent.region_id)
            & (Rating.service_event_id == ServiceEvent.id),
        )
        .where(
            ServiceEvent.region_id == region_id,
            ServiceEvent.source_system == SELF_TEST,
            ServiceEvent.on_day.between(first, last),
        )
        .order_by(ServiceEvent.on_day.desc(), ServiceEvent.project_no)
    ).all()
    for day in sorted({row.on_day for row in rows}, reverse=True):
        tried: list[tuple[str, int]] = []
        missing: list[tuple[str, int]] = []
        for row in rows:
            if row.on_day == day:
                _number, channel, level = row.project_no.split("-")
                tried.append((channel, int(level)))
                if row.level != int(level):
                    missing.append((channel, int(level)))
        yield Result(day, tuple(tried), tuple(missing))
