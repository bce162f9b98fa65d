"""The pages of administrators."""

from desk.administration.views import (
    codes,
    confirmations,
    departments,
    halls,
    home,
    imports,
    items,
    letters,
    limits,
    people,
    regions,
    settings,
    windows,
)
from desk.administration.views.doors import blueprint

__all__ = [
    "blueprint",
    "codes",
    "confirmations",
    "departments",
    "halls",
    "home",
    "imports",
    "items",
    "letters",
    "limits",
    "people",
    "regions",
    "settings",
    "windows",
]
