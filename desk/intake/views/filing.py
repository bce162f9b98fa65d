"""Filing in four steps, and the receipt."""

import io
import secrets
from datetime import datetime
from typing import Any

import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import IntegrityError

from desk.access.doors import public
from desk.casework.labels import IDENTITY, NEED, PARTY, TRIED_BY
from desk.casework.numbers import contains_code, grouped, new_access_code
from desk.casework.words import IdentityMode, Need, PartyKind
from desk.catalogue.queries import ItemRow, item_of, search_items
from desk.intake import actions, drafts, queries
from desk.intake.forms import CheckForm, SavedForm, TellForm, WhatForm, YouForm
from desk.intake.views.doors import (
    SUBMIT,
    address_key,
    blueprint,
    cookie_name,
    here,
    settings,
    throttle,
)
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid, TooMany
from desk.organisation.queries import CodeEntry, codes_of

STEPS = ("what", "tell", "you", "check")
FASTEST_SECONDS = 3
OLDEST_START = 7 * 24 * 3600
GROUPS = (
    ("papers", ("R01", "R02", "R03", "R04", "R05")),
    ("time", ("R06", "R07", "R11")),
    ("online", ("R09", "R14")),
    ("rules", ("R10", "R12", "R13", "R15")),
    ("other", ("R08", "R99")),
)


def _lang() -> str:
    return str(get_locale())


def _token() -> str | None:
    return request.cookies.get(cookie_name("draft"))


def _draft() -> dict[str, Any]:
    return drafts.read(_token(), now=utc_now())


def _keep(draft: dict[str, Any]) -> str:
    """Write the draft and return the token of the browser that may read it."""
    token = _token() or drafts.new_token()
    draft.setdefault("key", secrets.token_urlsafe(24))
    draft.setdefault("code", new_access_code())
    region_id, now = here().region.id, utc_now()
    with transaction():
        drafts.keep(token, region_id, draft, now=now)
    return token


