"""Writes docs/queues.md from the messages in app/domain/events.py: `python -m scripts.describe_queues`."""

import json
from pathlib import Path

from app.domain.events import QUEUES, type_of_queue

PAGE = Path(__file__).resolve().parent.parent / "docs" / "queues.md"

_HEAD = """# The queues

Written by `python -m scripts.describe_queues`; a test keeps it in step with the code.

| queue | who writes | who reads | for |
|---|---|---|---|
| `admin_msg` | the outbox, other programs | workers | what all admins should know; one message for each |
| `noti_user` | the outbox | the leading scheduler | plans a visit's end and what is said around it, or takes it back |
| `user_msg` | the outbox | one worker at a time | one message to one chat |

With RabbitMQ these are durable quorum queues behind the default exchange. Messages are persistent JSON in UTF-8; their
`message_id` stands in the body and in the property of that name, and the header `attempts` counts how often a message
has left the outbox. Without RabbitMQ the same messages go from the outbox table straight to the same consumers.

- **Once.** A consumer notes the `message_id` together with the effects of a message; the same one again does nothing.
  Only a crash between sending to a chat and noting it may repeat that one message.
- **Again.** What a messenger does not take (429, network, 5xx) goes back to the outbox and comes again: after the pause
  that was asked for, else after 1, 2, 4 … s, at most 10 minutes; 150 times, that is about a day. A consumer that fails
  is tried 10 times.
- **Pace.** Through `user_msg` and its one reader Telegram gets 25 messages a second, at most 28 within any, and a chat
  one a second after 20 at once; what a chat cannot have yet goes back to the outbox and keeps its second. Another Bot
  API server says with 429 what is too much. Reminders and messages after visits leave the outbox
  in bulk: from the leading scheduler, 15 a second, and only when nothing else wants to be sent, so that a notice never
  stands behind them.
- **Dead letters.** What was given up or fits no schema lies in `admin_msg.dead`, `noti_user.dead`, `user_msg.dead`;
  without RabbitMQ in the table `outbox`, with `dead_at` and `last_error`. `python -m app.dead_letters` lists, shows and
  replays both ([operations.md](operations.md#dead-letters)). A replay keeps the `message_id`, so that nothing is done
  twice, and starts counting tries anew.
- **A bare string** on `admin_msg`, JSON or plain text, is shown to all admins as it is.
- **Arguments** of a queue are fixed when it is made. One that exists with other arguments is left alone: readiness and
  the log name it. When it is empty, delete it (`rabbitmqctl delete_queue NAME`), or set another `VHOST`.
- **Time** is in UTC. Fields may be added; unknown ones are ignored.
"""


def page() -> str:
    return _HEAD + "".join(_queue(name) for name in QUEUES)


def _queue(name: str) -> str:
    schema = json.dumps(type_of_queue[name].json_schema(), indent=2, ensure_ascii=False)
    return f"\n## `{name}`\n\n```json\n{schema}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
