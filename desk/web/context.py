"""What every template knows."""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from desk.access.actors import Actor
from desk.access.doors import actor_or_none
from desk.access.permissions import Permission, Role, permissions_of
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.organisation.queries import halls_of, home_region
from desk.settings import Settings
from desk.web.languages import LANGUAGES, chosen

TYPE_COOKIE = "type"
NAV = (
    ("home", Permission.HOME_SEE, "workbench.home"),
    ("queue", Permission.CASE_READ, "workbench.queue"),
    ("tasks", Permission.TASK_SEE, "workbench.tasks"),
    ("calls", Permission.CASE_FOLLOW_UP, "workbench.calls"),
    ("counter", Permission.CASE_FILE, "workbench.counter"),
    ("overview", Permission.FIGURES_SEE, "insight.overview"),
    ("administration", Permission.ORGANISATION_MANAGE, "administration.home"),
    ("places", Permission.ORGANISATION_MANAGE, "administration.halls"),
    ("late", Permission.LATE_SEE, "supervision.late"),
    ("cards", Permission.CARDS_SEE, "supervision.cards"),
    ("quality", Permission.QUALITY_SEE, "supervision.audits"),
    ("reports", Permission.REPORTS_MAKE, "supervision.reports"),
    ("ratings", Permission.RATINGS_SEE, "supervision.rating_queue"),
    ("held", Permission.RATING_REVIEW, "supervision.held"),
    ("reconciled", Permission.RATINGS_SEE, "supervision.reconciled"),
    ("my_ratings", Permission.RATINGS_OWN, "workbench.own_ratings"),
    ("improvements", Permission.IMPROVEMENT_SEE, "supervision.improvements"),
    ("publications", Permission.PUBLICATION_SEE, "publishing.publications"),
    ("invite", Permission.RATING_INVITE, "ratings.invite"),
    ("kiosks", Permission.KIOSKS_MANAGE, "ratings.kiosks"),
    ("catalogue", Permission.CATALOGUE_MANAGE, "administration.items"),
    ("limits", Permission.RULES_MANAGE, "administration.limits"),
    ("codes", Permission.RULES_MANAGE, "administration.code_lists"),
    ("systems", Permission.SYSTEMS_MANAGE, "clients.systems"),
    ("people", Permission.USERS_MANAGE, "administration.people"),
    ("templates", Permission.TEXTS_MANAGE, "administration.letter_templates"),
    ("settings", Permission.RULES_MANAGE, "administration.settings"),
    ("letters", Permission.LETTERS_SEE, "notify.dead_letters"),
    ("trail", Permission.AUDIT_READ, "trail.lines"),
    ("seals", Permission.AUDIT_READ, "trail.seals"),
)


GROUPS = {
    "ratings": ("ratings", "held", "reconciled", "my_ratings", "invite", "kiosks"),
    "supervision": ("late", "cards", "quality", "improvements", "publications", "reports"),
    "administration": (
        "administration",
        "places",
        "people",
        "catalogue",
        "limits",
        "codes",
        "systems",
        "templates",
        "settings",
        "letters",
    ),
}
"""Pages that stand behind one word of the head, which leads to the first of them."""


@dataclass(frozen=True, slots=True)
class NavPage:
    """A page of the desk: the key a template names itself by, its label, its address."""

    key: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A word in the head: the page it leads to and, in a group, the pages that stand behind it."""

    label: str
    address: str
    keys: tuple[str, ...]
    pages: tuple[NavPage, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What an error page says: its name, what happened, and what to do now."""

    title: str
    what: str
    now: str


