"""Answers to pressed buttons."""

from urllib.parse import urlsplit

from playground.errors import bad_request
from playground.methods.call import Call, Handler
from playground.methods.links import check_link

MESSENGER_HOSTS = ("t.me", "telegram.me", "telegram.dog")
LONGEST_ANSWER = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def answer_callback_query(call: Call) -> bool:
    text, url = call.arguments.text("text"), call.arguments.text("url")
    callback = call.bot.callbacks.get(call.arguments.text("callback_query_id"))
    if callback is None or callback.expires_at < call.world.clock.now():
        raise bad_request(TOO_OLD)
    if len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if url:
        _check_url(url)
    if not callback.answered:
        callback.answered = True
        chat = call.world.chat(call.bot, callback.persona)
        event = {
            "type": "callback_answer",
            "text": text,
            "alert": call.arguments.flag("show_alert"),
            "url": url or None,
        }
        call.world.publish_in(call.bot, chat, event)
    return True


def _check_url(url: str) -> None:
    """Without a game only links into the messenger itself may be opened."""
    parts = urlsplit(check_link(url, "Callback answer"))
    if parts.scheme != "tg" and parts.hostname not in MESSENGER_HOSTS:
        raise bad_request("URL_INVALID")


METHODS: dict[str, Handler] = {"answerCallbackQuery": answer_callback_query}
