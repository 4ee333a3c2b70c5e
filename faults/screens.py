"""Valid updates by the hundred: all that people do, and every button of every screen that is drawn meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from app.bot.actions import DayPage, LanguageAction
from app.domain.people import Language
from faults.wizard import STEPS, Wish, walk
from playground.client import Person, Playground

Update = dict[str, Any]
_CHAT_FIELDS = ("message_id", "date", "edit_date", "from", "chat", "text", "entities", "reply_markup")


class Recorder:
    """What the bot was sent, and what it might be sent by whoever sees its screens."""

    def __init__(self) -> None:
        self._seen: dict[str, Update] = {}

    @property
    def updates(self) -> list[Update]:
        return list(self._seen.values())

    @contextmanager
    def listening(self, chat: Playground) -> Iterator[None]:
        self._people = chat.personas
        unsubscribe = chat.subscribe(self._hear)
        try:
            yield
        finally:
            unsubscribe()

    def _hear(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "trace" if event["entry"]["direction"] == "update":
                update = {name: body for name, body in event["entry"]["request"].items() if name != "update_id"}
                self._keep(f"{update}", update)
            case "message" | "edited" if event["persona"] and not event["message"].get("outgoing"):
                self._see(event["persona"], event["message"])

    def _see(self, persona: int, message: dict[str, Any]) -> None:
        shown = {name: message[name] for name in _CHAT_FIELDS if name in message}
        person = self._people[persona]
        sender = {"id": persona, "is_bot": False, "first_name": person["first_name"], "language_code": "ru"}
        for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
            for data in (button["callback_data"] for button in row if "callback_data" in button):
                press = {
                    "id": f"{len(self._seen)}",
                    "from": sender,
                    "message": shown,
                    "chat_instance": "1",
                    "data": data,
                }
                self._keep(f"{persona} {data}", {"callback_query": press})

    def _keep(self, what: str, update: Update) -> None:
        self._seen[what] = update


async def new_people(chat: Playground, wish: Wish, *, first_id: int) -> Sequence[Update]:
    """They come, and stay at every screen: valid updates of all that they do and see."""
    ids = range(first_id, first_id + len(STEPS) + 1)
    guests = [await chat.join(id=each, first_name=f"Гость {each}") for each in ids]
    recorder = Recorder()
    with recorder.listening(chat):
        await visit_every_screen(chat, guests, wish)
    return recorder.updates


async def visit_every_screen(chat: Playground, guests: Sequence[Person], wish: Wish) -> None:
    """A guest at each step of the wizard, one with «Мои брони», and an owner in the panel; all stay where they are.

    One guest more than there are steps: whoever says whatever else can be said.
    """
    *walkers, talker = guests
    for guest, step in zip(walkers, STEPS, strict=True):
        await walk(guest, step, wish)
    await _look_at_own_bookings(walkers[-1])
    await _say_everything(talker)
    await _be_elsewhere(chat, talker)
    await _look_around_as_owner(await chat.join("owner"), wish.day)


async def _look_at_own_bookings(guest: Person) -> None:
    await guest.press("Мои брони")
    await guest.press(guest.buttons[0])
    for question in ("Отменить бронь", "Удалить запись"):
        await guest.press(question)
        await guest.press("Нет, оставить")


async def _say_everything(guest: Person) -> None:
    for command in ("/start", "/help", "/language", "/cancel", "слова"):
        await guest.send(command)
    await guest.edit(next(message.id for message in reversed(guest.messages) if message.outgoing), "другие")
    await guest.photo(caption="вот")
    await guest.contact("+79160000000")
    await guest.location(55.7, 37.6)
    for what in ("sticker", "document", "forward"):
        await guest.act(what, text="x", name="a.txt", file="YQ==")


async def _be_elsewhere(chat: Playground, guest: Person) -> None:
    room = await chat.room(f"Группа {guest.id}", by=guest)
    await room.send(guest, "/start")
    await guest.block()
    await guest.block(blocked=False)


async def _look_around_as_owner(owner: Person, day: date) -> None:
    """In Russian, whatever somebody has pressed in the owner's name."""
    await owner.send("/language")
    await owner.press_data(owner.last.id, LanguageAction(language=Language.RU).pack())
    await owner.press("Админ-панель")
    for room in ("Статистика по пользователям", "Статистика по броням", "Гости"):
        await owner.press(room)
        await owner.press("В админ-панель")
    await owner.press("Брони")
    await owner.press_data(owner.last.id, DayPage(day=day.toordinal()).pack())
    await owner.press(owner.buttons[0])
