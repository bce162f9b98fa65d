"""Writing a publication, reading it over, taking it down. The caller holds the transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM, Actor, ActorKind
from desk.access.permissions import Permission
from desk.approvals.actions import Request, ask, void, vote
from desk.approvals.models import Approval
from desk.approvals.words import DECIDERS, ApprovalKind, ApprovalState, Ballot
from desk.audit.actions import record
from desk.casework.disclosure import is_hidden
from desk.casework.events import CaseMoved
from desk.casework.models import Case
from desk.casework.queries.scope import case_of, permissions_at
from desk.casework.words import Kind, Result, Status
from desk.casework.workflow import Move
from desk.improvement.models import Undertaking
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.ids import uuid7
from desk.organisation.queries import home_timetable
from desk.publishing.knowing import findings, known_of, known_of_undertaking
from desk.publishing.models import Publication, PublicationConsent
from desk.publishing.queries import consent_of, live_of, publication_of, undertaking_done
from desk.publishing.scanning import Finding, Known
from desk.publishing.words import CONSENT_WORDS, PARTS, PublicationKind, Removal
from desk.worktime.deadline import due

PUBLICATION = "publication"
DECIDE = Permission.PUBLICATION_DECIDE
READ_WITHIN = 5
REOPENED = frozenset({Move.REOPEN, Move.REOPEN_0})


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote, and of which findings they say that they name nobody."""

    parts: Mapping[str, str | None]
    lang: str
    answered: frozenset[str] = field(default=frozenset())


def propose_case(
    number: str, kind: PublicationKind, text: Text, *, by: Actor, now: datetime
) -> Publication:
    """Put a case that is closed before two others, retold so that it names nobody.

    Raises NotAllowed out of reach, Conflict where it is not closed, not a complaint, told already,
    or may not be told without the complainant's leave, and Invalid for a text that may name
    somebody.
    """
    case = case_of(by, number)
    if Permission.PUBLICATION_WRITE not in permissions_at(by, case):
        raise NotAllowed(_l("Your role does not include this. Ask your lead if it should."))
    consent = _may_be_told(case, kind)
    _check(findings(text.parts, known_of(case), story_of(case)), text.answered)
    one = _written(text, by, now)
    one.region_id, one.kind, one.case_id = case.region_id, kind, case.id
    one.item_id, one.department_id = case.item_id, case.department_id
    one.ended_on = home_timetable(now).local_day(case.closed_at or now).replace(day=1)
    if consent is not None:
        one.consent_at, one.consent_words = consent.given_at, consent.words
    return _ask(one, case.hall_id, by, now)


def propose_improvement(key: UUID, text: Text, *, by: Actor, now: datetime) -> Publication:
    """Put a cause that was mended before two others; its cases may not be known by it."""
    by.require(Permission.PUBLICATION_WRITE)
    item = undertaking_done(by, key)
    _check(findings(text.parts, known_of_undertaking(item)), text.answered)
    one = _written(text, by, now)
    one.region_id, one.kind = item.region_id, PublicationKind.IMPROVEMENT
    one.undertaking_id, one.item_id = item.id, item.item_id
    one.department_id = item.owner_department_id
    one.ended_on = home_timetable(now).local_day(item.done_at or now).replace(day=1)
    return _ask(one, 0, by, now)


def decide(
    key: UUID,
    *,
    grant: bool,
    reason: str,
    answered: Collection[str] = (),
    by: Actor,
    now: datetime,
) -> Publication:
    """Read a publication over and say yes or no; the second yes publishes it, one no ends it.

    The text is scanned again, with what is known of the case now. Raises NotAllowed for whoever
    wrote it, Conflict once it is decided or for a second word of one person, Invalid where a
    finding was not answered or, on a no, without a reason.
    """
    by.require(DECIDE)
    one, approval, case = publication_of(by, key, DECIDE)
    if not grant and not reason.strip():
        raise Invalid(_l("Write why it should not be published."), field="reason")
    if grant:
        if case is not None:
            _may_be_told(case, one.kind, besides=one.id)
        _check(found_in(one, case), answered)
    ballot = Ballot.GRANT if grant else Ballot.REFUSE
    vote(approval, ballot, reason.strip(), by=by, now=now)
    if approval.state is ApprovalState.GRANTED:
        one.published_at = now
    db.session.flush()
    what = "publish" if one.published_at else "pass_publication" if grant else "refuse_publication"
    _record(one, what, by, now, {"answered": len(set(answered))})
    return one


def take_back(key: UUID, *, by: Actor, now: datetime) -> Publication:
    """Take one's own text back before it is decided."""
    one, approval, _case = publication_of(by, key)
    if one.written_by != by.user_id:
        raise NotAllowed(_l("Only whoever wrote it can take it back."))
    if approval.state is not ApprovalState.PENDING:
        raise Conflict(_l("It has been decided already."))
    _take_down(one, Removal.TAKEN_BACK, by, now)
    return one


def remove(key: UUID, cause: Removal, *, by: Actor, now: datetime) -> Publication:
    """Take a page away from everybody; what was decided, and its chain, stay."""
    by.require(DECIDE)
    one, _approval, _case = publication_of(by, key, DECIDE)
    if not one.is_live:
        raise Conflict(_l("This is not published, or not any more."))
    _take_down(one, cause, by, now)
    return one


