"""What guests wish for their visit, and the phone they leave: what they see of it, and what the host."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.dao.models import BookingRow, OutboxRow
from app.domain.events import ADMIN_MSG
from app.domain.people import Actor
from app.domain.people import Person as Somebody
from app.domain.wishes import LONGEST_ALLERGIES, LONGEST_COMMENT
from tests.bot.people import OWNER, House, Person

OWN = {"phone_number": "79991234567", "first_name": "Анна", "user_id": 1001}
PHOTO = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
STICKER = {**PHOTO[0], "type": "regular", "is_animated": False, "is_video": False}
FORWARDED = {"type": "hidden_user", "date": 1, "sender_user_name": "Анна"}


@pytest.fixture
async def guest(guest: Person) -> AsyncIterator[Person]:
    """With a booking, in front of its wishes."""
    await guest.books()
    await guest.presses("Пожелания")
    yield guest
    assert not guest.keyboard, "it outlives no test"


async def told(house: House) -> list[str]:
    """What of wishes is on its way to the admins."""
    async with house.db.read() as dao:
        rows = await dao.outbox._session.rows(select(OutboxRow.body).where(OutboxRow.queue == ADMIN_MSG))
    return [body.decode() for (body,) in rows if b"wishes_changed" in body]


async def statuses(house: House) -> list[str]:
    async with house.db.read() as dao:
        rows = await dao.outbox._session.rows(select(BookingRow.status).order_by(BookingRow.id))
    return [status for (status,) in rows]


async def opens_her_booking(guest: Person) -> None:
    await guest.says("/start")
    await guest.presses("Мои брони")
    await guest.presses(guest.buttons[0])


async def test_all_that_is_wished_stands_on_the_cards_of_guest_and_host(
    guest: Person, owner: Person, house: House
) -> None:
    await guest.presses("Повод", "день рождения", "Стульчики", "2", "Аллергии")
    await guest.says("орехи,\n\n\n  <b>мёд</b> & \0рыба")
    await guest.presses("Комментарий")
    await guest.says("שולחן שקט 🎂")
    assert "🎉 Повод: день рождения\n👶 2 детских стульчика\n⚠️ Аллергии: орехи,\n<b>мёд</b> & рыба\n💬 " in guest.text
    await guest.presses("Готово")
    assert guest.text.startswith("Записали.")
    assert "👶 2 детских стульчика" in guest.text
    [event] = await told(house)
    assert '["occasion","high_chairs","allergies","comment"]' in event
    assert not {"орехи", "мёд", "שולחן"} & set(event.split())
    await owner.says("/start")
    await owner.presses("Админ-панель", "Брони", "28 нояб. ▶️")
    await owner.presses(owner.buttons[0])
    assert "⚠️ Аллергии: орехи,\n<b>мёд</b> & рыба\n💬 \u2068שולחן שקט 🎂\u2069" in owner.text


async def test_each_wish_can_be_removed_and_what_is_as_before_is_told_to_nobody(guest: Person, house: House) -> None:
    await guest.presses("Повод", "свидание", "Повод")
    assert "• свидание" in guest.buttons
    await guest.presses("Убрать", "Стульчики", "1", "Стульчики", "Убрать")
    for wish in ("Аллергии", "Комментарий"):
        await guest.presses(wish)
        await guest.says("мёд")
        await guest.presses(wish)
        assert "Сейчас записано:\nмёд" in guest.text
        await guest.presses("Убрать")
    assert "Отметьте — и мы подготовимся" in guest.text
    await guest.presses("Готово")
    assert guest.text.startswith("Хорошо, так и оставим.")
    assert await told(house) == []


STRANGE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("", {"text": "орехи"}, "Выберите кнопкой, о чём рассказать"),
    ("Повод", {"text": "просто так"}, "Выберите повод кнопкой"),
    ("Стульчики", {"text": "7"}, "Выберите число кнопкой"),
    ("Аллергии", {"photo": PHOTO, "caption": "мёд"}, "Про аллергии — словами"),
    ("Аллергии", {"text": "ж" * 301}, f"помещается {LONGEST_ALLERGIES} знаков, а у вас 301"),
    ("Комментарий", {"sticker": STICKER}, "Комментарий — словами"),
    ("Комментарий", {"text": "🎂" * 4096}, f"помещается {LONGEST_COMMENT} знаков, а у вас 4\xa0096"),
    ("Комментарий", {"text": "\u200b\u202e \0"}, "нечего прочитать"),
)


async def test_whatever_else_is_sent_the_guest_reads_what_is_expected(guest: Person) -> None:
    for wish, sent, answer in STRANGE:
        if wish:
            await guest.presses(wish)
        before = len(guest.bubbles)
        await guest.says(**sent)
        assert answer in guest.text
        assert len(guest.bubbles) == before, "the old window is gone"
        if wish:
            await guest.presses("Назад")
    await guest.presses("Готово")
    assert guest.text.startswith("Хорошо, так и оставим.")


async def test_what_no_button_says_changes_nothing(guest: Person) -> None:
    for wish, button, item in (("Повод", "свидание", "wedding"), ("Стульчики", "3", "99")):
        await guest.presses(wish)
        data = guest.screen.data(button)
        await guest.sends(data.removesuffix(data.rpartition(":")[2]) + item)
        assert data == guest.screen.data(button)
        await guest.presses("Назад")


async def test_her_number_is_taken_from_the_button_alone(guest: Person, owner: Person) -> None:
    await guest.presses("Телефон")
    assert guest.keyboard == ["📞 Отправить мой номер", "Не сейчас"]
    not_hers = "чужой контакт"
    for sent, answer in (
        ({"text": "+7 999 123-45-67"}, "Жду номер"),
        ({"photo": PHOTO}, "Жду номер"),
        ({"contact": OWN | {"user_id": 1002}}, not_hers),
        ({"contact": {"phone_number": "79991234567", "first_name": "Анна"}}, not_hers),
        ({"contact": OWN, "forward_origin": FORWARDED}, not_hers),
        ({"contact": OWN | {"phone_number": "88801234567"}}, "не позвонить"),
        ({"contact": OWN | {"phone_number": "<script>"}}, "не позвонить"),
    ):
        await guest.says(**sent)
        assert answer in guest.text
        assert guest.keyboard
    await guest.says(contact=OWN)
    assert "номер записан" in guest.bubbles[-2].text
    assert "📞 +7 999 123-45-67" in guest.text
    await guest.presses("Готово")
    assert "999" not in guest.text
    await owner.says("/start")
    await owner.presses("Админ-панель", "Брони", "28 нояб. ▶️")
    await owner.presses(owner.buttons[0])
    assert "👤 Анна (@anna)\n📞 +7 999 123-45-67" in owner.text
    await guest.presses("Пожелания", "Телефон")
    assert "Ваш номер: +7 999 123-45-67" in guest.text
    await guest.presses("Отправить другой")
    await guest.says(contact=OWN | {"phone_number": "+15551234567"})
    assert "+1 555-123-4567" in guest.text
    await guest.presses("Телефон", "Убрать")
    assert "Номер удалён" in guest.text
    assert "555" not in guest.text.partition("Пожелания")[2]


async def test_the_keyboard_goes_whichever_way_she_goes(guest: Person) -> None:
    for way_out in ("/start", "/cancel", "Не сейчас", "menu:book"):
        await guest.presses("Телефон")
        assert guest.keyboard
        await (guest.sends(way_out) if ":" in way_out else guest.says(way_out))
        assert not guest.keyboard
        assert any("Хорошо, без номера" in bubble.text for bubble in guest.bubbles[-2:])
        await opens_her_booking(guest)
        await guest.presses("Пожелания")


async def test_a_keyboard_that_was_left_behind_goes_with_its_first_press(house: House, guest: Person) -> None:
    await guest.presses("Телефон")
    await house.services().dialogs.delete_older_than(-1)
    house.restart()
    await guest.says(contact=OWN)
    assert not guest.keyboard
    assert "Сейчас номер не нужен" in guest.bubbles[-2].text
    assert "Сейчас мы ничего не оформляем" in guest.text


async def test_the_wishes_go_on_after_a_restart_and_a_booking_that_is_being_made_goes_on_too(
    house: House, guest: Person
) -> None:
    await guest.presses("Аллергии")
    house.restart()
    await guest.says("мёд")
    wishes = guest.screen
    await guest.presses("Готово")
    card = guest.screen
    await guest.says("/start")
    await guest.presses("Забронировать столик", "2", "Любой подходящий", "29", "18:00 – 20:00")
    await guest.sends(card.data("Пожелания"), card)
    assert guest.house.telegram.toasts[-1].startswith("Сначала закончите начатое или прервите его: /cancel")
    await guest.presses("Всё верно")
    assert await statuses(house) == ["booked", "booked"]
    await guest.presses("Пожелания", "Повод")
    second = guest.screen
    await guest.sends(card.data("Пожелания"), card)
    shown = {bubble.id: bubble.text for bubble in guest.bubbles}
    assert "⚠️ Аллергии: мёд" in shown[card.id]
    assert second.id not in shown, "those of one booking at a time"
    await guest.sends(wishes.data("Повод"), guest.screen)
    assert "Это окно уже закрыто" in guest.text


async def test_who_goes_away_in_the_middle_is_heard_all_the_same(house: House, guest: Person) -> None:
    await guest.presses("Повод", "годовщина")
    await guest.says("/cancel")
    assert "Что вы успели записать, ресторан увидит" in guest.text
    assert len(await told(house)) == 1
    await opens_her_booking(guest)
    await guest.presses("Пожелания", "Стульчики", "3")
    assert await house.services().wishes.tell_settled() == 0
    house.clock.advance(timedelta(minutes=11))
    assert await house.services().wishes.tell_settled() == 1
    assert len(await told(house)) == 2
    await guest.presses("Готово")
    assert len(await told(house)) == 2, "it is known already"


async def test_a_booking_that_was_cancelled_meanwhile_ends_it(house: House, guest: Person) -> None:
    await guest.presses("Аллергии")
    owner = Actor(Somebody(OWNER, "Ольга"), owner_of=frozenset({1}))
    await house.services().bookings.cancel(owner, 1)
    await guest.says("мёд")
    assert "Бронь уже изменилась. Вот её статус: отменена" in guest.text
    await guest.says("мёд")
    assert "Сейчас мы ничего не оформляем" in guest.text
