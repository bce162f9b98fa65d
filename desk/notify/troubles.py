"""Why a letter did not leave, as a closed list: what a log and a page may say of it."""

from enum import StrEnum


class Trouble(StrEnum):
    """`down` and `unsure` concern everything sent that way, the others one letter."""

    DOWN = "down"
    UNSURE = "unsure"
    REFUSED = "refused"
    FAULT = "fault"
    NO_ADDRESS = "no_address"
    ERASED = "erased"
    KEPT_AWAY = "kept_away"


OF_THE_WHOLE_WAY = frozenset({Trouble.DOWN, Trouble.UNSURE})
FOR_GOOD = frozenset({Trouble.NO_ADDRESS, Trouble.ERASED, Trouble.KEPT_AWAY})
NOBODYS = frozenset({Trouble.ERASED, Trouble.KEPT_AWAY})
"""Troubles that nobody has to see to: whom the letter was for, or what they may know, is gone."""


class NotSent(Exception):
    """It did not leave. The detail names a kind of failure or an answer's code, never an address.

    `unsure` means that it broke off after the text was handed over: it may arrive twice.
    """

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble.value}: {detail}" if detail else trouble.value)
        self.trouble = trouble
        self.detail = detail


def read(last_error: str) -> tuple[Trouble, str]:
    """Read what was kept of a failure: the trouble, and its detail."""
    name, _, detail = last_error.partition(": ")
    return Trouble(name), detail
