"""What is asked about wishes, and which buttons there are."""

from collections.abc import Callable
from typing import Any

from aiogram.enums import ContentType
from aiogram_dialog import Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, SwitchTo
from magic_filter import F

from app.bot import samples
from app.bot.booking.handlers import expected
from app.bot.keyboard import ContactMarkup
from app.bot.widgets import Notice, Say, WindowMarkup
from app.bot.wishes import handlers
from app.bot.wishes.getters import get_card
from app.bot.wishes.state import WishesState
from app.bot.wording import guests_in
from app.domain.phones import shown_phone
from app.domain.wishes import MOST_HIGH_CHAIRS, Occasion
from app.notifications.wishes import occasion_in, phone_in, wishes_in, written
from app.texts import Html, Words

_MARKUP = WindowMarkup()
_S = WishesState


def get_overview_window() -> Window:
    return Window(
        Notice(),
        Say(_overview),
        Row(
            SwitchTo(Say("button-wish-occasion"), id="occasion", state=_S.occasion),
            SwitchTo(Say("button-wish-high-chairs"), id="high_chairs", state=_S.high_chairs),
        ),
        Row(
            SwitchTo(Say("button-wish-allergies"), id="allergies", state=_S.allergies),
            SwitchTo(Say("button-wish-comment"), id="comment", state=_S.comment),
        ),
        Button(Say("button-wish-phone"), id="phone", on_click=handlers.on_phone),
        Button(Say("button-wishes-done"), id="done", on_click=handlers.on_done),
        MessageInput(expected("wishes-unclear")),
        state=_S.overview,
        getter=get_card,
        preview_data=samples.NO_WISHES,
        markup_factory=_MARKUP,
    )


def get_occasion_window() -> Window:
    return Window(
        Notice(),
        Say(lambda words, _: words.html("occasion-question")),
        Group(
            Select(
                Say(_occasion_button),
                id="chosen_occasion",
                item_id_getter=str,
                items=lambda _: list(Occasion),
                on_click=handlers.on_occasion,
            ),
            width=2,
        ),
        _way_back(F["wishes"].occasion, handlers.without(occasion=None)),
        MessageInput(expected("occasion-unclear")),
        state=_S.occasion,
        getter=get_card,
        preview_data=samples.WISHES_NOTED,
        markup_factory=_MARKUP,
    )


def get_high_chairs_window() -> Window:
    return Window(
        Notice(),
        Say(lambda words, _: words.html("high-chairs-question")),
        Row(
            Select(
                Say(_high_chairs_button),
                id="chosen_high_chairs",
                item_id_getter=str,
                items=lambda _: range(1, MOST_HIGH_CHAIRS + 1),
                on_click=handlers.on_high_chairs,
            ),
        ),
        _way_back(F["wishes"].high_chairs, handlers.without(high_chairs=0)),
        MessageInput(expected("high-chairs-unclear")),
        state=_S.high_chairs,
        getter=get_card,
        preview_data=samples.WISHES_NOTED,
        markup_factory=_MARKUP,
    )


def get_allergies_window() -> Window:
    return Window(
        Notice(),
        Say(lambda words, data: _asked(words, "allergies-question", data["wishes"].allergies)),
        _way_back(F["wishes"].allergies, handlers.without(allergies="")),
        MessageInput(handlers.on_allergies, content_types=[ContentType.TEXT]),
        MessageInput(expected("allergies-unclear")),
        state=_S.allergies,
        getter=get_card,
        preview_data=samples.WISHES_NOTED,
        markup_factory=_MARKUP,
    )


def get_comment_window() -> Window:
    return Window(
        Notice(),
        Say(lambda words, data: _asked(words, "comment-question", data["wishes"].comment)),
        _way_back(F["wishes"].comment, handlers.without(comment="")),
        MessageInput(handlers.on_comment, content_types=[ContentType.TEXT]),
        MessageInput(expected("comment-unclear")),
        state=_S.comment,
        getter=get_card,
        preview_data=samples.WISHES_NOTED,
        markup_factory=_MARKUP,
    )


def get_phone_window() -> Window:
    return Window(
        Notice(),
        Say(lambda words, data: words.html("phone-question", phone=shown_phone(data["phone"]))),
        Button(Say("button-other-phone"), id="other_phone", on_click=handlers.on_other_phone),
        _way_back(F["phone"], handlers.on_phone_removed),
        MessageInput(expected("phone-unclear")),
        state=_S.phone,
        getter=get_card,
        preview_data=samples.WISHES_NOTED,
        markup_factory=_MARKUP,
    )


def get_contact_window() -> Window:
    return Window(
        Notice(),
        Say(lambda words, _: words.html("contact-question")),
        MessageInput(handlers.on_contact, content_types=[ContentType.CONTACT]),
        MessageInput(handlers.on_instead_of_contact),
        state=_S.contact,
        getter=get_card,
        preview_data=samples.WISHES_NOTED,
        markup_factory=ContactMarkup(),
    )


def _way_back(is_there: Any, on_remove: Callable[..., Any]) -> Row:
    return Row(
        Button(Say("button-wish-remove"), id="remove", on_click=on_remove, when=is_there),
        SwitchTo(Say("button-back"), id="back_to_overview", state=_S.overview),
    )


def _overview(words: Words, data: dict[str, Any]) -> Html:
    card, phone = data["card"], data["phone"]
    lines = [wishes_in(words, card.wishes), phone_in(words, phone) if phone else ""]
    return words.html(
        "wishes-question",
        when=words.moment(card.starts_at),
        guests=guests_in(words, card.party_size),
        wishes=Html("\n".join(filter(None, lines))) or words.html("wishes-none"),
    )


def _asked(words: Words, question: str, now: str) -> Html:
    text = words.html(question)
    return Html(f"{text}\n\n{words.html('wish-now', what=written(now))}") if now else text


def _occasion_button(words: Words, data: dict[str, Any]) -> str:
    return _choice(words, occasion_in(words, data["item"]), chosen=data["data"]["wishes"].occasion is data["item"])


def _high_chairs_button(words: Words, data: dict[str, Any]) -> str:
    return _choice(words, str(data["item"]), chosen=data["data"]["wishes"].high_chairs == data["item"])


def _choice(words: Words, what: str, *, chosen: bool) -> str:
    return words.say("button-chosen", what=what) if chosen else what