def register(app: Flask) -> None:
    """Hand the common values to every template."""
    settings: Settings = app.extensions["settings"]
    static = Path(app.static_folder or "")

    @cache
    def digest(path: str) -> str:
        return hashlib.sha256((static / path).read_bytes()).hexdigest()[:12]

    @cache
    def versioned(_root: str, path: str) -> str:
        return url_for("static", filename=path, v=digest(path))

    def asset(path: str) -> str:
        return versioned(request.script_root, path)

    @app.context_processor
    def common() -> dict[str, object]:
        lang = chosen()
        actor = actor_or_none()
        return {
            "lang": lang,
            "html_lang": LANGUAGES[lang],
            "other_lang": "en" if lang == "zh_Hans" else "zh_Hans",
            "type_size": "large" if request.cookies.get(TYPE_COOKIE) == "large" else "normal",
            "demo": settings.demo,
            "site_name": _("Could-not-be-done desk"),
            "hall_name": hall_name(lang),
            "current_actor": actor,
            "has_news": getattr(g, "has_news", False),
            "keys_off": getattr(g, "keys_off", False),
            "asset": asset,
            "address_of": address_of,
            "next_path": request.path,
            "home_path": "/desk/" if actor else "/",
            "nav": _nav(actor.roles if actor else (), lang, request.script_root),
            "public_nav": public_nav,
            "footer_links": footer_links,
            "role_names": role_names,
            "error_words": error_words,
            "now": utc_now(),
            "P": Permission,
        }


_hall_names: dict[tuple[int, str], str] = {}


def hall_name(lang: str) -> str:
    """Name the hall of this desk; nothing before there is one, or without a database."""
    key = (id(db.session.get_bind()), lang)
    if key not in _hall_names:
        try:
            region = home_region()
            halls = halls_of(region.id, utc_now().astimezone(ZoneInfo(region.time_zone)).date())
        except (NotFound, SQLAlchemyError):
            return ""
        if not halls:
            return ""
        _hall_names[key] = halls[0].name_en if lang == "en" else halls[0].name_zh
    return _hall_names[key]


@cache
def _address(_root: str, endpoint: str) -> str:
    return url_for(endpoint)


def address_of(endpoint: str) -> str:
    """Give the address of a page that has only one, looked up once."""
    return _address(request.script_root, endpoint)


def public_nav() -> list[tuple[str, str, str]]:
    """List the public pages."""
    return [
        ("home", _("Home"), url_for("intake.home")),
        ("file", _("Tell us"), url_for("intake.new")),
        ("track", _("Follow"), url_for("intake.track")),
        ("rate", _("Rate"), url_for("ratings.enter")),
        ("items", _("Items"), url_for("catalogue.index")),
        ("board", _("Board"), url_for("board.month")),
    ]


def footer_links() -> list[tuple[str, str]]:
    """List what stands at the foot of every public page."""
    return [
        (_("How personal data is used and how long it is kept"), url_for("intake.privacy")),
        (_("How figures are made"), url_for("insight.definitions")),
        (_("Check a receipt"), url_for("intake.ledger")),
        (_("Accessibility"), url_for("intake.accessibility")),
        (_("Contact"), url_for("intake.contact")),
        (_("Staff"), url_for("workbench.home")),
    ]


@lru_cache(maxsize=256)
def _nav(roles: tuple[Role, ...], _lang: str, _root: str) -> list[NavEntry]:
    """List what these roles may open: pages that stand alone, then groups of pages."""
    pages = _pages_of(roles)
    grouped = {key for keys in GROUPS.values() for key in keys}
    alone = [
        NavEntry(page.label, page.address, (page.key,)) for page in pages if page.key not in grouped
    ]
    groups = {
        "ratings": _("Ratings"),
        "supervision": _("Supervision"),
        "administration": _("Office"),
    }
    return alone + [
        entry for name, label in groups.items() if (entry := _entry_of(label, GROUPS[name], pages))
    ]


