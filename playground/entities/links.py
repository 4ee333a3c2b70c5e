"""Which addresses the official server takes, and how it writes them."""

import re
from ipaddress import AddressValueError, IPv6Address

from playground.types import Json

APP_SCHEME = re.compile(r"(tg|ton|tonsite):(?://)?", re.IGNORECASE)
ADDRESS = re.compile(r"(?:([^:/?#@\[\]]*)://)?([^/?#]*)(.*)", re.DOTALL)
HOST = re.compile(r"(?:(?P<user>.*)@)?(?P<host>\[[^]@]*]|[^@]*?)(?P<port>(?<!^):[^:\]@]*)?", re.DOTALL)
NOT_IN_HOST = re.compile(r"(?P<percent>%(?![0-9a-fA-F]{2}))|[^\w.\-!$,~*'();&+=%\x80-\U0010ffff]")
NOT_IN_USER = re.compile(r"(?P<percent>%(?![0-9a-fA-F]{2}))|[^\w.\-!$,~*'();&+=%:\x80-\U0010ffff]")
USER_LINK = re.compile(r"tg:(?://)?user/?\?([^#]*)", re.IGNORECASE)
EMOJI_LINK = re.compile(r"tg:(?://)?emoji/?\?([^#]*)", re.IGNORECASE)
TIME_LINK = re.compile(r"tg:(?://)?time/?\?([^#]*)", re.IGNORECASE)
TIME_FORMATS = re.compile(r"[rR]|[tTdDwW]*")
HIGHEST_PORT, HIGHEST_USER, HIGHEST_EMOJI, HIGHEST_TIME = 65535, 2**40 - 1, 2**63 - 1, 2**31 - 1


class LinkError(Exception):
    """The text says what is wrong with an address, in the official server's words."""


def link_entity(url: str) -> Json | None:
    """A mention of a user, a link, or None: what is no address stays plain text."""
    if user := mentioned_user(url):
        return {"type": "text_mention", "user": {"id": user}}
    try:
        return {"type": "text_link", "url": checked_link(url)}
    except LinkError:
        return None


def mentioned_user(url: str) -> int | None:
    match = USER_LINK.match(url.lower())
    return _number(_parameters(match[1]).get("id", ""), HIGHEST_USER) if match else None


def image_entity(url: str) -> Json | None:
    """What `![…](url)` and its like stand for: a custom emoji or a time, which each reader sees in their own zone."""
    if match := EMOJI_LINK.match(url):
        number = _number(_parameters(match[1]).get("id", ""), HIGHEST_EMOJI)
        return {"type": "custom_emoji", "custom_emoji_id": str(number)} if number else None
    if match := TIME_LINK.match(url):
        given = _parameters(match[1])
        return time_entity(_number(given.get("unix", ""), HIGHEST_TIME), given.get("format", ""))
    return None


def time_entity(unix_time: int | None, form: str) -> Json | None:
    """None for a moment or a format that cannot be."""
    if not unix_time or not TIME_FORMATS.fullmatch(form):
        return None
    relative = form in ("r", "R")
    parts = ("w" if "w" in form.lower() else "", _short_or_long("d", form), _short_or_long("t", form))
    return {"type": "date_time", "unix_time": unix_time, "date_time_format": "r" if relative else "".join(parts)}


def checked_link(url: str) -> str:
    """The address as it is kept: with a scheme, the host in small letters, and a path. Raises LinkError."""
    if app := APP_SCHEME.match(url):
        return _app_link(app[1].lower(), url[app.end() :])
    scheme, user, host, port, path = _parts(url)
    if "." not in host and not host.startswith("["):
        raise LinkError("Wrong HTTP URL")
    return f"{scheme}://{user}{host}{port}{path}"


def _app_link(scheme: str, rest: str) -> str:
    _, user, host, port, path = _parts(rest)
    if user or port or host.startswith("[") or rest.lower().startswith(("http://", "https://")):
        raise LinkError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    if not re.fullmatch(r"[a-z0-9_.-]+" if scheme == "tonsite" else r"[a-z0-9_-]+", host):
        raise LinkError("Unallowed characters in URL host")
    return f"{scheme}://{host}{path[1:] if path.startswith('/?') else path}"


def _parts(url: str) -> tuple[str, str, str, str, str]:
    """Scheme, user with its at sign, host, port with its colon, and the rest."""
    address = ADDRESS.fullmatch(url)
    assert address is not None  # noqa: S101 - the expression fits anything
    scheme, authority, rest = "http" if address[1] is None else address[1].lower(), address[2], address[3]
    if scheme not in ("http", "https"):
        raise LinkError("Unsupported URL protocol")
    parts = HOST.fullmatch(authority)
    assert parts is not None  # noqa: S101 - the expression fits anything without a stroke
    port = _port(parts["port"])
    host = parts["host"].lower()
    _check_host(host, parts["user"] or "")
    user = f"{parts['user']}@" if parts["user"] else ""
    path = re.sub(r"[\0- ]", lambda char: f"%{ord(char[0]):02X}", rest.rstrip(" \t\r\n\0\v"))
    return scheme, user, host, port, path if path.startswith("/") else f"/{path}"


def _port(written: str | None) -> str:
    if written is None:
        return ""
    number = _number(written[1:].lstrip("0"), HIGHEST_PORT)
    if number is None:
        raise LinkError("Wrong port number specified in the URL")
    return f":{number}"


def _check_host(host: str, user: str) -> None:
    if host.startswith("[") and host.endswith("]"):
        try:
            IPv6Address(host[1:-1])
        except AddressValueError:
            raise LinkError("Wrong IPv6 address specified in the URL") from None
        return
    if not host:
        raise LinkError("URL host is empty")
    if host == ".":
        raise LinkError("Host is invalid")
    for wrong, name in ((NOT_IN_HOST.search(host), "host"), (NOT_IN_USER.search(user), "userinfo")):
        if wrong:
            what = "Wrong percent-encoded symbol" if wrong["percent"] else "Disallowed character"
            raise LinkError(f"{what} in URL {name}")


def _parameters(query: str) -> dict[str, str]:
    """The first of each name counts."""
    return {name: value for name, _, value in reversed([part.partition("=") for part in query.split("&")])}


def _number(written: str, highest: int) -> int | None:
    """None for what is no whole number from 1 to `highest`."""
    if not re.fullmatch(r"[1-9][0-9]{0,18}", written) or int(written) > highest:
        return None
    return int(written)


def _short_or_long(letter: str, form: str) -> str:
    return letter if letter in form else letter.upper() if letter.upper() in form else ""
