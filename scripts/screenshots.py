"""Take pictures of every page of the demo: 360 and 1440 px, Chinese and English.

They go to build/screenshots; three of them to docs/pictures, for the README.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from desk.kernel.clock import utc_now  # noqa: E402
from scripts.public_pictures import (  # noqa: E402
    Unhurried,
    Ways,
    add_broken_pages,
    open_ways,
    walk_public,
)

OUT = ROOT / "build/screenshots"
PICTURES = ROOT / "docs/pictures"
WIDTHS = (360, 1440)
LANGUAGES = {"zh_Hans": "zh-CN", "en": "en-GB"}
PUBLIC = {
    "home": "/",
    "what": "/complaints/new/what",
    "contact": "/contact",
    "track": "/complaints/track",
    "rate": "/rate",
    "items": "/items",
    "items-found": "/items?q=登记",
    "items-none": "/items?q=zzzzqqq",
    "thanks": "/rate/thanks",
    "thanks-window": "/rate/thanks?at=window",
    "answered-solved": "/answered?said=yes",
    "answered-not": "/answered?said=no",
    "board": "/board",
    "year": "/board/years/2026",
    "changes": "/board/changes",
    "published": "/published",
    "ledger": "/ledger",
    "definitions": "/definitions",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "sign-in": "/account/sign-in",
    "not-found": "/nowhere",
    "error-403": "/pictures/403",
    "error-409": "/pictures/409",
    "error-429": "/pictures/429",
    "error-500": "/pictures/500",
    "error-503": "/pictures/503",
}
PAGE = "main"
QUEUE_ROW = "[data-row] a[href*='/desk/cases/']"
STAFF = {
    "clerk": {
        "home": "/desk/",
        "queue": "/desk/queue?tab=all",
        "mine": "/desk/queue?tab=mine",
        "rating-tab": "/desk/queue?tab=ratings",
        "overdue": "/desk/queue?tab=overdue",
        "today": "/desk/queue?tab=today",
        "unassigned": "/desk/queue?tab=unassigned",
        "waiting": "/desk/queue?tab=waiting",
        "follow-up": "/desk/queue?tab=follow_up",
        "decisions": "/desk/queue?tab=decisions",
        "narrowed": "/desk/queue?tab=all&status=submitted&status=accepted&due=2&due=overdue",
        "conditions": "/desk/queue/conditions?tab=all&status=submitted&channel=web",
        "views": "/desk/queue/views?list=tab%3Dall%26status%3Dsubmitted",
        "search": "/desk/queue?q=材料",
        "found-nothing": "/desk/queue?q=龗龗",
        "keys": "/account/keys",
        "sessions": "/account/sessions",
        "told": "/account/news",
        "absence": "/account/absence",
        "counter": "/desk/counter",
        "calls": "/desk/calls",
        "news": "/desk/news",
        "invite": "/desk/invite",
        "enter-rating": "/desk/invite/paper",
        "replies": "/desk/replies",
        "reply-new": "/desk/replies/new",
        "ratings": "/desk/ratings",
        "shift": "/supervision/shift",
        "cards": "/supervision/cards",
        "improvements": "/supervision/improvements",
        "publications": "/supervision/publications",
        "refused": "/admin/",
        "not-found": "/desk/cases/XZ-261123-482915-8",
    },
    "handler": {
        "home": "/desk/",
        "queue": "/desk/queue",
        "news": "/desk/news",
        "tasks": "/desk/tasks",
        "tasks-answered": "/desk/tasks?show=answered",
        "cards": "/supervision/cards",
    },
    "lead": {
        "home": "/desk/",
        "queue": "/desk/queue",
        "department-ratings": "/desk/ratings/unit",
        "improvement-new": "/supervision/improvements/new",
    },
    "supervisor": {
        "home": "/desk/",
        "queue": "/desk/queue",
        "overview": "/supervision/",
        "overview-numbers": "/supervision/?numbers=1",
        "rating-figures": "/supervision/ratings",
        "rating-queue": "/supervision/ratings/queue",
        "held": "/supervision/ratings/held",
        "reconciled": "/supervision/ratings/reconciled",
        "steps": "/supervision/facts?what=filed",
        "late": "/supervision/late",
        "late-cases": "/supervision/late/cases",
        "shift": "/supervision/shift",
        "reports": "/supervision/reports",
        "audits": "/supervision/audits",
        "quality": "/supervision/quality?sign=claims",
        "cards": "/supervision/cards",
        "improvements": "/supervision/improvements",
        "improvement-new": "/supervision/improvements/new",
        "bulletin": "/supervision/cards/bulletin",
        "kiosks": "/supervision/kiosks",
        "staff-ways": "/supervision/staff-ways",
        "rating-poster": "/supervision/windows/1/poster",
    },
    "supervisor2": {
        "publications": "/supervision/publications",
    },
    "integrity": {
        "home": "/desk/",
    },
    "auditor": {
        "trail": "/audit/",
        "seals": "/audit/seals",
    },
    "admin": {
        "home": "/admin/",
        "no-cases": "/desk/",
        "items": "/admin/items",
        "items-report": "/admin/items-report",
        "letters": "/admin/letters/",
        "templates": "/admin/templates",
        "template": "/admin/templates/accepted",
        "settings": "/admin/settings",
        "halls": "/admin/halls",
        "hall": "/admin/halls/1",
        "hall-new": "/admin/halls/new",
        "window": "/admin/windows/1",
        "departments": "/admin/departments",
        "department": "/admin/departments/2",
        "department-new": "/admin/departments/new",
        "regions": "/admin/regions",
        "limits": "/admin/limits",
        "limit-new": "/admin/limits/new?like=12",
        "imports": "/admin/imports",
        "import": "/admin/imports/calendar",
        "people": "/admin/people",
        "person": "/admin/people/1",
        "person-new": "/admin/people/new",
        "confirmations": "/admin/confirmations",
    },
}
FOUND = {
    "clerk": {
        "call": ("/desk/calls", "[data-row] a", ""),
        "case-submitted": ("/desk/queue?tab=all&status=submitted", QUEUE_ROW, "?do=accept"),
        "case-accepted": ("/desk/queue?tab=all&status=accepted", QUEUE_ROW, "?do=dispatch"),
        "case-replied": ("/desk/queue?tab=follow_up", QUEUE_ROW, "?do=close_solved"),
        "case-print": ("/desk/queue?tab=all", QUEUE_ROW, "/print"),
        "case-related": ("/desk/queue?tab=all", QUEUE_ROW, "/related"),
        "card": ("/supervision/cards?standing=all", f"{PAGE} a[href*='/cards/0']", ""),
    },
    "handler": {
        "task": ("/desk/tasks", "tbody a", ""),
        "case-dispatched": ("/desk/queue?tab=all&status=dispatched", QUEUE_ROW, "?do=sign"),
        "case-handling": ("/desk/queue?tab=all&status=handling", QUEUE_ROW, "?do=submit_reply"),
    },
    "lead": {
        "case-review": ("/desk/queue?tab=all&status=reply_review", QUEUE_ROW, "?do=approve_reply"),
        "case-handling": ("/desk/queue?tab=all&status=handling", QUEUE_ROW, ""),
    },
    "supervisor": {
        "case": ("/desk/queue?tab=all&status=handling", QUEUE_ROW, ""),
        "rating": ("/supervision/ratings/queue", f"{PAGE} a[href*='/ratings/0']", ""),
        "held-rating": ("/supervision/ratings/held", f"{PAGE} a[href*='/held/0']", ""),
        "audit": ("/supervision/audits", f"{PAGE} a[href*='/audits/0']", ""),
        "improvement": ("/supervision/improvements", f"{PAGE} a[href*='/improvements/0']", ""),
        "figure": ("/supervision/?numbers=1", f"{PAGE} a[href*='/figures/']", ""),
        "report": ("/supervision/reports", f"{PAGE} a[href*='/reports/0']", ""),
    },
    "supervisor2": {
        "publication": ("/supervision/publications", f"{PAGE} a[href*='/publications/0']", ""),
    },
    "admin": {
        "item": ("/admin/items", f"{PAGE} a[href*='/items/']", ""),
        "region": ("/admin/regions", f"{PAGE} a[href*='/regions/']", ""),
    },
}
"""Pages behind the first link of a list: the list, the link, and what is added to its address."""
WRONG = {
    "clerk": {
        "counter-empty": "/desk/counter",
        "absence-empty": "/account/absence",
        "reply-empty": "/desk/replies/new",
        "rating-empty": "/desk/invite/paper",
    },
    "supervisor": {
        "improvement-empty": "/supervision/improvements/new",
    },
    "admin": {
        "person-empty": "/admin/people/new",
        "department-empty": "/admin/departments/new",
    },
}
"""Forms sent as they open, to see what they say."""
README = {
    "what-360-zh_Hans.png": "what.png",
    "clerk-queue-1440-zh_Hans.png": "queue.png",
    "board-1440-zh_Hans.png": "board.png",
}
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def main() -> int:
    """Fill a district in a folder of its own, open it, and walk through its pages."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        port, ways = serve(Path(folder))
        path = os.environ.get("DESK_CHROMIUM", "/usr/bin/chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
            for lang in LANGUAGES:
                for width in WIDTHS:
                    walk(browser, f"http://127.0.0.1:{port}", ways, lang, width)
            browser.close()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, kept in README.items():
        shutil.copy(OUT / name, PICTURES / kept)
    print(f"{len(list(OUT.iterdir()))} pictures in {OUT.relative_to(ROOT)}")
    return 0


def serve(folder: Path) -> tuple[int, Ways]:
    """Start the demo on a free port, and open the pages that only a code or a link opens."""
    from deploy.run import surroundings  # noqa: PLC0415 - after the path is set

    environment = {
        **surroundings(0),
        "DESK_DATABASE_URL": f"sqlite:///{folder / 'desk.sqlite'}",
        "DESK_ANCHOR_URL": f"file:{folder / 'anchors.ndjson'}",
    }
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "desk"]
    for command in ("migrate", "demo"):
        subprocess.run([*flask, command], check=True, cwd=ROOT, env=environment)
    os.environ.update(environment)
    from desk import schedules  # noqa: PLC0415 - with the surroundings just set
    from desk.app import create_app  # noqa: PLC0415

    app = create_app()
    app.extensions["throttle"] = Unhurried()
    add_broken_pages(app)
    with app.app_context():
        for work in (schedules.seal, schedules.anchor):
            work(utc_now())
        ways = open_ways(utc_now())
    server = create_server(app, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    return int(server.effective_port), ways


def walk(browser: Browser, url: str, ways: Ways, lang: str, width: int) -> None:
    """Take every page in one language and width, each role signed in for its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=LANGUAGES[lang], base_url=url
    )
    context.add_cookies([{"name": "lang", "value": lang, "url": url}])
    page = context.new_page()
    for name, path in PUBLIC.items():
        take(page, name, path, lang, width)
    walk_public(page, ways, partial(keep, page, lang=lang, width=width))
    context.clear_cookies(name="desk")
    for login, pages in STAFF.items():
        page.goto("/account/sign-in")
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(os.environ.get("DESK_DEMO_PASSWORD", "demo-desk-2026"))
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/desk/")
        for name, path in pages.items():
            take(page, f"{login}-{name}", path, lang, width)
        for name, (path, selector, more) in FOUND.get(login, {}).items():
            if address := first_link(page, path, selector):
                take(page, f"{login}-{name}", f"{address}{more}", lang, width)
            else:
                print(f"nothing to show for {login}-{name} ({path})")
        for name, path in WRONG.get(login, {}).items():
            send_as_it_opens(page, path)
            keep(page, f"{login}-{name}", lang=lang, width=width)
        context.clear_cookies(name="desk")
    context.close()


def first_link(page: Page, path: str, selector: str) -> str | None:
    """Find the address behind the first such link of a list, without its own questions."""
    page.goto(path)
    links = page.locator(selector)
    address = links.first.get_attribute("href") if links.count() else None
    return address.split("?")[0] if address else None


def send_as_it_opens(page: Page, path: str) -> None:
    """Send the main form of a page with nothing typed."""
    page.goto(path)
    page.evaluate("document.querySelectorAll('main form').forEach(f => f.noValidate = true)")
    page.locator(
        "main form[method=post] button[type=submit]:not(.govuk-button--secondary)"
    ).last.click()
    page.wait_for_load_state()


def take(page: Page, name: str, path: str, lang: str, width: int) -> None:
    """Open one page and take it."""
    page.goto(path)
    keep(page, name, lang=lang, width=width)


def keep(page: Page, name: str, *, lang: str, width: int) -> None:
    """Take the page that is open, from top to bottom."""
    page.wait_for_load_state()
    page.screenshot(path=OUT / f"{name}-{width}-{lang}.png", full_page=True)


if __name__ == "__main__":
    sys.exit(main())
