"""The yardstick: the same seven steps as a good developer writes them in an afternoon.

Bare aiogram-dialog behind FastAPI, aiogram's own session, memory storage, no database, no events. An update is handled
before it is answered, as in the service.
"""

import argparse
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta, timezone
from operator import itemgetter
from typing import Any

import uvicorn
from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.types import CallbackQuery, Message, Update
from aiogram_dialog import Dialog, DialogManager, ShowMode, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.kbd import (
    Back,
    Button,
    Calendar,
    CalendarConfig,
    CalendarScope,
    CalendarUserConfig,
    Cancel,
    Group,
    Row,
    ScrollingGroup,
    Select,
    Start,
)
from aiogram_dialog.widgets.kbd.calendar_kbd import (
    CalendarDaysView,
    CalendarMonthView,
    CalendarScopeView,
    CalendarYearsView,
)
from aiogram_dialog.widgets.text import Const, Format, Text
from babel.dates import get_day_names, get_month_names
from fastapi import FastAPI, HTTPException, Request

from benchmarks.visits import ZONE, sittings, tables, today

HORIZON = timedelta(days=60)
_MONTHS = get_month_names("wide", context="stand-alone", locale="ru")
_WEEKDAYS = get_day_names("short", context="stand-alone", locale="ru")


class Menu(StatesGroup):
    main = State()


class Booking(StatesGroup):
    count = State()
    table = State()
    day = State()
    time = State()
    confirmation = State()
    success = State()


class Month(Text):
    def __init__(self, pattern: str) -> None:
        super().__init__()
        self._pattern = pattern

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:  # noqa: ARG002 - given by the library
        shown: date = data["date"]
        return self._pattern.format(month=_MONTHS[shown.month], year=shown.year)


class Weekday(Text):
    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:  # noqa: ARG002 - given by the library
        shown: date = data["date"]
        return str(_WEEKDAYS[shown.weekday()])


class RussianCalendar(Calendar):
    def _init_views(self) -> dict[CalendarScope, CalendarScopeView]:
        return {
            CalendarScope.DAYS: CalendarDaysView(
                self._item_callback_data,
                header_text=Month("🗓 {month} {year}"),
                date_text=Format("{date.day}"),
                today_text=Format("[ {date.day} ]"),
                weekday_text=Weekday(),
                next_month_text=Month("{month} {year} >>"),
                prev_month_text=Month("<< {month} {year}"),
            ),
            CalendarScope.MONTHS: CalendarMonthView(self._item_callback_data, month_text=Month("{month}")),
            CalendarScope.YEARS: CalendarYearsView(self._item_callback_data),
        }

    async def _get_user_config(
        self,
        data: dict[str, Any],  # noqa: ARG002 - given by the library
        manager: DialogManager,  # noqa: ARG002 - given by the library
    ) -> CalendarUserConfig:
        return CalendarUserConfig(min_date=today(), max_date=today() + HORIZON)


