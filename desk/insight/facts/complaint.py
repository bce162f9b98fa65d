"""What of a complaint counts in a figure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from desk.approvals.words import ApprovalKind
from desk.casework.ladder import CARDS
from desk.casework.words import (
    ContactChannel,
    ContactKind,
    Outcome,
    Result,
    Review,
    Solved,
    Status,
)
from desk.casework.workflow import Move
from desk.insight.facts import clocks
from desk.insight.facts.drafts import Draft, History, Other, Step

DIVERTED = frozenset({Move.DIVERT, Move.LAPSE_SUPPLEMENT})
AGAIN = frozenset({Move.REDO, Move.REDO_0, Move.REOPEN, Move.REOPEN_0})
CLOSED = frozenset(
    {
        Move.CLOSE_SOLVED,
        Move.CLOSE_UNCONFIRMED,
        Move.LAPSE_CONFIRM,
        Move.CLOSE_UNSOLVED,
        Move.CONFIRM,
    }
)
ASKED = frozenset({Move.CLOSE_SOLVED, Move.CONFIRM})
REPEAT_WITHIN = timedelta(days=90)
QUIET_FOR = timedelta(days=30)
SATISFIED_FROM = 3


def facts(history: History) -> Iterator[Draft]:
    """Draw every fact of a complaint; a test or one joined to another has none."""
    case = history.case
    if case.is_test or case.status is Status.MERGED:
        return
    steps = history.steps()
    yield from _filing(history)
    for position, step in enumerate(steps):
        yield from _step(history, step, first=_is_first(steps, position))
    if clocks.counts_in_time(history):
        yield from clocks.of_simple_clocks(history, steps)
        yield from clocks.of_first_contacts(history)
        yield from clocks.of_answers(history, steps)
    yield from _closings(history, steps)
    yield from _follow_ups(history, steps)
    yield from of_returns(history)
    yield from of_cards(history)
    yield from of_audits(history, steps)


def _is_first(steps: Sequence[Step], position: int) -> bool:
    return all(step.move is not steps[position].move for step in steps[:position])


def _filing(history: History) -> Iterator[Draft]:
    """Draw the complaint itself: on the day it was filed, for the department that has it now."""
    case = history.case
    yield history.draft("filed", case.filed_at)
    yield history.draft(f"reason.{case.root_cause or case.reason}", case.filed_at)
    if case.open:
        yield history.draft(f"open.{case.status.value}", case.filed_at)
    if case.visits is not None:
        yield history.draft("visits.said", case.filed_at)
        if case.visits:
            yield history.draft("visits.sum", case.filed_at, weight=case.visits)
    before = case.filed_at - REPEAT_WITHIN
    if any(
        other.id != case.id and other.item_id == case.item_id and before <= other.filed_at
        and (other.filed_at, other.id) < (case.filed_at, case.id)
        for other in _same_matter(history)
    ):  # fmt: skip
        yield history.draft("repeat", case.filed_at)


def _same_matter(history: History) -> Sequence[Other]:
    return history.others if history.case.item_id is not None else ()


def _step(history: History, step: Step, *, first: bool) -> Iterator[Draft]:
    """Draw a move for the department that held the case after it."""
    move = step.move
    names = {Move.ACCEPT: "accepted", Move.SOLVE_ON_SPOT: "on_spot", Move.OVERTURN: "overturned"}
    if move in names:
        yield history.draft(names[move], step.at, step.after)
    if move in DIVERTED:
        yield history.draft("diverted", step.at, step.after)
    if move in {Move.DISPATCH, Move.ARBITRATE}:
        yield history.draft("dispatch", step.at, step.after)
        if move is Move.DISPATCH and first:
            yield history.draft("dispatch.first", step.at, step.after)
    if move is Move.RETURN_UPHELD or (move is Move.ARBITRATE and step.before != step.after):
        yield history.draft("return.upheld", step.at, step.before)
    if move in AGAIN:
        yield history.draft("redone", step.at, step.after)


def _closings(history: History, steps: Sequence[Step]) -> Iterator[Draft]:
    again = any(step.move in AGAIN for step in steps)
    for step in steps:
        if step.move not in CLOSED:
            continue
        yield history.draft("closed", step.at, step.after)
        if step.result:
            yield history.draft(f"closed.{step.result}", step.at, step.after)
        calls = [c for c in history.contacts if c.kind is ContactKind.FOLLOW_UP]
        if step.move in ASKED or any(c.round == step.round and c.at <= step.at for c in calls):
            yield history.draft("closed.followed", step.at, step.after)
        if step.result == Result.SOLVED and not again and not _filed_again(history, step):
            yield history.draft("closed.first_time", step.at, step.after)


def _filed_again(history: History, step: Step) -> bool:
    return any(
        other.id != history.case.id
        and other.item_id == history.case.item_id
        and step.at < other.filed_at <= step.at + QUIET_FOR
        for other in _same_matter(history)
    )


def _follow_ups(history: History, steps: Sequence[Step]) -> Iterator[Draft]:
    """Draw what complainants were asked and said, and what the unit had claimed about it."""
    claims = {reply.round: reply.outcome for reply in history.replies if _went_out(reply.review)}
    for contact in history.contacts:
        if contact.kind is not ContactKind.FOLLOW_UP:
            continue
        names = _said(contact.solved, contact.result_score, claims.get(contact.round))
        if contact.channel is not ContactChannel.ONLINE:
            names += ["follow.tried", *(["follow.reached"] if contact.reached else [])]
        department = history.held_at(contact.at, steps)
        for name in names:
            yield history.draft(name, contact.at, department)


def _went_out(review: Review | None) -> bool:
    return review in {Review.APPROVED, Review.ON_SPOT}


def _said(solved: Solved | None, score: int | None, claim: Outcome | None) -> list[str]:
    names: list[str] = []
    if solved is not None:
        names.append(f"follow.{solved.value}")
        claims = {Outcome.DONE: "claim.done", Outcome.PART: "claim.part"}
        names += [claims[claim]] if claim in claims else []
    if score is not None:
        names.append("follow.scored")
        names += ["follow.satisfied"] if score >= SATISFIED_FROM else []
    return names


def of_returns(history: History) -> Iterator[Draft]:
    """Draw each return that a department asked for."""
    for asked in history.requests:
        if asked.kind is ApprovalKind.RETURN:
            yield history.draft("return.asked", asked.asked_at, asked.department_id)


def of_audits(history: History, steps: Sequence[Step]) -> Iterator[Draft]:
    """Draw each closing that was looked at again, for the department that had answered."""
    for line in history.lines:
        body = line.body or {}
        if line.what != "audit" or body.get("kind") != "audit":
            continue
        department = history.held_at(line.at, steps)
        yield history.draft("audit.done", line.at, department)
        if body.get("finding") == "overturned":
            yield history.draft("audit.overturned", line.at, department)


def of_cards(history: History) -> Iterator[Draft]:
    """Draw each card that stands, for the department it is charged to."""
    for card in history.cards:
        if card.level in CARDS and card.revoked_at is None:
            yield history.draft(f"card.{card.level.value}", card.issued_at, card.department_id)
