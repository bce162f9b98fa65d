"""The time. Only views, commands and jobs ask for it; everything below is told."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Tell the time as an aware instant in UTC."""
    return datetime.now(UTC)
