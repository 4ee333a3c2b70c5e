"""Addresses of buttons, checked as the official server checks them."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from playground.entities.links import APP_SCHEME, LinkError, checked_link, mentioned_user
from playground.errors import bad_request

WEB_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def check_link(link: str, owner: str) -> str:
    """Normalised, of any kind; `owner` is whose address it is, as in «inline keyboard button»."""
    try:
        return checked_link(link.strip())
    except LinkError as wrong:
        raise _invalid(owner, link, str(wrong)) from None


def check_app_link(link: str, owner: str) -> str:
    """Only HTTPS, and plain HTTP of this machine, where nobody has a certificate."""
    if mentioned_user(link):
        raise bad_request("Link to a user can't be used in Web App URL buttons")
    address = link if WEB_SCHEME.match(link) else f"http://{link}"
    if _is_local(address):
        return link
    if APP_SCHEME.match(link) or address.lower().startswith("http://"):
        raise _invalid(owner, link, "Only HTTPS links are allowed")
    return check_link(link, owner)


def _is_local(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid(owner: str, link: str, reason: str) -> Exception:
    return bad_request(f"{owner} URL '{link}' is invalid: {reason}")
