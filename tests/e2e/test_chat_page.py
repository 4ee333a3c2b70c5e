"""The chat page in a real browser: a whole booking by clicking, and the admin who is told of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, ViewportSize, async_playwright, expect

from tests.e2e.house import OWNER, House

GUEST, SECOND_GUEST = 1001, 1002


@asynccontextmanager
async def opened(house: House, chromium_path: str) -> AsyncIterator[Page]:
    """Whatever the page writes to the console is a failure."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        size = ViewportSize(width=1360, height=900)
        page = await browser.new_page(viewport=size, reduced_motion="reduce")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(house.chat.page_url)
        yield page
        await browser.close()
    assert complaints == []


class Column:
    """The chat of one person on the page."""

    def __init__(self, page: Page, persona: int) -> None:
        self.place = page.locator(f'[data-persona="{persona}"]')

    async def press(self, words: str, *, exact: bool = False) -> None:
        await self.newest.get_by_role("button", name=words, exact=exact).click()

    @property
    def newest(self) -> Locator:
        return self.place.locator('[data-outgoing="false"]').last

    async def reads(self, *words: str) -> None:
        for part in words:
            await expect(self.newest).to_contain_text(part)


async def test_a_whole_booking_is_clicked_cancelled_and_seen_by_the_admin(
    house: House, chromium_path: str, tmp_path: Path
) -> None:
    async with opened(house, chromium_path) as page:
        guest, second, owner = Column(page, GUEST), Column(page, SECOND_GUEST), Column(page, OWNER)
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
        await guest.press("Всё верно")
        await guest.reads("Готово, столик ваш!", "Суббота, 28 ноября", "18:00 – 20:00", "Стол №1")
        await owner.reads("Новая бронь", "Анна Иванова", "Стол №1 · 2 гостя")
        assert house.statuses() == ["booked"]

        await second.place.get_by_role("textbox").fill("/start")
        await second.place.get_by_role("textbox").press("Enter")
        await second.press("О нас")
        await second.reads("Цветной бульвар")

        await owner.place.get_by_role("textbox").fill("/start")
        await owner.place.get_by_role("textbox").press("Enter")
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

        await guest.press("Мои брони")
        await guest.press("28 нояб.")
        await guest.press("Отменить бронь")
        await guest.reads("Отменить эту бронь?")
        await guest.press("Да, отменить")
        await guest.reads("Бронь отменена")
        await owner.reads("Бронь отменена", "Анна Иванова")
        await page.screenshot(path=tmp_path / "cancelled.png")
    assert house.statuses() == ["canceled"]
