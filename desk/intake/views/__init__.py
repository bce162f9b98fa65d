"""The public pages: the front door, filing, following a case."""

from desk.intake.views import case, filing, home, ledger, matter, sending, telling, tracking
from desk.intake.views.doors import blueprint

__all__ = [
    "blueprint",
    "case",
    "filing",
    "home",
    "ledger",
    "matter",
    "sending",
    "telling",
    "tracking",
]
