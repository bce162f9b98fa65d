"""The public pages: the front door, filing, following a case."""

from desk.intake.views import filing, home, tracking
from desk.intake.views.doors import blueprint

__all__ = ["blueprint", "filing", "home", "tracking"]
