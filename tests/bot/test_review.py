"""Stars under the thanks, and a line that is typed."""

from datetime import timedelta
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from app.domain.people import Language
from app.notifications.buttons import follow_up_rows, stars_row
from tests.bot.people import House, Person

SORRY, WORDS, NO_WORDS = "Простите, что вам было у нас не так хорошо", "Напишите прямо сюда", "Без комментария"
EXPECTED = "Напишите пару слов текстом или нажмите"


async def thanked(guest: Person) -> None:
    """After a visit: nothing is open but the message with the stars."""
    await guest.books(day=27, time="18:00 – 20:00")
    guest.house.clock.advance(timedelta(hours=9))
    await guest.house.services().bookings.complete_due()
    await thanks(guest)


async def thanks(guest: Person, booking: int = 1) -> None:
    words = guest.house.texts.in_language(Language.RU)
    rows = InlineKeyboardMarkup(inline_keyboard=[stars_row(words, booking), *follow_up_rows(words, booking)])
    await guest.house.bot.send_message(guest.id, "Спасибо, что были у нас!", reply_markup=rows)


ANSWERS = {5: "Очень рады, что вам понравилось", 4: "постараемся на пятёрку", 3: SORRY, 1: SORRY}


async def test_each_mark_has_its_answer_and_a_slip_is_corrected(guest: Person) -> None:
    await thanked(guest)
    for stars, answer in ANSWERS.items():
        await guest.presses(f"{stars} ⭐")
        assert answer in guest.text
        assert ("+7 495 000-01-10" in guest.text) == (stars <= 3)
        assert WORDS in guest.text
        assert guest.buttons[stars - 1] == f"• {stars} ⭐"
        assert guest.buttons[5:] == [NO_WORDS, "🔁 Как в прошлый раз", "🍽 Забронировать снова", "🔕 Не присылать"]
    await guest.presses(NO_WORDS)
    assert SORRY in guest.text
    assert WORDS not in guest.text
    await guest.presses("Добавить пару слов")
    assert WORDS in guest.text
    assert len(guest.bubbles) == 2


STICKER = {"file_id": "1", "file_unique_id": "1", "type": "regular", "width": 1, "height": 1}
STRANGE: list[tuple[dict[str, Any], str]] = [
    ({"photo": []}, EXPECTED),
    ({"sticker": {**STICKER, "is_animated": False, "is_video": False}}, EXPECTED),
    ({"text": "\u200b\u2060"}, EXPECTED),
    ({"text": "/cencel"}, EXPECTED),
    ({"text": "я" * 501}, "Здесь 501 знак, а помещается 500"),
    ({"text": "я" * 4000}, "знаков, а помещается 500"),
]


async def test_whatever_else_is_sent_is_told_what_is_expected(guest: Person) -> None:
    await thanked(guest)
    await guest.presses("2 ⭐")
    for content, answer in STRANGE:
        await guest.says(**content)
        assert answer in guest.text
        assert WORDS in guest.text
    await guest.says("Суп <b>остыл</b> ﷽ 🥶")
    assert "записал ваши слова" in guest.text
    assert SORRY in guest.text
    assert not {NO_WORDS, "✍️ Добавить пару слов"} & set(guest.buttons)
    assert len(guest.bubbles) == 2, "no second thanks is left"


async def test_the_owner_reads_marks_and_words_in_the_panel(guest: Person, owner: Person) -> None:
    await thanked(guest)
    await owner.says("/start")
    await owner.presses("Админ-панель", "Статистика по броням")
    assert "Оценок пока нет" in owner.text
    await guest.presses("4 ⭐")
    await owner.presses("В админ-панель", "Статистика по броням")
    assert "Оценки за 30 дней: 4,0 · 1 оценка" in owner.text
    await owner.presses("В админ-панель", "Брони", "🏁 18:00 · Стол №1 · 2 гостя · Анна")
    assert "Оценка гостя: ★★★★☆" in owner.text
    await guest.says("Суп <b>остыл</b>")
    await owner.presses("Назад", "🏁 18:00 · Стол №1 · 2 гостя · Анна")
    assert "💬 Суп <b>остыл</b>" in owner.text
    guest.house.clock.advance(timedelta(days=40))
    await owner.presses("В админ-панель", "Статистика по броням")
    assert "Оценки за 30 дней: —\n⭐ За всё время: 4,0 · 1 оценка" in owner.text


async def test_a_wizard_goes_on_while_stars_are_given(house: House, guest: Person) -> None:
    await thanked(guest)
    stars = guest.screen
    await guest.presses("Забронировать снова", "2")
    wizard = guest.screen
    await guest.sends(stars.data("3 ⭐"), stars)
    stars = guest.house.telegram.chats[guest.id][stars.id]
    assert SORRY in stars.text
    assert WORDS not in stars.text
    await guest.sends(stars.data("Добавить пару слов"), stars)
    assert house.telegram.toasts == ["Сначала закончите начатое или прервите его: /cancel. Эта кнопка подождёт."]
    await guest.sends("words:enough:1", stars)
    assert guest.house.telegram.chats[guest.id][wizard.id] == wizard
    await guest.presses("Любой подходящий", "28", "18:00 – 20:00", "Всё верно")
    assert "Готово" in guest.text
    await guest.sends(stars.data("Добавить пару слов"), stars)
    await guest.says("Шумно")
    assert "записал ваши слова" in guest.text


async def test_a_line_is_taken_after_a_restart_and_asked_for_once(house: House, guest: Person) -> None:
    await thanked(guest)
    asked = guest.screen
    await guest.presses("5 ⭐")
    house.restart()
    await guest.says("Всё отлично")
    assert "записал ваши слова" in guest.text
    await guest.sends("words:say:1", asked)
    await guest.presses("4 ⭐")
    assert "постараемся на пятёрку" in guest.text
    assert WORDS not in guest.text
    await guest.says("И ещё")
    assert "Сейчас мы ничего не оформляем" in guest.text


async def test_the_menu_takes_over_and_the_thanks_stay(guest: Person) -> None:
    await thanked(guest)
    await guest.presses("5 ⭐")
    stars = guest.screen
    await guest.says("/cancel")
    assert "Сейчас прерывать нечего" in guest.text
    await guest.says("Вкусно")
    assert "Сейчас мы ничего не оформляем" in guest.text
    await guest.sends(stars.data(NO_WORDS), stars)
    assert WORDS not in guest.house.telegram.chats[guest.id][stars.id].text


async def test_what_did_not_take_place_is_not_rated(guest: Person, other_guest: Person) -> None:
    await guest.books()
    await thanks(guest)
    await guest.presses("5 ⭐")
    assert "Оценить можно визит, который состоялся, в течение 30 дней" in guest.text
    await thanks(other_guest)
    await other_guest.presses("1 ⭐")
    assert "Такой брони у вас нет" in other_guest.text
