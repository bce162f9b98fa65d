"""What of a bad rating that became a case counts in a figure."""

from collections.abc import Iterator

from desk.approvals.words import ApprovalKind, ApprovalState
from desk.casework.words import ContactKind, IdentityMode, Review, Status, Step, Verdict
from desk.insight.facts import clocks
from desk.insight.facts.complaint import SATISFIED_FROM
from desk.insight.facts.drafts import Draft, History

FOUND_TRUE = frozenset({Verdict.TRUE, Verdict.PART})


def facts(history: History) -> Iterator[Draft]:
    """Draw every fact of a bad rating, on the day its case was opened; clocks on theirs."""
    case = history.case
    if case.is_test or case.status is Status.MERGED:
        return
    first = next((rating for rating in history.ratings if rating.round == 1), None)
    rated = first.department_id if first is not None else case.department_id or 0
    for name in _names(history):
        yield history.draft(name, case.filed_at, rated)
    steps = history.steps()
    for clock in history.clocks:
        if clock.step is Step.RATING_CONTACT and clocks.is_owed(clock):
            yield history.draft("bad.verify.owed", history.due_day(clock.due_at), rated)
    yield from clocks.of_rectifying(history, steps)
    yield from _answers(history, rated)
    yield from _appeals(history, rated)


def _names(history: History) -> Iterator[str]:
    case = history.case
    yield "bad.opened"
    if case.verdict is not None:
        yield "bad.verified"
    if case.verdict in FOUND_TRUE:
        yield "bad.true"
        if any(reply.review is Review.APPROVED for reply in history.replies):
            yield "bad.true.rectified"
    if case.verdict is Verdict.MALICIOUS:
        yield "bad.malicious"
    if case.identity_mode is IdentityMode.REAL:
        yield "bad.named"
        if any(c.kind is ContactKind.VERIFY and c.reached for c in history.contacts):
            yield "bad.named.called"


def _answers(history: History, rated: int) -> Iterator[Draft]:
    """Draw what raters said after it was put right: to whoever called, or by rating again."""
    said = [
        (contact.at, contact.result_score)
        for contact in history.contacts
        if contact.kind is ContactKind.FOLLOW_UP and contact.result_score is not None
    ]
    said += [
        (rating.given_at, rating.level)
        for rating in history.ratings
        if rating.round == 2 and rating.effective and not rating.is_test
    ]
    for at, level in said:
        yield history.draft("rectify.answered", at, rated)
        if level is not None and level >= SATISFIED_FROM:
            yield history.draft("rectify.satisfied", at, rated)


def _appeals(history: History, rated: int) -> Iterator[Draft]:
    """Draw each objection of the unit that two supervisors decided."""
    for asked in history.requests:
        if asked.kind is not ApprovalKind.RATING_APPEAL or asked.decided_at is None:
            continue
        if asked.state in {ApprovalState.GRANTED, ApprovalState.REFUSED}:
            yield history.draft("bad.appeal.decided", asked.decided_at, rated)
        if asked.state is ApprovalState.GRANTED:
            yield history.draft("bad.appeal.upheld", asked.decided_at, rated)
