"""Whether an address lies in one of some networks: plain values, no database."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


def read_network(text: str) -> str | None:
    """Read a network such as 10.1.0.0/16 or one address; None for what is neither."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        return None


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
