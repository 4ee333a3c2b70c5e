"""Posts to the webhook that do not come from Telegram: whoever finds the address can send as many as they like."""

import asyncio

from loguru import logger


class Strangers:
    """Tells of the first one at once, and of those that follow once in `every` seconds, with their number."""

    def __init__(self, every: float = 60) -> None:
        self._every = every
        self._untold = 0
        self._quiet = False

    def refused(self, reason: Exception) -> None:
        if self._quiet:
            self._untold += 1
            return
        logger.warning("A post to the webhook was rejected with 403: {}", reason)
        self._keep_quiet()

    def _keep_quiet(self) -> None:
        self._quiet = True
        asyncio.get_running_loop().call_later(self._every, self._tell)

    def _tell(self) -> None:
        self._quiet = False
        if self._untold:
            logger.warning(
                "{} more posts to the webhook were rejected with 403 within {:g} s", self._untold, self._every
            )
            self._untold = 0
            self._keep_quiet()
