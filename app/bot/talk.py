"""Who is spoken with in this update, in which language, and what can be done for them."""

from dataclasses import dataclass
from typing import Any, cast

from aiogram_dialog import DialogManager

from app.domain.people import Actor, Language
from app.services.factory import Services
from app.services.views import BookingCard
from app.texts import Texts, Words


@dataclass(slots=True)
class Talk:
    """`notes` is what the conversation remembers beside its dialogs; it is kept with the record."""

    services: Services
    actor: Actor
    words: Words
    venue_id: int
    notes: dict[str, Any]
    written: BookingCard | None = None
    """The booking as this update has just left it: windows need not read it again."""

    @property
    def is_owner(self) -> bool:
        return self.actor.is_staff_of(self.venue_id)

    def speak(self, language: Language, texts: Texts) -> None:
        """From here on, in this update and the next ones."""
        self.words = texts.in_language(language)
        self.notes["language"] = language.value


def talk_of(manager: DialogManager) -> Talk:
    return cast("Talk", manager.middleware_data["talk"])
