"""Posts that prove to be Telegram's and are no update as we know them."""

from collections import OrderedDict

import orjson

_MOST_OFFERS = 3
_REMEMBERED = 1000


class Unreadable:
    """Counts how often each was offered: Telegram repeats it for a day, and its chat waits behind it."""

    def __init__(self) -> None:
        self._offers: OrderedDict[int, int] = OrderedDict()

    def given_up(self, body: bytes) -> int | None:
        """The id of the update, if it has been offered often enough."""
        update_id = _id_in(body)
        if update_id is None:
            return None
        offers = self._offers.pop(update_id, 0) + 1
        self._offers[update_id] = offers
        if len(self._offers) > _REMEMBERED:
            self._offers.popitem(last=False)
        return update_id if offers >= _MOST_OFFERS else None


def _id_in(body: bytes) -> int | None:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    update_id = content.get("update_id") if isinstance(content, dict) else None
    return update_id if isinstance(update_id, int) else None
