"""The life of a case, as one table. Checks, buttons, letters, clocks and the diagram come from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.access.permissions import Permission
from desk.approvals.words import ApprovalKind
from desk.audit.models import Visibility
from desk.casework import guards
from desk.casework.guards import Guard
from desk.casework.situation import Situation
from desk.casework.words import FINAL, Kind, Status, Step
from desk.kernel.errors import Conflict


class Move(StrEnum):
    """The names of the rows."""

    SUBMIT = "submit"
    OPEN_RECTIFICATION = "open_rectification"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLY = "supply"
    LAPSE_SUPPLEMENT = "lapse_supplement"
    ACCEPT = "accept"
    SOLVE_ON_SPOT = "solve_on_spot"
    DISPATCH = "dispatch"
    DISPATCH_RECTIFICATION = "dispatch_rectification"
    SIGN = "sign"
    FIND_UNFOUNDED = "find_unfounded"
    SUBMIT_REPLY = "submit_reply"
    APPROVE_REPLY = "approve_reply"
    SEND_BACK = "send_back"
    SEND_BACK_0 = "send_back_0"
    CLOSE_SOLVED = "close_solved"
    CLOSE_UNCONFIRMED = "close_unconfirmed"
    LAPSE_CONFIRM = "lapse_confirm"
    CLOSE_UNSOLVED = "close_unsolved"
    CONFIRM = "confirm"
    REDO = "redo"
    REDO_0 = "redo_0"
    REOPEN = "reopen"
    REOPEN_0 = "reopen_0"
    WITHDRAW = "withdraw"
    RETURN_UPHELD = "return_upheld"
    ARBITRATE = "arbitrate"
    DIVERT = "divert"
    OVERTURN = "overturn"
    RESTORE = "restore"
    MERGE = "merge"
    UNMERGE = "unmerge"
    END_BY_APPEAL = "end_by_appeal"


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a row does to the clocks: start, stop (all of them with `stop_all`), pause, resume."""

    start: tuple[Step, ...] = ()
    stop: tuple[Step, ...] = ()
    pause: tuple[Step, ...] = ()
    resume: tuple[Step, ...] = ()
    stop_all: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One arrow. `told` is who may read the text given with it; `letter` the letter it owes.

    A row that `answers` a request is there only while somebody else's is waiting.
    """

    move: Move
    kinds: frozenset[Kind]
    sources: frozenset[Status]
    target: Status
    permission: Permission
    guards: tuple[Guard, ...] = ()
    needs: tuple[str, ...] = ()
    clocks: Clocks = field(default_factory=Clocks)
    letter: str | None = None
    told: Visibility = Visibility.PUBLIC
    answers: ApprovalKind | None = None


C = frozenset({Kind.COMPLAINT})
RE = frozenset({Kind.RECTIFICATION})
CR = C | RE
S, P, M, K, V, A = Status, Permission, Move, Step, Visibility, ApprovalKind
NOWHERE: frozenset[Status] = frozenset()
FINDING_PARTS = ("verdict", "facts", "proof", "next_step", "contact")
REPLY_PARTS = ("facts", "basis", "action", "next_step", "contact", "outcome")
FOLLOW_UP_ANSWERS = ("in_time", "solved", "result_score", "attitude_score")
WITHDRAWABLE = frozenset(Status) - FINAL
UNTIL_CLOSED = WITHDRAWABLE - {S.SUBMITTED, S.SUPPLEMENT}


def _in(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


# fmt: off
ROWS = (
    Row(M.SUBMIT,                 C,  NOWHERE,                        S.SUBMITTED,    P.CASE_FILE,               clocks=Clocks(start=(K.ACCEPT,)), letter="received"),
    Row(M.OPEN_RECTIFICATION,     RE, NOWHERE,                        S.ACCEPTED,     P.CASE_OPEN_RECTIFICATION, clocks=Clocks(start=(K.RATING_CONTACT, K.RATING_RECTIFY)), letter="rectification_opened"),
    Row(M.ASK_SUPPLEMENT,         C,  _in(S.SUBMITTED),               S.SUPPLEMENT,   P.CASE_ASK_SUPPLEMENT,     needs=("text",), clocks=Clocks(start=(K.SUPPLEMENT,), pause=(K.ACCEPT,)), letter="supplement_asked"),
    Row(M.SUPPLY,                 C,  _in(S.SUPPLEMENT),              S.SUBMITTED,    P.CASE_SUPPLY,             needs=("text",), clocks=Clocks(stop=(K.SUPPLEMENT,), resume=(K.ACCEPT,)), letter="supplement_got"),
    Row(M.LAPSE_SUPPLEMENT,       C,  _in(S.SUPPLEMENT),              S.DIVERTED,     P.CASE_LAPSE,              guards=(guards.supplement_ran_out,), clocks=Clocks(stop_all=True), letter="diverted"),
    Row(M.ACCEPT,                 C,  _in(S.SUBMITTED),               S.ACCEPTED,     P.CASE_ACCEPT,             needs=("complexity", "item"), clocks=Clocks(start=(K.REPLY, K.DISPATCH), stop=(K.ACCEPT,)), letter="accepted"),
    Row(M.SOLVE_ON_SPOT,          C,  _in(S.ACCEPTED),                S.REPLIED,      P.CASE_SOLVE_ON_SPOT,      needs=(*REPLY_PARTS, "evidence", "to_all", "on_spot", "root_cause", "responsibility"), clocks=Clocks(start=(K.FOLLOW_UP, K.CONFIRM), stop=(K.REPLY, K.REWORK, K.DISPATCH)), letter="replied", told=V.TEAM),
    Row(M.DISPATCH,               C,  _in(S.ACCEPTED),                S.DISPATCHED,   P.CASE_DISPATCH,           needs=("department", "brief", "tasks"), clocks=Clocks(start=(K.SIGN, K.FIRST_CONTACT), stop=(K.DISPATCH,)), letter="passed_on", told=V.TEAM),
    Row(M.DISPATCH_RECTIFICATION, RE, _in(S.ACCEPTED),                S.DISPATCHED,   P.CASE_VERIFY,             guards=(guards.verified_true,), needs=("department", "brief", "tasks"), clocks=Clocks(start=(K.SIGN,), stop=(K.DISPATCH,)), letter="passed_on", told=V.TEAM),
    Row(M.SIGN,                   CR, _in(S.DISPATCHED),              S.HANDLING,     P.CASE_SIGN,               clocks=Clocks(stop=(K.SIGN,))),
    Row(M.SUBMIT_REPLY,           CR, _in(S.HANDLING),                S.REPLY_REVIEW, P.CASE_REPLY,              guards=(guards.contact_recorded, guards.tasks_answered), needs=(*REPLY_PARTS, "evidence", "to_all"), clocks=Clocks(start=(K.REPLY_REVIEW,)), told=V.TEAM),
    Row(M.FIND_UNFOUNDED,         RE, _in(S.ACCEPTED, S.HANDLING),    S.REPLY_REVIEW, P.CASE_FIND_UNFOUNDED,     guards=(guards.rater_called, guards.unfounded_by_whom), needs=FINDING_PARTS, clocks=Clocks(start=(K.REPLY_REVIEW,)), told=V.TEAM),
    Row(M.APPROVE_REPLY,          CR, _in(S.REPLY_REVIEW),            S.REPLIED,      P.CASE_REVIEW,             guards=(guards.not_author, guards.may_review_outcome, guards.no_open_undertaking_needed, guards.last_to_agree), needs=("root_cause", "responsibility"), clocks=Clocks(start=(K.FOLLOW_UP, K.CONFIRM), stop=(K.REPLY, K.REWORK, K.RATING_RECTIFY, K.REPLY_REVIEW)), letter="replied", told=V.TEAM),
    Row(M.SEND_BACK,              CR, _in(S.REPLY_REVIEW),            S.HANDLING,     P.CASE_REVIEW,             guards=(guards.not_author, guards.may_review_outcome, guards.has_department, guards.may_hear), needs=("text",), clocks=Clocks(stop=(K.REPLY_REVIEW,)), told=V.TEAM),
    Row(M.SEND_BACK_0,            RE, _in(S.REPLY_REVIEW),            S.ACCEPTED,     P.CASE_REVIEW,             guards=(guards.not_author, guards.may_review_outcome, guards.has_no_department, guards.may_hear), needs=("text",), clocks=Clocks(stop=(K.REPLY_REVIEW,)), told=V.TEAM),
    Row(M.CLOSE_SOLVED,           CR, _in(S.REPLIED),                 S.CLOSED,       P.CASE_FOLLOW_UP,          guards=(guards.somebody_to_ask, guards.not_author_or_reviewer, guards.joined_asked), needs=(*FOLLOW_UP_ANSWERS, "content"), clocks=Clocks(stop_all=True), letter="closed", told=V.TEAM),
    Row(M.CLOSE_UNCONFIRMED,      CR, _in(S.REPLIED),                 S.CLOSED,       P.CASE_FOLLOW_UP,          guards=(guards.somebody_to_ask, guards.not_author_or_reviewer, guards.three_calls_failed, guards.joined_asked), clocks=Clocks(stop_all=True), letter="closed", told=V.TEAM),
    Row(M.LAPSE_CONFIRM,          CR, _in(S.REPLIED),                 S.CLOSED,       P.CASE_LAPSE,              guards=(guards.nobody_to_call,), clocks=Clocks(stop_all=True), letter="closed"),
    Row(M.CLOSE_UNSOLVED,         CR, _in(S.REPLIED),                 S.CLOSED,       P.CASE_CLOSE_UNSOLVED,     guards=(guards.refusal_or_third_round,), needs=("text",), clocks=Clocks(stop_all=True), letter="closed"),
    Row(M.CONFIRM,                CR, _in(S.REPLIED),                 S.CLOSED,       P.CASE_CONFIRM,            guards=(guards.confirm_open,), needs=("solved", "content"), clocks=Clocks(stop_all=True), letter="closed"),
    Row(M.REDO,                   CR, _in(S.REPLIED),                 S.HANDLING,     P.CASE_REDO,               guards=(guards.has_department, guards.dispute_open), needs=("text",), clocks=Clocks(start=(K.REWORK,), stop=(K.FOLLOW_UP, K.CONFIRM)), letter="reopened"),
    Row(M.REDO_0,                 CR, _in(S.REPLIED),                 S.ACCEPTED,     P.CASE_REDO,               guards=(guards.has_no_department, guards.dispute_open), needs=("text",), clocks=Clocks(start=(K.REWORK, K.DISPATCH), stop=(K.FOLLOW_UP, K.CONFIRM)), letter="reopened"),
    Row(M.REOPEN,                 CR, _in(S.CLOSED),                  S.HANDLING,     P.CASE_REOPEN,             guards=(guards.has_department, guards.within_reopening, guards.appeal_stands), needs=("text",), clocks=Clocks(start=(K.REWORK,)), letter="reopened"),
    Row(M.REOPEN_0,               CR, _in(S.CLOSED),                  S.ACCEPTED,     P.CASE_REOPEN,             guards=(guards.has_no_department, guards.within_reopening, guards.appeal_stands), needs=("text",), clocks=Clocks(start=(K.REWORK, K.DISPATCH)), letter="reopened"),
    Row(M.RETURN_UPHELD,          C,  _in(S.DISPATCHED, S.HANDLING),  S.ACCEPTED,     P.CASE_DECIDE_RETURN,      guards=(guards.window_decides_return,), needs=("text",), clocks=Clocks(start=(K.DISPATCH,), stop=(K.SIGN, K.FIRST_CONTACT)), told=V.TEAM, answers=A.RETURN),
    Row(M.ARBITRATE,              CR, _in(S.DISPATCHED, S.HANDLING),  S.DISPATCHED,   P.CASE_ARBITRATE,          guards=(guards.supervisor_decides_return,), needs=("department", "text"), clocks=Clocks(start=(K.SIGN, K.FIRST_CONTACT), stop=(K.SIGN, K.FIRST_CONTACT)), letter="passed_on", told=V.TEAM, answers=A.RETURN),
    Row(M.DIVERT,                 C,  _in(S.SUBMITTED),               S.DIVERTED,     P.CASE_DIVERT,             clocks=Clocks(stop=(K.ACCEPT,)), letter="diverted", answers=A.DIVERT),
    Row(M.OVERTURN,               C,  _in(S.DIVERTED),                S.SUBMITTED,    P.CASE_OVERTURN,           guards=(guards.within_objecting,), needs=("text",), clocks=Clocks(start=(K.ACCEPT,)), letter="diversion_overturned"),
    Row(M.WITHDRAW,               C,  WITHDRAWABLE,                   S.WITHDRAWN,    P.CASE_WITHDRAW,           needs=("text",), clocks=Clocks(stop_all=True), letter="withdrawn"),
    Row(M.RESTORE,                C,  _in(S.WITHDRAWN),               S.SUBMITTED,    P.CASE_RESTORE,            guards=(guards.within_restoring,), needs=("text",), clocks=Clocks(start=(K.ACCEPT,)), letter="restored"),
    Row(M.MERGE,                  C,  _in(S.SUBMITTED, S.ACCEPTED),   S.MERGED,       P.CASE_MERGE,              guards=(guards.nothing_joined,), needs=("parent", "text"), clocks=Clocks(stop_all=True), letter="merged"),
    Row(M.UNMERGE,                C,  _in(S.MERGED),                  S.SUBMITTED,    P.CASE_UNMERGE,            guards=(guards.within_parting,), needs=("why",), clocks=Clocks(start=(K.ACCEPT,)), letter="unmerged"),
    Row(M.END_BY_APPEAL,          RE, UNTIL_CLOSED,                   S.CLOSED,       P.CASE_LAPSE,              guards=(guards.appeal_was_upheld,), clocks=Clocks(stop_all=True), letter="appeal_upheld", told=V.TEAM),
)
# fmt: on

BY_MOVE = {row.move: row for row in ROWS}
TWINS = {
    Move.REDO: Move.REDO_0,
    Move.REOPEN: Move.REOPEN_0,
    Move.SEND_BACK: Move.SEND_BACK_0,
}
SIBLINGS = {Move.DISPATCH: Move.DISPATCH_RECTIFICATION}


@dataclass(frozen=True, slots=True)
class Offer:
    """A row that starts here; `blocked` is the sentence that says why it may not be taken now."""

    row: Row
    blocked: LazyString | None


def row_of(move: Move, kind: Kind, status: Status) -> Row:
    """Find the arrow of that name, or raise Conflict because there is none from here."""
    row = BY_MOVE[move]
    if kind not in row.kinds or status not in row.sources:
        raise Conflict(
            _l("This cannot be done now: the case has moved on. Look again where it stands.")
        )
    return row


def resolve(move: Move, s: Situation) -> Move:
    """Choose between rows that people call by one name: by department held, by kind of case."""
    if move in TWINS and not s.has_department:
        return TWINS[move]
    if move in SIBLINGS and s.kind is Kind.RECTIFICATION:
        return SIBLINGS[move]
    return move


def blocked_by(row: Row, s: Situation) -> LazyString | None:
    """Give the sentence of the first guard that says no."""
    if row.answers is not None and (sentence := guards.asked_by_another(row.answers, s)):
        return sentence
    return next((sentence for guard in row.guards if (sentence := guard(s))), None)


def offers(s: Situation, permissions: Iterable[Permission]) -> list[Offer]:
    """List the arrows from here that these permissions may follow; pages show them as buttons.

    A row whose twin applies instead is left out: the person never chooses between twins. So is one
    that answers a request nobody made.
    """
    allowed = frozenset(permissions)
    return [
        Offer(row, blocked_by(row, s))
        for row in ROWS
        if s.status in row.sources
        and s.kind in row.kinds
        and row.permission in allowed
        and not _other_twin(row.move, s)
        and (row.answers is None or row.answers in s.asked)
    ]


def _other_twin(move: Move, s: Situation) -> bool:
    if move in TWINS:
        return not s.has_department
    return move in TWINS.values() and s.has_department


NEEDED = {
    "text": _l("Write what the other side has to know."),
    "parent": _l("Write the number of the case it belongs to."),
    "to_all": _l("Write the answer for those whose cases were joined to this one."),
    "complexity": _l("Choose how complex the matter is; the promised date follows from it."),
    "item": _l("Choose the item, or say that it is not listed."),
    "department": _l("Choose the department that answers."),
    "facts": _l("Write what you found."),
    "basis": _l("Name the rule the reply rests on."),
    "action": _l("Write what was done."),
    "next_step": _l("Write what the complainant does next."),
    "contact": _l("Write whom the complainant can ask, and when."),
    "outcome": _l("Choose what came of it."),
    "verdict": _l("Choose what you found."),
    "root_cause": _l("Choose the root cause."),
    "responsibility": _l("Choose who was responsible."),
    "in_time": _l("Say whether the department got in touch in time."),
    "solved": _l("Say whether it is solved."),
    "result_score": _l("Choose a score for the result."),
    "attitude_score": _l("Choose a score for the attitude."),
}
"""The sentence for each part that is missing."""


def diagram() -> str:
    """Draw the table as a Mermaid diagram, for `docs/workflow.md`."""
    arrows = [
        f"    {source} --> {row.target}: {row.move}"
        for row in ROWS
        for source in ([str(s) for s in sorted(row.sources)] or ["[*]"])
    ]
    return "\n".join(["stateDiagram-v2", *arrows])
