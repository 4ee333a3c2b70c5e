"""Every word that a person reads, by language: sentences by Fluent, dates and times by Babel."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, get_day_names
from fluent_compiler.bundle import FluentBundle

from app.domain.people import Language
from app.domain.review import MOST_STARS

LOCALES = Path(__file__).parent / "locales"

_REMEMBERED = 4096
"""How many finished texts are kept, of all languages together."""
_ISOLATE, _END = "\u2068", "\u2069"
_TURNS = frozenset({"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"})


class Html(str):
    """Text that may be sent as HTML as it is."""

    __slots__ = ()


class TextMissing(LookupError):
    """There is no such message, or it misses a variable."""


def name_of(person: str) -> str:
    """A person's name as it is to stand in a sentence: right-to-left letters in it turn nothing else."""
    if any(unicodedata.bidirectional(letter) in _TURNS for letter in person):
        return f"{_ISOLATE}{person.replace(_END, '')}{_END}"
    return person


def stars_of(count: int) -> str:
    """★★★★☆"""
    return "★" * count + "☆" * (MOST_STARS - count)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of one language."""

    language: Language
    bundle: FluentBundle
    locale: Locale

    def say(self, key: str, /, **params: Any) -> str:
        """A plain text: for buttons, toasts and command menus. Raises TextMissing."""
        return _said(self, key, tuple(params.items()))

    def html(self, key: str, /, **params: Any) -> Html:
        """A text to be sent as HTML: strings in `params` are shown as they are, unless they are `Html`."""
        return Html(self.say(key, **{name: _shown(value) for name, value in params.items()}))

    def day(self, day: date) -> str:
        """Суббота, 22 ноября"""
        return _capital(format_date(day, "EEEE, d MMMM", locale=self.locale))

    def short_day(self, day: date) -> str:
        """сб, 22 нояб."""
        return format_date(day, "EEE, d MMM", locale=self.locale)

    def full_date(self, day: date) -> str:
        """22 ноября 2026"""
        return format_date(day, "d MMMM y", locale=self.locale)

    def day_and_month(self, day: date) -> str:
        """22 нояб."""
        return format_date(day, "d MMM", locale=self.locale)

    def month(self, day: date) -> str:
        """Ноябрь 2026"""
        return _capital(format_date(day, "LLLL y", locale=self.locale))

    def month_name(self, day: date) -> str:
        """Ноябрь"""
        return _capital(format_date(day, "LLLL", locale=self.locale))

    def weekday(self, day: date) -> str:
        """Сб"""
        return _capital(get_day_names("short", context="stand-alone", locale=self.locale)[day.weekday()])

    def time(self, at: datetime) -> str:
        """18:00, in the zone that `at` is in"""
        return f"{at:%H:%M}"

    def span(self, start: datetime, end: datetime) -> str:
        """18:00 – 20:00"""
        return f"{start:%H:%M} – {end:%H:%M}"

    def moment(self, at: datetime) -> str:
        """22 ноября, 18:00"""
        return f"{format_date(at, 'd MMMM', locale=self.locale)}, {at:%H:%M}"


class Texts:
    """The words of all languages."""

    def __init__(self, words: Mapping[Language, Words]) -> None:
        self._words = words

    @classmethod
    def load(cls, folder: Path = LOCALES) -> "Texts":
        """Reads all Fluent files, once; takes some tenths of a second."""
        return cls({language: _read(folder / language, language) for language in Language})

    def in_language(self, language: Language) -> Words:
        return self._words[language]

    def say(self, language: Language, key: str, /, **params: Any) -> str:
        return self._words[language].say(key, **params)

    def html(self, language: Language, key: str, /, **params: Any) -> Html:
        return self._words[language].html(key, **params)

    def day(self, language: Language, day: date) -> str:
        return self._words[language].day(day)

    def time(self, language: Language, at: datetime) -> str:
        return self._words[language].time(at)

    def span(self, language: Language, start: datetime, end: datetime) -> str:
        return self._words[language].span(start, end)

    def moment(self, language: Language, at: datetime) -> str:
        return self._words[language].moment(at)


@lru_cache(_REMEMBERED)
def _said(words: Words, key: str, params: tuple[tuple[str, str | float], ...]) -> str:
    """Much is said again and again, on every keyboard."""
    if not words.bundle.has_message(key):
        raise TextMissing(f"{words.language}: no message {key}")
    text, errors = words.bundle.format(key, dict(params))
    if errors:
        raise TextMissing(f"{words.language}: {key}: {errors[0]}")
    return str(text)


def _shown(value: Any) -> Any:
    return escape(value, quote=False) if isinstance(value, str) and not isinstance(value, Html) else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _read(folder: Path, language: Language) -> Words:
    files = [str(file) for file in sorted(folder.glob("*.ftl"))]
    # Isolating marks around every placeable would be in the guest's copied text; names get them from `name_of`.
    bundle = FluentBundle.from_files(language.value, files, use_isolating=False)
    if mistakes := bundle.check_messages():
        raise TextMissing(f"{folder.name}: {mistakes[0][0]}: {mistakes[0][1]}")
    return Words(language, bundle, Locale.parse(language.value))
