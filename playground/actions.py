"""All that people can do in the playground, by name."""

from collections.abc import Awaitable, Callable
from typing import Any

from playground.controls import Controls
from playground.errors import ActionError, ApiError
from playground.payments import Payments
from playground.reacting import Reacting
from playground.rooms import Rooms
from playground.types import Json
from playground.webapp import WebApps
from playground.world import World
from playground.writing import Writing


class Actions:
    def __init__(self, world: World) -> None:
        writing = Writing(world)
        controls = Controls(world, writing)
        rooms = Rooms(world, writing)
        web_apps = WebApps(world, writing)
        self.known: dict[str, Callable[[Json], Json | Awaitable[Json]]] = {
            "send": writing.send,
            "press": writing.press,
            "edit": writing.edit,
            "photo": writing.photo,
            "document": writing.document,
            "sticker": writing.sticker,
            "contact": writing.contact,
            "location": writing.location,
            "forward": writing.forward,
            "group_message": writing.group_message,
            "channel_post": writing.channel_post,
            "raw_update": writing.raw_update,
            "block": controls.block,
            "deactivate": controls.deactivate,
            "clock": controls.clock,
            "add_persona": controls.add_persona,
            "redeliver": controls.redeliver,
            "deliver_twice": controls.deliver_twice,
            "fail": controls.fail,
            "start": writing.start,
            "react": Reacting(world, writing).react,
            "join_room": rooms.join,
            "leave_room": rooms.leave,
            "open_web_app": web_apps.open,
            "web_app_data": web_apps.data,
            "network": controls.network,
            "rate_limits": controls.rate_limits,
            "pay": Payments(world, writing).pay,
            "wait": controls.wait,
        }

    async def perform(self, action: Any) -> Json:
        """Raises ActionError, with a text for a person, when it cannot be done."""
        if not isinstance(action, dict):
            raise ActionError("an action is a JSON object")
        handler = self.known.get(str(action.get("do")))
        if handler is None:
            raise ActionError(f"there is no action «{action.get('do')}»; known are {', '.join(self.known)}")
        try:
            result = handler(action)
            return await result if isinstance(result, Awaitable) else result
        except ApiError as refused:
            raise ActionError(refused.description) from None
        except KeyError as missing:
            raise ActionError(f"«{action['do']}» needs {missing}") from None
        except (TypeError, ValueError, AttributeError, OverflowError) as wrong:
            raise ActionError(f"«{action['do']}» does not understand its fields: {wrong}") from None