async def offered_tables(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    party = dialog_manager.dialog_data["party"]
    fitting = sorted((seats, number) for number, seats in _TABLES if seats >= party)
    return {"party": party, "tables": [(number, f"Стол №{number} · {seats} мест") for seats, number in fitting]}


async def offered_times(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {**dialog_manager.dialog_data, "times": _TIMES}


async def chosen(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    until = datetime.now(ZONE) + timedelta(minutes=10)
    return {**dialog_manager.dialog_data, "until": f"{until:%H:%M}"}


async def choose_party(_: CallbackQuery, __: Any, manager: DialogManager, party: int) -> None:
    manager.dialog_data["party"] = party
    await manager.next()


async def choose_any_table(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data["table"] = "любой подходящий"
    await manager.next()


async def choose_table(_: CallbackQuery, __: Any, manager: DialogManager, number: int) -> None:
    manager.dialog_data["table"] = f"№{number}"
    await manager.next()


async def choose_day(_: Any, __: Any, manager: DialogManager, day: date) -> None:
    manager.dialog_data["day"] = day.isoformat()
    await manager.next()


async def choose_time(_: CallbackQuery, __: Any, manager: DialogManager, span: str) -> None:
    manager.dialog_data["time"] = span
    await manager.next()


async def greet(message: Message, dialog_manager: DialogManager) -> None:  # noqa: ARG001 - given by the library
    await dialog_manager.start(Menu.main, mode=StartMode.RESET_STACK, show_mode=ShowMode.SEND)


_TABLES = tables()
_TIMES = [(f"{start} – {end}", f"{start} – {end}") for start, end in sittings()]
_PARTIES = [(str(size), size) for size in range(1, max(seats for _, seats in _TABLES) + 1)]


def menu() -> Dialog:
    return Dialog(
        Window(
            Const("👋 Добро пожаловать в <b>Binary Bites</b>!\n\nЗабронируйте столик меньше чем за минуту."),
            Start(Const("🍽 Забронировать столик"), id="book", state=Booking.count),
            Button(Const("📋 Мои брони"), id="mine"),
            Button(Const("ℹ️ О нас"), id="about"),
            state=Menu.main,
        )
    )


def wizard() -> Dialog:
    way_back = Row(Back(Const("‹ Назад")), Cancel(Const("Отмена")))
    return Dialog(
        Window(
            Const("Сколько вас будет? Выберите число гостей."),
            Group(
                Select(Format("{item[0]}"), "party", itemgetter(1), _PARTIES, type_factory=int, on_click=choose_party),
                width=4,
            ),
            Cancel(Const("Отмена")),
            state=Booking.count,
        ),
        Window(
            Format("Гостей: {party}. Какой стол вам нравится?"),
            Button(Const("✨ Любой подходящий"), id="any", on_click=choose_any_table),
            ScrollingGroup(
                Select(Format("{item[1]}"), "table", itemgetter(0), "tables", type_factory=int, on_click=choose_table),
                id="tables",
                width=1,
                height=6,
                hide_on_single_page=True,
            ),
            way_back,
            getter=offered_tables,
            state=Booking.table,
        ),
        Window(
            Const("На какой день? Выберите дату."),
            RussianCalendar(
                id="day", on_click=choose_day, config=CalendarConfig(timezone=timezone(timedelta(hours=3)))
            ),
            way_back,
            state=Booking.day,
        ),
        Window(
            Format("{day}, гостей: {party}. Во сколько вас ждать?"),
            Group(Select(Format("{item[0]}"), "time", itemgetter(1), "times", on_click=choose_time), width=2),
            way_back,
            getter=offered_times,
            state=Booking.time,
        ),
        Window(
            Format(
                "Проверьте, всё ли верно:\n\n<b>Гостей:</b> {party}\n<b>Стол:</b> {table}\n<b>День:</b> {day}\n"
                "<b>Время:</b> {time}\n\nМы держим стол до {until}."
            ),
            Button(Const("✅ Всё верно"), id="confirm", on_click=lambda _, __, manager: manager.next()),
            way_back,
            getter=chosen,
            state=Booking.confirmation,
        ),
        Window(
            Format("🎉 Столик забронирован: {table}, {day}, {time}, гостей: {party}.\n\nДо встречи!"),
            Button(Const("📋 Мои брони"), id="mine"),
            Cancel(Const("🏠 На главную")),
            getter=chosen,
            state=Booking.success,
        ),
    )


def build_dispatcher() -> Dispatcher:
    dispatcher = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    commands = Router()
    commands.message.register(greet, CommandStart())
    dispatcher.include_routers(commands, menu(), wizard())
    setup_dialogs(dispatcher)
    return dispatcher


def create_app(token: str, api_url: str, base_url: str) -> FastAPI:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    dispatcher = build_dispatcher()
    secret = secrets.token_urlsafe()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await bot.set_webhook(f"{base_url}/webhook", secret_token=secret)
        yield
        await bot.session.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/webhook")
    async def webhook(request: Request) -> dict[str, bool]:
        if not secrets.compare_digest(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), secret):
            raise HTTPException(403)
        update = Update.model_validate(await request.json(), context={"bot": bot})
        await dispatcher.feed_update(bot, update)
        return {"ok": True}

    return app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.baseline", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    app = create_app(os.environ["BOT_TOKEN"], os.environ["TELEGRAM_API_URL"], os.environ["BASE_URL"])
    uvicorn.run(
        app, port=port, loop="uvloop", http="httptools", log_level="warning", access_log=False, timeout_keep_alive=75
    )


if __name__ == "__main__":
    main()
