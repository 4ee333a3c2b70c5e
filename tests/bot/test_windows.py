"""Every window can be drawn, also without a guest: for the documentation."""

from pathlib import Path
from runpy import run_path

import pytest
from aiogram.fsm.state import StatesGroup
from aiogram_dialog.setup import collect_dialogs

from app.bot.booking.state import BookingState
from app.bot.create_bot import private_router
from app.bot.previews import drawings
from app.domain.people import Language
from app.texts import Texts
from tests.bot.telegram import shown

SCRIPT = Path(__file__).parents[2] / "scripts" / "docs_windows.py"


def test_every_state_has_a_window(texts: Texts) -> None:
    windows = {
        dialog.states_group(): dialog.states()
        for dialog in collect_dialogs(private_router(texts))
        if dialog.states_group().__module__.startswith("app.")
    }
    assert {group: list(group.__all_states__) for group in StatesGroup.__subclasses__() if _is_ours(group)} == windows
    assert BookingState in windows


@pytest.mark.parametrize("language", list(Language))
async def test_every_window_and_screen_can_be_drawn(texts: Texts, language: Language) -> None:
    drawn = [drawing async for drawing in drawings(texts.in_language(language))]
    for drawing in drawn:
        assert 1 <= len(shown(drawing.text)) <= 4096
        leads = any(button.text.strip() for row in drawing.rows for button in row)
        assert leads or drawing.picture, f"{drawing.name} leads nowhere"
    assert {state.state for state in BookingState.__all_states__} <= {drawing.name for drawing in drawn}


async def test_the_page_of_windows_shows_both_languages() -> None:
    html, pictures = await run_path(str(SCRIPT))["pages"]()
    assert "Сколько вас будет?" in html
    assert "How many of you?" in html
    assert pictures
    assert all(f'src="images/{name}"' in html for name in pictures)


def _is_ours(group: type[StatesGroup]) -> bool:
    return group.__module__.startswith("app.")
