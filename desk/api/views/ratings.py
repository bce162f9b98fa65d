"""Ratings that people gave elsewhere, told by the systems that took them."""

from flask.typing import ResponseReturnValue

from desk.access.doors import for_systems
from desk.access.scopes import ApiScope
from desk.api import reading
from desk.api.views.doors import admit, blueprint
from desk.api.views.telling import take
from desk.ratings.loading_ratings import load_ratings


@blueprint.post("/v1/ratings")
@for_systems(ApiScope.RATINGS_WRITE, admit, largest=reading.LARGEST_SENT)
def tell_ratings() -> ResponseReturnValue:
    from desk.ratings.told import RatingTold  # noqa: PLC0415 - loads pydantic

    return take(RatingTold, load_ratings)
