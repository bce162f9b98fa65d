"""How often somebody may try to sign in: per account, per address, and unlocking by itself."""

from desk.kernel.errors import TooMany
from desk.kernel.throttle import Limit, Throttle
from desk.kernel.vault import hashes

PER_ADDRESS = Limit("login-address", "20/minute;100/hour")
FREE = Limit("login-free", "5/15 minute")
LOCKED = Limit("login-locked", "10/15 minute")
PACES = tuple(Limit(f"login-pace-{seconds}", f"1/{seconds} second") for seconds in (1, 2, 4, 8))


class Gate:
    """The tries of one account from one address. Keys are hashed; no address is kept."""

    def __init__(self, throttle: Throttle, login: str, address: str) -> None:
        self.throttle = throttle
        self.account = (
            hashes().index("login", login.casefold().encode("utf-8", "replace").hex()).hex()
        )
        self.address = hashes().index("address", address).hex()

    def check(self, *, known_device: bool) -> None:
        """Raise TooMany when this try comes too soon or too often.

        After five failures the pace slows to 1, 2, 4, 8 seconds; at ten the account is locked for
        a quarter of an hour, but not for a browser in which the person is signed in.
        """
        self.throttle.hit(PER_ADDRESS, self.address, "")
        if known_device:
            return
        self.throttle.check(LOCKED, self.account, "")
        if self.throttle.allows(FREE, self.account):
            return
        failures = self.throttle.used(LOCKED, self.account)
        pace = PACES[min(max(failures - 5, 0), len(PACES) - 1)]
        if not self.throttle.allows(pace, self.account):
            raise TooMany("", retry_after=1)

    def failed(self) -> None:
        """Count a failure."""
        for limit in (FREE, LOCKED, *PACES):
            self.throttle.count(limit, self.account)

    def passed(self) -> None:
        """Forget the failures of this account."""
        for limit in (FREE, LOCKED, *PACES):
            self.throttle.forget(limit, self.account)
