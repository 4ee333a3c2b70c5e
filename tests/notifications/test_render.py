"""How a booking and its guest look to an admin."""

import pytest

from app.domain.people import Channel, Language
from app.notifications.render import guest_link
from app.services.views import GuestName
from app.texts import Texts, Words


@pytest.fixture(scope="module")
def russian() -> Words:
    return Texts.load().in_language(Language.RU)


def link(words: Words, full_name: str, username: str | None = None) -> str:
    return guest_link(GuestName(1, Channel.TELEGRAM, 1501, full_name, username), words)


def test_a_guest_without_a_username_is_reached_by_their_number(russian: Words) -> None:
    assert link(russian, "Анна Петрова") == '<a href="tg://user?id=1501">Анна Петрова</a>'


def test_a_guest_with_a_username_is_reached_by_it(russian: Words) -> None:
    assert link(russian, "Анна", "anna_k") == '<a href="https://t.me/anna_k">Анна</a> (@anna_k)'


def test_a_name_with_signs_of_html_is_shown_as_it_is(russian: Words) -> None:
    assert ">&lt;b&gt;Tom &amp; Jerry<" in link(russian, "<b>Tom & Jerry")


def test_a_name_that_turns_the_line_around_turns_only_itself(russian: Words) -> None:
    assert ">\u2068\u202eannA\u2069<" in link(russian, "\u202eannA")
    assert ">\u2068\u202eannA\u2069<" in link(russian, "\u202eannA\u2069")


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_a_guest_whose_name_cannot_be_seen_can_be_pressed_all_the_same(russian: Words, name: str) -> None:
    assert link(russian, name) == '<a href="tg://user?id=1501">Гость</a>'
