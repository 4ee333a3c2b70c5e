"""Takes the README's pictures of the chat, with the real service and a real browser: `make screenshots`."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.async_api import ViewportSize, async_playwright

from playground.client import Person, Playground
from servers.server import find_program
from tests.e2e.house import MOSCOW, TOKEN, serve

TARGET = Path(__file__).parents[1] / "docs" / "images"
NOW = datetime(2026, 11, 13, 12, tzinfo=MOSCOW)
WIDE = ViewportSize(width=1280, height=760)
PHONE = ViewportSize(width=390, height=780)
SCALE = 1.5
COLOURS = 256
"""Enough for a chat, and a third of the size."""

Language = Literal["ru", "en"]
NAMES: dict[Language, tuple[tuple[str, str | None], ...]] = {
    "ru": (("Анна", "Иванова"), ("Борис", None), ("Ольга", None), ("Павел", None)),
    "en": (("Anna", "Ivanova"), ("Boris", None), ("Olga", None), ("Paul", None)),
}
WORDS: dict[Language, dict[str, str]] = {
    "ru": {
        "book": "Забронировать столик",
        "any": "Любой подходящий",
        "confirm": "Всё верно",
        "panel": "Админ-панель",
        "day": "📋 Брони",
        "tomorrow": "14 нояб.",
    },
    "en": {
        "book": "Book a table",
        "any": "Any suitable table",
        "confirm": "All correct",
        "panel": "Admin panel",
        "day": "📋 Bookings",
        "tomorrow": "14 Nov",
    },
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Those who stand side by side on the page."""

    guest: Person
    second: Person
    owner: Person


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    language: Language
    size: ViewportSize
    dark: bool = False
    trace: bool = False


PICTURES = (
    Picture("chat-ru", "ru", WIDE),
    Picture("chat-en", "en", WIDE),
    Picture("chat-phone", "ru", PHONE, dark=True),
    Picture("chat-trace", "en", WIDE, dark=True, trace=True),
)


async def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        with TemporaryDirectory() as folder:
            file = TARGET / f"{picture.name}.png"
            file.write_bytes(_small(await _take(picture, Path(folder))))
            print(f"{file.relative_to(TARGET.parents[1])}: {file.stat().st_size // 1000} kB")


async def _take(picture: Picture, folder: Path) -> bytes:
    async with Playground.start() as chat:
        await chat.move_clock(to=NOW)
        cast = await _cast(chat, picture.language)
        database = f"sqlite+aiosqlite:///{folder}/db.sqlite3"
        async with serve(folder, database, chat, admin_ids=f"[{cast.owner.id}]"):
            return await _shoot(chat, cast, picture)


async def _cast(chat: Playground, language: Language) -> Cast:
    chat.world.add_bot(TOKEN, username="binary_bites_bot", name="Binary Bites")
    people = list(chat.world.personas.values())
    for persona, (first_name, last_name) in zip(people, NAMES[language], strict=True):
        persona.first_name, persona.last_name, persona.language = first_name, last_name, language
    guest, second, owner, _ = [await chat.join(id=persona.id) for persona in people]
    return Cast(guest, second, owner)


async def _shoot(chat: Playground, cast: Cast, picture: Picture) -> bytes:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_program("chromium", "/usr/bin"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(
            viewport=picture.size,
            has_touch=picture.size == PHONE,
            is_mobile=picture.size == PHONE,
            device_scale_factor=SCALE,
            color_scheme="dark" if picture.dark else "light",
            reduced_motion="reduce",
            timezone_id=MOSCOW.key,
        )
        await context.add_init_script(f"localStorage.setItem('playground.language', '{picture.language}')")
        page = await context.new_page()
        await page.goto(chat.page_url)
        # It would say how far from today it is.
        await page.locator(".clock").evaluate("clock => { clock.style.visibility = 'hidden' }")
        await _play(cast, WORDS[picture.language])
        if picture.size == PHONE:
            await page.get_by_role("button", name=NAMES[picture.language][0][0]).click()
        if picture.trace:
            await page.locator("[aria-controls=trace]").click()
        await page.wait_for_timeout(700)
        shot = await page.screenshot()
        await browser.close()
    return shot


async def _play(cast: Cast, words: dict[str, str]) -> None:
    """The second guest has booked, the owner has been told and opens it, the first guest chooses a day."""
    await cast.owner.send("/start")
    await _walk(cast.second, words["book"], "4", words["any"], "14", "18:00 – 20:00", words["confirm"])
    await cast.owner.wait_for("18:00 – 20:00")
    for button in (words["panel"], words["day"], words["tomorrow"], "18:00 · "):
        await cast.owner.press(button)
    await _walk(cast.guest, words["book"], "2", words["any"])


async def _walk(guest: Person, *buttons: str) -> None:
    await guest.send("/start")
    for button in buttons:
        await guest.press(button)


def _small(png: bytes) -> bytes:
    picture = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE)
    small = BytesIO()
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    asyncio.run(main())
