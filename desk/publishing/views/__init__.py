"""The pages of publications: what everybody reads, and what staff write and read over."""

from desk.publishing.views import public, reading, writing
from desk.publishing.views.doors import blueprint

__all__ = ["blueprint", "public", "reading", "writing"]
