"""Whether an address lies in one of some networks: plain values, no database."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

WIDEST_V4, WIDEST_V4_INSIDE, WIDEST_V6 = 16, 8, 32
"""How short a prefix may be. Wider is no office but a country, whose people could not rate."""


def read_network(text: str) -> str | None:
    """Read a network such as 10.1.0.0/16 or one address; None for what is neither.

    Nor is a network one that holds more than an office can have: 0.0.0.0/0 would end all ratings.
    """
    try:
        found = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if found.version == 6:
        widest = WIDEST_V6
    else:
        widest = WIDEST_V4_INSIDE if found.is_private else WIDEST_V4
    return str(found) if found.prefixlen >= widest else None


def lies_in(address: str, networks: Iterable[str]) -> bool:
    """Tell whether an address lies in one of the networks; what is no address lies in none.

    An IPv4 address that comes in the clothes of IPv6 is looked at as what it is.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in ip_network(network) for network in networks)
