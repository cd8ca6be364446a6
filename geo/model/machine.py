"""Which names and addresses are this machine's own."""

from ipaddress import IPv6Address, ip_address

LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain"})


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        found = ip_address(address.strip("[]"))
    except ValueError:
        return False
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (inner or found).is_loopback


def is_local_name(host: str) -> bool:
    """Tell whether a name or an address leads to this machine and is reached from it alone."""
    return host.lower() in LOCAL_NAMES or is_loopback(host)
