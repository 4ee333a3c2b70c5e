"""People in a playground as objects of a test: they write, press, and wait for what they should see.

async with Playground.start(token="42:secret") as chat:
    guest = await chat.join("guest")
    await guest.send("/start")
    await guest.press("Забронировать столик")
    assert "Сколько" in guest.last.text
"""

from playground.client.links import PlaygroundGone
from playground.client.person import Person
from playground.client.playground import Playground
from playground.client.room import Room
from playground.client.view import Delivery
from playground.errors import ActionError
from playground.seen import (
    AmbiguousButton,
    Button,
    NoSuchButton,
    NotAcknowledged,
    NotSeen,
    SeenMessage,
    Toast,
    WebApp,
)

__all__ = [
    "ActionError",
    "AmbiguousButton",
    "Button",
    "Delivery",
    "NoSuchButton",
    "NotAcknowledged",
    "NotSeen",
    "Person",
    "Playground",
    "PlaygroundGone",
    "Room",
    "SeenMessage",
    "Toast",
    "WebApp",
]
