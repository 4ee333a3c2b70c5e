"""The menu of commands."""

from collections.abc import Mapping, Sequence

from aiogram.types import BotCommand

from app.domain.people import Language
from app.texts import Texts, Words


def commands(texts: Texts) -> Mapping[str, Sequence[BotCommand]]:
    """By language; "" is for everybody else."""
    everybody = {"": _commands(texts.in_language(Language.RU))}
    return everybody | {language.value: _commands(texts.in_language(language)) for language in Language}


def _commands(words: Words) -> Sequence[BotCommand]:
    return [
        BotCommand(command="start", description=words.say("command-start")),
        BotCommand(command="help", description=words.say("command-help")),
        BotCommand(command="cancel", description=words.say("command-cancel")),
        BotCommand(command="privacy", description=words.say("command-privacy")),
        BotCommand(command="language", description=words.say("command-language")),
    ]
