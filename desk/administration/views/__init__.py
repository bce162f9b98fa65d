"""The pages of administrators."""

from desk.administration.views import departments, halls, home, regions, windows
from desk.administration.views.doors import blueprint

__all__ = ["blueprint", "departments", "halls", "home", "regions", "windows"]
