"""The pages of ratings."""

from desk.ratings.views import (
    at_window,
    by_link,
    entering,
    inviting,
    kiosk,
    kiosks,
    posters,
    staff_ways,
)
from desk.ratings.views.doors import blueprint

__all__ = [
    "at_window",
    "blueprint",
    "by_link",
    "entering",
    "inviting",
    "kiosk",
    "kiosks",
    "posters",
    "staff_ways",
]
