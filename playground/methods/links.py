"""Addresses of buttons, checked as the official server checks them."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from playground.errors import bad_request

USER_LINK = re.compile(r"tg://user\?id=\d+", re.IGNORECASE)
OWN_SCHEME = re.compile(r"(tg|ton|tonsite):(//)?", re.IGNORECASE)
WEB_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def check_link(link: str, owner: str) -> str:
    """Normalised, of any kind; `owner` is whose address it is, as in «inline keyboard button»."""
    own = OWN_SCHEME.match(link)
    if own:
        return f"{own[1].lower()}://{link[own.end() :]}"
    return _web_address(link, owner)


def check_app_link(link: str, owner: str) -> str:
    """Only HTTPS, and plain HTTP of this machine, where nobody has a certificate."""
    if USER_LINK.match(link):
        raise bad_request("Link to a user can't be used in Web App URL buttons")
    if OWN_SCHEME.match(link):
        raise _invalid(owner, link, "Only HTTPS links are allowed")
    address = link if WEB_SCHEME.match(link) else f"http://{link}"
    if address.lower().startswith("http://") and not _is_local(address):
        raise _invalid(owner, link, "Only HTTPS links are allowed")
    return link if _is_local(address) else _web_address(link, owner)


def _web_address(link: str, owner: str) -> str:
    address = link.strip() if WEB_SCHEME.match(link) else f"http://{link.strip()}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _invalid(owner, link, "Wrong port number specified in the URL") from None
    if parts.scheme not in ("http", "https"):
        raise _invalid(owner, link, "Unsupported URL protocol")
    host = parts.hostname or ""
    if not host:
        raise _invalid(owner, link, "URL host is empty")
    if port == 0:
        raise _invalid(owner, link, "Wrong port number specified in the URL")
    if "." not in host and ":" not in host:
        raise _invalid(owner, link, "Wrong HTTP URL")
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def _is_local(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid(owner: str, link: str, reason: str) -> Exception:
    return bad_request(f"{owner} URL '{link}' is invalid: {reason}")
