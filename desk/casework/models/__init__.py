"""Tables of a case and of those it concerns."""

from desk.casework.models.attached import CaseFile
from desk.casework.models.calling import AnswerLink, CallPlan, RevealGrant
from desk.casework.models.case import NOBODY_DUE, Case
from desk.casework.models.clock import CaseClock
from desk.casework.models.handout import Handout
from desk.casework.models.link import CaseLink
from desk.casework.models.named import CaseNamed, NamedBasis
from desk.casework.models.order import CaseOrder
from desk.casework.models.party import Party
from desk.casework.models.ruling import Ruling
from desk.casework.models.search import SearchDoc
from desk.casework.models.story import CaseMessage, Contact, Reply
from desk.casework.models.task import CaseTask
from desk.casework.models.undertaking import CaseUndertaking

__all__ = [
    "NOBODY_DUE",
    "AnswerLink",
    "CallPlan",
    "Case",
    "CaseClock",
    "CaseFile",
    "CaseLink",
    "CaseMessage",
    "CaseNamed",
    "CaseOrder",
    "CaseTask",
    "CaseUndertaking",
    "Contact",
    "Handout",
    "NamedBasis",
    "Party",
    "Reply",
    "RevealGrant",
    "Ruling",
    "SearchDoc",
]
