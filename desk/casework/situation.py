"""What the rules look at: a case, whoever acts and the moment, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.approvals.words import ApprovalKind
from desk.casework.hearing import Hearing
from desk.casework.words import (
    Complexity,
    IdentityMode,
    Kind,
    Outcome,
    Responsibility,
    Solved,
    Status,
    Verdict,
)
from desk.files.incoming import Arrived


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a guard may ask. Days and counts are of the current round where it matters.

    `failed_days` are the local days on which a follow-up call of this round failed; `may_refuse`
    says that whoever acts may review "cannot be done"; `reachable` that there is a phone or mail;
    `asked` names each request that waits for a decision, and who asked;
    `joined` counts the cases merged into this one, `to_ask` those whose complainant is still to be
    asked; `part_until` is when a complainant can last take a merged case out, None for no limit;
    `open_tasks` counts the departments besides the answering one that still owe their part;
    `improving` says that an open improvement item mends its cause; asked only where
    the outcome needs one; `finding` how the proposal to put a bad rating aside stands, and
    `appeal_upheld` that two supervisors did so because its unit appealed; `unit_from` is the first
    day on which the rated unit may hear of it.
    """

    kind: Kind
    status: Status
    now: datetime
    today: date
    has_department: bool
    identity_mode: IdentityMode
    round: int
    outcome: Outcome | None
    verdict: Verdict | None
    author_id: int | None
    reviewer_id: int | None
    actor_id: int | None
    may_refuse: bool
    reachable: bool
    contacted: bool
    failed_calls: int
    failed_days: frozenset[date]
    reached: bool
    filed_on: date
    ended_at: datetime | None
    supplement_due: datetime | None
    confirm_due: datetime | None
    reopen_until: datetime | None
    restore_until: datetime | None
    is_complainant: bool
    hop: int = 0
    final_assignment: bool = False
    asked: Mapping[ApprovalKind, int] = field(default_factory=dict)
    objection_until: datetime | None = None
    joined: int = 0
    to_ask: int = 0
    parent_status: Status | None = None
    part_until: datetime | None = None
    open_tasks: int = 0
    improving: bool = False
    finding: Hearing | None = None
    appeal_upheld: bool = False
    unit_from: date | None = None


@dataclass(frozen=True, slots=True)
class TaskData:
    """What another department is asked; it reads nothing else of the case. Empty asks nobody."""

    department_id: int | None
    brief: str

    def __bool__(self) -> bool:
        return self.department_id is not None or bool(self.brief.strip())


@dataclass(frozen=True, slots=True)
class StepData:
    """What somebody gives with a step; a row of the table says which of it is needed.

    `version` is the version of the case they saw. Absent parts are None, never a default.
    """

    version: int
    text: str | None = None
    complexity: Complexity | None = None
    item_id: int | None = None
    item_not_listed: bool = False
    department_id: int | None = None
    brief: str | None = None
    facts: str | None = None
    basis: str | None = None
    action: str | None = None
    next_step: str | None = None
    contact: str | None = None
    evidence: str | None = None
    likeness: int | None = None
    to_all: str | None = None
    parent: str | None = None
    tasks: tuple[TaskData, ...] = ()
    outcome: Outcome | None = None
    verdict: Verdict | None = None
    root_cause: str | None = None
    responsibility: Responsibility | None = None
    in_time: bool | None = None
    solved: Solved | None = None
    result_score: int | None = None
    attitude_score: int | None = None
    files: tuple[Arrived, ...] = ()
