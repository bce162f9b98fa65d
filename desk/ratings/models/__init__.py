"""Tables of service events, the ways to rate them, and the ratings given."""

from desk.ratings.models.channels import Kiosk, KioskGap, RatingEntry
from desk.ratings.models.given import (
    EarlyRating,
    EventSource,
    Rating,
    RatingChannel,
    RatingExchange,
    RatingPhoto,
    RatingStanding,
    RatingToken,
    ServiceEvent,
    StandingCause,
)

__all__ = [
    "EarlyRating",
    "EventSource",
    "Kiosk",
    "KioskGap",
    "Rating",
    "RatingChannel",
    "RatingEntry",
    "RatingExchange",
    "RatingPhoto",
    "RatingStanding",
    "RatingToken",
    "ServiceEvent",
    "StandingCause",
]
