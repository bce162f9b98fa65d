"""Every address of the desk, built from its route: where a case, a task, a card or a notice goes.

A new route needs its line in `GETS` or `POSTS` (or both), or the tests of this folder fail. Each
line gives the addresses to try, from what an address may name (`Named`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.routing import Rule

from desk.casework.queries.tabs import Tab
from desk.casework.together import Together

NOBODYS_KEY = "00000000-0000-7000-8000-000000000007"
Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """What an address or a form may name, there or nowhere."""

    number: str = "XZ-261123-482915-8"
    word: str = "龗龗"
    phone: str = "13900009999"
    task: str = NOBODYS_KEY
    card: str = NOBODYS_KEY
    sample: str = NOBODYS_KEY
    file: str = NOBODYS_KEY
    notices: tuple[str, ...] = (NOBODYS_KEY,)
    proof: str = "0" * 16
    code: str = "0000-0000-0000-0000"
    neighbour: str = ""
    user: int = 0
    seat: int = 0
    hall: int = 0
    window: int = 0
    department: int = 0
    region_code: str = "000000"
    token: str = "XZ-nothing"
    text: str = "s/nothing"
    item: str = "I1"
    reply: str = NOBODYS_KEY


Paths = Callable[[Named], list[str]]


@dataclass(frozen=True, slots=True)
class Post:
    """Where to post, and what: `fields` holds each way the form can name the case."""

    paths: Paths
    fields: Callable[[Named], list[Fields]] = field(default=lambda _: [{}])


def at(path: str) -> Paths:
    """Give the one address of a route, `{number}` and the like filled in."""
    return lambda n: [path.format(n=n)]


def words_of(rule: Rule) -> list[str]:
    """List the words an address may hold in one place, where the route names them."""
    found = re.search(r"<any\(([^)]*)\)", rule.rule)
    return [word.strip() for word in found[1].split(",")] if found else []


TOGETHER = tuple(one.value for one in Together)
TABS = ("", *(f"?tab={tab.value}" for tab in Tab))
CASE = "/desk/cases/{n.number}"

PUBLICATION = "/supervision/publications/00000000-0000-0000-0000-000000000007"
IMPROVEMENT = "/supervision/improvements/00000000-0000-0000-0000-000000000007"
GETS: dict[str, Paths] = {
    "accounts.absence": at("/account/absence"),
    "accounts.keys": at("/account/keys"),
    "accounts.recovery_codes": at("/account/recovery"),
    "accounts.second_factor_step": at("/account/second-factor"),
    "accounts.sessions": at("/account/sessions"),
    "accounts.set_password": at("/account/link/nothing"),
    "accounts.sign_in": at("/account/sign-in"),
    "accounts.told": at("/account/news"),
    "administration.code": at("/admin/codes/reasons/R01"),
    "administration.code_lists": at("/admin/codes"),
    "administration.end_code_page": at("/admin/codes/reasons/R01/end"),
    "administration.new_code": at("/admin/codes/reasons/new"),
    "administration.confirmations": at("/admin/confirmations"),
    "administration.department": at("/admin/departments/{n.department}"),
    "administration.departments": at("/admin/departments"),
    "administration.hall": at("/admin/halls/{n.hall}"),
    "administration.halls": at("/admin/halls"),
    "administration.end_limit": at("/admin/limits/1/end"),
    "administration.home": at("/admin/"),
    "administration.import_table": at("/admin/imports/departments"),
    "administration.imports": at("/admin/imports"),
    "administration.item": at("/admin/items/{n.item}"),
    "administration.items": at("/admin/items"),
    "administration.items_report": at("/admin/items-report"),
    "administration.settings": at("/admin/settings"),
    "administration.letter_template": at("/admin/templates/accepted"),
    "administration.letter_templates": at("/admin/templates"),
    "administration.limits": at("/admin/limits"),
    "administration.new_department": at("/admin/departments/new"),
    "administration.new_hall": at("/admin/halls/new"),
    "administration.new_person": at("/admin/people/new"),
    "administration.new_limit": at("/admin/limits/new"),
    "administration.new_region": at("/admin/regions/{n.region_code}/new"),
    "administration.new_seat": at("/admin/people/{n.user}/seats/new"),
    "administration.new_window": at("/admin/halls/{n.hall}/windows/new"),
    "administration.people": at("/admin/people"),
    "administration.person": at("/admin/people/{n.user}"),
    "administration.poster": at("/admin/windows/{n.window}/poster"),
    "administration.poster_code": at("/admin/windows/{n.window}/poster.svg"),
    "administration.region": at("/admin/regions/{n.region_code}"),
    "administration.regions": at("/admin/regions"),
    "administration.window": at("/admin/windows/{n.window}"),
    "clients.new_system": at("/admin/systems/new"),
    "clients.systems": at("/admin/systems/"),
    "api.describe": at("/api/openapi.json"),
    "api.list_cases": at("/api/v1/cases"),
    "api.list_events": at("/api/v1/service-events"),
    "api.list_indicators": at("/api/v1/indicators"),
    "api.list_items": at("/api/v1/items"),
    "board.as_csv": at("/board.csv"),
    "board.as_json": at("/board.json"),
    "board.changes": at("/board/changes"),
    "board.item": at("/items/{n.item}"),
    "board.month": at("/board"),
    "board.schema": at("/board/schema.json"),
    "board.year": at("/board/years/2026"),
    "catalogue.index": lambda n: ["/items", f"/items?q={n.word}"],
    "catalogue.search": at("/items/search?q={n.word}"),
    "insight.definitions": at("/definitions"),
    "insight.facts": lambda _: [
        f"/supervision/facts?what={what}"
        for what in ("filed", "accepted", "dispatch", "reply.done", "open.handling")
    ],
    "insight.figure": lambda _: [f"/supervision/figures/{key}" for key in ("W1", "W5", "W11")],
    "insight.overview": lambda _: ["/supervision/", "/supervision/?numbers=1"],
    "insight.overview_numbers": at("/supervision/numbers"),
    "insight.items": at("/supervision/items?what=item.visits"),
    "insight.occasions": at("/supervision/occasions"),
    "insight.ratings": at("/supervision/ratings"),
    "intake.accessibility": at("/accessibility"),
    "intake.answer_by_link": at("/answer/{n.token}"),
    "intake.answered": at("/answered"),
    "intake.case": at("/complaints/{n.number}"),
    "intake.check": at("/complaints/new/check"),
    "intake.contact": at("/contact"),
    "intake.file": at("/complaints/{n.number}/files/{n.file}"),
    "intake.home": at("/"),
    "intake.ledger": at("/ledger"),
    "intake.ledger_key": at("/ledger/key.pem"),
    "intake.new": at("/complaints/new"),
    "intake.privacy": at("/privacy"),
    "intake.receipt": at("/complaints/receipt"),
    "intake.receipt_qr": at("/complaints/receipt/qr.svg"),
    "intake.tell": at("/complaints/new/tell"),
    "intake.track": at("/complaints/track?number={n.number}"),
    "intake.what": at("/complaints/new/what"),
    "intake.you": at("/complaints/new/you"),
    "notify.dead_letters": at("/admin/letters/"),
    "ratings.at_window": at("/rate/window/XZ-nothing"),
    "publishing.publication": at(f"/published/{NOBODYS_KEY}"),
    "publishing.publications": lambda _: [
        "/supervision/publications", "/supervision/publications?standing=waiting",
    ],
    "publishing.published": at("/published"),
    "publishing.read": at(PUBLICATION),
    "publishing.write": lambda n: [
        f"/supervision/publications/new?case={n.number}",
        f"/supervision/publications/new?improvement={NOBODYS_KEY}",
    ],
    "ratings.enter": at("/rate"),
    "ratings.give": at("/rate/{n.token}"),
    "ratings.enter_for": at("/desk/invite/paper"),
    "ratings.entered_scan": at(f"/supervision/held/{NOBODYS_KEY}/scan"),
    "ratings.rating_photo": at(f"/supervision/ratings/{NOBODYS_KEY}/photo"),
    "ratings.invite": at("/desk/invite?window={n.window}"),
    "ratings.invite_slip": at("/desk/invite/slip"),
    "ratings.invite_slip_code": at("/desk/invite/slip.svg"),
    "ratings.invite_slip_pdf": at("/desk/invite/slip.pdf"),
    "ratings.kiosk": at("/kiosk/XZ-nothing"),
    "ratings.kiosk_worker": at("/kiosk/worker.js"),
    "ratings.kiosks": at("/supervision/kiosks"),
    "ratings.staff_ways": at("/supervision/staff-ways"),
    "ratings.poster": at("/supervision/windows/{n.window}/poster"),
    "ratings.poster_code": at("/supervision/windows/{n.window}/poster.svg"),
    "ratings.poster_pdf": at("/supervision/windows/{n.window}/poster.pdf"),
    "ratings.thanks": at("/rate/thanks"),
    "supervision.bulletin": at("/supervision/cards/bulletin"),
    "supervision.card": at("/supervision/cards/{n.card}"),
    "supervision.cards": lambda _: [
        "/supervision/cards",
        "/supervision/cards?standing=revoked",
        "/supervision/cards?standing=all",
    ],
    "supervision.held": lambda _: ["/supervision/ratings/held", "/supervision/ratings/held?rule=burst"],
    "supervision.held_rating": at(f"/supervision/ratings/held/{NOBODYS_KEY}"),
    "supervision.improvement": at(IMPROVEMENT),
    "supervision.reconciled": at("/supervision/ratings/reconciled?check=yes"),
    "supervision.rating": at(f"/supervision/ratings/{NOBODYS_KEY}"),
    "supervision.rating_queue": lambda _: [
        f"/supervision/ratings/queue?list={name}"
        for name in ("bad", "aside", "second", "open", "desk")
    ],
    "supervision.improvements": at("/supervision/improvements"),
    "supervision.late": at("/supervision/late"),
    "supervision.late_cases": lambda _: [
        "/supervision/late/cases", "/supervision/late/cases?level=blue",
    ],
    "supervision.new_improvement": at("/supervision/improvements/new?case={n.number}"),
    "supervision.audit": at("/supervision/audits/{n.sample}"),
    "supervision.audits": lambda _: ["/supervision/audits", "/supervision/audits?state="],
    "supervision.campaign": at(f"/supervision/audits/draws/{NOBODYS_KEY}"),
    "supervision.claimed": at("/supervision/quality/claims?department={n.department}"),
    "supervision.quality": lambda _: [
        f"/supervision/quality?sign={sign}" for sign in ("alike", "twice", "claims", "silent")
    ],
    "supervision.report": at(f"/supervision/reports/{NOBODYS_KEY}"),
    "supervision.reports": at("/supervision/reports"),
    "supervision.shift": at("/supervision/shift"),
    "trail.chain": at("/audit/chain?region=1&stream=c%2F{n.text}"),
    "trail.lines": lambda n: ["/audit/", f"/audit/?what=accept&who={n.word}"],
    "trail.seals": at("/audit/seals"),
    "web.healthz": at("/healthz"),
    "web.language": at("/language/en?next=/"),
    "web.readyz": at("/readyz"),
    "web.type_size": at("/type-size/normal"),
    "workbench.bulk": lambda n: [
        f"/desk/queue/bulk?do={do}&case={n.number}:7&case={n.neighbour}:1" for do in TOGETHER
    ],
    "workbench.call": at("/desk/calls/{n.number}"),
    "workbench.calls": at("/desk/calls"),
    "workbench.case": lambda n: [
        CASE.format(n=n),
        *(
            f"{CASE.format(n=n)}?do={do}"
            for do in ("accept", "submit_reply", "ask_return", "note", "ask_task", "assign")
        ),
        f"{CASE.format(n=n)}?show=all&at=nothing",
    ],
    "workbench.counter": at("/desk/counter"),
    "workbench.counter_check": at("/desk/counter/check"),
    "workbench.counter_qr": at("/desk/counter/slip/qr.svg"),
    "workbench.counter_slip": at("/desk/counter/slip"),
    "workbench.file": at(CASE + "/files/{n.file}"),
    "workbench.home": at("/desk/"),
    "workbench.joined": at(CASE + "/joined"),
    "workbench.news": at("/desk/news"),
    "workbench.news_count": at("/desk/news/count"),
    "workbench.next_case": lambda n: [
        f"{CASE.format(n=n)}/next?list=tab%3Dall", f"/desk/cases/{n.neighbour}/next?list=tab%3Dall",
    ],
    "workbench.previous_case": lambda n: [
        f"{CASE.format(n=n)}/previous?list=tab%3Dall", f"/desk/cases/{n.neighbour}/previous?list=tab%3Dall",
    ],
    "workbench.own_ratings": lambda _: ["/desk/ratings", "/desk/ratings?batch=1-1-2026-11-27"],
    "workbench.unit_ratings": lambda _: ["/desk/ratings/unit", "/desk/ratings/unit?of=case"],
    "workbench.print_case": at(CASE + "/print"),
    "workbench.queue": lambda n: [
        *(f"/desk/queue{tab}" for tab in TABS),
        f"/desk/queue?q={n.number}",
        f"/desk/queue?q={n.word}",
        f"/desk/queue?tab=all&q={n.word}",
        f"/desk/queue?q={n.phone}",
        "/desk/queue?tab=all&status=handling&due=overdue",
    ],
    "workbench.queue_conditions": at("/desk/queue/conditions?tab=all&q={n.word}"),
    "workbench.queue_counts": lambda n: [
        "/desk/queue/counts", "/desk/queue/counts?tab=all", f"/desk/queue/counts?q={n.word}",
    ],
    "workbench.queue_views": at("/desk/queue/views"),
    "workbench.related": lambda n: [
        f"{CASE.format(n=n)}/related",
        f"{CASE.format(n=n)}/related?part=card&q={n.word}",
        f"/desk/cases/{n.neighbour}/related",
        f"/desk/cases/{n.neighbour}/related?part=card",
        f"/desk/cases/{n.neighbour}/related?q={n.word}",
    ],
    "workbench.task": at("/desk/tasks/{n.task}"),
    "workbench.tasks": lambda _: ["/desk/tasks", "/desk/tasks?show=answered"],
    "writing.change_reply": at("/desk/replies/{n.reply}"),
    "writing.new_reply": at("/desk/replies/new"),
    "writing.saved_replies": at("/desk/replies"),
}  # fmt: skip


def _text(n: Named) -> list[Fields]:
    return [{"text": "一二三四五六七八九十", "version": "1"}]


def _cases(n: Named) -> list[Fields]:
    due = {"due_on-year": "2027", "due_on-month": "3", "due_on-day": "1"}
    given = {
        "title": "一类事",
        "measure": "整改",
        "department": "1",
        "proof": "一二三四五六七八九十",
    }
    return [{"cases": n.number, "version": "1", **due, **given}]


def _steps(n: Named, words: list[str]) -> list[str]:
    return [f"{CASE.format(n=n)}/{word}" for word in words]


def _acts(name: str, **fields: str) -> Post:
    given = {"version": "1", "text": "一二三四五六七八九十", **fields}
    return Post(at(f"{CASE}/acts/{name}"), lambda _: [dict(given)])


def _admin(path: str) -> Post:
    return Post(at(path), lambda _: [{"text": "x"}])


POSTS: dict[str, Post] = {
    "accounts.absence": Post(at("/account/absence")),
    "accounts.end_absence": Post(at("/account/absence/end")),
    "accounts.keys": Post(at("/account/keys")),
    "accounts.revoke": Post(at("/account/sessions/revoke")),
    "accounts.recovery_codes": Post(
        at("/account/recovery"), lambda _: [{"code": "123456"}]
    ),
    "accounts.second_factor_step": Post(
        at("/account/second-factor"), lambda _: [{"code": "123456"}]
    ),
    "accounts.set_password": Post(at("/account/link/nothing")),
    "accounts.sign_in": Post(at("/account/sign-in")),
    "accounts.sign_out": Post(lambda _: []),
    "accounts.told": Post(at("/account/news")),
    "administration.decide_item": Post(
        at("/admin/items/{n.item}/changes/1"), lambda _: [{"verdict": "yes"}]
    ),
    "administration.item": Post(at("/admin/items/{n.item}")),
    "administration.resume_item": Post(at("/admin/items/{n.item}/resume")),
    "administration.retire_item": Post(at("/admin/items/{n.item}/retire")),
    "administration.withdraw_item": Post(at("/admin/items/{n.item}/changes/1/withdraw")),
    "administration.ask_link": _admin("/admin/people/{n.user}/ask-link"),
    "administration.code": _admin("/admin/codes/reasons/R01"),
    "administration.end_code_page": _admin("/admin/codes/reasons/R01/end"),
    "administration.new_code": _admin("/admin/codes/reasons/new"),
    "administration.take_back_code": _admin("/admin/codes/reasons/R01/take-back"),
    "administration.decide": _admin("/admin/confirmations"),
    "administration.department": _admin("/admin/departments/{n.department}"),
    "administration.disable": _admin("/admin/people/{n.user}/disable"),
    "administration.end_seat": _admin("/admin/people/{n.user}/seats/{n.seat}/end"),
    "administration.end_limit": _admin("/admin/limits/1/end"),
    "administration.hall": _admin("/admin/halls/{n.hall}"),
    "administration.hand_over_cases": _admin("/admin/departments/{n.department}/hand-over"),
    "administration.hand_over_link": _admin("/admin/people/{n.user}/link"),
    "administration.import_table": _admin("/admin/imports/departments"),
    "administration.new_department": _admin("/admin/departments/new"),
    "administration.new_hall": _admin("/admin/halls/new"),
    "administration.new_limit": _admin("/admin/limits/new"),
    "administration.new_person": _admin("/admin/people/new"),
    "administration.new_region": _admin("/admin/regions/{n.region_code}/new"),
    "administration.new_seat": _admin("/admin/people/{n.user}/seats/new"),
    "administration.new_window": _admin("/admin/halls/{n.hall}/windows/new"),
    "administration.person": _admin("/admin/people/{n.user}"),
    "administration.region": _admin("/admin/regions/{n.region_code}"),
    "administration.renew": Post(lambda _: []),
    "administration.settings": _admin("/admin/settings"),
    "administration.take_back_limit": _admin("/admin/limits/1/take-back"),
    "administration.window": _admin("/admin/windows/{n.window}"),
    "clients.decide": _admin("/admin/systems/requests/{n.text}"),
    "clients.new_system": _admin("/admin/systems/new"),
    "clients.shut_out": _admin("/admin/systems/1/shut-out"),
    "clients.withdraw": _admin("/admin/systems/requests/{n.text}/withdraw"),
    "administration.withdraw": _admin("/admin/confirmations/{n.text}/withdraw"),
    "api.tell_ratings": Post(at("/api/v1/ratings")),
    "api.tell_events": Post(at("/api/v1/service-events")),
    "intake.answer_by_link": Post(at("/answer/{n.token}"), lambda _: [{"solved": "yes"}]),
    "intake.check": Post(at("/complaints/new/check")),
    "intake.confirm": Post(at("/complaints/{n.number}/confirm"), _text),
    "intake.confirm_joined": Post(at("/complaints/{n.number}/confirm-joined"), _text),
    "intake.extract": Post(at("/complaints/{n.number}/extract")),
    "intake.leave": Post(at("/complaints/{n.number}/leave")),
    "intake.ledger": Post(
        at("/ledger"), lambda n: [{"number": n.number, "proof": "0123456789abcdef"}]
    ),
    "intake.message": Post(at("/complaints/{n.number}/message"), _text),
    "intake.nudge": Post(at("/complaints/{n.number}/nudge"), _text),
    "intake.receipt": Post(at("/complaints/receipt")),
    "intake.tell": Post(at("/complaints/new/tell")),
    "intake.telling_others": Post(
        at("/complaints/{n.number}/telling"), lambda _: [{"agree": "yes"}]
    ),
    "intake.text_step": Post(at("/complaints/{n.number}/withdraw"), _text),
    "intake.track": Post(
        at("/complaints/track"), lambda n: [{"number": n.number, "code": "0" * 16}]
    ),
    "intake.what": Post(at("/complaints/new/what")),
    "intake.you": Post(at("/complaints/new/you")),
    "notify.retry": Post(at("/admin/letters/retry")),
    "ratings.at_window": Post(at("/rate/window/XZ-nothing"), lambda _: [{"level": "5"}]),
    "ratings.enter": Post(at("/rate"), lambda n: [{"code": n.token}]),
    "ratings.give": Post(at("/rate/{n.token}"), lambda _: [{"level": "5"}]),
    "ratings.enter_for": Post(at("/desk/invite/paper"), lambda _: [{"number": "A1", "level": "5"}]),
    "ratings.invite": Post(
        at("/desk/invite?window={n.window}"), lambda _: [{"number": "A1", "how": "slip"}]
    ),
    "ratings.invite_to": Post(at(f"/desk/invite/1/{NOBODYS_KEY}/slip")),
    "ratings.kiosk_beat": Post(at("/kiosk/XZ-nothing/beat")),
    "ratings.kiosk_offer": Post(at(f"/supervision/kiosks/{NOBODYS_KEY}/pair")),
    "ratings.kiosk_pair": Post(at("/kiosk/XZ-nothing/pair")),
    "ratings.kiosk_sign_off": Post(at(f"/supervision/kiosks/{NOBODYS_KEY}/sign-off")),
    "ratings.kiosk_sync": Post(at("/kiosk/XZ-nothing/sync")),
    "ratings.staff_ways": Post(at("/supervision/staff-ways")),
    "ratings.kiosks": Post(at("/supervision/kiosks")),
    "supervision.appeal_card": Post(at("/supervision/cards/{n.card}/appeal"), _text),
    "supervision.convert_rating": Post(at(f"/supervision/ratings/{NOBODYS_KEY}/case")),
    "supervision.decide_card": Post(
        at("/supervision/cards/{n.card}/decide"), lambda _: [{"uphold": "yes", "text": "属实。"}]
    ),
    "publishing.decide": Post(at(f"{PUBLICATION}/decide"), lambda _: [{"verdict": "yes"}]),
    "publishing.remove": Post(at(f"{PUBLICATION}/remove"), lambda _: [{"cause": "wrong"}]),
    "publishing.take_back": Post(at(f"{PUBLICATION}/take-back")),
    "publishing.write": Post(
        at("/supervision/publications/new"),
        lambda n: [{"case": n.number, "title": "t", "happened": "h", "done": "d"}],
    ),
    "supervision.finish_improvement": Post(at(f"{IMPROVEMENT}/done"), _cases),
    "supervision.held": Post(
        at("/supervision/ratings/held"),
        lambda _: [
            {"do": "propose", "stands": "yes", "why": "核实过了", "rating": NOBODYS_KEY},
            {"do": "answer", "agree": "yes", "reason": "同意", "rating": NOBODYS_KEY},
        ],
    ),
    "supervision.held_rating": Post(
        at(f"/supervision/ratings/held/{NOBODYS_KEY}"),
        lambda _: [{"do": "propose", "stands": "no", "why": "不是本人评的"}],
    ),
    "supervision.link_improvement": Post(at(f"{IMPROVEMENT}/link"), _cases),
    "supervision.new_improvement": Post(at("/supervision/improvements/new"), _cases),
    "supervision.reopen_improvement": Post(at(f"{IMPROVEMENT}/reopen"), _cases),
    "supervision.ask_report": Post(at("/supervision/reports"), lambda _: [{"kind": "register"}]),
    "supervision.decide_report": Post(
        at(f"/supervision/reports/{NOBODYS_KEY}/decide"),
        lambda _: [{"grant": "yes", "reason": "属实。"}],
    ),
    "supervision.order_reports": Post(
        at("/supervision/reports/orders"), lambda _: [{"order": "register.x"}]
    ),
    "supervision.take_report": Post(at(f"/supervision/reports/{NOBODYS_KEY}/file")),
    "supervision.record_audit": Post(
        at("/supervision/audits/{n.sample}"),
        lambda _: [
            {"manner": "file", "finding": "upheld", "note": "一二三四五六七八九十", "version": "1"}
        ],
    ),
    "supervision.show_audit_number": Post(at("/supervision/audits/{n.sample}/number")),
    "supervision.unlink_improvement": Post(at(f"{IMPROVEMENT}/unlink"), _cases),
    "web.csp_report": Post(at("/csp-report")),
    "workbench.agree_unfounded": _acts("agree-unfounded"),
    "workbench.appeal_rating": _acts("appeal-rating", verdict="untrue"),
    "workbench.decide_appeal": _acts("decide-appeal", grant="yes"),
    "workbench.answer_order": _acts("answer-order"),
    "workbench.answer_task": Post(at("/desk/tasks/{n.task}"), _text),
    "workbench.ask_joined": _acts("ask-joined", child="XZ-261123-482915-8", reached="yes"),
    "workbench.ask_task": _acts("ask-task", department="1", brief="请看"),
    "workbench.assign": _acts("assign", user="1"),
    "workbench.bulk_done": Post(
        at("/desk/queue/bulk"),
        lambda n: [
            {"do": do, "case": f"{n.number}:7", "text": "一二三四五六七八九十", "user": "1"}
            for do in TOGETHER
        ],
    ),
    "workbench.contact": _acts("contact", channel="phone", reached="yes", note="说过了"),
    "workbench.counter": Post(at("/desk/counter"), lambda n: [{"phone": n.phone}]),
    "workbench.counter_check": Post(at("/desk/counter/check")),
    "workbench.counter_next": Post(at("/desk/counter/next")),
    "workbench.counter_phone": Post(at("/desk/counter/phone"), lambda n: [{"phone": n.phone}]),
    "workbench.drop_task": Post(
        at(CASE + "/acts/drop-task"), lambda n: [{"version": "1", "task": n.task, "text": "不用了"}]
    ),
    "workbench.drop_queue_view": Post(at("/desk/queue/views/1/drop")),
    "workbench.escalate": _acts("escalate", user="1"),
    "workbench.keep_draft": Post(
        at(CASE + "/drafts/note"), lambda _: [{"text": "一二三", "keep": "yes"}]
    ),
    "workbench.keep_queue_view": Post(at("/desk/queue/views")),
    "workbench.lift_order": _acts("lift-order"),
    "workbench.link": Post(
        lambda n: [f"/desk/cases/{n.number}/acts/link", f"/desk/cases/{n.neighbour}/acts/link"],
        lambda n: [
            {"to": n.number, "kind": "related", "note": "同一件事"},
            {"to": n.neighbour, "kind": "related", "note": "同一件事"},
        ],
    ),
    "workbench.message": _acts("message"),
    "workbench.name": _acts("name", login="nobody"),
    "workbench.note": _acts("note"),
    "workbench.open_news": Post(lambda n: [f"/desk/news/{key}/open" for key in n.notices]),
    "workbench.read_all": Post(at("/desk/news/read")),
    "workbench.request_step": Post(
        lambda n: _steps(n, WORDS["workbench.request_step"]), _text
    ),
    "workbench.reveal": Post(
        at(CASE + "/reveal"),
        lambda _: [{"version": "1", "category": "call", "reason": "回访前核对一下联系电话"}],
    ),
    "workbench.show_number": Post(at("/desk/calls/{n.number}/number"), _text),
    "workbench.share": Post(at(CASE + "/files/{n.file}/share")),
    "workbench.step_back": _acts("step-back"),
    "workbench.take": _acts("take"),
    "workbench.supervise": _acts("supervise", due_on="2026-12-01", department="1"),
    "workbench.take_call": Post(
        at("/desk/calls/{n.number}"),
        lambda _: [{"version": "1", "reached": "yes", "solved": "yes", "in_time": "yes"}],
    ),
    "workbench.take_file": Post(
        at(CASE + "/print"),
        lambda _: [
            {"identity": "yes", "category": "post", "reason": "寄给法院要用一份完整的案卷"},
            {"pdf": "1", "category": "post", "reason": "寄给法院要用一份完整的案卷"},
        ],
    ),
    "workbench.take_step": Post(
        lambda n: [
            *_steps(n, WORDS["workbench.take_step"]),
            *([f"/desk/cases/{n.neighbour}/merge"] if n.neighbour else []),
        ],
        lambda n: [{"version": "1", "text": "同一件事的两份材料", "parent": n.number}],
    ),
    "workbench.unlink": Post(
        lambda n: [f"/desk/cases/{n.number}/acts/unlink", f"/desk/cases/{n.neighbour}/acts/unlink"],
        lambda n: [{"to": n.number, "kind": "related"}, {"to": n.neighbour, "kind": "related"}],
    ),
    "workbench.urge": _acts("urge"),
    "workbench.verdict": _acts("verdict", verdict="true", note="看了录像。"),
    "writing.change_reply": Post(at("/desk/replies/{n.reply}")),
    "writing.new_reply": Post(at("/desk/replies/new")),
    "writing.retire": Post(at("/desk/replies/{n.reply}/retire")),
}  # fmt: skip

WORDS: dict[str, list[str]] = {}
"""The words of the routes that name several, read from the routes themselves."""


def discover(app: Flask) -> tuple[set[str], set[str]]:
    """List the endpoints that can be got and those that can be posted to."""
    gets, posts = set[str](), set[str]()
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        if words := words_of(rule):
            WORDS[rule.endpoint] = words
        gets |= {rule.endpoint} if "GET" in (rule.methods or ()) else set()
        posts |= {rule.endpoint} if "POST" in (rule.methods or ()) else set()
    return gets, posts


def addresses(named: Named) -> Iterator[tuple[str, str]]:
    """Give every address that can be got, with its endpoint."""
    for endpoint, paths in GETS.items():
        for path in paths(named):
            yield endpoint, path


def forms(named: Named) -> Iterator[tuple[str, str, Fields]]:
    """Give every address that can be posted to, with its endpoint and what is posted."""
    for endpoint, post in POSTS.items():
        for path in post.paths(named):
            for fields in post.fields(named):
                yield endpoint, path, fields
