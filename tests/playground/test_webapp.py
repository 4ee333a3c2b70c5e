"""Mini Apps, with the data aiogram checks."""

from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data

from playground.client import Person, Playground
from playground.errors import ActionError
from playground.types import Json
from tests.playground.bot_side import TOKEN, Api

APP = {"web_app": {"url": "https://app.example/menu?table=7#top"}}


@pytest.fixture
async def buttons(api: Api, guest: Person) -> int:
    """The id of a message with a button that opens an app; beside it stand a reply keyboard and a menu button."""
    await guest.send("/start", wait=False)
    keyboard = {"keyboard": [[{"text": "Выбрать", **APP}, "Меню"]]}
    await api.result("sendMessage", chat_id=guest.id, text="клавиатура", reply_markup=keyboard)
    await api.result("setChatMenuButton", menu_button={"type": "web_app", "text": "Открыть", **APP})
    inline = {"inline_keyboard": [[{"text": "Открыть", **APP}, {"text": "Нет", "callback_data": "no"}]]}
    sent = await api.result("sendMessage", chat_id=guest.id, text="кнопка", reply_markup=inline)
    return int(sent["message_id"])


@pytest.mark.parametrize(
    ("button", "kind"),
    [({"button": "Открыть"}, "inline"), ({"keyboard_button": "Выбрать"}, "keyboard"), ({"menu": True}, "menu")],
)
async def test_an_app_is_opened_with_signed_data(
    chat: Playground, guest: Person, buttons: int, button: Json, kind: str
) -> None:
    opened = await chat.do({"do": "open_web_app", "persona": guest.id, "message_id": buttons, **button, "dark": True})
    assert opened["kind"] == kind
    address = urlsplit(opened["url"])
    assert (address.netloc, address.query) == ("app.example", "table=7")
    [fragment] = [address.fragment.removeprefix("top?")]
    launch = {name: values[0] for name, values in parse_qs(fragment).items()}
    assert (launch["tgWebAppVersion"], launch["tgWebAppPlatform"]) == ("8.0", "web")
    assert orjson.loads(launch["tgWebAppThemeParams"])["bg_color"] == "#212121"
    data = safe_parse_webapp_init_data(TOKEN, launch["tgWebAppData"])
    assert data.user is not None
    assert (data.user.id, data.user.first_name, data.user.language_code) == (1001, "Анна", "ru")
    assert data.auth_date.timestamp() == pytest.approx(chat.clock.now(), abs=3)
    assert (data.query_id is None) == (kind == "keyboard")
    with pytest.raises(ValueError, match="Invalid"):
        safe_parse_webapp_init_data("43:other", launch["tgWebAppData"])


async def test_an_app_writes_in_the_name_of_who_has_it_open(
    api: Api, chat: Playground, guest: Person, buttons: int
) -> None:
    opened = await chat.do({"do": "open_web_app", "persona": guest.id, "message_id": buttons, "button": "Открыть"})
    launch = parse_qs(urlsplit(opened["url"]).fragment.removeprefix("top?"))
    query = safe_parse_webapp_init_data(TOKEN, launch["tgWebAppData"][0]).query_id
    result = {"type": "article", "id": "1", "title": "x", "input_message_content": {"message_text": "из приложения"}}
    assert await api.result("answerWebAppQuery", web_app_query_id=query, result=result)
    assert guest.messages[-1].text == "из приложения"


@pytest.mark.usefixtures("buttons")
async def test_an_app_of_the_reply_keyboard_sends_data(api: Api, chat: Playground, guest: Person) -> None:
    sent = await chat.do({"do": "web_app_data", "persona": guest.id, "button_text": "Выбрать", "data": "{}"})
    update = (await api.result("getUpdates"))[-1]
    assert update["update_id"] == sent["update_id"]
    assert update["message"]["web_app_data"] == {"data": "{}", "button_text": "Выбрать"}


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"do": "open_web_app", "button": "Нет"}, "there is no button «Нет» that opens an app"),
        ({"do": "open_web_app", "message_id": 7, "button": "Открыть"}, "there is no button «Открыть»"),
        ({"do": "open_web_app", "keyboard_button": "Меню"}, "there is no button «Меню»"),
        ({"do": "web_app_data", "button_text": "Открыть", "data": "x"}, "there is no button «Открыть»"),
        ({"do": "web_app_data", "button_text": "Выбрать", "data": "я" * 2049}, "an app sends 1 to 4096 bytes"),
    ],
)
async def test_what_opens_no_app(chat: Playground, guest: Person, buttons: int, action: Json, reason: str) -> None:
    with pytest.raises(ActionError, match=reason):
        await chat.do({"message_id": buttons, "persona": guest.id, **action})


async def test_a_menu_button_without_an_app(chat: Playground, guest: Person) -> None:
    with pytest.raises(ActionError, match="the menu button opens no app"):
        await chat.do({"do": "open_web_app", "persona": guest.id, "menu": True})
    with pytest.raises(ActionError, match="there is no button «x»"):
        await chat.do({"do": "open_web_app", "persona": guest.id, "keyboard_button": "x"})
