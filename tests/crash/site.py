"""The desk as a web server for the crash test, and its control that answers too early.

`EARLY` makes the control: it acknowledges before the commit, so a kill must lose something. The
product itself knows nothing of this file.
"""

import os
import threading

from flask import Flask, Response, request
from sqlalchemy.exc import IntegrityError

from desk.app import create_app
from desk.intake import actions
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.queries import halls_of, home_region
from desk.settings import Settings

DRAFT = {
    "what": {"reason": "R02", "item_words": "过户"},
    "tell": {"title": "一趟一趟补", "story": "第三次了", "wish": ""},
    "you": {
        "identity_mode": "real",
        "party_kind": "individual",
        "name": "甲",
        "phone": "13800138000",
    },
    "code": "0" * 16,
}


def send(key: str) -> str:
    """File once under a key and give the number, as the form's last step does."""
    region = home_region()
    region_id, hall_id, now = region.id, halls_of(region.id, utc_now().date())[0].id, utc_now()
    draft = {**DRAFT, "key": key}
    try:
        with transaction():
            answer = actions.submit(
                draft, region_id=region_id, hall_id=hall_id, lang="zh_Hans", now=now
            )
    except IntegrityError:
        end_read()
        known = actions.answered(region_id, key, draft)
        if known is None:
            raise
        answer = known
    return str(answer["number"])


def make_app() -> Flask:
    app = create_app(Settings.from_env())
    early = bool(os.environ.get("EARLY"))

    def later(key: str) -> None:
        with app.app_context():
            send(key)
            db.session.remove()

    @app.post("/crash-test")
    def file() -> Response:
        key = request.get_data(as_text=True)
        if early:
            threading.Timer(0.3, later, (key,)).start()
            return Response(key)
        send(key)
        return Response(key)

    from desk.access.doors import declared

    declared[app.view_functions["file"]] = None
    return app