def _with_token(answer: Any, token: str) -> Any:
    answer.set_cookie(
        cookie_name("draft"),
        token,
        max_age=int(drafts.LIVES.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings().is_https,
        path="/",
    )
    return answer


def _onward(draft: dict[str, Any], step: str) -> ResponseReturnValue:
    return _with_token(redirect(url_for(f"intake.{step}"), 303), _keep(draft))  # type: ignore[no-any-return]


def _missing_before(draft: dict[str, Any], step: str) -> ResponseReturnValue | None:
    """Lead back to the first step that has not been filled in."""
    for earlier in STEPS[: STEPS.index(step)]:
        if earlier not in draft:
            return redirect(url_for(f"intake.{earlier}"), 303)
    return None


@blueprint.get("/complaints/new")
@public
def new() -> ResponseReturnValue:
    """Begin, with the item or window of the link filled in."""
    draft = _draft()
    if "number" in draft:
        draft = {}
    now = utc_now()
    place = here()
    what = dict(draft.get("started_with") or {})
    code = request.args.get("item", "")[:80]
    if code:
        view = item_of(place.region.id, code, on=now.date())
        what |= {"item_code": code, "item_words": view.version.name_zh}
        if _lang() == "en" and view.version.name_en:
            what["item_words"] = view.version.name_en
    qr_code = request.args.get("window", "")[:40]
    window = queries.window_by_qr(qr_code, now.date()) if qr_code else None
    if window is not None:
        what["window_id"] = window.id
    if not what:
        return redirect(url_for("intake.what"), 303)
    draft["started_with"] = what
    return _onward(draft, "what")


def reasons() -> list[CodeEntry]:
    return list(codes_of("reasons", utc_now().date()))


def reason_choices() -> list[tuple[str, str]]:
    key = "citizen_en" if _lang() == "en" else "citizen_zh"
    return [(entry.code, str(entry.attrs.get(key) or entry.name(_lang()))) for entry in reasons()]


def reason_groups() -> list[tuple[str, tuple[str, ...]]]:
    names = {
        "papers": _("Papers"),
        "time": _("Time and offices"),
        "online": _("Online, elsewhere"),
        "rules": _("Rules and fees"),
        "other": _("Other"),
    }
    known = {entry.code for entry in reasons()}
    grouped_codes = [(names[key], tuple(c for c in codes if c in known)) for key, codes in GROUPS]
    listed = {code for _name, codes in grouped_codes for code in codes}
    rest = tuple(sorted(known - listed))
    return [(name, codes) for name, codes in [*grouped_codes, (_("More"), rest)] if codes]


@blueprint.route("/complaints/new/what", methods=["GET", "POST"])
@public
def what() -> ResponseReturnValue:
    draft = _draft()
    if "number" in draft:
        draft = {}
    known = draft.get("what") or draft.get("started_with") or {}
    form = WhatForm(data=_form_data(known)) if request.method == "GET" else WhatForm()
    matches = _matches(str(form.item_words.data or ""))
    form.prepare(
        reason_choices(),
        [(row.code, _named(row)) for row in matches],
        utc_now().date(),
    )
    if request.method == "GET":
        return _what_page(form, matches)
    if not form.validate_on_submit():
        return _what_page(form, matches), 422
    chosen_row = _chosen(form, matches)
    if chosen_row is None and matches and not form.item.data:
        form.item.errors = [_("Choose one of these, or say that none of them is it.")]
        return _what_page(form, matches, ask=True), 422
    draft["what"] = {
        "item_id": chosen_row.id if chosen_row else None,
        "item_code": chosen_row.code if chosen_row else None,
        "item": chosen_row.code if chosen_row else "none",
        "item_words": form.item_words.data,
        "reason": form.reason.data,
        "visits": form.visits.number,
        "happened_on": form.happened_on.data.isoformat() if form.happened_on.data else None,
        "tried_by": form.tried_by.data,
        "own_reference": form.own_reference.data or None,
        "window_id": known.get("window_id"),
    }
    return _onward(draft, "tell")


def _form_data(known: dict[str, Any]) -> dict[str, Any]:
    data = dict(known)
    if data.get("happened_on"):
        data["happened_on"] = datetime.fromisoformat(data["happened_on"]).date()
    if data.get("visits") is not None:
        data["visits"] = str(data["visits"])
    return data


def _matches(words: str) -> list[ItemRow]:
    if not words.strip() or "\0" in words:
        return []
    try:
        found = search_items(here().region.id, words[:80], 8, on=utc_now().date())
    except UnicodeError:
        return []
    return list(found.rows)


def _named(row: ItemRow) -> str:
    return f"{row.name(_lang())} ({row.department(_lang())})"


def _chosen(form: WhatForm, matches: list[ItemRow]) -> ItemRow | None:
    """Find the item that was chosen: by radio, from the list as typed, or by its exact name."""
    by_code = {row.code: row for row in matches}
    if form.item.data and form.item.data != "none":
        return by_code.get(str(form.item.data))
    if form.item.data == "none":
        return None
    typed = by_code.get(str(form.item_code.data or ""))
    if typed is not None and form.item_words.data in {typed.name_zh, typed.name_en}:
        return typed
    exact = [row for row in matches if form.item_words.data in {row.name_zh, row.name_en}]
    return exact[0] if len(exact) == 1 else None


def _what_page(form: WhatForm, matches: list[ItemRow], *, ask: bool = False) -> str:
    return render_template(
        "intake/what.html",
        form=form,
        matches=matches if ask or form.item.data else [],
        groups=reason_groups(),
    )


@blueprint.route("/complaints/new/tell", methods=["GET", "POST"])
@public
def tell() -> ResponseReturnValue:
    draft = _draft()
    back = _missing_before(draft, "tell")
    if back is not None:
        return back
    known = draft.get("tell") or {"title": _suggested_title(draft["what"])}
    form = TellForm(data=known) if request.method == "GET" else TellForm()
    if request.method == "GET":
        return render_template("intake/tell.html", form=form)
    passed = form.validate_on_submit()
    for field in (form.title, form.story, form.wish, form.named_text):
        if draft.get("code") and contains_code(str(field.data or ""), draft["code"]):
            field.errors = [*field.errors, _("Do not write your access code here. Take it out.")]
            passed = False
    if not passed:
        return render_template("intake/tell.html", form=form), 422
    draft["tell"] = {
        "title": form.title.data,
        "story": form.story.data,
        "wish": form.wish.data,
        "named_text": form.named_text.data or None,
    }
    return _onward(draft, "you")


def _suggested_title(what_part: dict[str, Any]) -> str:
    said = dict(reason_choices()).get(what_part["reason"], "")
    glue = ": " if _lang() == "en" else "，"
    return f"{what_part['item_words']}{glue}{said}"[:200]


@blueprint.route("/complaints/new/you", methods=["GET", "POST"])
@public
def you() -> ResponseReturnValue:
    draft = _draft()
    back = _missing_before(draft, "you")
    if back is not None:
        return back
    form = YouForm(data=draft.get("you") or {}) if request.method == "GET" else YouForm()
    if request.method == "GET":
        return render_template("intake/you.html", form=form)
    if not form.validate_on_submit():
        return render_template("intake/you.html", form=form), 422
    anonymous = form.identity_mode.data == IdentityMode.ANONYMOUS
    draft["you"] = {
        "party_kind": form.party_kind.data,
        "identity_mode": form.identity_mode.data,
        "needs": list(form.needs.data or ()),
    }
    if not anonymous:
        draft["you"] |= {
            "name": form.name.data,
            "phone": form.phone.number,
            "phone_private": bool(form.phone_private.data),
            "email": form.email.data or None,
            "org": form.org.data or None,
            "uscc": form.uscc.data or None,
            "on_behalf": bool(form.on_behalf.data),
            "agent_name": form.agent_name.data or None,
            "agent_phone": form.agent_phone.number,
        }
    return _onward(draft, "check")


def _clock() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="filing-started")


