"""What the token of a system may be good for."""

from enum import StrEnum


class ApiScope(StrEnum):
    """A name is `subject:verb`, as permissions of people are."""

    EVENTS_WRITE = "events:write"
    EVENTS_READ = "events:read"
    RATINGS_WRITE = "ratings:write"
    CASES_READ = "cases:read"
    ITEMS_READ = "items:read"
    INDICATORS_READ = "indicators:read"
