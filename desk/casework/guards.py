"""Guards: what must be so before a step may happen, each with the sentence that says it is not."""

from collections.abc import Callable
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.approvals.words import ApprovalKind
from desk.casework.hearing import agreeing_blocked, refusal
from desk.casework.situation import Situation
from desk.casework.words import NEED_IMPROVEMENT, REFUSALS, Kind, Status, Verdict

Guard = Callable[[Situation], LazyString | None]

CALLS_BEFORE_UNCONFIRMED = 3
DAYS_BEFORE_UNCONFIRMED = 2
ROUNDS_BEFORE_UNSOLVED = 3
HOPS_BEFORE_ARBITRATION = 2


def has_department(s: Situation) -> LazyString | None:
    if s.has_department:
        return None
    return _l("No department has this case, so it goes back to the window.")


def has_no_department(s: Situation) -> LazyString | None:
    if not s.has_department:
        return None
    return _l("A department has this case, so it goes back to that department.")


def contact_recorded(s: Situation) -> LazyString | None:
    if s.contacted or not s.reachable:
        return None
    return _l("Contact the complainant first and record it: the reply follows a conversation.")


def tasks_answered(s: Situation) -> LazyString | None:
    if not s.open_tasks:
        return None
    return _l(
        "Other departments were asked for their part. Wait until each has answered, or say that "
        "it is not needed any more; still open: %(n)s.",
        n=s.open_tasks,
    )


def not_author(s: Situation) -> LazyString | None:
    if s.actor_id is None or s.actor_id != s.author_id:
        return None
    return _l("You wrote this reply. Somebody else must review it.")


def may_review_outcome(s: Situation) -> LazyString | None:
    if s.may_refuse:
        return None
    if s.kind is Kind.RECTIFICATION:
        return _l("The answer to a bad rating is reviewed by a supervisor, not by the department.")
    if s.outcome not in REFUSALS:
        return None
    return _l("A reply that it cannot be done is reviewed by a supervisor, not by the department.")


def no_open_undertaking_needed(s: Situation) -> LazyString | None:
    if s.improving or s.outcome not in NEED_IMPROVEMENT:
        return None
    return _l(
        "A policy or legacy outcome needs an open improvement item linked to the case. "
        "Link one to the case, or send the reply back with another outcome."
    )


def not_author_or_reviewer(s: Situation) -> LazyString | None:
    if s.actor_id is None or s.actor_id not in {s.author_id, s.reviewer_id}:
        return None
    return _l("You wrote or reviewed the reply. Somebody else must ask whether it is solved.")


def somebody_to_ask(s: Situation) -> LazyString | None:
    if s.reachable:
        return None
    return _l("Filed anonymously: nobody can be asked. It closes by itself when its time is over.")


def three_calls_failed(s: Situation) -> LazyString | None:
    enough = s.failed_calls >= CALLS_BEFORE_UNCONFIRMED
    if not s.reached and enough and len(s.failed_days) >= DAYS_BEFORE_UNCONFIRMED:
        return None
    return _l(
        "This needs 3 calls without an answer on at least 2 days; so far %(calls)s on %(days)s.",
        calls=s.failed_calls,
        days=len(s.failed_days),
    )


def nobody_to_call(s: Situation) -> LazyString | None:
    due = s.confirm_due
    if not s.reachable and due is not None and s.now >= due:
        return None
    return _l(
        "This happens by itself when the time to confirm has run out and nobody can be called."
    )


def supplement_ran_out(s: Situation) -> LazyString | None:
    if s.supplement_due is not None and s.now >= s.supplement_due:
        return None
    return _l("The time to supply what is missing has not run out.")


def refusal_or_third_round(s: Situation) -> LazyString | None:
    if s.outcome in REFUSALS or s.round >= ROUNDS_BEFORE_UNSOLVED:
        return None
    return _l("Only a reply that it cannot be done, or a third round, can be closed as unsolved.")


def confirm_open(s: Situation) -> LazyString | None:
    if s.confirm_due is not None and s.now <= s.confirm_due:
        return None
    return _l("The time to answer online has passed. The desk can still be called or written to.")


