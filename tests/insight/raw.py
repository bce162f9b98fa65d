"""Every measure once more, from the raw rows by plain SQL: nothing of the desk's own counting is used."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from desk.kernel.db import db, dialect_name, end_read

CHINA = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = time(9), time(17, 30)

CASE = "c.kind = 'complaint' AND NOT c.is_test AND c.status <> 'merged'"
BAD = "c.kind = 'rectification' AND NOT c.is_test AND c.status <> 'merged'"
STREAM = "'c/' || replace(CAST(c.id AS TEXT), '-', '')"
LINES = (
    f"FROM cases c JOIN ledger l ON l.region_id = c.region_id AND l.stream = {STREAM} WHERE {CASE}"
)
CLOCKS = "FROM cases c JOIN case_clocks k ON k.region_id = c.region_id AND k.case_id = c.id WHERE"
CALLS = "FROM cases c JOIN contacts t ON t.region_id = c.region_id AND t.case_id = c.id WHERE"
TIMED = f"{CASE} AND c.channel <> 'import'"
OWED = "k.stopped_at IS NULL AND k.paused_at IS NULL"
FOLLOW = f"{CALLS} {CASE} AND t.kind = 'follow_up'"
CLAIM = """(SELECT p.outcome FROM replies p WHERE p.region_id = c.region_id AND p.case_id = c.id
    AND p.round = t.round AND p.review IN ('approved', 'on_spot') ORDER BY p.n DESC LIMIT 1)"""
RATED_AGAIN = f"""FROM cases c JOIN ratings r ON r.region_id = c.region_id AND r.case_id = c.id
    WHERE {BAD} AND r.round = 2 AND r.effective AND NOT r.is_test"""


def line_at(*moves: str) -> str:
    names = ", ".join(f"'{move}'" for move in moves)
    return (
        f"EXISTS (SELECT 1 FROM ledger l WHERE l.region_id = c.region_id AND l.stream = {STREAM}"
        f" AND l.at = k.stopped_at AND l.what IN ({names}))"
    )


def moved(*moves: str) -> str:
    names = ", ".join(f"'{move}'" for move in moves)
    return f"SELECT l.at {LINES} AND l.what IN ({names})"


def clock(step: str, ended: str, extra: str = "1 = 1", base: str = TIMED) -> str:
    return f"SELECT k.stopped_at {CLOCKS} {base} AND k.step IN ({step}) AND {ended} AND {extra}"


def owed(step: str, base: str = TIMED) -> str:
    return f"SELECT k.due_at, 'due' {CLOCKS} {base} AND k.step IN ({step}) AND {OWED}"


ANSWERED = line_at("approve_reply", "solve_on_spot")
ACCEPTED, SIGNED = line_at("accept", "divert"), line_at("sign")
CALLED = """EXISTS (SELECT 1 FROM contacts t WHERE t.region_id = c.region_id AND t.case_id = c.id
    AND t.kind = 'first' AND t.at = k.stopped_at)"""
PROMISE, RECTIFY = "'reply', 'rework'", "'rating_rectify', 'rework'"
EARLIER = """EXISTS (SELECT 1 FROM cases o WHERE o.region_id = c.region_id AND o.kind = 'complaint'
    AND NOT o.is_test AND o.status <> 'merged' AND o.repeat_key = c.repeat_key
    AND o.item_id = c.item_id AND o.id <> c.id AND o.filed_at >= {since}
    AND (o.filed_at < c.filed_at OR (o.filed_at = c.filed_at AND o.id < c.id)))"""
AGAIN = ("redo", "redo_0", "reopen", "reopen_0")
CLOSED = ("close_solved", "close_unconfirmed", "lapse_confirm", "close_unsolved", "confirm")
NEVER_AGAIN = f"""NOT EXISTS (SELECT 1 FROM ledger a WHERE a.region_id = c.region_id
    AND a.stream = l.stream AND a.what IN {AGAIN})"""

MEASURES = {
    "filed": f"SELECT c.filed_at FROM cases c WHERE {CASE}",
    "visits.said": f"SELECT c.filed_at FROM cases c WHERE {CASE} AND c.visits IS NOT NULL",
    "visits.sum": f"SELECT c.filed_at, 'sum', c.visits FROM cases c WHERE {CASE} AND c.visits > 0",
    "accepted": moved("accept"),
    "diverted": moved("divert", "lapse_supplement"),
    "overturned": moved("overturn"),
    "on_spot": moved("solve_on_spot"),
    "dispatch": moved("dispatch", "arbitrate"),
    "dispatch.first": f"SELECT min(l.at) {LINES} AND l.what = 'dispatch' GROUP BY c.region_id, c.id",
    "redone": moved(*AGAIN),
    "return.asked": f"""SELECT a.asked_at FROM cases c JOIN approvals a ON a.region_id = c.region_id
        AND a.subject_id = c.id AND a.kind = 'return' WHERE {CASE}""",
    "accept.done": clock("'accept'", ACCEPTED),
    "accept.met": clock("'accept'", ACCEPTED, "k.met"),
    "accept.owed": owed("'accept'"),
    "sign.done": clock("'sign'", SIGNED),
    "sign.met": clock("'sign'", SIGNED, "k.met"),
    "sign.owed": owed("'sign'"),
    "contact.done": clock("'first_contact'", CALLED),
    "contact.met": clock("'first_contact'", CALLED, "k.met"),
    "contact.owed": owed("'first_contact'"),
    "reply.done": clock(PROMISE, ANSWERED),
    "reply.met": clock(PROMISE, ANSWERED, "k.met"),
    "reply.late": clock(PROMISE, ANSWERED, "NOT k.met"),
    "reply.met_first": clock(PROMISE, ANSWERED, "k.stopped_at <= k.first_due_at"),
    "reply.extended": clock(PROMISE, ANSWERED, "CAST(k.changes AS TEXT) LIKE '%\"extended\"%'"),
    "reply.owed": owed(PROMISE),
    "closed": moved(*CLOSED),
    "closed.followed": f"""SELECT l.at {LINES} AND (l.what IN ('close_solved', 'confirm')
        OR l.what IN {CLOSED} AND EXISTS (SELECT 1 FROM contacts t WHERE t.region_id = c.region_id
        AND t.case_id = c.id AND t.kind = 'follow_up' AND t.at <= l.at AND t.round = {{round}}))""",
    "closed.first_time": f"""SELECT l.at {LINES} AND l.what IN {CLOSED} AND {{result}} = 'solved'
        AND {NEVER_AGAIN} AND NOT EXISTS (SELECT 1 FROM cases o WHERE o.region_id = c.region_id
        AND o.kind = 'complaint' AND NOT o.is_test AND o.status <> 'merged' AND o.id <> c.id
        AND o.repeat_key = c.repeat_key AND o.item_id = c.item_id
        AND o.filed_at > l.at AND o.filed_at <= {{until}})""",
    "follow.tried": f"SELECT t.at {FOLLOW} AND t.channel <> 'online'",
    "follow.reached": f"SELECT t.at {FOLLOW} AND t.channel <> 'online' AND t.reached",
    "follow.yes": f"SELECT t.at {FOLLOW} AND t.solved = 'yes'",
    "follow.part": f"SELECT t.at {FOLLOW} AND t.solved = 'part'",
    "follow.no": f"SELECT t.at {FOLLOW} AND t.solved = 'no'",
    "follow.scored": f"SELECT t.at {FOLLOW} AND t.result_score IS NOT NULL",
    "follow.satisfied": f"SELECT t.at {FOLLOW} AND t.result_score >= 3",
    "claim.done": f"SELECT t.at {FOLLOW} AND t.solved IS NOT NULL AND {CLAIM} = 'DONE'",
    "claim.part": f"SELECT t.at {FOLLOW} AND t.solved IS NOT NULL AND {CLAIM} = 'PART'",
    "repeat": f"SELECT c.filed_at FROM cases c WHERE {CASE} AND {EARLIER}",
    **{
        f"card.{level}": f"""SELECT d.issued_at FROM cases c JOIN cards d
        ON d.region_id = c.region_id AND d.case_id = c.id
        WHERE {CASE} AND d.level = '{level}' AND d.revoked_at IS NULL"""
        for level in ("blue", "yellow", "red")
    },
    "bad.opened": f"SELECT c.filed_at FROM cases c WHERE {BAD}",
    "bad.verified": f"SELECT c.filed_at FROM cases c WHERE {BAD} AND c.verdict IS NOT NULL",
    "bad.true": f"SELECT c.filed_at FROM cases c WHERE {BAD} AND c.verdict IN ('true', 'part')",
    "bad.true.rectified": f"""SELECT c.filed_at FROM cases c WHERE {BAD}
        AND c.verdict IN ('true', 'part') AND EXISTS (SELECT 1 FROM replies p
        WHERE p.region_id = c.region_id AND p.case_id = c.id AND p.review = 'approved')""",
    "bad.malicious": f"SELECT c.filed_at FROM cases c WHERE {BAD} AND c.verdict = 'malicious'",
    "bad.verify.owed": owed("'rating_contact'", BAD),
    "bad.named": f"SELECT c.filed_at FROM cases c WHERE {BAD} AND c.identity_mode = 'real'",
    "bad.named.called": f"""SELECT c.filed_at FROM cases c WHERE {BAD} AND c.identity_mode = 'real'
        AND EXISTS (SELECT 1 FROM contacts t WHERE t.region_id = c.region_id AND t.case_id = c.id
        AND t.kind = 'verify' AND t.reached)""",
    "bad.appeal.decided": f"""SELECT a.decided_at FROM cases c JOIN approvals a
        ON a.region_id = c.region_id AND a.subject_id = c.id WHERE {BAD}
        AND a.kind = 'rating_appeal' AND a.state IN ('granted', 'refused')""",
    "bad.appeal.upheld": f"""SELECT a.decided_at FROM cases c JOIN approvals a
        ON a.region_id = c.region_id AND a.subject_id = c.id WHERE {BAD}
        AND a.kind = 'rating_appeal' AND a.state = 'granted'""",
    "audit.done": f"""SELECT s.done_at FROM cases c JOIN sample_tasks s ON s.region_id = c.region_id
        AND s.case_id = c.id JOIN campaigns p ON p.region_id = s.region_id AND p.id = s.campaign_id
        WHERE {CASE} AND p.kind = 'audit' AND s.done_at IS NOT NULL""",
    "audit.overturned": f"""SELECT s.done_at FROM cases c JOIN sample_tasks s
        ON s.region_id = c.region_id AND s.case_id = c.id JOIN campaigns p
        ON p.region_id = s.region_id AND p.id = s.campaign_id
        WHERE {CASE} AND p.kind = 'audit' AND s.finding = 'overturned'""",
    "rectify.done": clock(RECTIFY, ANSWERED, base=BAD),
    "rectify.met": clock(RECTIFY, ANSWERED, "k.met", BAD),
    "rectify.owed": owed(RECTIFY, BAD),
    "rectify.answered": f"""SELECT t.at {CALLS} {BAD} AND t.kind = 'follow_up'
        AND t.result_score IS NOT NULL UNION ALL SELECT r.given_at {RATED_AGAIN}""",
    "rectify.satisfied": f"""SELECT t.at {CALLS} {BAD} AND t.kind = 'follow_up'
        AND t.result_score >= 3 UNION ALL SELECT r.given_at {RATED_AGAIN} AND r.level >= 3""",
    "improvement.done": "SELECT u.done_at FROM undertakings u WHERE u.kind = 'improvement' AND u.state = 'done'",
    "improvement.owed": "SELECT u.due_on FROM undertakings u WHERE u.kind = 'improvement' AND u.state = 'open'",
}  # fmt: skip

PIECES = {
    "sqlite": {
        "round": "json_extract(l.body, '$.round')",
        "result": "json_extract(l.body, '$.result')",
        "since": "strftime('%Y-%m-%d %H:%M:%f000', c.filed_at, '-90 days')",
        "until": "strftime('%Y-%m-%d %H:%M:%f000', l.at, '+30 days')",
    },
    "postgresql": {
        "round": "CAST(l.body ->> 'round' AS INTEGER)",
        "result": "l.body ->> 'result'",
        "since": "c.filed_at - INTERVAL '90 days'",
        "until": "l.at + INTERVAL '30 days'",
    },
}


def counted() -> Counter[tuple[str, date]]:
    """Count every measure by day."""
    end_read()
    found: Counter[tuple[str, date]] = Counter()
    for measure, statement in MEASURES.items():
        for at, *rest in _rows(statement.format(**PIECES[dialect_name()])):
            due, weight = rest[:1] == ["due"], rest[1] if len(rest) > 1 else 1
            found[measure, _day(at, due=due)] += weight
    for measure, at, weight in [*_coded(), *_upheld(), *_days()]:
        found[measure, at] += weight
    end_read()
    return found


def _rows(statement: str) -> list[Any]:
    return list(db.session.execute(text(statement)).all())


def _at(value: Any) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _day(value: Any, *, due: bool = False) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) == len("2026-11-30"):
        return date.fromisoformat(value)
    return (_at(value) - timedelta(microseconds=due)).astimezone(CHINA).date()


def _coded() -> Iterator[tuple[str, date, int]]:
    """Measures whose name holds a code of the row."""
    for code, at in _rows(
        f"SELECT coalesce(c.root_cause, c.reason), c.filed_at FROM cases c WHERE {CASE}"
    ):
        yield f"reason.{code}", _day(at), 1
    for status, at in _rows(f"SELECT c.status, c.filed_at FROM cases c WHERE {CASE} AND c.open"):
        yield f"open.{status}", _day(at), 1
    for at, body in _rows(f"SELECT l.at, l.body {LINES} AND l.what IN {CLOSED}"):
        if _json(body).get("result"):
            yield f"closed.{_json(body)['result']}", _day(at), 1
    for done, due in _rows(
        "SELECT u.done_at, u.due_on FROM undertakings u WHERE u.kind = 'improvement' AND u.state = 'done'"
    ):
        if _day(done) <= _day(due):
            yield "improvement.met", _day(done), 1


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value or {}


def _upheld() -> Iterator[tuple[str, date, int]]:
    """Returns upheld: by the window, or by a ruling that gave the case to somebody else."""
    held: dict[str, int] = {}
    moves = "l.to_status IS NOT NULL"
    for stream, what, at, body in _rows(
        f"SELECT l.stream, l.what, l.at, l.body {LINES} AND {moves} ORDER BY l.stream, l.seq"
    ):
        after = _json(body).get("department") or 0
        if what == "return_upheld" or (what == "arbitrate" and held.get(stream) != after):
            yield "return.upheld", _day(at), 1
        held[stream] = after


def _days() -> Iterator[tuple[str, date, int]]:
    """Working days of first answers, counted day by day."""
    kinds = {_day(on): kind for on, kind in _rows("SELECT on_date, is_workday FROM calendar_days")}

    def works(day: date) -> bool:
        return bool(kinds.get(day, day.weekday() < 5))

    for start, stop, due, changes in _rows(
        "SELECT k.started_at, k.stopped_at, k.due_at, k.changes"
        f" {CLOCKS} {TIMED} AND k.step = 'reply' AND {ANSWERED}"
    ):
        first, last = _at(start), _at(stop)
        zero = first.astimezone(CHINA).date()
        while not works(zero) or first > datetime.combine(zero, CLOSES, CHINA):
            zero += timedelta(days=1)
        gross = sum(works(day) for day in _between(zero, last.astimezone(CHINA).date()))
        given = sum(_closings(works, _json(changes), _at(due), last))
        for how, n in (("net", max(0, gross - given)), ("gross", gross)):
            yield f"reply.{how}.{min(n, 60)}", _day(stop), 1
            yield f"reply.{how}.sum", _day(stop), n


def _between(after: date, last: date) -> Iterator[date]:
    for n in range(1, (last - after).days + 1):
        yield after + timedelta(days=n)


def _closings(
    works: Callable[[date], bool], changes: Any, due: datetime, stop: datetime
) -> Iterator[int]:
    """Closings at which the clock stood still."""
    paused = None
    for change in changes:
        at = datetime.fromisoformat(change["at"])
        if change["kind"] == "paused":
            paused = at
        elif change["kind"] == "resumed" and paused is not None:
            if paused < due:
                day = paused.astimezone(CHINA).date() - timedelta(days=1)
                for on in _between(day, at.astimezone(CHINA).date()):
                    closing = datetime.combine(on, CLOSES, CHINA)
                    yield int(works(on) and paused < closing <= min(at, stop))
            paused = None


def _over(*parts: str) -> Callable[[Counter[str]], Fraction | None]:
    """Divide the first by the sum of the others."""

    def value(m: Counter[str]) -> Fraction | None:
        whole = sum(m[name] for name in parts[1:])
        return Fraction(m[parts[0]], whole) if whole else None

    return value


def _solved(m: Counter[str]) -> Fraction | None:
    said = m["follow.yes"] + m["follow.part"] + m["follow.no"]
    return Fraction(2 * m["follow.yes"] + m["follow.part"], 2 * said) if said else None


def _claimed(m: Counter[str]) -> Fraction | None:
    said = m["follow.yes"] + m["follow.part"] + m["follow.no"]
    return Fraction(2 * m["claim.done"] + m["claim.part"], 2 * said) if said else None


def _three(m: Counter[str]) -> Fraction | None:
    parts = VALUES["W6"](m), VALUES["W7"](m), VALUES["W8"](m)
    if any(part is None for part in parts):
        return None
    return sum((w * p for w, p in zip((1, 2, 2), parts, strict=True)), Fraction(0)) / 5  # type: ignore[operator]


def _sorted_days(m: Counter[str], how: str) -> list[int]:
    return sorted(n for n in range(61) for _ in range(m[f"reply.{how}.{n}"]))


def _mean(how: str) -> Callable[[Counter[str]], Fraction | None]:
    def value(m: Counter[str]) -> Fraction | None:
        days = _sorted_days(m, how)
        return Fraction(m[f"reply.{how}.sum"], len(days)) if days else None

    return value


def _within(how: str, tenths: int) -> Callable[[Counter[str]], Fraction | None]:
    def value(m: Counter[str]) -> Fraction | None:
        days = _sorted_days(m, how)
        return Fraction(days[-(-len(days) * tenths // 10) - 1]) if days else None

    return value


def _cards(m: Counter[str]) -> Fraction | None:
    cards = m["card.blue"] + m["card.yellow"] + m["card.red"]
    return Fraction(100 * cards, m["accepted"]) if m["accepted"] else None


def _overdue(m: Counter[str]) -> Fraction | None:
    whole = m["reply.done"] + m["reply.owed"]
    return Fraction(m["reply.late"] + m["reply.owed"], whole) if whole else None


def _right(m: Counter[str]) -> Fraction | None:
    first = m["dispatch.first"]
    return Fraction(first - m["return.upheld"], first) if first else None


VALUES: dict[str, Callable[[Counter[str]], Fraction | None]] = {
    "W1": _over("accept.met", "accept.done", "accept.owed"),
    "W2": _over("diverted", "filed"),
    "W2b": _over("overturned", "diverted"),
    "W3": _over("sign.met", "sign.done", "sign.owed"),
    "W4": _right,
    "W5": _over("return.asked", "dispatch.first"),
    "W5b": _over("dispatch", "dispatch.first"),
    "W6": _over("contact.met", "contact.done", "contact.owed"),
    "W7": _solved,
    "W7b": _claimed,
    "W8": _over("follow.satisfied", "follow.scored"),
    "W9": _three,
    "W11": _over("reply.met", "reply.done", "reply.owed"),
    "W11b": _over("reply.met_first", "reply.done", "reply.owed"),
    "W12": _mean("net"),
    "W12b": _within("net", 5),
    "W12c": _within("net", 9),
    "W12d": _mean("gross"),
    "W12e": _within("gross", 5),
    "W12f": _within("gross", 9),
    "W13": _over("on_spot", "accepted"),
    "W14": _over("closed.followed", "closed"),
    "W14b": _over("follow.reached", "follow.tried"),
    "W15": _over("repeat", "filed"),
    "W16": _over("closed.first_time", "closed"),
    "W17": _over("reply.extended", "reply.done"),
    "W17b": _overdue,
    "W17c": _over("redone", "reply.done"),
    "W18": _cards,
    "W20": _over("improvement.met", "improvement.done", "improvement.owed"),
    "E7": _over("bad.verified", "bad.verified", "bad.verify.owed"),
    "E8": _over("bad.true.rectified", "bad.true"),
    "E9": _over("rectify.met", "rectify.done", "rectify.owed"),
    "E10": _over("bad.named.called", "bad.named"),
    "E11": _over("rectify.satisfied", "rectify.answered"),
    "E12": _over("bad.appeal.upheld", "bad.appeal.decided"),
    "W19": _over("audit.overturned", "audit.done"),
    "E12b": _over("bad.malicious", "bad.verified"),
    "K8": _over("visits.sum", "visits.said"),
}
"""Each figure once more, written out by hand."""


def totals(
    counts: Mapping[tuple[str, date], int], first: date, last: date, today: date
) -> Counter[str]:
    """Add up what was counted in a period: what is owed only once its day has passed."""
    found: Counter[str] = Counter()
    for (measure, day), n in counts.items():
        until = min(last, today - timedelta(days=1)) if measure.endswith(".owed") else last
        if first <= day <= until:
            found[measure] += n
    return found
