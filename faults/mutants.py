"""Valid updates made strange: as no Telegram sends them, or as one may one day."""

import gzip
import json
import random
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

Update = dict[str, Any]
"""In a list of valid ones: one kind with its object, without an id."""
Container = dict[str, Any] | list[Any]

KINDS = (
    *("message", "edited_message", "channel_post", "edited_channel_post", "business_message", "inline_query"),
    *("chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer"),
    *("my_chat_member", "chat_member", "chat_join_request", "message_reaction", "chat_boost", "aiogd_update", "new"),
)
FIELDS = (
    *("id", "from", "chat", "message", "message_id", "date", "text", "data", "type", "entities", "caption", "photo"),
    *("reply_to_message", "via_bot", "sender_chat", "forward_origin", "new_chat_members", "left_chat_member", "pinned"),
    *("pinned_message", "migrate_to_chat_id", "successful_payment", "web_app_data", "contact", "location", "sticker"),
    *("reply_markup", "inline_message_id", "game_short_name", "is_topic_message", "message_thread_id", "quote"),
    *("edit_date", "has_protected_content", "media_group_id", "link_preview_options", "language_code", "is_bot"),
    *("username", "first_name", "last_name", "title", "status", "user", "old_chat_member", "new_chat_member", "query"),
)
NUMBERS = (
    *("0", "-0", "1", "-1", "1.0", "1.5", "-1e-9", "1e5", "1e999", "NaN", "Infinity", "-Infinity", "01", "9" * 5000),
    *map(str, (2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63), -(2**63) - 1, 10**30, -(10**12))),
)
STRINGS = (
    *("", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202e\u2066кот", "а" + "\u0301" * 3000, "я" * 5000),
    *("👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈", "🙂" * 4096, "\u2028\u2029\ufeff", "\x1b[2J\x1b]0;x\x07", "{}{0}{name}%s"),
    *("\n2026-11-22 12:00:00.000 ERROR app.bot forged", "<b>&lt;<a href='tg://user?id=9001'>", "../../../etc/passwd"),
    *("'; DROP TABLE bookings; --", "/start", "/start " + "x" * 300, "/cancel", "/language@other_bot", "2", "-2", "²"),
    *("٣", "1" * 4000, "1e3", "\U0010ffff", "ﷺ" * 1000, "x" * 200_000, "Ǆ" * 300, "private", "group", "channel"),
    *("kicked", "ru", "zz", "9001", "123:" + "A" * 35),
)  # fmt: skip
OTHERS = (
    *("null", "true", "false", "[]", "{}", "[[]]", "[{}]", '{"id": 9001}', "[1, 2, 3]", '{"": ""}', '{"update_id": 1}'),
    *("[" * 400 + "]" * 400, "[" * 20_000 + "]" * 20_000, '{"a":' * 300 + "1" + "}" * 300, "[" + "{}," * 9999 + "{}]"),
    *('{"id": 5, "is_bot": true, "first_name": "x"}', '{"id": 777000, "type": "private"}', '"unfinished', "}", ""),
)
HOSTILE = (NUMBERS, tuple(map(json.dumps, STRINGS)), OTHERS)
"""As they stand in JSON, or would."""
SEPARATORS = re.compile("([:\x1d-])")
_RAW = re.compile(r'"\\u0001(\d+)\\u0001"')


class Mutator:
    """With the same chance and the same valid updates it makes the same strange ones."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._raw: list[str] = []
        self._structural: Sequence[Callable[[Container, Any], None]] = (
            *(self._drop, self._replace, self._replace, self._nudge, self._nudge, self._graft, self._add, self._repeat),
        )
        self._textual = (self._cut, self._flip, self._misencode, self._wrap, self._press_together)

    def __call__(self, update_id: int, valid: Sequence[Update]) -> bytes:
        """One of the valid updates, with this id unless that is what becomes strange."""
        self._raw.clear()
        self._donors = valid
        update = {"update_id": update_id, **deepcopy(self._chance.choice(valid))}
        forged = "callback_query" in update and self._one_in(2)
        if forged:
            self._forge(update["callback_query"])
        for _ in range(self._chance.choice((0, 0, 0, 1) if forged else (0, 1, 1, 1, 2, 3))):
            if update:
                self._chance.choice(self._structural)(*self._place(update))
        if self._one_in(15):
            self._rename(update)
        body = self._written(update)
        return self._chance.choice(self._textual)(body) if self._one_in(25) else body

    def _one_in(self, times: int) -> bool:
        return self._chance.randrange(times) == 0

    def _place(self, update: Update) -> tuple[Container, Any]:
        """What is near the top is as likely as what is deep below."""
        container: Container = update
        key: Any = next(iter(update)) if self._one_in(20) else next(reversed(update))
        while isinstance(inner := container[key], dict | list) and inner and not self._one_in(4):
            container = inner
            key = self._chance.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        return container, key

    # -- in the structure

    def _drop(self, container: Container, key: Any) -> None:
        del container[key]

    def _replace(self, container: Container, key: Any) -> None:
        container[key] = self._hostile()

    def _nudge(self, container: Container, key: Any) -> None:
        match container[key]:
            case bool(flag):
                container[key] = not flag
            case int(number):
                near = (-number, number + 1, number - 1, number * 10**9, str(number), float(number), self._known_id())
                container[key] = self._chance.choice(near)
            case str(text):
                container[key] = self._twisted(text)
            case _:
                container[key] = self._hostile()

    def _graft(self, container: Container, key: Any) -> None:
        """A part of another update, such as another one's chat."""
        donor, part = self._place(deepcopy(self._chance.choice(self._donors)))
        container[key] = donor[part]

    def _add(self, container: Container, _: Any) -> None:
        value = self._hostile()
        if self._one_in(2):
            donor, part = self._place(deepcopy(self._chance.choice(self._donors)))
            value = donor[part]
        if isinstance(container, dict):
            container[self._chance.choice(FIELDS)] = value
        else:
            container.append(value)

    def _repeat(self, container: Container, key: Any) -> None:
        """The same key twice, with different values: each reader may take another one."""
        if isinstance(container, dict):
            container[self._as_is(json.dumps(key))] = self._hostile()
        else:
            container.append(container[key])

    def _rename(self, update: Update) -> None:
        if kinds := [key for key in update if key != "update_id"]:
            update[self._chance.choice(KINDS)] = update.pop(kinds[0])

    # -- of a button

    def _forge(self, press: Update) -> None:
        """What the button says: cut, mixed with others, with other numbers."""
        data = str(press.get("data", ""))
        other = self._chance.choice(self._donors).get("callback_query", {}).get("data", "x")
        mine, theirs = SEPARATORS.split(data), SEPARATORS.split(other)
        forged = (
            lambda: data[: self._chance.randrange(len(data) + 1)],
            lambda: other,
            lambda: "".join([*mine[: self._cut_at(mine)], *theirs[self._cut_at(theirs) :]]),
            lambda: re.sub(r"\d+", lambda _: str(self._number()), data),
            lambda: re.sub(r"\d+", lambda _: str(self._number()), data, count=1),
            lambda: re.sub(r"\d+$", lambda _: str(self._number()), data),
            lambda: "".join(part for part in mine if not self._one_in(len(mine))),
            lambda: data + self._chance.choice((":", ":0", "\x1d", "-1", "\0", "🙂", ":" * 64, data)),
            lambda: self._twisted(data),
        )
        press["data"] = self._chance.choice(forged)()

    def _cut_at(self, parts: Sequence[str]) -> int:
        return self._chance.randrange(len(parts) + 1)

    def _number(self) -> int | str:
        numbers = (0, 1, 2, 3, 9, -1, 10**6, 10**6 + 1, 2**31, 2**63 - 1, 2**63, 10**40, "", "x", "1.0", "٣", "²", "+1")
        return self._chance.choice((*numbers, self._known_id(), self._chance.randrange(200)))

    def _known_id(self) -> int:
        """Somebody's, as other updates have it."""
        [event] = self._chance.choice(self._donors).values()
        sender = event.get("from") or event.get("user") or {}
        return int(sender.get("id", 9001))

    # -- values

    def _hostile(self) -> str:
        return self._as_is(self._chance.choice(self._chance.choice(HOSTILE)))

    def _twisted(self, text: str) -> str:
        place = self._chance.randrange(len(text) + 1)
        strange = self._chance.choice(STRINGS)
        return self._chance.choice(
            (text[:place], text[:place] + strange + text[place:], text.swapcase(), text[::-1], strange)
        )

    def _as_is(self, json_text: str) -> str:
        """A place for what `json` would not write by itself."""
        self._raw.append(json_text)
        return f"\x01{len(self._raw) - 1}\x01"

    def _written(self, update: Update) -> bytes:
        text = json.dumps(update, ensure_ascii=True)
        return _RAW.sub(lambda place: self._raw[int(place[1]) % len(self._raw)], text).encode()

    # -- in the bytes

    def _cut(self, body: bytes) -> bytes:
        return body[: self._chance.randrange(len(body))]

    def _flip(self, body: bytes) -> bytes:
        changed = bytearray(body)
        changed[self._chance.randrange(len(body))] = self._chance.randrange(256)
        return bytes(changed)

    def _misencode(self, body: bytes) -> bytes:
        text = body.decode()
        made = (
            text.encode("utf-16"),
            text.encode("utf-32-le"),
            b"\xef\xbb\xbf" + body,
            gzip.compress(body),
            b"\xff\xfe",
        )
        return self._chance.choice(made)

    def _wrap(self, body: bytes) -> bytes:
        return self._chance.choice((b"[%s]", b'{"result": [%s], "ok": true}', b"/* */ %s", b"%s;", b"'%s'")) % body

    def _press_together(self, body: bytes) -> bytes:
        return body + body
