"""What no log may show, whoever writes it."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

_TOKEN = re.compile(rb"\b\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
"""Of a bot, known or not."""
_SHORTEST = 8
"""What is shorter is no secret: it would be found in other words."""


def leaks(logs: Iterable[Path], secrets: Collection[str]) -> Iterator[str]:
    """A sentence for each log that shows one of the secrets, or a bot's token; the sentence shows none."""
    for log in logs:
        if shows_secret(log.read_bytes(), secrets):
            yield f"{log} shows a secret."


def shows_secret(said: bytes, secrets: Collection[str]) -> bool:
    return bool(_TOKEN.search(said)) or any(form in said for secret in secrets for form in _forms(secret))


def _forms(secret: str) -> set[bytes]:
    """As it is, as it stands in an address, and a token without the number of its bot."""
    forms = {secret, quote(secret, safe=""), secret.rpartition(":")[2]}
    return {form.encode() for form in forms if len(form) >= _SHORTEST}
