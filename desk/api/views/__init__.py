"""Addresses for other systems."""

from desk.api.views import description, events, ratings
from desk.api.views.doors import blueprint

__all__ = ["blueprint", "description", "events", "ratings"]
