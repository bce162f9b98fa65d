"""What is likely at a desk where anything may be tried, and the dice that choose."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import TypeVar

from desk.approvals.words import ApprovalKind
from desk.casework.words import ContactKind
from desk.casework.workflow import Move

TEXTS = ["请补身份证明。"] * 12 + [" "]
WAITS = [
    *[timedelta(minutes=7), timedelta(hours=3), timedelta(hours=22)] * 3,
    *(timedelta(days=n) for n in (2, 9, 16)),
]
RARE = frozenset({Move.WITHDRAW, Move.MERGE})
ANSWERS = {
    ApprovalKind.RETURN: ["refuse_return"],
    ApprovalKind.DIVERT: ["refuse_divert"],
    ApprovalKind.EXTENSION: ["decide_extension"] * 4,
    ApprovalKind.PAUSE: ["decide_pause"] * 4,
}
"""What is likely to be answered while something is asked for."""
NEEDS = {
    Move.RETURN_UPHELD: ApprovalKind.RETURN,
    Move.ARBITRATE: ApprovalKind.RETURN,
    Move.DIVERT: ApprovalKind.DIVERT,
}
"""Steps that only answer a request."""
CALLED_FIRST = {
    Move.SUBMIT_REPLY: ContactKind.FIRST,
    Move.DISPATCH_RECTIFICATION: ContactKind.VERIFY,
    Move.CLOSE_UNCONFIRMED: ContactKind.FOLLOW_UP,
}
"""Steps that are refused unless somebody rang up before."""
DEPARTMENTS, WINDOW = ["handler", "lead", "handler2", "lead2"], ["clerk", "clerk2", "clerk3"]
REVIEW = ["supervisor", "supervisor2"]
ASKS = {
    "ask_return": DEPARTMENTS,
    "ask_extension": DEPARTMENTS,
    "ask_pause": DEPARTMENTS,
    "resume": DEPARTMENTS,
    "reclassify": [*WINDOW, *DEPARTMENTS],
    "set_item": [*WINDOW, *DEPARTMENTS],
    "set_cause": [*WINDOW, *DEPARTMENTS],
    "propose_divert": WINDOW,
    "refer": WINDOW,
    "refuse_return": WINDOW,
    "refuse_divert": WINDOW,
    "decide_extension": ["lead", "lead2", *REVIEW],
    "decide_pause": ["lead", "lead2", *REVIEW],
}
"""Who is likely to ask for each thing, or to answer it."""
LIKELY = [0, 0, 0, 0, 1, 1, 2, 3]
"""Which of several, the one done least so far first."""


T = TypeVar("T")


class Dice:
    """Choices that follow from a number and the turn it is thrown in."""

    def __init__(self, number: int, turn: int) -> None:
        self._random = Random(f"{number}/{turn}")

    def of(self, things: Iterable[T]) -> T:
        return self._random.choice(list(things))

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def seldom(self) -> bool:
        """Once in eight: try what makes no sense."""
        return not self._random.randrange(8)
