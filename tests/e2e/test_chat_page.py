"""The chat page in a real browser: a whole booking by clicking, and the admin who is told of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Locator, Page, ViewportSize, async_playwright, expect

from tests.e2e.house import OWNER, House

GUEST, SECOND_GUEST = 1001, 1002
WIDE, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
Theme = Literal["light", "dark"]


@asynccontextmanager
async def opened(house: House, chromium_path: str, size: ViewportSize, theme: Theme) -> AsyncIterator[Page]:
    """Whatever the page writes to the console is a failure."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = await browser.new_page(viewport=size, color_scheme=theme, reduced_motion="reduce")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(house.chat.page_url)
        yield page
        await browser.close()
    assert complaints == []


class Column:
    """The chat of one person on the page, which a phone shows when it is chosen from the list."""

    def __init__(self, page: Page, persona: int, name: str) -> None:
        self._page = page
        self._name = name
        self.place = page.locator(f'[data-persona="{persona}"]')

    async def opened(self) -> None:
        back = self._page.get_by_role("button", name="К списку чатов")
        if await back.is_visible():
            await back.click()
        await self._page.get_by_role("button", name=self._name).first.click()
        await expect(self.place).to_be_in_viewport(ratio=0.9)

    async def send(self, text: str) -> None:
        await self.opened()
        await self.place.get_by_role("textbox").fill(text)
        await self.place.get_by_role("textbox").press("Enter")

    async def press(self, words: str, *, exact: bool = False) -> None:
        await self.newest.get_by_role("button", name=words, exact=exact).click()

    @property
    def newest(self) -> Locator:
        return self.place.locator('[data-outgoing="false"]').last

    async def reads(self, *words: str) -> None:
        for part in words:
            await expect(self.newest).to_contain_text(part)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280 px", "390 px"])
async def test_a_whole_booking_is_clicked_cancelled_and_seen_by_the_admin(
    house: House, chromium_path: str, tmp_path: Path, size: ViewportSize, theme: Theme
) -> None:
    async with opened(house, chromium_path, size, theme) as page:
        guest, second = Column(page, GUEST, "Анна Иванова"), Column(page, SECOND_GUEST, "Борис")
        owner = Column(page, OWNER, "Ольга")
        await guest.opened()
        await guest.place.get_by_role("button", name="Начать").click()
        await guest.reads("Добро пожаловать в Binary Bites!")
        await guest.press("Забронировать столик")
        await guest.reads("Сколько вас будет?")
        await guest.press("2", exact=True)
        await guest.reads("Какой стол?", "Столик на двоих у окна")
        await guest.press("Любой подходящий")
        await guest.reads("В какой день вас ждать?", "Ноябрь 2026")
        await guest.press("28", exact=True)
        await guest.reads("Суббота, 28 ноября")
        await guest.press("18:00 – 20:00")
        await guest.reads("Всё верно?", "Стол №1")
        await page.screenshot(path=tmp_path / "confirmation.png")
        assert await page.evaluate("document.documentElement.scrollWidth") == size["width"]
        await guest.press("Всё верно")
        await guest.reads("Готово, столик ваш!", "Суббота, 28 ноября", "18:00 – 20:00", "Стол №1")
        await owner.reads("Новая бронь", "Анна Иванова", "Стол №1 · 2 гостя")
        assert house.statuses() == ["booked"]

        await second.send("/start")
        await second.press("О нас")
        await second.reads("Цветной бульвар")

        await owner.send("/start")
        await owner.press("Админ-панель")
        await owner.press("📋 Брони")
        await owner.reads("Пятница, 27 ноября")
        await owner.press("28 нояб.")
        await owner.press("18:00")
        await owner.reads("Бронь гостя", "Анна Иванова", "забронирована")
        await owner.press("В админ-панель")
        await owner.press("Гости")
        await owner.reads("1 бронь, впереди 1")
        await owner.press("В админ-панель")
        await owner.press("Статистика по броням")
        await owner.reads("Впереди: 1")
        await page.screenshot(path=tmp_path / "admin.png")

        await guest.opened()
        await guest.press("Мои брони")
        await guest.press("28 нояб.")
        await guest.press("Отменить бронь")
        await guest.reads("Отменить эту бронь?")
        await guest.press("Да, отменить")
        await guest.reads("Бронь отменена")
        await owner.reads("Бронь отменена", "Анна Иванова")
        await page.screenshot(path=tmp_path / "cancelled.png")
    assert house.statuses() == ["canceled"]
