"""Pieces of windows: texts in the guest's language, and buttons that also work outside their dialog."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.utils import add_intent_id
from aiogram_dialog.widgets.common import WhenCondition
from aiogram_dialog.widgets.kbd import Keyboard
from aiogram_dialog.widgets.markup.inline_keyboard import InlineKeyboardFactory
from aiogram_dialog.widgets.text import Text

from app.bot.wording import booking_in
from app.texts import Words


def words_in(data: dict[str, Any]) -> Words:
    """The words among a window's data, however deep a widget put that data."""
    while "words" not in data:
        data = data["data"]
    return cast("Words", data["words"])


class Say(Text):
    """A message by its key, or a text made of the window's data."""

    def __init__(self, what: str | Callable[[Words, dict[str, Any]], str]) -> None:
        super().__init__()
        self._what = what

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:  # noqa: ARG002 - aiogram-dialog's signature
        words = words_in(data)
        return words.say(self._what) if isinstance(self._what, str) else self._what(words, data)


class Notice(Text):
    """The line about what just happened, if something did; it stands above the window's own text."""

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:  # noqa: ARG002 - the same
        notice = data.get("notice")
        return f"{notice}\n" if notice else ""


class Moving(Text):
    """Which booking is moved, if one is; it stands above the window's own text."""

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:  # noqa: ARG002 - the same
        card, words = data.get("moving"), words_in(data)
        return f"{words.html('moving', booking=booking_in(words, card))}\n" if card else ""


class _Lasting(InlineKeyboardButton):
    """A button that is not bound to the dialog which drew it."""


class LastingButton(Keyboard):
    """Opens something outside the dialog; works for ever, also when the dialog is over."""

    def __init__(
        self,
        text: Text,
        action: CallbackData | Callable[[dict[str, Any]], CallbackData],
        when: WhenCondition = None,
    ) -> None:
        """`action` may depend on the window's data."""
        super().__init__(when=when)
        self._text = text
        self._action = action

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:
        action = self._action(data) if callable(self._action) else self._action
        return [[_Lasting(text=await self._text.render_text(data, manager), callback_data=action.pack())]]


class LastingRows(Keyboard):
    """The same made of the window's data."""

    def __init__(self, rows: Callable[[Words, dict[str, Any]], Sequence[Sequence[InlineKeyboardButton]]]) -> None:
        super().__init__()
        self._rows = rows

    async def _render_keyboard(self, data: dict[str, Any], manager: DialogManager) -> RawKeyboard:  # noqa: ARG002 - the same
        rows = self._rows(words_in(data), data)
        return [[_Lasting(text=one.text, callback_data=one.callback_data) for one in row] for row in rows]


class WindowMarkup(InlineKeyboardFactory):
    """Binds the buttons of a window to its dialog, but for the lasting ones."""

    async def render_markup(
        self,
        data: dict[str, Any],  # noqa: ARG002 - aiogram-dialog's signature
        manager: DialogManager,
        keyboard: RawKeyboard,
    ) -> InlineKeyboardMarkup:
        buttons = [[button for button in row if isinstance(button, InlineKeyboardButton)] for row in keyboard]
        own: RawKeyboard = [[button for button in row if not isinstance(button, _Lasting)] for row in buttons]
        add_intent_id(own, manager.current_context().id)
        return InlineKeyboardMarkup(inline_keyboard=buttons)
