"""Which updates the bot asks Telegram for."""

from aiogram import Dispatcher
from aiogram_dialog.api.entities import DIALOG_EVENT_NAME


def allowed_updates(dispatcher: Dispatcher) -> list[str]:
    """Those that have a handler of ours.

    Dialogs also listen to business accounts' chats, where this bot has no business, and to a kind of update of their
    own, which Telegram does not know.
    """
    return dispatcher.resolve_used_update_types(skip_events={DIALOG_EVENT_NAME, "business_message"})