def _entry_of(label: str, keys: tuple[str, ...], pages: list[NavPage]) -> NavEntry | None:
    """Put the pages of a group behind one word; a single one stands for itself."""
    by_key = {page.key: page for page in pages}
    mine = tuple(by_key[key] for key in keys if key in by_key)
    if not mine:
        return None
    if len(mine) == 1:
        return NavEntry(mine[0].label, mine[0].address, (mine[0].key,))
    return NavEntry(label, mine[0].address, tuple(page.key for page in mine), mine)


def _pages_of(roles: tuple[Role, ...]) -> list[NavPage]:
    allowed = frozenset[Permission]().union(*(permissions_of(role) for role in roles))
    labels = {
        "home": _("My day"),
        "queue": _("Queue"),
        "tasks": _("Tasks"),
        "calls": _("Calls"),
        "counter": _("Counter"),
        "overview": _("Overview"),
        "administration": _("Administration"),
        "places": _("Places"),
        "late": _("Late"),
        "cards": _("Cards"),
        "quality": _("Samples"),
        "reports": _("Reports"),
        "ratings": _("Ratings to see to"),
        "held": _("Held ratings"),
        "reconciled": _("Held against the ledger"),
        "my_ratings": _("My ratings"),
        "improvements": _("Improvements"),
        "publications": _("Publications"),
        "invite": _("Ask for a rating"),
        "kiosks": _("Kiosks"),
        "catalogue": _("Items"),
        "limits": _("Limits"),
        "codes": _("Code lists"),
        "systems": _("Systems"),
        "people": _("Staff and seats"),
        "templates": _("Letter templates"),
        "settings": _("Marks"),
        "letters": _("Letters"),
        "trail": _("Trail"),
        "seals": _("Seals"),
    }
    return [
        NavPage(key, labels[key], address_of(endpoint))
        for key, permission, endpoint in NAV
        if permission in allowed
    ]


def role_names(actor: Actor) -> list[str]:
    """Name the roles somebody holds."""
    names = {
        Role.CLERK: _("Window clerk"),
        Role.HANDLER: _("Handler"),
        Role.LEAD: _("Lead"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.INTEGRITY: _("Integrity officer"),
        Role.ADMIN: _("Administrator"),
        Role.AUDITOR: _("Auditor"),
    }
    return [names[role] for role in actor.roles if role in names]


def error_words(code: int) -> ErrorWords:
    """Say what an error is and what to do about it."""
    words = {
        400: (_("This request could not be read"), _("Something in it was broken on the way."),
              _("Go back, reload the page and send it again.")),
        403: (_("This is not open to you"), _("Your role or this link does not allow it."),
              _("If you think it should, ask your lead or the window.")),
        404: (_("Nothing here"), _("There is no such page, or it is not yours to see."),
              _("Check the address, or start from the first page.")),
        405: (_("This cannot be done this way"), _("The page was asked for in the wrong manner."),
              _("Go back and use the button on the page.")),
        409: (_("Changed meanwhile"), _("Somebody was faster. Nothing was overwritten."),
              _("Look again where it stands, then decide what to send.")),
        410: (_("No longer valid"), _("This link has been used or has run out."),
              _("If you still need one, ask the window for a new one.")),
        413: (_("Too large"), _("What was sent is larger than this page takes."),
              _("Make it shorter and send it again.")),
        415: (_("Unknown format"), _("What was sent is in a form this page does not read."),
              _("Go back and use the form on the page.")),
        422: (_("Something is missing or wrong"), _("What was sent could not be taken."),
              _("Go back, correct it and send it again.")),
        429: (_("Too many tries"), _("This was tried too often in a short time."),
              _("Wait a little, then send it again. Nothing you wrote is lost.")),
        500: (_("The desk has a fault"), _("This is our fault, not yours, and it has been noted."),
              _("Try again in a few minutes. Whatever had a receipt is safe.")),
        503: (_("The desk is busy"), _("The desk cannot answer at this moment."),
              _("Try again in a minute. Whatever had a receipt is safe.")),
    }  # fmt: skip
    return ErrorWords(*words.get(code, words[500]))
