"""Whatever a person sends at whatever step: they are told what is expected, and nothing breaks."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from playground.client import Person
from tests.e2e.conftest import Opening
from tests.e2e.house import House
from tests.e2e.wizard import EVENING, STEPS, Wish, received, shown, walk

pytestmark = pytest.mark.slow

EXPECTED = {
    "count": "Напишите число, например 2",
    "table": "Выберите стол кнопкой ниже",
    "date": "Выберите день в календаре",
    "time": "Выберите время кнопкой ниже",
    "confirmation": "Осталось подтвердить",
    "success": "Столик уже забронирован",
}
LONG = "ж" * 4000
Say = Callable[[Person], Awaitable[Any]]
STRANGE: dict[str, Say] = {
    "emoji": lambda guest: guest.send("👩‍👩‍👧‍👦🏳️‍🌈"),
    "4,000 characters": lambda guest: guest.send(LONG),
    "markup": lambda guest: guest.send("<b>&lt;{name} %s {} \u202eabc\u0000"),
    "photo": lambda guest: guest.act("photo", caption="вот"),
    "document": lambda guest: guest.act("document", name="a.txt", file="YQ=="),
    "sticker": lambda guest: guest.act("sticker"),
    "contact": lambda guest: guest.act("contact", phone_number="+79160000000"),
    "location": lambda guest: guest.act("location", latitude=55.7, longitude=37.6),
    "forward": lambda guest: guest.act("forward", text="привет всем"),
    "unknown command": lambda guest: guest.send("/settings"),
}


@pytest.mark.parametrize("step", STEPS)
async def test_the_guest_is_told_what_is_expected_and_goes_on(house: House, anna: Person, step: str) -> None:
    await walk(anna, step)
    buttons = shown(anna)
    for what, say in STRANGE.items():
        await say(anna)
        assert EXPECTED[step] in anna.last.text, what
        assert shown(anna) == buttons, what
    assert len([message for message in anna.messages if message.buttons]) <= 2, "windows do not pile up"
    rest = ("2", "Любой подходящий", "28", EVENING, "Всё верно")[STEPS.index(step) :]
    for button in rest:
        await anna.press(button)
    assert "столик ваш" in anna.last.text or step == "success"
    assert house.statuses() == ["booked"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_message_that_is_edited_is_answered_like_a_new_one(anna: Person, step: str) -> None:
    await walk(anna, step)
    await anna.send("опечатка")
    mine = [message for message in anna.messages if message.outgoing][-1]
    await anna.edit(mine.id, "исправлено")
    assert EXPECTED[step] in anna.last.text
    assert shown(anna)


async def test_with_nothing_under_way_there_is_a_way_on(anna: Person) -> None:
    await anna.send("/start")
    for what, say in STRANGE.items():
        await say(anna)
        assert "Сейчас мы ничего не оформляем" in anna.last.text, what
        assert "Забронировать столик" in shown(anna)


async def test_whoever_never_said_start_is_answered_too(house: House, anna: Person) -> None:
    await anna.send("Здравствуйте!")
    assert "Забронировать столик" in shown(anna)
    await anna.press("Забронировать столик")
    for button in ("2", "Любой подходящий", "28", EVENING, "Всё верно"):
        await anna.press(button)
    assert house.statuses() == ["booked"]


async def test_groups_and_channels_are_told_once_and_left_in_peace(house: House, anna: Person) -> None:
    said: list[str] = []

    def listen(event: dict[str, Any]) -> None:
        if event["type"] == "message" and event.get("persona") is None and not event["message"].get("outgoing"):
            said.append(event["message"]["text"])

    house.chat.world.subscribe(listen)
    for act in ("group_message", "channel_post"):
        for text in ("/start", "Забронировать столик", "/help@bot", "2"):
            await anna.act(act, text=text)
    assert len(said) == 2
    assert all("в личных сообщениях" in text for text in said)
    assert anna.messages == []
    await anna.send("/start")
    assert "Забронировать столик" in shown(anna)


def _from(person: Person) -> dict[str, Any]:
    return {"id": person.id, "is_bot": False, "first_name": "Анна", "language_code": "ru"}


async def test_updates_nobody_thought_of_are_acknowledged(house: House, anna: Person) -> None:
    await walk(anna, "date")
    private = {"id": anna.id, "type": "private", "first_name": "Анна"}
    user = _from(anna)
    strange: list[dict[str, Any]] = [
        {"inline_query": {"id": "1", "from": user, "query": "стол", "offset": ""}},
        {"chosen_inline_result": {"result_id": "1", "from": user, "query": "стол"}},
        {"message": {"message_id": 9000, "date": 1, "chat": private, "from": user, "new_kind": {"a": 1}}},
        {"message": {"message_id": 9001, "date": 1, "chat": private, "from": user, "pinned_message": None}},
        {"callback_query": {"id": "2", "from": user, "chat_instance": "1", "game_short_name": "chess"}},
        {"edited_channel_post": {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "channel", "title": "x"}}},
        {},
    ]
    for number, update in enumerate(strange):
        assert await house.post({"update_id": 900_000 + number, **update}) == 200, json.dumps(update)
    await anna.press("28")
    assert received(anna, "Во сколько"), "the wizard goes on"


NAMES = [
    ("<b>Bob</b> & Co", None, None),
    ("</a><script>", "&lt;&amp;", "bob_b"),
    ("\u202eשלום\u202c", "مرحبا", None),
    ("❤️", None, None),
    ("ㅤ", None, None),
    ("{name} %s", "{0}", None),
    ("Ж" * 64, "Щ" * 64, None),
]
TURNING_MARKS = dict.fromkeys(range(0x2028, 0x202F))
"""Telegram itself cuts these out of what is sent."""


async def test_names_are_shown_as_they_are(house: House, owner: Person) -> None:
    for number, (first, last, username) in enumerate(NAMES, start=1):
        guest = await house.chat.join(first_name=first, last_name=last, username=username)
        name = " ".join(part for part in (first, last) if part).translate(TURNING_MARKS)
        await walk(guest)
        assert "Готово" in guest.last.text
        await owner.wait_for(lambda person, count=number: len(received(person, "Новая бронь")) == count)  # type: ignore[misc]  # a default argument of a lambda
        notice = owner.last.text
        assert name in without_isolation(notice)
        assert f"🍽 Стол №{number} · 2 гостя\n📅 Суббота, 28 ноября\n🕒 18:00 – 20:00" in notice
    await owner.send("/start")
    await owner.press("Админ-панель")
    await owner.press("Гости")
    for first, _, _ in NAMES:
        assert first.translate(TURNING_MARKS) in without_isolation(owner.last.text)
    await owner.press("В админ-панель")
    await owner.press("Брони")
    await owner.press("28 нояб.")
    lines = [without_isolation(button) for button in owner.buttons if "18:00" in button]
    assert len(lines) == len(NAMES)
    for line, (first, _, _) in zip(lines, NAMES, strict=True):
        assert first.translate(TURNING_MARKS)[:20] in line.translate(TURNING_MARKS)
    await owner.press("Стол №2")
    assert "</a><script> &lt;&amp;" in owner.last.text


def without_isolation(text: str) -> str:
    """Without the marks that keep a right-to-left name from turning what stands around it."""
    return text.replace("\u2068", "").replace("\u2069", "")


async def test_a_description_of_a_table_is_shown_as_it_is(opening: Opening) -> None:
    described = "у <b>окна</b> & моря"
    async with opening(contents={"tables_json": [{"id": 1, "capacity": 4, "description": described}]}) as house:
        anna = await house.anna()
        await walk(anna, "table")
        assert described in anna.last.text
        await walk(anna, wish=Wish(table="Стол №1"))
        assert len(received(anna, "Готово")) == 1
