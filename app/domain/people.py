"""Who acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Channel(StrEnum):
    """The messenger a person is known by."""

    TELEGRAM = "telegram"


class Language(StrEnum):
    RU = "ru"
    EN = "en"

    @classmethod
    def of(cls, code: str | None) -> "Language":
        """The language for an IETF tag such as `en-GB`; Russian speakers' neighbours and unknown tags read Russian."""
        return cls.EN if code and code.lower().split("-")[0] == "en" else cls.RU

    def of_texts(self, texts: Mapping[str, str]) -> str:
        """The text in this language, else in Russian, else in whatever there is."""
        return texts.get(self) or texts.get(Language.RU) or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the messenger describes them right now."""

    external_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    channel: Channel = Channel.TELEGRAM

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name


@dataclass(frozen=True, slots=True)
class Actor:
    """A person and what they may do: `owner_of` holds the ids of the venues they own.

    `agrees_to` is the version of the text on personal data that stood above the button they have pressed just now.
    """

    person: Person
    owner_of: frozenset[int] = field(default_factory=frozenset)
    agrees_to: str | None = None

    def agreeing_to(self, version: str | None) -> "Actor":
        return replace(self, agrees_to=version)

    def is_staff_of(self, venue_id: int) -> bool:
        return venue_id in self.owner_of
