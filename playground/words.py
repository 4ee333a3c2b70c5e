"""What the playground says to a person in a terminal or a failed test, in English and Russian."""

from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "ru"]
LANGUAGES: tuple[str, ...] = get_args(Language)

# what a message carries
CARRIED = {
    "photo": ("Photo, {size}", "Фото, {size}"),
    "document": ("File «{name}», {size}", "Файл «{name}», {size}"),
    "video": ("Video, {size}", "Видео, {size}"),
    "animation": ("Animation, {size}", "Анимация, {size}"),
    "audio": ("Audio, {size}", "Аудио, {size}"),
    "voice": ("Voice message, {size}", "Голосовое сообщение, {size}"),
    "video_note": ("Video message, {size}", "Видеосообщение, {size}"),
    "sticker": ("Sticker {emoji}", "Стикер {emoji}"),
    "dice": ("{emoji} shows {value}", "{emoji} показывает {value}"),
    "contact": ("Contact: {name}, {phone_number}", "Контакт: {name}, {phone_number}"),
    "location": ("Place: {latitude}, {longitude}", "Место: {latitude}, {longitude}"),
    "venue": ("Place: {title}, {address}", "Место: {title}, {address}"),
    "poll": ("Poll: {question}", "Опрос: {question}"),
    "invoice": ("Invoice «{title}», {total}: {description}", "Счёт «{title}», {total}: {description}"),
    "successful_payment": ("Paid: {total}", "Оплачено: {total}"),
    "refunded_payment": ("Refunded: {total}", "Возвращено: {total}"),
    "web_app_data": ("Sent from «{button_text}»: {data}", "Отправлено из «{button_text}»: {data}"),
    "other": ("A message of a kind that is not shown here", "Сообщение, которое здесь не показать"),
    "forwarded": ("Forwarded from {name}", "Переслано от {name}"),
    "somebody": ("somebody", "кого-то"),
}


class _Known(dict[str, object]):
    """A field that a bot left out is a dash."""

    def __missing__(self, _: str) -> str:
        return "–"


class Words:
    """Sentences by their keys, in one language."""

    def __init__(self, table: Mapping[str, tuple[str, str]], language: Language = "en") -> None:
        self.language = language
        self._table = table
        self._place = LANGUAGES.index(language)

    def __call__(self, key: str, /, **values: object) -> str:
        return self.about(key, values)

    def about(self, key: str, described: Mapping[str, object]) -> str:
        """With the fields of something that a bot described, however little that is."""
        return self._table[key][self._place].format_map(_Known(described))
