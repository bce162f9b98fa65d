"""The pages of supervision."""

from desk.supervision.views import card, cards, improvements
from desk.supervision.views.doors import blueprint

__all__ = ["blueprint", "card", "cards", "improvements"]