def give_consent(case: Case, lang: str, *, by: Actor, now: datetime) -> None:
    """Keep a complainant's leave to tell of their case, in the words of today."""
    if case.status is not Status.CLOSED or case.kind is not Kind.COMPLAINT:
        raise Conflict(_l("This can be said once the case is closed."))
    if consent_of(case.region_id, case.id) is not None:
        raise Conflict(_l("You have agreed to this already."))
    db.session.add(
        PublicationConsent(
            region_id=case.region_id, case_id=case.id, given_at=now, words=CONSENT_WORDS, lang=lang
        )
    )
    db.session.flush()
    _record_consent(case, "consent_to_publication", by, now)


def withdraw_consent(case: Case, *, by: Actor, now: datetime) -> int:
    """Take the leave back: what rests on it disappears at once. Gives how many pages did."""
    consent = consent_of(case.region_id, case.id)
    if consent is None:
        raise Conflict(_l("There is no agreement to take back."))
    consent.withdrawn_at = now
    resting = [one for one in live_of(case.region_id, case.id) if one.consent_at is not None]
    for one in resting:
        _take_down(one, Removal.CONSENT, by, now)
    db.session.flush()
    _record_consent(case, "withdraw_publication_consent", by, now)
    return len(resting)


def take_down_when_reopened(news: CaseMoved) -> None:
    """Take the page of a case away when it turns out not to be over."""
    if news.move in REOPENED:
        for one in live_of(news.case.region_id, news.case.id):
            _take_down(one, Removal.REOPENED, SYSTEM, news.at)


def found_in(one: Publication, case: Case | None) -> list[Finding]:
    """Scan a publication again, with what is known of its case now."""
    parts = {part: getattr(one, part) for part in PARTS}
    if case is not None:
        return findings(parts, known_of(case), story_of(case))
    item = db.session.get(Undertaking, (one.region_id, one.undertaking_id))
    return findings(parts, known_of_undertaking(item) if item is not None else Known())


def story_of(case: Case) -> str:
    """Give the complainant's own words, which a retelling should not repeat."""
    return f"{case.story}\n{case.wish}"


def _may_be_told(
    case: Case, kind: PublicationKind, *, besides: UUID | None = None
) -> PublicationConsent | None:
    """Give the leave a publication rests on, if it needs one; raise Conflict where it may not be.

    Praise always needs it, and so does a case whose complainant is hidden from the department.
    """
    if case.status is not Status.CLOSED or case.kind is not Kind.COMPLAINT or case.is_test:
        raise Conflict(_l("Only a complaint that is closed can be told."))
    if any(one.id != besides for one in live_of(case.region_id, case.id)):
        raise Conflict(_l("This case is told already, or somebody is reading it over."))
    praise = kind is PublicationKind.PRAISE
    if praise and case.result is not Result.SOLVED:
        raise Conflict(_l("Only a case that its complainant calls solved can be told as praise."))
    if not praise and not is_hidden(case.kind, case.identity_mode):
        return None
    consent = consent_of(case.region_id, case.id)
    if consent is None:
        raise Conflict(
            _l("The complainant has not agreed to this. They can on the page of their case.")
        )
    return consent


def _check(found: Collection[Finding], answered: Collection[str]) -> None:
    """Raise Invalid for what has to be written otherwise, and for findings nobody answered."""
    wrong: list[Invalid] = [
        Invalid(
            _l("“%(piece)s” may tell who somebody is. Write it otherwise.", piece=one.piece),
            field=one.part,
        )
        for one in found
        if one.stops
    ]
    if any(not one.stops and one.key not in answered for one in found):
        wrong.append(
            Invalid(
                _l("Look at each of the places below and say that it names nobody."),
                field="answered",
            )
        )
    if wrong:
        wrong[0].others = tuple(wrong[1:])
        raise wrong[0]


def _written(text: Text, by: Actor, now: datetime) -> Publication:
    given = {part: (text.parts.get(part) or "").strip() or None for part in PARTS}
    return Publication(
        id=uuid7(now),
        lang=text.lang,
        answered=sorted(text.answered),
        written_by=by.user_id,
        written_at=now,
        **given,
    )


def _ask(one: Publication, hall_id: int, by: Actor, now: datetime) -> Publication:
    role, needed = DECIDERS[ApprovalKind.PUBLICATION]
    table = home_timetable(now)
    ends = due(now, READ_WITHIN, "working_day", table.calendar, table.hours, table.zone)
    approval: Approval = ask(
        Request(
            region_id=one.region_id,
            kind=ApprovalKind.PUBLICATION,
            subject_kind=PUBLICATION,
            subject_id=one.id,
            hall_id=hall_id,
            department_id=0,
            decider_role=role,
            reason="",
            payload={"kind": one.kind.value, "answered": len(one.answered)},
            due_at=ends.due_at,
            needed=needed,
        ),
        by=by,
        now=now,
    )
    one.approval_id = approval.id
    db.session.add(one)
    db.session.flush()
    _record(one, "propose_publication", by, now, {"answered": len(one.answered)})
    return one


def _take_down(one: Publication, cause: Removal, by: Actor, now: datetime) -> None:
    one.removed_at, one.removed_for = now, cause
    one.removed_by = by.user_id if by.kind is ActorKind.STAFF else None
    void(one.region_id, one.id, now=now)
    db.session.flush()
    _record(one, "remove_publication", by, now, {"cause": cause.value})


def _record(
    one: Publication, what: str, by: Actor, now: datetime, more: Mapping[str, object]
) -> None:
    body = {"kind": one.kind.value, "case": one.case_id.hex if one.case_id else None, **more}
    record(one.stream, what, region_id=one.region_id, by=by, now=now, body=body)


def _record_consent(case: Case, what: str, by: Actor, now: datetime) -> None:
    body = {"version": case.version, "words": CONSENT_WORDS}
    record(case.stream, what, region_id=case.region_id, by=by, now=now, body=body)
