"""Who may go where, and what every door does with a stranger."""

import ast
import inspect
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

import desk
from desk.access.doors import declared, guard

NOBODYS = UUID(int=7)
TABLE = {
    "GET /": "public",
    "GET /accessibility": "public",
    "GET /api/openapi.json": "public",
    "GET /api/v1/cases": "cases:read",
    "GET /api/v1/indicators": "indicators:read",
    "GET /api/v1/items": "items:read",
    "GET /api/v1/service-events": "events:read",
    "POST /api/v1/ratings": "ratings:write",
    "POST /api/v1/service-events": "events:write",
    "GET|POST /account/absence": "account:own",
    "POST /account/absence/end": "account:own",
    "GET|POST /account/keys": "account:own",
    "GET|POST /account/link/<token>": "public",
    "GET|POST /answer/<token>": "public",
    "GET /answered": "public",
    "GET|POST /account/news": "account:own",
    "GET|POST /account/recovery": "account:own",
    "GET|POST /account/second-factor": "public",
    "GET /account/sessions": "account:own",
    "POST /account/sessions/revoke": "account:own",
    "GET|POST /account/sign-in": "public",
    "POST /account/sign-out": "public",
    "GET /admin/": "organisation:manage",
    "GET /admin/confirmations": "changes:decide",
    "POST /admin/confirmations": "changes:decide",
    "POST /admin/confirmations/<text>/withdraw": "changes:decide",
    "GET /admin/departments": "organisation:manage",
    "GET|POST /admin/departments/<department_id>": "organisation:manage",
    "POST /admin/departments/<department_id>/hand-over": "organisation:manage",
    "GET|POST /admin/departments/new": "organisation:manage",
    "GET /admin/halls": "organisation:manage",
    "GET|POST /admin/halls/<hall_id>": "organisation:manage",
    "GET|POST /admin/halls/<hall_id>/windows/new": "organisation:manage",
    "GET|POST /admin/halls/new": "organisation:manage",
    "GET /admin/imports": "organisation:manage",
    "GET|POST /admin/imports/<name>": "organisation:manage",
    "GET /admin/items": "catalogue:manage",
    "GET /admin/items-report": "catalogue:manage",
    "GET|POST /admin/items/<code>": "catalogue:manage",
    "POST /admin/items/<code>/changes/<change_id>": "catalogue:manage",
    "POST /admin/items/<code>/changes/<change_id>/withdraw": "catalogue:manage",
    "POST /admin/items/<code>/resume": "catalogue:manage",
    "POST /admin/items/<code>/retire": "catalogue:manage",
    "GET|POST /admin/settings": "rules:manage",
    "GET /admin/systems/": "systems:manage",
    "GET|POST /admin/systems/new": "systems:manage",
    "POST /admin/systems/<client_id>/shut-out": "systems:manage",
    "POST /admin/systems/requests/<text>": "changes:decide",
    "POST /admin/systems/requests/<text>/withdraw": "changes:decide",
    "GET /admin/templates": "texts:manage",
    "GET /admin/templates/<name>": "texts:manage",
    "GET /admin/letters/": "letters:see",
    "POST /admin/letters/retry": "letters:see",
    "GET /admin/codes": "rules:manage",
    "GET|POST /admin/codes/<name>/<code>": "rules:manage",
    "GET|POST /admin/codes/<name>/<code>/end": "rules:manage",
    "POST /admin/codes/<name>/<code>/take-back": "rules:manage",
    "GET|POST /admin/codes/<name>/new": "rules:manage",
    "GET /admin/limits": "rules:manage",
    "GET|POST /admin/limits/<rule_id>/end": "rules:manage",
    "POST /admin/limits/<rule_id>/take-back": "rules:manage",
    "GET|POST /admin/limits/new": "rules:manage",
    "GET /admin/people": "users:manage",
    "GET|POST /admin/people/<user_id>": "users:manage",
    "POST /admin/people/<user_id>/ask-link": "users:manage",
    "POST /admin/people/<user_id>/disable": "users:manage",
    "POST /admin/people/<user_id>/link": "changes:decide",
    "GET|POST /admin/people/<user_id>/seats/new": "users:manage",
    "POST /admin/people/<user_id>/seats/<seat_id>/end": "users:manage",
    "GET|POST /admin/people/new": "users:manage",
    "GET /admin/regions": "organisation:manage",
    "GET|POST /admin/regions/<code>": "organisation:manage",
    "GET|POST /admin/regions/<code>/new": "organisation:manage",
    "GET|POST /admin/windows/<window_id>": "organisation:manage",
    "GET /admin/windows/<window_id>/poster": "organisation:manage",
    "GET /admin/windows/<window_id>/poster.svg": "organisation:manage",
    "POST /admin/windows/<window_id>/renew": "organisation:manage",
    "GET /audit/": "audit:read",
    "GET /audit/chain": "audit:read",
    "GET /audit/seals": "audit:read",
    "GET /board": "public",
    "GET /board.csv": "public",
    "GET /board.json": "public",
    "GET /board/changes": "public",
    "GET /board/schema.json": "public",
    "GET /board/years/<int:year>": "public",
    "GET /complaints/<number>": "public",
    "POST /complaints/<number>/extract": "public",
    "POST /complaints/<number>/<any(supply, dispute, withdraw, reopen, restore, unmerge):step>": "public",
    "POST /complaints/<number>/confirm": "public",
    "POST /complaints/<number>/confirm-joined": "public",
    "GET /complaints/<number>/files/<uuid:file_id>": "public",
    "POST /complaints/<number>/leave": "public",
    "POST /complaints/<number>/message": "public",
    "POST /complaints/<number>/nudge": "public",
    "POST /complaints/<number>/telling": "public",
    "GET /complaints/new": "public",
    "GET|POST /complaints/new/check": "public",
    "GET|POST /complaints/new/tell": "public",
    "GET|POST /complaints/new/what": "public",
    "GET|POST /complaints/new/you": "public",
    "GET|POST /complaints/receipt": "public",
    "GET /complaints/receipt/qr.svg": "public",
    "GET|POST /complaints/track": "public",
    "GET /contact": "public",
    "POST /csp-report": "public",
    "GET /definitions": "public",
    "GET /desk/": "home:see",
    "GET /desk/calls": "case:follow_up",
    "GET /desk/calls/<number>": "case:follow_up",
    "POST /desk/calls/<number>": "case:follow_up",
    "POST /desk/calls/<number>/number": "case:follow_up",
    "GET /desk/cases/<number>": "case:read",
    "GET /desk/cases/<number>/files/<uuid:file_id>": "case:read",
    "POST /desk/cases/<number>/files/<uuid:file_id>/share": "case:share_file",
    "GET /desk/cases/<number>/joined": "case:read",
    "GET /desk/cases/<number>/next": "case:read",
    "GET /desk/cases/<number>/previous": "case:read",
    "GET /desk/cases/<number>/print": "case:read",
    "POST /desk/cases/<number>/print": "case:read",
    "GET /desk/cases/<number>/related": "case:read",
    "POST /desk/cases/<number>/…step": "case:read",
    "POST /desk/cases/<number>/acts/answer-order": "case:answer_order",
    "POST /desk/cases/<number>/acts/ask-joined": "case:follow_up",
    "POST /desk/cases/<number>/acts/ask-task": "case:ask_task",
    "POST /desk/cases/<number>/acts/assign": "case:assign",
    "POST /desk/cases/<number>/acts/contact": "case:read",
    "POST /desk/cases/<number>/acts/drop-task": "case:ask_task",
    "POST /desk/cases/<number>/acts/escalate": "case:escalate",
    "POST /desk/cases/<number>/acts/link": "case:link",
    "POST /desk/cases/<number>/acts/lift-order": "case:supervise",
    "POST /desk/cases/<number>/acts/message": "case:read",
    "POST /desk/cases/<number>/acts/name": "case:name",
    "POST /desk/cases/<number>/acts/note": "case:note",
    "POST /desk/cases/<number>/acts/step-back": "case:step_back",
    "POST /desk/cases/<number>/acts/supervise": "case:supervise",
    "POST /desk/cases/<number>/acts/take": "case:take",
    "POST /desk/cases/<number>/acts/unlink": "case:link",
    "POST /desk/cases/<number>/acts/urge": "case:urge",
    "POST /desk/cases/<number>/acts/agree-unfounded": "case:decide_rating",
    "POST /desk/cases/<number>/acts/appeal-rating": "case:appeal_rating",
    "POST /desk/cases/<number>/acts/decide-appeal": "case:decide_rating",
    "POST /desk/cases/<number>/acts/verdict": "case:verify",
    "POST /desk/cases/<number>/drafts/<name>": "case:read",
    "POST /desk/cases/<number>/requests/…name": "case:read",
    "POST /desk/cases/<number>/reveal": "identity:reveal",
    "GET|POST /desk/counter": "case:file",
    "GET|POST /desk/counter/check": "case:file",
    "POST /desk/counter/next": "case:file",
    "POST /desk/counter/phone": "case:file",
    "GET /desk/counter/slip": "case:file",
    "GET /desk/counter/slip/qr.svg": "case:file",
    "GET|POST /desk/invite": "rating:invite",
    "POST /desk/invite/<int:window_id>/<uuid:key>/<any(kiosk, slip, sms):how>": "rating:invite",
    "GET|POST /desk/invite/paper": "rating:enter",
    "GET /desk/invite/slip": "rating:invite",
    "GET /desk/invite/slip.pdf": "rating:invite",
    "GET /desk/invite/slip.svg": "rating:invite",
    "GET /desk/news": "home:see",
    "GET /desk/news/count": "home:see",
    "POST /desk/news/<notice>/open": "home:see",
    "POST /desk/news/read": "home:see",
    "GET /desk/queue": "case:read",
    "GET /desk/queue/counts": "case:read",
    "GET /desk/queue/bulk": "case:read",
    "POST /desk/queue/bulk": "case:read",
    "GET /desk/queue/conditions": "case:read",
    "GET /desk/queue/views": "case:read",
    "POST /desk/queue/views": "case:read",
    "POST /desk/queue/views/<int:key>/drop": "case:read",
    "GET /desk/replies": "replies:own",
    "GET|POST /desk/replies/<uuid:key>": "replies:own",
    "POST /desk/replies/<uuid:key>/retire": "replies:own",
    "GET|POST /desk/replies/new": "replies:own",
    "GET /desk/tasks": "task:see",
    "GET /desk/tasks/<uuid:key>": "task:see",
    "POST /desk/tasks/<uuid:key>": "task:answer",
    "GET /healthz": "public",
    "GET /items": "public",
    "GET /items/<code>": "public",
    "GET /items/search": "public",
    "GET /language/<code>": "public",
    "GET|POST /ledger": "public",
    "GET /ledger/key.pem": "public",
    "GET /kiosk/<code>": "public",
    "GET /kiosk/worker.js": "public",
    "POST /kiosk/<code>/beat": "public",
    "POST /kiosk/<code>/pair": "public",
    "POST /kiosk/<code>/sync": "public",
    "GET /privacy": "public",
    "GET /published": "public",
    "GET /published/<uuid:key>": "public",
    "GET|POST /rate": "public",
    "GET|POST /rate/<token>": "public",
    "GET /rate/thanks": "public",
    "GET|POST /rate/window/<code>": "public",
    "GET /readyz": "public",
    "GET /supervision/": "figures:see",
    "GET /supervision/cards": "cards:see",
    "GET /supervision/cards/<uuid:key>": "cards:see",
    "POST /supervision/cards/<uuid:key>/appeal": "card:appeal",
    "POST /supervision/cards/<uuid:key>/decide": "card:decide",
    "GET /supervision/cards/bulletin": "cards:see",
    "GET /supervision/facts": "figures:see",
    "GET /supervision/figures/<key>": "figures:see",
    "GET /supervision/items": "figures:see",
    "GET /supervision/numbers": "figures:see",
    "GET /supervision/occasions": "ratings:see",
    "GET /supervision/improvements": "improvement:see",
    "GET /supervision/improvements/<uuid:key>": "improvement:see",
    "POST /supervision/improvements/<uuid:key>/done": "improvement:done",
    "POST /supervision/improvements/<uuid:key>/link": "improvement:open",
    "POST /supervision/improvements/<uuid:key>/reopen": "improvement:reopen",
    "POST /supervision/improvements/<uuid:key>/unlink": "improvement:open",
    "GET|POST /supervision/improvements/new": "improvement:open",
    "GET /supervision/publications": "publication:see",
    "GET /supervision/publications/<uuid:key>": "publication:see",
    "POST /supervision/publications/<uuid:key>/decide": "publication:decide",
    "POST /supervision/publications/<uuid:key>/remove": "publication:decide",
    "POST /supervision/publications/<uuid:key>/take-back": "publication:write",
    "GET|POST /supervision/publications/new": "publication:write",
    "GET /supervision/audits": "quality:see",
    "GET /supervision/audits/<uuid:key>": "quality:see",
    "POST /supervision/audits/<uuid:key>": "quality:audit",
    "POST /supervision/audits/<uuid:key>/number": "quality:audit",
    "GET /supervision/audits/draws/<uuid:key>": "quality:see",
    "GET /supervision/late": "late:see",
    "GET /supervision/late/cases": "late:see",
    "GET /supervision/held/<uuid:key>/scan": "rating:review",
    "GET /supervision/ratings/<uuid:key>/photo": "ratings:see",
    "GET|POST /supervision/kiosks": "kiosks:manage",
    "POST /supervision/kiosks/<uuid:key>/pair": "kiosks:manage",
    "POST /supervision/kiosks/<uuid:key>/sign-off": "kiosks:manage",
    "GET /supervision/quality": "quality:see",
    "GET /supervision/quality/claims": "quality:see",
    "GET|POST /supervision/staff-ways": "kiosks:manage",
    "GET /supervision/windows/<int:window_id>/poster": "kiosks:manage",
    "GET /supervision/windows/<int:window_id>/poster.pdf": "kiosks:manage",
    "GET /supervision/windows/<int:window_id>/poster.svg": "kiosks:manage",
    "GET /supervision/ratings": "ratings:see",
    "GET /supervision/reports": "reports:make",
    "POST /supervision/reports": "reports:make",
    "GET /supervision/reports/<uuid:key>": "reports:make",
    "POST /supervision/reports/<uuid:key>/decide": "reports:make",
    "POST /supervision/reports/<uuid:key>/file": "reports:make",
    "POST /supervision/reports/orders": "reports:make",
    "GET /supervision/ratings/<uuid:key>": "ratings:see",
    "POST /supervision/ratings/<uuid:key>/case": "case:open_rectification",
    "GET /supervision/ratings/queue": "ratings:see",
    "GET /desk/ratings": "ratings:own",
    "GET /desk/ratings/unit": "ratings:unit",
    "GET /supervision/shift": "shift:see",
    "GET|POST /supervision/ratings/held": "rating:review",
    "GET /supervision/ratings/reconciled": "ratings:see",
    "GET|POST /supervision/ratings/held/<uuid:key>": "rating:review",
    "GET /type-size/<size>": "public",
}


