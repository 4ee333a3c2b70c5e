"""Answers to pressed buttons."""

from playground.errors import bad_request
from playground.methods.call import Call, Handler

LONGEST_ANSWER = 200


async def answer_callback_query(call: Call) -> bool:
    text = call.arguments.text("text")
    if len(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    callback = call.bot.callbacks.get(call.arguments.text("callback_query_id"))
    if callback is None or callback.expires_at < call.world.clock.now():
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if not callback.answered:
        callback.answered = True
        chat = call.world.chat(call.bot, callback.persona)
        alert, url = call.arguments.flag("show_alert"), call.arguments.text("url")
        call.world.publish_in(
            call.bot, chat, {"type": "callback_answer", "text": text, "alert": alert, "url": url or None}
        )
    return True


METHODS: dict[str, Handler] = {"answerCallbackQuery": answer_callback_query}
