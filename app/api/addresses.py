"""Who may post to the webhook, by network address."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

from app.api.webhook import Check, Rejected

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def only_from(networks: Sequence[Network], *, proxies: Sequence[Network]) -> Check:
    """A check that the post came from one of `networks`, handed on by nobody but our `proxies`.

    X-Forwarded-For is read from the right: each proxy of ours has appended the address that it saw. What stands further
    left was sent along by the client, who may write there what they like.
    """
    if not networks:
        raise ValueError("the webhook needs at least one network that may call it")

    async def check(request: Request) -> None:
        for hop in _hops(request):
            try:
                address = _plain(ip_address(hop))
            except ValueError:
                raise Rejected(403, f"{hop!r} in X-Forwarded-For is no address") from None
            if not _within(address, proxies):
                if not _within(address, networks):
                    raise Rejected(403, f"{address} is not in WEBHOOK_NETWORKS")
                return
        raise Rejected(403, "it came through nobody but our own proxies")

    return check


def _hops(request: Request) -> Iterator[str]:
    """The nearest first."""
    if request.client:
        yield request.client.host
    for header in reversed(request.headers.getlist("x-forwarded-for")):
        for hop in reversed(header.split(",")):
            yield hop.strip()


def _plain(address: Address) -> Address:
    """An IPv4 address that arrived at an IPv6 socket is an IPv4 address."""
    return getattr(address, "ipv4_mapped", None) or address


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