def dispute_open(s: Situation) -> LazyString | None:
    if s.is_complainant and s.kind is Kind.RECTIFICATION:
        return None
    return confirm_open(s) if s.is_complainant else not_author_or_reviewer(s)


def within_reopening(s: Situation) -> LazyString | None:
    if not s.is_complainant or (s.reopen_until is not None and s.now <= s.reopen_until):
        return None
    return _l("30 days have passed since this case was closed. Please file a new one and name it.")


def within_restoring(s: Situation) -> LazyString | None:
    if s.restore_until is not None and s.now <= s.restore_until:
        return None
    return _l("30 days have passed since this case was withdrawn. Please file a new one.")


def nothing_joined(s: Situation) -> LazyString | None:
    if not s.joined:
        return None
    return _l("Other cases were joined to this one. Join each of them to the other case instead.")


def joined_asked(s: Situation) -> LazyString | None:
    if not s.to_ask:
        return None
    return _l(
        "Cases were joined to this one. Ask the complainant of each whether it is solved first; "
        "still to be asked: %(n)s.",
        n=s.to_ask,
    )


def within_parting(s: Situation) -> LazyString | None:
    if not s.is_complainant or s.part_until is None or s.now <= s.part_until:
        return None
    return _l("30 days have passed since the joined case was closed. Please file a new one.")


def verified_true(s: Situation) -> LazyString | None:
    if s.verdict not in {Verdict.TRUE, Verdict.PART}:
        return _l("Speak to the rater and record what you found before passing this on.")
    if s.today < (s.unit_from or s.filed_on + timedelta(days=1)):
        return _l("A bad rating reaches the unit on the next working day, not on the same day.")
    return None


def rater_called(s: Situation) -> LazyString | None:
    if s.contacted or not s.reachable:
        return None
    return _l("Call the rater first and record the call.")


def unfounded_by_whom(s: Situation) -> LazyString | None:
    if s.status is Status.ACCEPTED or s.may_refuse:
        return None
    return _l("While the unit puts it right, only a supervisor can find that it was unfounded.")


def may_hear(s: Situation) -> LazyString | None:
    return refusal(s.finding) if s.finding is not None else None


def last_to_agree(s: Situation) -> LazyString | None:
    if s.finding is None:
        return None
    if s.finding.left > 1 and not s.finding.voted:
        return _l("Two supervisors decide on this. Say first that you agree; the second one sends.")
    return agreeing_blocked(s.finding)


def appeal_was_upheld(s: Situation) -> LazyString | None:
    if s.appeal_upheld:
        return None
    return _l("Only an appeal that two supervisors uphold ends a case so.")


def appeal_stands(s: Situation) -> LazyString | None:
    if not s.appeal_upheld or s.may_refuse:
        return None
    return _l(
        "Two supervisors decided that this rating does not count. Only a supervisor can open it "
        "again: write to the desk or call it."
    )


def asked_by_another(kind: ApprovalKind, s: Situation) -> LazyString | None:
    if kind not in s.asked:
        return _l("Nobody has asked for this, or it has been decided.")
    if s.actor_id is None or s.actor_id != s.asked[kind]:
        return None
    return _l("You asked for this. Somebody else must decide.")


def is_for_supervisor(s: Situation) -> bool:
    """Tell whether a return is for a supervisor: after two hops, or where a bad rating is meant."""
    return s.hop >= HOPS_BEFORE_ARBITRATION or s.kind is Kind.RECTIFICATION


def window_decides_return(s: Situation) -> LazyString | None:
    if not is_for_supervisor(s):
        return None
    return _l("It was passed on twice. A supervisor now decides which department answers.")


def supervisor_decides_return(s: Situation) -> LazyString | None:
    if is_for_supervisor(s):
        return None
    return _l("The window decides the first return. It comes to you when it is passed on twice.")


def within_objecting(s: Situation) -> LazyString | None:
    if s.objection_until is not None and s.now <= s.objection_until:
        return None
    return _l("This could be set right for 30 days. A new complaint is the way from here.")
