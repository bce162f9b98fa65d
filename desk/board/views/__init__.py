"""The public pages of the board, and of an item with what was measured of it."""

from desk.board.views import data, item, months
from desk.board.views.doors import blueprint

__all__ = ["blueprint", "data", "item", "months"]
