from typing import Any

from aiogram_dialog import Dialog, DialogManager

from app.bot.booking.getters import get_words
from app.bot.booking.refusals import Refusals
from app.bot.booking.repeat import get_repeat_day_window, get_repeat_taken_window
from app.bot.booking.waiting import get_waiting_window
from app.bot.booking.windows import (
    get_confirmation_window,
    get_count_window,
    get_date_window,
    get_privacy_window,
    get_success_window,
    get_table_window,
    get_time_window,
)
from app.texts import Words


async def take_over(draft: Any, manager: DialogManager) -> None:
    """What was chosen before the wizard began."""
    manager.dialog_data.update(draft or {})


def booking_dialog(preview_in: Words) -> Dialog:
    """The wizard for one dispatcher; `preview_in` are the words of its preview."""
    dialog = Dialog(
        get_count_window(),
        get_table_window(),
        get_date_window(),
        get_time_window(),
        get_waiting_window(),
        get_confirmation_window(),
        get_privacy_window(),
        get_success_window(),
        get_repeat_day_window(),
        get_repeat_taken_window(),
        on_start=take_over,
        getter=get_words,
        preview_data={"words": preview_in},
    )
    dialog.message.middleware(Refusals())
    dialog.callback_query.middleware(Refusals())
    return dialog
