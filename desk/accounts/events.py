"""News of staff for the rooms above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SeatsEnded:
    """Somebody lost seats, or left; told inside the transaction that ended them."""

    user_id: int
    at: datetime