def routes(app: Flask) -> dict[str, str]:
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        methods = "|".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        path = rule.rule
        if "ask_supplement" in path:
            path = "/desk/cases/<number>/…step"
        if "ask_return" in path:
            path = "/desk/cases/<number>/requests/…name"
        found[f"{methods} {path}"] = str(declared[app.view_functions[rule.endpoint]] or "public")
    return found


def test_who_may_go_where(app: Flask) -> None:
    assert routes(app) == TABLE


def test_a_route_that_says_nothing_stops_the_start() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/oops", "oops", lambda: "")
    with pytest.raises(RuntimeError, match="oops"):
        guard(bare)


def test_staff_pages_send_a_stranger_to_sign_in(app: Flask, client: FlaskClient) -> None:
    for line, permission in TABLE.items():
        method, path = line.split(" ", 1)
        if permission == "public" or "GET" not in method or path.startswith("/api/"):
            continue
        path = path.replace("<uuid:key>", str(NOBODYS)).replace("<uuid:file_id>", str(NOBODYS))
        path = path.replace("<int:window_id>", "1")
        answer = client.get(path.replace("<number>", "XZ-261123-482915-8"))
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/account/sign-in")


def test_every_post_without_a_token_changes_nothing(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    harmless = {"/csp-report", "/account/sign-out"}
    for line in TABLE:
        method, path = line.split(" ", 1)
        if "POST" not in method or path in harmless:
            continue
        concrete = (
            path.replace(
                "<any(supply, dispute, withdraw, reopen, restore, unmerge):step>", "withdraw"
            )
            .replace("…step", "accept")
            .replace("…name", "ask_return")
            .replace("<number>", "XZ-261123-482915-8")
            .replace("<token>", "XZ-nothing")
            .replace("<int:window_id>", "1")
            .replace("<any(kiosk, slip, sms):how>", "slip")
            .replace("<uuid:key>", str(NOBODYS))
            .replace("<uuid:file_id>", str(NOBODYS))
        )
        answer = client.post(concrete, data={"text": "x"})
        assert 300 <= answer.status_code < 500, (path, answer.status_code)
        assert answer.status_code != 303 or "new" in answer.location or "track" in answer.location


NO_PAGES = {"web.csp_report", "api.tell_events", "api.tell_ratings"} | {
    f"ratings.kiosk_{name}" for name in ("pair", "beat", "sync")
}
"""What browsers report by themselves, and what systems and kiosks send with a proof of theirs."""
HARMLESS = {"accounts.sign_out"}


def test_every_button_of_a_page_asks_for_its_token(app: Flask) -> None:
    made = functions_of(Path(desk.__file__).parent)
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in NO_PAGES | HARMLESS:
            continue
        view = inspect.unwrap(app.view_functions[rule.endpoint])
        room = Path(inspect.getfile(view)).parent
        assert checks(view.__name__, room, made, set()), rule.endpoint


Functions = dict[str, list[tuple[Path, ast.FunctionDef]]]


def functions_of(folder: Path) -> Functions:
    """List every function of our views by its name."""
    found: Functions = {}
    for path in [*folder.glob("*/views/*.py"), *folder.glob("*/views.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append((path, node))
    return found


def checks(name: str, room: Path, made: Functions, seen: set[str]) -> bool:
    """Tell whether a view, or a function of its room that it calls, checks a form."""
    seen.add(name)
    for path, node in made.get(name, []):
        called = {
            one.id if isinstance(one, ast.Name) else one.attr
            for one in ast.walk(node)
            if isinstance(one, ast.Name | ast.Attribute)
        }
        if path.parent == room and called & {"validate_on_submit", "validate", "must_pass"}:
            return True
        if any(checks(one, room, made, seen) for one in sorted(called - seen) if one in made):
            return True
    return False
