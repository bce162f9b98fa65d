"""The public pages: the front door, filing, following a case."""

from desk.intake.views import (
    answering,
    case,
    extract,
    files,
    filing,
    home,
    ledger,
    matter,
    sending,
    telling,
    tracking,
)
from desk.intake.views.doors import blueprint

__all__ = [
    "answering",
    "blueprint",
    "case",
    "extract",
    "files",
    "filing",
    "home",
    "ledger",
    "matter",
    "sending",
    "telling",
    "tracking",
]
