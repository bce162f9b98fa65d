"""The kiosk at a window: its page, and what its script says to the desk under its own signature."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from desk.access.doors import actor_or_none, public
from desk.catalogue.models import ItemVersion
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import DeskError, Gone, NotAllowed, NotFound, TooMany
from desk.kernel.texts import storable
from desk.kernel.throttle import Limit
from desk.organisation.models import Hall, Window
from desk.ratings.actions import kiosks
from desk.ratings.actions.taps import take_taps
from desk.ratings.kiosk_rules import (
    LARGEST_N,
    SIGNATURE,
    Garbled,
    is_signed,
    moment,
    read_taps,
    request_text,
    whole,
)
from desk.ratings.labels import LEVELS
from desk.ratings.models import Kiosk, ServiceEvent
from desk.ratings.occasions import is_rated
from desk.ratings.views.doors import blueprint
from desk.ratings.views.raters import address_key, throttle
from desk.ratings.views.words import kiosk_words

LARGEST = 64 * 1024
LONGEST_CODE = 40
PAIRING = Limit("kiosk-pair", "5/15 minute")
PAIRINGS = Limit("kiosk-pair-address", "20/hour")
WRONG = Limit("kiosk-wrong", "30/minute")
REQUESTS = Limit("kiosk-requests", "60/minute")
CODES: dict[type[DeskError], int] = {NotFound: 404, Gone: 410, NotAllowed: 403, TooMany: 429}


@blueprint.get("/kiosk/<code>")
@public
def kiosk(code: str) -> ResponseReturnValue:
    """Show the page of a kiosk; it holds nothing of anybody, so the tablet may keep it."""
    if actor_or_none() is not None:
        raise NotAllowed(
            _("You are signed in as staff. Sign out before this becomes the kiosk of a window.")
        )
    found = _kiosk(code)
    window = db.session.get_one(Window, found.window_id)
    hall = db.session.get_one(Hall, window.hall_id)
    words = {}
    for lang in ("zh_Hans", "en"):
        with force_locale(lang):
            words[lang] = kiosk_words(window.code)
    names = {"zh_Hans": hall.name_zh, "en": hall.name_en or hall.name_zh}
    return render_template(
        "ratings/kiosk.html", kiosk=found, words=words, names=names, levels=list(LEVELS)
    )


@blueprint.get("/kiosk/worker.js")
@public
def kiosk_worker() -> ResponseReturnValue:
    """Give the script that brings the page up without a network; only from here it may."""
    path = Path(current_app.static_folder or "") / "js" / "kiosk-worker.js"
    answer = Response(path.read_bytes(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.post("/kiosk/<code>/pair")
@public
def kiosk_pair(code: str) -> ResponseReturnValue:
    now = utc_now()
    try:
        _no_staff()
        given = _body().get("code")
        if not isinstance(given, str) or len(given) > LONGEST_CODE or not storable(given):
            raise Garbled("no code")
        sentence = _("Too many codes were tried. Wait a quarter of an hour.")
        throttle().hit(PAIRINGS, address_key(now), sentence)
        throttle().hit(PAIRING, _kiosk(code).id.hex, sentence)
        end_read()
        with transaction():
            paired = kiosks.pair(code, given, now=now)
    except Garbled:
        return _refusal(422, _("This is not what a kiosk sends."))
    except DeskError as error:
        return _told(error)
    return jsonify(key=paired.key.hex(), last_seq=paired.last_seq)


@blueprint.post("/kiosk/<code>/beat")
@public
def kiosk_beat(code: str) -> ResponseReturnValue:
    """Hear a kiosk, and tell it which occasion the counter asks about."""
    now = utc_now()
    try:
        found, body = _signed(code, now)
        n = body["n"]
        if kiosks.is_news(found, now=now):
            end_read()
            with transaction():
                kiosks.hear(kiosks.locked(code), n, now=now)
        end_read()
        return jsonify(occasion=_occasion(_kiosk(code)))
    except Garbled:
        return _refusal(422, _("This is not what a kiosk sends."))
    except DeskError as error:
        return _told(error)


@blueprint.post("/kiosk/<code>/sync")
@public
def kiosk_sync(code: str) -> ResponseReturnValue:
    """Take in what was tapped; a tap that came before is named as kept, and kept once."""
    now = utc_now()
    try:
        found, body = _signed(code, now)
        sent_at = moment(body.get("sent_at"))
        taps, refused = read_taps(code, kiosks.key_of(found), body.get("taps"))
        end_read()
        with transaction():
            kept = take_taps(kiosks.locked(code), taps, sent_at=sent_at, now=now)
    except Garbled:
        return _refusal(422, _("This is not what a kiosk sends."))
    except DeskError as error:
        return _told(error)
    except IntegrityError:
        return _refusal(503, _("Somebody rated at the same moment. Send it again."))
    return jsonify(kept=kept, refused=refused)


def _signed(code: str, now: datetime) -> tuple[Kiosk, dict[str, Any]]:
    """Read a request that a paired kiosk has signed; a wrong signature is a kiosk not paired."""
    _no_staff()
    found = _kiosk(code)
    key = kiosks.key_of(found)
    body = _body()
    text = request_text(request.method, request.path, request.get_data())
    if not is_signed(key, text, request.headers.get(SIGNATURE)):
        throttle().hit(WRONG, f"{address_key(now)}/{found.id.hex}", "")
        raise Gone(_("This kiosk is not paired. Staff pair it with a one-time code."))
    throttle().hit(REQUESTS, found.id.hex, _("The kiosk asks too often. It tries again by itself."))
    whole(body.get("n"), 1, LARGEST_N)
    return found, body


def _no_staff() -> None:
    if actor_or_none() is not None:
        raise NotAllowed(_("You are signed in as staff. Sign out, then the kiosk goes on."))


def _body() -> dict[str, Any]:
    """Read a body that is one JSON object of at most 64 KB; raises Garbled otherwise."""
    if (request.content_length or 0) > LARGEST:
        raise Garbled("too large")
    try:
        found = json.loads(request.get_data(cache=True))
    except (ValueError, RecursionError) as error:
        raise Garbled("no JSON") from error
    if not isinstance(found, dict):
        raise Garbled("no object")
    return found


def _kiosk(code: str) -> Kiosk:
    found = None
    if len(code) <= LONGEST_CODE and code.isascii():
        found = db.session.scalar(select(Kiosk).where(Kiosk.code == code))
    if found is None:
        raise NotFound(_("There is no such kiosk."))
    return found


def _occasion(kiosk: Kiosk) -> dict[str, object] | None:
    """Say what the counter asks about: its key, its item and its number, nothing of anybody."""
    event = (
        db.session.get(ServiceEvent, (kiosk.region_id, kiosk.event_id)) if kiosk.event_id else None
    )
    if event is None or kiosk.asked_at is None or is_rated(event):
        return None
    item = db.session.get(ItemVersion, event.item_version_id) if event.item_version_id else None
    return {
        "event": event.id.hex,
        "asked": int(kiosk.asked_at.timestamp() * 1000),
        "number": event.project_no,
        "zh": item.name_zh if item else "",
        "en": (item.name_en or item.name_zh) if item else "",
    }


def _told(error: DeskError) -> ResponseReturnValue:
    code = next((code for kind, code in CODES.items() if isinstance(error, kind)), 422)
    answer = _refusal(code, error.message)
    if isinstance(error, TooMany):
        answer[0].headers["Retry-After"] = str(error.retry_after)
    return answer


def _refusal(code: int, sentence: str) -> tuple[Response, int]:
    end_read()
    return jsonify(error=sentence, lang=str(get_locale())), code
