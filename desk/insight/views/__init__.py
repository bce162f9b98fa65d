"""The pages of figures."""

from desk.insight.views import definitions, lists, overview, single
from desk.insight.views.doors import blueprint

__all__ = ["blueprint", "definitions", "lists", "overview", "single"]