def _too_fast(form: CheckForm) -> bool:
    """Tell whether a machine seems to have filled this in; a person is then asked once more."""
    if form.sure.data == "yes":
        return False
    try:
        _data, started = _clock().loads(
            str(form.started.data or ""), max_age=OLDEST_START, return_timestamp=True
        )
    except BadData:
        return True
    waited = (utc_now() - started).total_seconds()
    return bool(form.website.data) or waited < (0 if settings().testing else FASTEST_SECONDS)


@blueprint.route("/complaints/new/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:  # noqa: PLR0911 - one answer for each way it can go
    draft = _draft()
    if "number" in draft:
        return redirect(url_for("intake.receipt"), 303)
    back = _missing_before(draft, "check")
    if back is not None:
        return back
    form = CheckForm()
    if request.method == "GET":
        return _check_page(form, draft)
    if not form.validate_on_submit():
        return _check_page(form, draft), 422
    if _too_fast(form):
        return _check_page(form, draft, sure=True), 422
    try:
        throttle().hit(
            SUBMIT,
            address_key(utc_now()),
            _("Many complaints were sent from your connection. Yours is kept; send it later."),
        )
    except TooMany as error:
        form.form_errors.append(error.message)
        return _check_page(form, draft), 429, {"Retry-After": str(error.retry_after)}
    try:
        answer = _send(draft)
    except Invalid as error:
        form.blame(error)
        return _check_page(form, draft), 422
    _show_receipt(draft, answer)
    return redirect(url_for("intake.receipt"), 303)


def _send(draft: dict[str, Any]) -> dict[str, Any]:
    """Send exactly once: whoever loses the race for the key reads the winner's answer."""
    place, lang, now = here(), _lang(), utc_now()
    region_id, hall_id = place.region.id, place.hall.id
    try:
        with transaction():
            return actions.submit(draft, region_id=region_id, hall_id=hall_id, lang=lang, now=now)
    except IntegrityError:
        end_read()
        known = actions.answered(region_id, draft["key"], draft)
        if known is None:
            raise
        return known


def _show_receipt(draft: dict[str, Any], answer: dict[str, Any]) -> None:
    """Keep only what the receipt shows, for half an hour, for this browser alone."""
    token = _token()
    if token is None:
        return
    place, now = here(), utc_now()
    body = {
        "key": draft["key"],
        "number": answer["number"],
        "proof": answer["proof"],
        "code": draft["code"],
        "sent_at": now.isoformat(),
        "identity_mode": draft["you"]["identity_mode"],
        "title": draft["tell"]["title"],
    }
    region_id = place.region.id
    with transaction():
        drafts.keep(token, region_id, body, now=now, lives=drafts.RECEIPT_LIVES)


def _check_page(form: CheckForm, draft: dict[str, Any], *, sure: bool = False) -> str:
    form.key.data = draft["key"]
    form.started.data = _clock().dumps("started")
    form.sure.data = "yes" if sure else ""
    what_part, you_part = draft["what"], draft["you"]
    return render_template(
        "intake/check.html",
        form=form,
        sure=sure,
        what=what_part,
        tell=draft["tell"],
        you=you_part,
        reason=dict(reason_choices()).get(what_part["reason"], ""),
        tried=TRIED_BY.get(what_part.get("tried_by") or "", ""),
        party=PARTY[PartyKind(you_part["party_kind"])],
        identity=IDENTITY[IdentityMode(you_part["identity_mode"])],
        needs=[str(NEED[Need(need)]) for need in you_part.get("needs") or ()],
    )


@blueprint.route("/complaints/receipt", methods=["GET", "POST"])
@public
def receipt() -> ResponseReturnValue:
    draft = _draft()
    if "number" not in draft:
        return redirect(url_for("intake.track"), 303)
    form = SavedForm()
    if request.method == "POST" and form.validate_on_submit():
        if form.saved.data:
            token = _token()
            if token:
                with transaction():
                    drafts.discard(token)
            flash(_("Open your case with the number and the code you kept."), "done")
            return redirect(url_for("intake.track"), 303)
        form.saved.errors = [_("Tick that you have kept both: the code is shown only here.")]
    accept_due = queries.accept_due(here().region.id, draft["number"])
    page = render_template(
        "intake/receipt.html",
        form=form,
        number=draft["number"],
        code=grouped(draft["code"]),
        proof=draft["proof"],
        title=draft["title"],
        identity=IDENTITY[IdentityMode(draft["identity_mode"])],
        anonymous=draft["identity_mode"] == IdentityMode.ANONYMOUS,
        sent_at=datetime.fromisoformat(draft["sent_at"]),
        accept_due=accept_due,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/complaints/receipt/qr.svg")
@public
def receipt_qr() -> ResponseReturnValue:
    """Draw the address of the case's page; the code is not in it."""
    draft = _draft()
    number = draft.get("number")
    address = url_for("intake.case", number=number) if number else url_for("intake.track")
    drawn = io.BytesIO()
    segno.make(settings().base_url + address, error="m").save(drawn, kind="svg", scale=4, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
