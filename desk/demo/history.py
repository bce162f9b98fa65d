"""Two years of cases, each walked through the one table by its own rules."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from sqlalchemy import insert

from desk.access.actors import SYSTEM, Actor, complainant_of
from desk.access.permissions import Permission
from desk.accounts.queries import actor_of
from desk.audit import chain
from desk.audit.models import LedgerLine, LedgerStream, Visibility
from desk.casework import needs, workflow
from desk.casework.actions import clocks, effects, search
from desk.casework.actions.counting import leaf_of, measures_of
from desk.casework.actions.effects import Change
from desk.casework.models import Case, CaseClock, CaseMessage, Contact, Reply
from desk.casework.place import Place as CasePlace
from desk.casework.queries.context import Context, context_from
from desk.casework.queries.joined import Around
from desk.casework.words import (
    AuthorKind,
    ContactChannel,
    ContactKind,
    MessageKind,
    Status,
    Step,
)
from desk.casework.workflow import Move
from desk.demo import ladder
from desk.demo.place import Place
from desk.demo.scripts import Beat
from desk.kernel.db import db
from desk.supervision.models import Card
from desk.tally.actions import Leaf
from desk.worktime.deadline import due, elapsed

EVERYTHING = frozenset(Permission)
QUIET = frozenset({Move.SEND_BACK, Move.SUBMIT_REPLY})


@dataclass(slots=True)
class Walk:
    """One case being walked: its rows so far, and the lines its chain will get."""

    case: Case
    place: CasePlace
    clocks: list[CaseClock] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    messages: list[CaseMessage] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    counted: list[tuple[Leaf, int]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)


class Historian:
    """Walks cases and keeps what they leave behind until it is written in bulk."""

    def __init__(self, place: Place, now: datetime, rng: Random) -> None:
        self.place, self.now, self.rng = place, now, rng
        today = now.date()
        self.staff = {login: actor_of(user, today) for login, user in place.staff.items()}
        self.handlers = {key: actor_of(user, today) for key, user in place.handlers.items()}
        self.leads = {key: actor_of(user, today) for key, user in place.leads.items()}
        self.walks: list[Walk] = []

    def who(self, role: str, case: Case) -> Actor:
        """Find who takes a beat: by login, by the department of the case, or the complainant."""
        if role == "complainant":
            return complainant_of(case.region_id, case.id)
        if role == "system":
            return SYSTEM
        of_department = {"handler": self.handlers, "lead": self.leads}
        if role in of_department and case.department_id:
            return of_department[role][case.department_id]
        return self.staff[role]

    def walk(self, case: Case, opening: Move, place: CasePlace, beats: Iterator[Beat]) -> Walk:
        """Open a case and take its beats up to now; later ones have not happened yet."""
        walk = Walk(case, place)
        with db.session.no_autoflush:
            db.session.add(case)
            row = workflow.BY_MOVE[opening]
            walk.clocks += clocks.apply(case, row.clocks, (), place, now=case.filed_at).started
            by = SYSTEM if opening is Move.OPEN_RECTIFICATION else complainant_of(case.region_id)
            self._left_behind(walk, opening, None, by, case.filed_at)
            at = case.filed_at
            for beat in beats:
                at = self._worked(beat, at, place)
                if at > self.now:
                    break
                self._climb(walk, at)
                self._take(walk, beat, at)
            self._climb(walk, self.now)
        db.session.flush()
        self.walks.append(walk)
        return walk

    def _climb(self, walk: Walk, now: datetime) -> None:
        """Issue what the clocks have reached until now, as the desk does every minute."""

        def write(what: str, body: dict[str, Any], at: datetime) -> None:
            self._line(walk, what, None, None, SYSTEM, at, Visibility.TEAM, body)

        walk.cards += ladder.climb(walk.case, walk.clocks, walk.place, walk.lines, write, now=now)

    def _worked(self, beat: Beat, at: datetime, place: CasePlace) -> datetime:
        """Put a beat into working hours, unless it is the complainant's or the desk's own."""
        at += beat.after
        if beat.who in {"complainant", "system"}:
            return at
        local_hour = self.rng.uniform(0.2, 3.2)
        table = place.timetable
        if elapsed(at - timedelta(minutes=1), at, table.calendar, table.hours, table.zone):
            return at
        opening = due(at, 1, "working_hour", table.calendar, table.hours, table.zone)
        return opening.due_at - timedelta(hours=1) + timedelta(hours=local_hour)

    def _take(self, walk: Walk, beat: Beat, at: datetime) -> None:
        case, by = walk.case, self.who(beat.who, walk.case)
        context = self._context(walk, by, at)
        if beat.contact is not None:
            self._contact(walk, beat, context, by, at)
            return
        if beat.move is None:
            self._message(walk, beat, by, at)
            return
        data = replace(beat.data, version=1)
        row = workflow.row_of(
            workflow.resolve(beat.move, context.situation), case.kind, case.status
        )
        blocked = workflow.blocked_by(row, context.situation)
        if blocked is not None:
            raise RuntimeError(f"{row.move}: {blocked}")
        needs.check(row, context.situation, data)
        before = case.status
        with db.session.no_autoflush:
            effects.apply(row, Change(context, data, by, at))
            done = clocks.apply(case, row.clocks, walk.clocks, walk.place, now=at)
            walk.clocks += done.started
        self._collect(walk)
        if data.text and row.move is not Move.SEND_BACK:
            kinds = {
                Move.ASK_SUPPLEMENT: MessageKind.SUPPLEMENT_NOTICE,
                Move.SUPPLY: MessageKind.SUPPLEMENT,
            }
            self._say(walk, kinds.get(row.move, MessageKind.REASON), data.text, row.told, by, at)
        self._left_behind(walk, row.move, before, by, at)

    def _context(self, walk: Walk, by: Actor, at: datetime) -> Context:
        return context_from(
            walk.case,
            by,
            walk.place,
            walk.clocks,
            walk.replies[-1] if walk.replies else None,
            walk.contacts,
            EVERYTHING,
            now=at,
            around=Around(),
            open_tasks=0,
        )

    def _contact(self, walk: Walk, beat: Beat, context: Context, by: Actor, at: datetime) -> None:
        kind, reached = beat.contact or (ContactKind.FIRST, True)
        effects.add_contact(
            Change(context, replace(beat.data, version=1), by, at),
            kind,
            reached=reached,
            channel=ContactChannel.PHONE,
        )
        self._collect(walk)
        steps = {ContactKind.FIRST: Step.FIRST_CONTACT, ContactKind.VERIFY: Step.RATING_CONTACT}
        for clock in walk.clocks:
            if clock.step is steps.get(kind) and clock.stopped_at is None:
                clocks.stop(walk.case, clock, walk.place, now=at)
        clocks.set_next_due(walk.case, walk.clocks)
        body = {"version": 1, "kind": kind.value, "reached": reached}
        self._line(walk, "record_contact", None, None, by, at, Visibility.PUBLIC, body)

    def _message(self, walk: Walk, beat: Beat, by: Actor, at: datetime) -> None:
        self._say(walk, MessageKind.MESSAGE, beat.data.text or "", Visibility.PUBLIC, by, at)
        body = {"version": 1, "message": len(walk.messages)}
        self._line(walk, "add_message", None, None, by, at, Visibility.PUBLIC, body)

    def _collect(self, walk: Walk) -> None:
        """Take up the replies and contacts that a step has just put into the session."""
        fresh = list(db.session.new)
        walk.replies += [r for r in fresh if isinstance(r, Reply) and r not in walk.replies]
        walk.contacts += [c for c in fresh if isinstance(c, Contact) and c not in walk.contacts]

    def _say(
        self,
        walk: Walk,
        kind: MessageKind,
        body: str,
        visibility: Visibility,
        by: Actor,
        at: datetime,
    ) -> None:
        authors = {"staff": AuthorKind.STAFF, "complainant": AuthorKind.COMPLAINANT}
        walk.messages.append(
            CaseMessage(
                region_id=walk.case.region_id,
                case_id=walk.case.id,
                seq=len(walk.messages) + 1,
                at=at,
                visibility=visibility,
                kind=kind,
                author_kind=authors.get(by.kind.value, AuthorKind.SYSTEM),
                user_id=by.user_id,
                body=body,
            )
        )
        db.session.add(walk.messages[-1])

    def _left_behind(
        self, walk: Walk, move: Move, before: Status | None, by: Actor, at: datetime
    ) -> None:
        """Write the line of a step and count it, as `move` does one by one."""
        case = walk.case
        measures, counted = measures_of(case, move, walk.clocks)
        body = {
            **counted,
            "version": 1,
            "seen": 1,
            "round": case.round,
            "department": case.department_id,
            "item": case.item_id,
            "promised_on": case.promised_on.isoformat() if case.promised_on else None,
        }
        visibility = Visibility.TEAM if move in QUIET else Visibility.PUBLIC
        self._line(walk, move.value, before, case.status, by, at, visibility, body)
        walk.counted += [(leaf_of(case, measure, walk.place, at), 1) for measure in measures]

    def _line(
        self,
        walk: Walk,
        what: str,
        before: Status | None,
        after: Status | None,
        by: Actor,
        at: datetime,
        visibility: Visibility,
        body: dict[str, Any],
    ) -> None:
        case = walk.case
        stream, seq = f"c/{case.id.hex}", len(walk.lines) + 1
        prev = walk.lines[-1]["hash"] if walk.lines else chain.GENESIS
        salt = secrets.token_bytes(16)
        hashed = chain.body_hash(salt, body)
        role = by.roles[0].value if by.roles else None
        statuses = (before.value if before else None, after.value if after else None)
        who = chain.actor_text(by.kind, by.user_id, role, *statuses, visibility, None)
        walk.lines.append(
            {
                "region_id": case.region_id,
                "stream": stream,
                "seq": seq,
                "at": at,
                "actor_kind": by.kind.value,
                "user_id": by.user_id,
                "role": role,
                "what": what,
                "from_status": statuses[0],
                "to_status": statuses[1],
                "visibility": visibility,
                "body": body,
                "salt": salt,
                "body_hash": hashed,
                "prev": prev,
                "hash": chain.line_hash(prev, stream, seq, chain.moment(at), who, what, hashed),
                "request_id": None,
            }
        )

    def write(self) -> list[tuple[Leaf, int]]:
        """Write every walk: cases with what hangs on them, search, chains; give what to count."""
        for walk in self.walks:
            search.index(walk.case, now=walk.case.filed_at)
        lines = [line for walk in self.walks for line in walk.lines]
        for first, last in pairwise([*range(0, len(lines), 5000), len(lines)]):
            db.session.execute(insert(LedgerLine), lines[first:last])
        db.session.execute(
            insert(LedgerStream),
            [
                {
                    "region_id": walk.case.region_id,
                    "stream": walk.lines[-1]["stream"],
                    "seq": len(walk.lines),
                    "head": walk.lines[-1]["hash"],
                    "sealed_seq": 0,
                }
                for walk in self.walks
            ],
        )
        cards = [card for walk in self.walks for card in walk.cards]
        if cards:
            db.session.execute(insert(Card), cards)
        counted = [entry for walk in self.walks for entry in walk.counted]
        self.walks.clear()
        return counted
