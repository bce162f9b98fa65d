"""The pages of ratings."""

from desk.ratings.views import at_window, by_link, inviting, kiosk, kiosks, posters
from desk.ratings.views.doors import blueprint

__all__ = ["at_window", "blueprint", "by_link", "inviting", "kiosk", "kiosks", "posters"]
