"""A district as its administrators see it, and what they send from their pages."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.kernel.db import db, end_read
from tests import make
from tests.people import signed_in

LONG = "长" * 5_001
NUL = "有\0字"
SURROGATE = "a\ud800"
HOSTILE = (LONG, NUL, "x" * 500)


class Office:
    """A county with one hall, one department and three administrators, each with a browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.region = make.region(code="420600")
        self.hall = make.hall(self.region.id)
        self.department = make.department(self.region.id)
        self.people: dict[str, Actor] = {
            name: make.actor(Role.ADMIN, self.region.id) for name in ("admin", "admin2", "admin3")
        }
        self.browsers: dict[str, FlaskClient] = {}

    def browser(self, who: str) -> FlaskClient:
        if who not in self.browsers:
            client = self.app.test_client()
            self.browsers[who] = signed_in(client, self.people[who], self.region.id)
        return self.browsers[who]

    def get(self, path: str, who: str = "admin", status: int = 200) -> str:
        end_read()
        answer = self.browser(who).get(path)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def post(self, path: str, who: str = "admin", **fields: object) -> TestResponse:
        end_read()
        return self.browser(who).post(path, data=fields)

    def do(self, path: str, who: str = "admin", **fields: object) -> str:
        """Post and be taken; give where it leads."""
        answer = self.post(path, who, **fields)
        assert answer.status_code == 303, (path, answer.status_code, _said(answer))
        return str(answer.location)

    def refused(self, path: str, status: int = 422, who: str = "admin", **fields: object) -> str:
        answer = self.post(path, who, **fields)
        assert answer.status_code == status, (path, answer.status_code, _said(answer))
        return answer.get_data(as_text=True)

    def lines(self, what: str | None = None) -> list[LedgerLine]:
        """List what the ledger keeps of the set-up."""
        end_read()
        statement = select(LedgerLine).where(
            LedgerLine.stream.startswith("s/") | LedgerLine.stream.startswith("u/")
        )
        if what is not None:
            statement = statement.where(LedgerLine.what == what)
        found = db.session.scalars(statement.order_by(LedgerLine.at, LedgerLine.seq))
        return [line for line in found if line.what not in {"signed_in", "signed_out"}]


def _said(answer: TestResponse) -> str:
    text = answer.get_data(as_text=True)
    start = text.find("govuk-error-summary")
    return text[start : start + 600] if start >= 0 else text[:300]


def whole() -> bool:
    """Tell whether every chain of the ledger holds, read apart from what the pages read."""
    db.session.remove()
    return faults() == []
