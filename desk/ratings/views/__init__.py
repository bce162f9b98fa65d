"""The pages of ratings."""

from desk.ratings.views import by_link
from desk.ratings.views.doors import blueprint

__all__ = ["blueprint", "by_link"]
