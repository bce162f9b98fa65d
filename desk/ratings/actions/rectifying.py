"""What a rectification does to its rating, and the second rating to the rectification."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from desk.access.actors import SYSTEM, complainant_of
from desk.approvals.events import ApprovalDecided
from desk.approvals.words import ApprovalKind, ApprovalState
from desk.casework.actions import letters
from desk.casework.actions.move import move
from desk.casework.events import CaseActed, CaseMoved
from desk.casework.models import Case, Party
from desk.casework.situation import StepData
from desk.casework.words import UNFOUNDED, Kind, Solved, Status
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.notify.actions import write
from desk.notify.models import Channel
from desk.ratings.actions.links import new_link
from desk.ratings.actions.standing import decide, standings_of
from desk.ratings.labels import LEVELS
from desk.ratings.models import Rating, RatingChannel, StandingCause
from desk.ratings.scoring import BAD, SECOND_ROUND

AGAIN = frozenset({Move.REDO, Move.REDO_0, Move.REOPEN, Move.REOPEN_0})
SO_SO = frozenset({3})
BY_PEOPLE = frozenset({StandingCause.VERDICT, StandingCause.APPEAL})


def rating_behind(case: Case) -> Rating | None:
    """Find the bad rating that a rectification puts right."""
    if case.kind is not Kind.RECTIFICATION:
        return None
    return db.session.scalar(
        select(Rating).where(
            Rating.region_id == case.region_id,
            Rating.case_id == case.id,
            Rating.round < SECOND_ROUND,
        )
    )


def invite_again(news: CaseMoved) -> None:
    """Owe the rater the answer with a link for the second round, which there is only once.

    Where it was given, or nobody knows of which occasion, the letter asks whether it is solved.
    """
    case = news.case
    if news.move is not Move.APPROVE_REPLY or case.kind is not Kind.RECTIFICATION:
        return
    rating = rating_behind(case)
    if rating is None or rating.service_event_id is None or _second_of(case) is not None:
        letters.owe(case, "replied", now=news.at)
        return
    party = db.session.get(Party, (case.region_id, case.party_id)) if case.party_id else None
    ways = [
        channel
        for channel, address in (
            (Channel.SMS, party.phone_e if party else None),
            (Channel.MAIL, party.email_e if party else None),
        )
        if address is not None
    ]
    if party is None or not ways:
        return
    token = new_link(
        case.region_id,
        rating.service_event_id,
        RatingChannel.LINK,
        now=news.at,
        round_=SECOND_ROUND,
    )
    for channel in ways:
        write(
            "rectified",
            region_id=case.region_id,
            party_id=party.id,
            channel=channel,
            lang=case.lang,
            dedupe_key=f"{case.id.hex}/{case.version}/rectified/{channel.value}",
            context={"number": case.number, "path": f"/complaints/{case.number}"},
            now=news.at,
            secret=token,
        )


def _second_of(case: Case) -> Rating | None:
    return db.session.scalar(
        select(Rating).where(
            Rating.region_id == case.region_id,
            Rating.case_id == case.id,
            Rating.round == SECOND_ROUND,
        )
    )


def case_rated_again(region_id: int, event_id: object) -> Case | None:
    """Find the rectification that the second rating of an occasion is about."""
    return db.session.scalar(
        select(Case)
        .join(Rating, (Rating.region_id == Case.region_id) & (Rating.case_id == Case.id))
        .where(
            Rating.region_id == region_id,
            Rating.service_event_id == event_id,
            Rating.round < SECOND_ROUND,
        )
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )


def take_second(rating: Rating, case: Case, *, now: datetime) -> None:
    """Let the second rating speak: a good one closes the case, a bad one opens it again.

    It never opens another case (settled 2.17). Where the case has moved on so that neither can be,
    the rating stands for itself.
    """
    by = complainant_of(case.region_id, case.id)
    bad = rating.level in BAD
    if case.status is Status.REPLIED:
        name = Move.REDO if bad else Move.CONFIRM
    elif case.status is Status.CLOSED and bad:
        name = Move.REOPEN
    else:
        return
    with force_locale(case.lang):
        said = _("The second rating: %(level)s.", level=str(LEVELS[rating.level]))
    solved = Solved.NO if bad else Solved.PART if rating.level in SO_SO else Solved.YES
    text = f"{said}\n\n{rating.comment or ''}".strip() if bad else None
    data = StepData(
        version=case.version,
        text=text,
        solved=None if name is Move.REOPEN else solved,
    )
    try:
        move(case.number, name, data, by=by, now=now)
    except Conflict:
        return


def follow_finding(news: CaseMoved) -> None:
    """Let a rating count no longer once supervisors agreed that it was unfounded, or again."""
    case = news.case
    rating = rating_behind(case)
    if rating is None:
        return
    if news.move is Move.APPROVE_REPLY and case.verdict in UNFOUNDED:
        _say(rating, case, news, effective=False)
    elif news.move in AGAIN and case.verdict is not None and case.verdict not in UNFOUNDED:
        _restore(rating, case, news)


def follow_verdict(news: CaseActed) -> None:
    """Let a rating count again when it was set aside by people and is now found to be true."""
    if news.act == "record_verdict":
        rating = rating_behind(news.case)
        if rating is not None:
            _restore(rating, news.case, news)


def follow_appeal(news: ApprovalDecided) -> None:
    """Let a rating count no longer when two supervisors upheld the appeal of its unit."""
    approval = news.approval
    if approval.kind is not ApprovalKind.RATING_APPEAL:
        return
    case = db.session.get(Case, (approval.region_id, approval.subject_id))
    rating = rating_behind(case) if case is not None else None
    if rating is None or approval.state is not ApprovalState.GRANTED:
        return
    decide(
        rating,
        effective=False,
        cause=StandingCause.APPEAL,
        rule=str(approval.payload["verdict"]),
        approval_id=approval.id,
        by=SYSTEM,
        now=news.at,
    )


def _restore(rating: Rating, case: Case, news: CaseMoved | CaseActed) -> None:
    """Let a rating count again, if it was people who set it aside and not a detector."""
    last = next(reversed(standings_of(rating)), None)
    if last is not None and not last.effective and last.cause in BY_PEOPLE:
        _say(rating, case, news, effective=True)


def _say(rating: Rating, case: Case, news: CaseMoved | CaseActed, *, effective: bool) -> None:
    decide(
        rating,
        effective=effective,
        cause=StandingCause.VERDICT,
        rule=f"{case.verdict.value if case.verdict else '-'}/v{case.version}",
        by=news.by,
        now=news.at,
    )
