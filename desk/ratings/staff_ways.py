"""What a region has registered as its staff's own: networks and telephone numbers."""

from collections.abc import Sequence
from datetime import date

from desk.kernel.vault import hashes
from desk.organisation.models import Region
from desk.organisation.queries import setting_of

NETWORKS = "staff_networks"
PHONES = "staff_phones"


def staff_networks(region: Region, on: date) -> Sequence[str]:
    """List the networks from which staff work; nobody rates from there but at a kiosk."""
    return tuple(setting_of(NETWORKS, region, on) or ())


def staff_phones(region: Region, on: date) -> frozenset[str]:
    """Give the hashes of the telephone numbers of staff; no rating by one of them is scored."""
    return frozenset(setting_of(PHONES, region, on) or ())


def phone_mark(phone: str) -> str:
    """Give what is kept of a telephone number of staff: a keyed hash, never the number."""
    return hashes().index("phone", phone).hex()
