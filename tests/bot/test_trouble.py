"""What guests notice when something goes wrong, and when nothing should."""

import asyncio
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.methods import TelegramMethod

from app.dao.database import Database
from app.domain.errors import StoreUnavailable
from tests.bot.people import House, Person, next_update_id
from tests.bot.telegram import blocked, revoked


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The database refuses, from the call of this on, until it is called again with False."""
    real = Database.write

    async def refuse(_: Database, __: Any) -> Any:
        raise StoreUnavailable("locked")

    def switch(*, on: bool = True) -> None:
        monkeypatch.setattr(Database, "write", refuse if on else real)

    return switch


async def test_a_store_that_is_away_is_told_once_and_the_update_succeeds_when_it_comes_again(
    house: House, guest: Person, away: Any
) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")
    confirm = guest.press_of(guest.screen.data("Всё верно"), guest.screen)
    away()
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await house.deliver(confirm)
    assert house.telegram.toasts == ["Секунду, у нас заминка. Ваше сообщение не потеряно: отвечу, как только смогу."]
    away(on=False)
    await house.deliver(confirm)
    assert "Готово" in guest.text


async def test_a_message_is_not_lost_when_a_store_is_away(house: House, guest: Person, away: Any) -> None:
    start = {"update_id": next_update_id(), "message": guest.message("/start")}
    away()
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await house.deliver(start)
    assert [bubble.text[:7] for bubble in guest.bubbles] == ["Секунду"]
    away(on=False)
    await house.deliver(start)
    assert "Добро пожаловать" in guest.text
    house.restart()
    await house.deliver(start)
    assert len(guest.bubbles) == 2, "handled once, also over a restart"


async def test_while_nothing_can_be_kept_the_same_is_not_shown_again_and_again(
    house: House, guest: Person, away: Any
) -> None:
    await guest.says("/start")
    about = guest.press_of(guest.screen.data("О нас"), guest.screen)
    away()
    calls = []
    for _ in range(3):
        house.telegram.calls.clear()
        with pytest.raises(StoreUnavailable):
            await house.deliver(about)
        calls.append("editMessageText" in house.telegram.calls)
    assert calls == [True, False, False]
    away(on=False)
    await house.deliver(about)
    assert "editMessageText" in house.telegram.calls


async def test_with_a_token_that_was_revoked_nothing_is_done_and_the_new_one_answers_what_comes_again(
    house: House, guest: Person
) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")
    confirm = guest.press_of(guest.screen.data("Всё верно"), guest.screen)
    house.telegram.refuse = revoked
    with pytest.raises(StoreUnavailable, match="does not know BOT_TOKEN"):
        await house.deliver(confirm)
    house.telegram.refuse = None
    await house.deliver(confirm)
    assert "Готово" in guest.text


async def test_nobody_is_told_of_a_store_when_nobody_asked(house: House, away: Any) -> None:
    away()
    chat = {"id": -100, "type": "channel", "title": "Новости"}
    post = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    with pytest.raises(StoreUnavailable):
        await house.deliver({"update_id": next_update_id(), "channel_post": post})
    assert house.telegram.calls == ["getMe", "sendMessage"]


async def test_the_telling_may_fail_too(house: House, guest: Person, away: Any) -> None:
    away()
    house.telegram.refuse = blocked
    with pytest.raises(StoreUnavailable):
        await guest.says("/start")


async def test_a_bug_is_told_and_the_next_update_works(
    house: House, guest: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий")
    services = type(house.services().availability)
    real = services.sittings

    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "sittings", broken)
    press = guest.press_of(guest.screen.data("28"), guest.screen)
    with pytest.raises(ZeroDivisionError):
        await house.deliver(press)
    assert "Простите, что-то пошло не так" in guest.text
    assert "🍽 Забронировать столик" in guest.buttons
    monkeypatch.setattr(services, "sittings", real)
    assert await house.deliver(press) is None, "it counts as handled"
    assert "Простите" in guest.text
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28")
    assert "Во сколько" in guest.text


async def test_a_redraw_that_fails_after_the_booking_leaves_the_booking(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00")

    def refuse(method: TelegramMethod[Any]) -> None:
        raise TelegramNetworkError(method=method, message="Request timeout error")

    house.telegram.refuse = refuse
    await guest.presses("Всё верно")
    house.telegram.refuse = None
    assert "Держу столик" in guest.text
    await guest.presses("Всё верно")
    assert "Готово" in guest.text
    assert (await house.services().stats.by_status())["booked"] == 1  # type: ignore[index]  # a StrEnum is its value


async def test_a_window_that_telegram_refuses_is_told_as_a_mistake_of_ours(
    house: House, guest: Person, log: list[str]
) -> None:
    def refuse(method: TelegramMethod[Any]) -> None:
        if "Какой стол?" in (getattr(method, "text", None) or ""):
            raise TelegramBadRequest(method=method, message="Bad Request: BUTTON_DATA_INVALID")

    house.telegram.refuse = refuse
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2")
    assert "Простите, что-то пошло не так" in guest.text
    assert [line for line in log if "ERROR" in line] == [
        "ERROR Telegram refuses editMessageText: Bad Request: BUTTON_DATA_INVALID"
    ]
    house.telegram.refuse = None
    await guest.presses("Забронировать столик", "2")
    assert "Какой стол?" in guest.text


@pytest.mark.parametrize("description", ["message can't be deleted for everyone", "message to delete not found", "no"])
async def test_an_old_window_that_cannot_be_deleted_hinders_nobody(
    house: House, guest: Person, description: str
) -> None:
    def refuse(method: TelegramMethod[Any]) -> None:
        if method.__api_method__ in {"deleteMessage", "answerCallbackQuery"}:
            raise TelegramBadRequest(method=method, message=f"Bad Request: {description}")

    house.telegram.refuse = refuse
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    await guest.says("2")
    assert "Какой стол?" in guest.text
    await guest.says("/cancel")
    assert "Бронирование прервано" in guest.text


async def test_a_refusal_that_cannot_be_shown_is_no_error(house: House, guest: Person) -> None:
    await guest.says("/start")
    house.telegram.refuse = blocked
    await guest.sends("booking:show:99:0")
    assert "Добро пожаловать" in guest.text


async def test_twenty_hasty_presses_are_all_counted_and_the_conversation_survives(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    window = guest.screen
    presses = [guest.press_of(window.data(label), window) for label in "12345678"]
    await asyncio.gather(*(house.deliver(press) for press in presses))
    assert "Какой стол?\n1 гость" in guest.text
    assert len(guest.bubbles) == 1


async def test_two_people_do_not_wait_for_each_other(house: House, guest: Person, other_guest: Person) -> None:
    going, stopped = asyncio.Event(), asyncio.Event()
    make_request = house.telegram.make_request

    async def slow(bot: Any, method: Any, timeout: Any = None) -> Any:  # noqa: ASYNC109 - aiogram's signature
        if getattr(method, "chat_id", None) == guest.id:
            stopped.set()
            await going.wait()
        return await make_request(bot, method, timeout)

    house.telegram.make_request = slow  # type: ignore[method-assign]  # only one person's answers are slow
    waiting = asyncio.create_task(guest.says("/start"))
    await stopped.wait()
    await other_guest.says("/start")
    assert "Добро пожаловать" in other_guest.text
    assert not guest.bubbles
    going.set()
    await waiting
    assert "Добро пожаловать" in guest.text


@pytest.mark.parametrize(
    "data", ["menu:home", "menu:book", "bookings:0", "fu:again", "fu:stop", "admin:panel", "x\x1dparty:2", "x", None]
)
async def test_a_press_on_a_message_that_is_in_no_chat_is_answered_and_changes_nothing(
    house: House, guest: Person, data: str | None
) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    pressed = {"data": data} if data else {"game_short_name": "chess"}
    press = {"id": "1", "from": guest.user, "chat_instance": "1", "inline_message_id": "x", **pressed}
    before = list(guest.bubbles)
    await house.deliver({"update_id": next_update_id(), "callback_query": press})
    assert house.telegram.toasts == ["Это окно уже закрыто. Главное меню: /start"]
    assert guest.bubbles == before


async def test_what_guests_say_to_somebodys_business_account_is_not_for_the_wizard(house: House, guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Забронировать столик")
    before = list(guest.bubbles)
    for kind in ("business_message", "edited_business_message"):
        for text in ("2", "/start"):
            said = guest.message(text, business_connection_id="of a shop")
            await house.deliver({"update_id": next_update_id(), kind: said})
    assert guest.bubbles == before


@pytest.mark.parametrize("number", [2**63, 2**70, -(2**63)])
async def test_numbers_that_no_messenger_has_are_passed_over(house: House, guest: Person, number: int) -> None:
    nobody = Person(house, number)
    await house.deliver({"update_id": next_update_id(), "message": nobody.message("/start")})
    await house.deliver({"update_id": number, "message": guest.message("/start")})
    assert not nobody.bubbles + guest.bubbles
