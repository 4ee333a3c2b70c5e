"""Which updates the bot asks Telegram for."""

from aiogram import Dispatcher
from aiogram_dialog.api.entities import DIALOG_EVENT_NAME


def allowed_updates(dispatcher: Dispatcher) -> list[str]:
    """Those that have a handler, without aiogram-dialog's own kind, which Telegram does not know."""
    return dispatcher.resolve_used_update_types(skip_events={DIALOG_EVENT_NAME})
