"""News of a case for the rooms above."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.access.actors import Actor
from desk.casework.ladder import Rung
from desk.casework.models import Case, CaseClock
from desk.casework.words import Status
from desk.casework.workflow import Move


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """A case took a step; told inside the transaction that took it."""

    case: Case
    move: Move
    from_status: Status | None
    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class HandlerWanted:
    """A step that is taken and written down left a case with a department and nobody's in it."""

    case: Case
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseActed:
    """Something was done to a case without moving it; `act` is what its ledger line is called."""

    case: Case
    act: str
    body: Mapping[str, Any]
    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class ClockDue:
    """A clock reached a level of the ladder; told once, inside the transaction that noticed it."""

    case: Case
    clock: CaseClock
    rung: Rung
    at: datetime


@dataclass(frozen=True, slots=True)
class DateCorrected:
    """The date of a running clock was put right after a calendar or a limit had changed."""

    case: Case
    clock: CaseClock
    was: datetime
    at: datetime
