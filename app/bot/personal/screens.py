"""«Мои данные» and the question before somebody is forgotten."""

from aiogram.types import InlineKeyboardButton

from app.bot.actions import MenuAction, MyDataAction, Place
from app.bot.menu import home_row
from app.bot.screen import Screen, button
from app.bot.wording import privacy_in
from app.domain.phones import shown_phone
from app.services.views import PersonalData, PrivacyNotice
from app.texts import Html, Words, name_of


def my_data_screen(words: Words, known: PersonalData) -> Screen:
    lines = [
        words.html("my-data-name", name=name_of(known.full_name)),
        *([words.html("my-data-username", username=known.username)] if known.username else []),
        *([words.html("my-data-phone", phone=shown_phone(known.phone))] if known.phone else []),
        words.html("my-data-language", language=known.language.value),
        words.html("my-data-counts", bookings=known.bookings, waiting=known.waiting, reviews=known.reviews),
        _consent(words, known),
    ]
    return Screen(
        words.html("my-data", lines=Html("\n".join(lines))),
        [
            [_reminders(words, on=known.reminders)],
            [_follow_ups(words, on=known.follow_ups)],
            [button(words.say("button-copy"), MyDataAction(verb="copy"))],
            [button(words.say("button-privacy"), MyDataAction(verb="read"))],
            [button(words.say("button-forget"), MyDataAction(verb="forget"))],
            home_row(words),
        ],
    )


def unknown_screen(words: Words) -> Screen:
    read = button(words.say("button-privacy"), MyDataAction(verb="read"))
    return Screen(words.html("my-data-none"), [[read], home_row(words)])


def notice_screen(words: Words, notice: PrivacyNotice) -> Screen:
    return Screen(privacy_in(words, notice), [_back_row(words)])


def forget_question(words: Words, known: PersonalData) -> Screen:
    yes = button(words.say("button-forget-now"), MyDataAction(verb="forget_now"))
    no = button(words.say("button-keep-me"), MyDataAction(verb="show"))
    coming = words.html("forget-upcoming", upcoming=known.upcoming) if known.upcoming else ""
    return Screen(words.html("forget-question", coming=Html(coming)), [[yes], [no]])


def forgotten_screen(words: Words) -> Screen:
    book = button(words.say("button-book"), MenuAction(to=Place.BOOK))
    return Screen(words.html("forgotten"), [[book], home_row(words)])


def _consent(words: Words, known: PersonalData) -> Html:
    if known.consent_version is None or known.consent_at is None:
        return words.html("my-data-no-consent")
    date = words.full_date(known.consent_at.date())
    return words.html("my-data-consent", version=known.consent_version, date=date)


def _reminders(words: Words, *, on: bool) -> InlineKeyboardButton:
    """Says how it is; pressing it changes that."""
    if on:
        return button(words.say("button-reminders-on"), MyDataAction(verb="reminders_off"))
    return button(words.say("button-reminders-off"), MyDataAction(verb="reminders_on"))


def _follow_ups(words: Words, *, on: bool) -> InlineKeyboardButton:
    """The same."""
    if on:
        return button(words.say("button-follow-ups-on"), MyDataAction(verb="follow_ups_off"))
    return button(words.say("button-follow-ups-off"), MyDataAction(verb="follow_ups_on"))


def _back_row(words: Words) -> list[InlineKeyboardButton]:
    return [button(words.say("button-back"), MyDataAction(verb="show")), *home_row(words)]
