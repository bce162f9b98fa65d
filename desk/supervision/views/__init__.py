"""The pages of supervision."""

from desk.supervision.views import (
    audits,
    card,
    cards,
    held,
    improvements,
    late,
    quality,
    ratings,
    reconciled,
    reports,
    shift,
)
from desk.supervision.views.doors import blueprint

__all__ = [
    "audits",
    "blueprint",
    "card",
    "cards",
    "held",
    "improvements",
    "late",
    "quality",
    "ratings",
    "reconciled",
    "reports",
    "shift",
]
