"""Counting tries: shared through Redis where there is one, in the process where there is not."""

import time
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from desk.kernel.errors import TooMany


@dataclass(frozen=True, slots=True)
class Limit:
    """A name and its numbers, such as `Limit("track", "10/minute;60/hour")`."""

    name: str
    rule: str

    def items(self) -> list[RateLimitItem]:
        return parse_many(self.rule)


class Throttle:
    """Counts tries by key. A dead Redis is replaced by counting here: it never fails open."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._connect(redis_url)
        self._shared_down_until = 0.0

    @staticmethod
    def _connect(url: str | None) -> MovingWindowRateLimiter | None:
        if not url:
            return None
        storage: Storage = storage_from_string(
            url, socket_timeout=0.2, socket_connect_timeout=0.2, wrap_exceptions=True
        )  # type: ignore[assignment]
        return MovingWindowRateLimiter(storage)

    def hit(self, limit: Limit, key: str, message: object, *, cost: int = 1) -> None:
        """Count one try; raises TooMany with the seconds to wait when a limit is passed.

        `cost` says as how many it counts.
        """
        for item in limit.items():
            if not self._ask("hit", item, limit.name, key, cost=cost):
                raise TooMany(message, retry_after=self._wait(item, limit.name, key))

    def allows(self, limit: Limit, key: str) -> bool:
        """Tell whether another try would pass, without counting one."""
        return all(self._ask("test", item, limit.name, key) for item in limit.items())

    def check(self, limit: Limit, key: str, message: object) -> None:
        """Raise TooMany if another try would not pass, without counting one."""
        for item in limit.items():
            if not self._ask("test", item, limit.name, key):
                raise TooMany(message, retry_after=self._wait(item, limit.name, key))

    def count(self, limit: Limit, key: str) -> None:
        """Count one try and let it pass."""
        for item in limit.items():
            self._ask("hit", item, limit.name, key)

    def used(self, limit: Limit, key: str) -> int:
        """Tell how many tries of the first rule are counted at this moment."""
        item = limit.items()[0]
        try:
            left = self._limiter().get_window_stats(item, limit.name, key).remaining
        except StorageError:
            left = self._local.get_window_stats(item, limit.name, key).remaining
        return item.amount - left

    def forget(self, limit: Limit, key: str) -> None:
        """Set the count of a key to nothing."""
        for item in limit.items():
            for limiter in (self._local, self._shared):
                if limiter is not None:
                    try:
                        limiter.storage.clear(item.key_for(limit.name, key))
                    except StorageError:
                        continue

    def _limiter(self) -> MovingWindowRateLimiter:
        if self._shared is None or time.monotonic() < self._shared_down_until:
            return self._local
        return self._shared

    def _ask(self, verb: str, item: RateLimitItem, *keys: str, cost: int = 1) -> bool:
        try:
            return bool(getattr(self._limiter(), verb)(item, *keys, cost=cost))
        except StorageError:
            self._shared_down_until = time.monotonic() + 5
            return bool(getattr(self._local, verb)(item, *keys, cost=cost))

    def _wait(self, item: RateLimitItem, *keys: str) -> int:
        try:
            reset = self._limiter().get_window_stats(item, *keys).reset_time
        except StorageError:
            return item.get_expiry()
        return max(1, int(reset - time.time()) + 1)
