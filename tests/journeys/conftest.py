"""A site that really listens, its people, and a real browser."""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.accounts.passwords import hash_password
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.notify.delivery import post_due
from desk.notify.models import Channel
from desk.notify.senders import Envelope
from desk.organisation.actions.reference import load_reference
from desk.organisation.models import Region
from desk.ratings.addresses import address_of
from tests import make
from tests.conftest import running_app
from tests.ports import free_port

STOPPING = 30
"""Seconds a site has to answer what was asked of it before it is gone."""

PASSWORD = "correct horse battery staple"
CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
STAFF = (
    ("clerk", "沈青禾", Role.CLERK),
    ("clerk2", "许闻笛", Role.CLERK),
    ("handler", "项舟", Role.HANDLER),
    ("lead", "郑简", Role.LEAD),
    ("supervisor", "陆知微", Role.SUPERVISOR),
    ("admin", "温故", Role.ADMIN),
    ("admin2", "知新", Role.ADMIN),
)


@dataclass
class Postbox:
    """Keeps what the worker would have sent."""

    envelopes: list[Envelope] = field(default_factory=list)

    def send(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)


@dataclass
class Site:
    """A running desk: where it is, its app, its postbox."""

    url: str
    app: Flask
    postbox: Postbox

    def post_letters(self) -> list[Envelope]:
        """Let the worker post what is owed, and give what was posted."""
        before = len(self.postbox.envelopes)
        senders = {Channel.MAIL: self.postbox, Channel.SMS: self.postbox}
        while post_due(senders, address_of, base_url=self.url, clock=utc_now):
            continue
        db.session.remove()
        return self.postbox.envelopes[before:]


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A small district with everybody in it, listening on a port of its own."""
    path = tmp_path / "desk.sqlite"
    shutil.copy(sqlite_template, path)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running_app(f"sqlite:///{path}", base_url=url) as app:
        app.config["WTF_CSRF_ENABLED"] = True
        furnish()
        server = create_server(app, host="127.0.0.1", port=port, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield Site(url, app, Postbox())
        stop(server, thread)


def stop(server: Any, thread: threading.Thread) -> None:
    """Take no more requests, answer those under way, then let the loop close its own sockets.

    All that the loop watches is closed in its own thread: closed from here, a request still
    under way writes to a trigger that is gone, and the loop waits for a socket that is none.
    """
    server.trigger.pull_trigger(lambda: wasyncore.dispatcher.close(server))
    server.task_dispatcher.shutdown(timeout=STOPPING)
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(STOPPING)
    assert not thread.is_alive()


def furnish() -> None:
    """Make the district: hall, two departments, an item, its staff with a password."""
    region = make.region(limits=False)
    with transaction():
        load_reference(db.session.get_one(Region, region.id))
    hall = make.hall(region.id)
    department = make.department(region.id, "区不动产登记中心")
    make.department(region.id, "区税务局")
    make.window(hall.id, department.id)
    make.item(region.id, department.id, "不动产转移登记（存量房买卖）")
    hashed = hash_password(PASSWORD, memory_kib=64)
    with transaction():
        for login, name, role in STAFF:
            user = User(login=login, name=name, password_hash=hashed)
            db.session.add(user)
            db.session.flush()
            in_department = role in {Role.HANDLER, Role.LEAD}
            db.session.add(
                Membership(
                    user_id=user.id,
                    role=role,
                    region_id=region.id,
                    hall_id=hall.id if role is Role.CLERK else 0,
                    department_id=department.id if in_department else 0,
                    from_on=utc_now().date().replace(year=2020, day=1),
                    granted_by="setup",
                    confirmed_by="setup-2",
                )
            )
    db.session.remove()


def chromium_path() -> str:
    """Find the browser; a machine without one is named, and fails where nothing may be skipped."""
    for candidate in (os.environ.get("DESK_CHROMIUM"), "/usr/bin/chromium"):
        if candidate and Path(candidate).exists():
            return candidate
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is not installed, and CI may not skip it")
    pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
        yield launched
        launched.close()


def person(
    browser: Browser, site: Site, *, lang: str, width: int, scripts: bool = False
) -> BrowserContext:
    """Open a browser of its own for somebody: a language, a width, scripts or none."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        locale="zh-CN" if lang == "zh_Hans" else "en-GB",
        base_url=site.url,
    )
    context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
    context.set_default_timeout(8000)
    return context


def sign_in(context: BrowserContext, login: str) -> Page:
    """Sign somebody in and stand on the start of their day."""
    page = context.new_page()
    page.goto("/account/sign-in")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/desk/")
    return page
