"""Addresses for other systems."""

from desk.api.views import asking, description, events, ratings
from desk.api.views.doors import blueprint

__all__ = ["asking", "blueprint", "description", "events", "ratings"]
