"""Addresses for other systems."""

from desk.api.views import events, ratings
from desk.api.views.doors import blueprint

__all__ = ["blueprint", "events", "ratings"]
