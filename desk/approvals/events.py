"""News of requests for the rooms above."""

from dataclasses import dataclass
from datetime import datetime

from desk.approvals.models import Approval


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A request waits for a role: it was made, endorsed, or nobody else answered in time."""

    approval: Approval
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """A request was granted or refused; told inside the transaction that decided it."""

    approval: Approval
    at: datetime
