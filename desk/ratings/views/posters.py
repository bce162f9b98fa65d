"""Posters and slips to hang up and hand over: to print and as PDF, letters beside the code."""

import io
from datetime import datetime

import segno
from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.kernel.clock import utc_now
from desk.kernel.paper import Paper
from desk.organisation.models import Hall, Window
from desk.ratings.actions.kiosks import window_in_reach
from desk.ratings.models import ServiceEvent
from desk.ratings.views.doors import blueprint
from desk.settings import Settings

MANAGE = Permission.KIOSKS_MANAGE
QUESTION = ("这次服务，您满意吗？", "How was this service?")
POSTER = (
    "扫一扫评价这个窗口。不用注册，好评差评一样方便，窗口看不到是谁评的。",
    (
        "Scan to rate this window. No account, good or bad is equally easy, and the window does "
        "not see who rated."
    ),
)
SLIP = (
    "扫一扫评价。30天内有效，只能评一次。好评差评一样方便，窗口看不到是谁评的。",
    (
        "Scan to rate. Good for 30 days, once. Good or bad is equally easy, and the window does "
        "not see who rated."
    ),
)
SIDE = 90.0
"""Of a code on paper, in millimetres: a phone reads it from a metre away."""


@blueprint.get("/supervision/windows/<int:window_id>/poster")
@requires(MANAGE)
def poster(window_id: int) -> ResponseReturnValue:
    window, hall = _found(window_id)
    return render_template(
        "ratings/poster.html",
        window=window,
        hall=hall,
        address=_address(window),
        enter=_base() + url_for("ratings.enter"),
        question=QUESTION,
        words=POSTER,
    )


@blueprint.get("/supervision/windows/<int:window_id>/poster.svg")
@requires(MANAGE)
def poster_code(window_id: int) -> ResponseReturnValue:
    window, _hall = _found(window_id)
    drawn = io.BytesIO()
    segno.make(_address(window), error="m").save(drawn, kind="svg", scale=8, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.get("/supervision/windows/<int:window_id>/poster.pdf")
@requires(MANAGE)
def poster_pdf(window_id: int) -> ResponseReturnValue:
    window, hall = _found(window_id)
    paper = _paper(f"{hall.name_zh} {window.code}", utc_now())
    for line in (f"{window.zone} {window.code}".strip(), *QUESTION):
        paper.heading(line)
    paper.code(squares(_address(window)), SIDE)
    for line in POSTER:
        paper.entry("", line)
    paper.note(f"{_base()}{url_for('ratings.enter')}   {window.qr_code}")
    return pdf(paper, f"poster-{window.code}")


def slip_paper(token: str, event: ServiceEvent, now: datetime) -> Response:
    """Make the slip of an occasion as a paper to print: code, letters and address."""
    paper = _paper(event.project_no, now)
    for line in QUESTION:
        paper.heading(line)
    paper.code(squares(_base() + url_for("ratings.give", token=token)), SIDE / 2)
    for line in SLIP:
        paper.entry("", line)
    paper.note(f"{_base()}{url_for('ratings.enter')}   {token}")
    return pdf(paper, "slip")


def squares(address: str) -> list[list[bool]]:
    """Give the code of an address as rows of dark and light squares."""
    return [[bool(square) for square in row] for row in segno.make(address, error="m").matrix]


def pdf(paper: Paper, name: str) -> Response:
    """Hand out a paper under a name of its own; letters that no header takes are left out."""
    answer = Response(paper.output(), mimetype="application/pdf")
    plain = "".join(one for one in name if one.isascii() and (one.isalnum() or one in "-_"))
    answer.headers["Content-Disposition"] = f'attachment; filename="{plain}.pdf"'
    return answer


def _paper(title: str, now: datetime) -> Paper:
    return Paper(title, title, _("Could-not-be-done desk"), "zh_Hans", now)


def _found(window_id: int) -> tuple[Window, Hall]:
    return window_in_reach(current_actor().regions_for(MANAGE), window_id)


def _base() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url


def _address(window: Window) -> str:
    return _base() + url_for("ratings.at_window", code=window.qr_code)
