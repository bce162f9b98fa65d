"""The desk with one more door for the crash test: `POST /file` files a case under the key it got.

It does what the last step of the form does, without the pages before it. The answer holds the
number of the case, once it is in the database.
"""

from flask import Flask, Response, request
from sqlalchemy.exc import IntegrityError

from desk.access.doors import declared
from desk.app import create_app
from desk.intake import actions
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
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
        "email": "person@example.org",
    },
    "code": "0" * 16,
}


def send(key: str) -> str:
    """File once under a key and give the number of the case."""
    region_id, now = home_region().id, utc_now()
    hall_id, draft = halls_of(region_id, now.date())[0].id, {**DRAFT, "key": key}
    end_read()
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

    @app.post("/file")
    def file() -> Response:
        return Response(send(request.get_data(as_text=True)))

    declared[app.view_functions["file"]] = None
    return app
