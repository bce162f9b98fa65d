"""A tablet as the desk sees it: it signs what it says, and sends what it kept."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from desk.kernel.clock import utc_now
from desk.ratings.kiosk_rules import request_text, sign, tap_text


class Tablet:
    """One tablet; `clock` is how far its clock is off."""

    def __init__(self, app: Flask, code: str) -> None:
        self.browser, self.code = app.test_client(), code
        self.key, self.seq, self.n = b"", 0, 0
        self.clock = timedelta()

    def pair(self, code: str) -> TestResponse:
        answer = self.browser.post(f"/kiosk/{self.code}/pair", json={"code": code})
        if answer.status_code == 200:
            given = answer.get_json()
            self.key, self.seq = bytes.fromhex(given["key"]), given["last_seq"]
        return answer

    def now(self) -> int:
        return _milliseconds(utc_now() + self.clock)

    def tap(
        self,
        level: int,
        *,
        event: UUID | None = None,
        ticket: str = "",
        at: datetime | None = None,
    ) -> dict[str, Any]:
        """Keep a tap, signed as it is tapped."""
        self.seq += 1
        raw = {
            "seq": self.seq, "level": level, "at": _milliseconds(at) if at else self.now(),
            "event": event.hex if event else "", "ticket": ticket,
        }  # fmt: skip
        return raw | {"sig": sign(self.key, tap_text(self.code, raw))}

    def say(self, what: str, data: dict[str, Any], **changes: Any) -> TestResponse:
        self.n += 1
        path = f"/kiosk/{changes.get('to', self.code)}/{what}"
        body = json.dumps({"n": self.n, "sent_at": self.now(), **data}).encode()
        signed = sign(self.key, request_text("POST", f"/kiosk/{self.code}/{what}", body))
        return self.browser.post(
            path,
            data=changes.get("body", body),
            headers={"X-Desk-Kiosk": changes.get("signature", signed)},
            content_type="application/json",
        )

    def sync(self, *taps: dict[str, Any], **changes: Any) -> TestResponse:
        return self.say("sync", {"taps": list(taps)}, **changes)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
