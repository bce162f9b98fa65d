"""The pages of supervision."""

from desk.supervision.views import card, cards, held, improvements, late, shift
from desk.supervision.views.doors import blueprint

__all__ = ["blueprint", "card", "cards", "held", "improvements", "late", "shift"]
