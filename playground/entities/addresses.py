"""Addresses of sites and of mail in a plain text."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAMES = Path(__file__).with_name("top_level_domains.txt")  # IANA's of October 2026, and ton and onion
NO_SIGN = r"\x00-\x20\xa0\u1680\u2000-\u200b\u200e-\u200f\u2016-\u206f\u3000"
DOMAIN = re.compile(rf"[A-Za-z0-9_.~\-]|[^\x00-\xbf{NO_SIGN}]")
DOMAIN_AND_MAIL = re.compile(rf"(?:[A-Za-z0-9_.~\-@]|[^\x00-\xbf{NO_SIGN}])*")
USER = re.compile(rf"[^/\[\]{{}}()'`<>\"@«»{NO_SIGN}]")
PORT = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])")
PATH = rf"/[^<>\"«»{NO_SIGN}]*|[?#][^<>\"«»{NO_SIGN}]+"
PATH_HERE = re.compile(PATH)
DOTS = re.compile(r"[.]+")
SCHEME = re.compile(r"(?:[A-Za-z0-9+-]|[^\x00-\x7f\s])*$")
MAIL = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}",
    re.IGNORECASE,
)
BYTE = re.compile(r"25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]")
SCHEMES = {"http": ("shttp",), "https": (), "ftp": ("tftp", "sftp"), "tonsite": ()}  # and what only ends like them
HIGHEST_PORT = 65535
LONGEST_LABEL = 63
BYTES_OF_IP = 4
LONGEST_SCHEME = 40
NOT_LAST = ".:;,('?!`"
BRACKETS = {")": "(", "]": "[", "}": "{"}


def addresses_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Begin, end and kind, `url` or `email`."""
    free = 0
    while (dot := text.find(".", free)) >= 0 and dot + 1 < len(text):
        if text[dot + 1] == " ":
            free = dot + 2
            continue
        begin, end, good = _around(text, dot, free)
        mail_begin = begin + len("mailto:") if text.startswith("mailto:", begin) else begin
        if good and MAIL.fullmatch(text, mail_begin, end):
            yield mail_begin, end, "email"
        elif good and (stop := _end_of_site(text, begin, end)):
            yield begin, stop, "url"
        free = max(end if good else text.rfind(".", dot, end) + 1, dot + 1)
        if end == dot + 1:
            free = _match_end(DOTS, text, dot)  # nothing but dots follows: neither does an address stand around them
        while good and text.startswith(".", free):
            free += 1


def _around(text: str, dot: int, free: int) -> tuple[int, int, bool]:
    """Where the address around a dot begins and ends, and whether what stands before it allows one."""
    begin = _back(DOMAIN, text, dot, free)
    end = _match_end(DOMAIN_AND_MAIL, text, dot)
    mail_follows = "@" in text[dot:end]
    if mail_follows:
        begin = _back(USER, text, begin, free)
    if (port := PORT.match(text, end)) and int(port[1]) <= HIGHEST_PORT:
        end = port.end()
    if path := PATH_HERE.match(text, end):
        rest = path[0][1:].rstrip(NOT_LAST)
        end += 1 + len(rest) if rest or path[0].startswith("/") else 0
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    good = True
    if begin > free and text[begin - 1] == "@":
        user = _back(USER, text, begin - 1, free)
        good = not mail_follows and user < begin - 1
        begin = user
    if good and begin > free:
        begin, good = _with_scheme(text, begin, free)
    return begin, end, good and end > dot + 1


def _with_scheme(text: str, begin: int, free: int) -> tuple[int, bool]:
    if not text.endswith("://", free, begin):
        before = text[begin - 1]
        return begin, not (before.isalnum() or before in "_/#@")
    written = SCHEME.search(text[max(free, begin - LONGEST_SCHEME) : begin - 3])
    scheme = written[0].lower() if written else ""
    for known, others in SCHEMES.items():
        if scheme.endswith(known) and scheme not in others:
            return begin - 3 - len(known), True
    return begin, False


def _end_of_site(text: str, begin: int, end: int) -> int | None:
    """Where the address ends without brackets that were opened before it; None if it is none."""
    scheme = re.compile(r"(?:https?|ftp|tonsite)://", re.IGNORECASE).match(text, begin, end)
    start = scheme.end() if scheme else begin
    split = re.compile(r"[/?#]").search(text, start, end)
    stop = split.start() if split else end
    domain = text[start:stop].rpartition("@")[2] if text[start:stop].count("@") < 2 else ""  # noqa: PLR2004
    domain = domain.partition(":")[0]
    if not _is_domain(domain, scheme is not None) or domain.lower() == "teiegram.org":
        return None
    return stop + len(_balanced(text[stop:end]))


def _balanced(path: str) -> str:
    depth = dict.fromkeys(BRACKETS.values(), 0)
    for place, char in enumerate(path):
        if char in depth:
            depth[char] += 1
        elif char in BRACKETS:
            depth[BRACKETS[char]] -= 1
            if depth[BRACKETS[char]] < 0:
                return path[:place].rstrip(NOT_LAST)
    return path.rstrip(NOT_LAST)


def _is_domain(domain: str, has_scheme: bool) -> bool:
    labels = domain.split(".")
    if len(labels) == 1 or any(not 0 < len(label.encode()) <= LONGEST_LABEL or label[-1] == "-" for label in labels):
        return False
    if len(labels) == BYTES_OF_IP and all(map(BYTE.fullmatch, labels)):
        return True
    top = labels[-1]
    if not re.search(r"[^0-9.]", domain) or len(top) == 1 or "_" in labels[-2]:
        return False
    if top.startswith("xn--"):
        return bool(re.fullmatch(r"xn--[A-Za-z0-9]{2,}", top))
    return not re.search(r"[_-]", top) and (has_scheme or _is_common(top))


def _is_common(top: str) -> bool:
    """Small or capital letters, but not «Ru», which begins a sentence."""
    small = top.lower()
    return (small == top or small[1:] != top[1:]) and small in top_level_domains()


@cache
def top_level_domains() -> frozenset[str]:
    return frozenset(NAMES.read_text("utf-8").split())


def _back(pattern: re.Pattern[str], text: str, place: int, stop: int) -> int:
    while place > stop and pattern.match(text[place - 1]):
        place -= 1
    return place


def _match_end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place
