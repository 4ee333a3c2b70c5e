from tests.bot.people import Person


async def test_a_guest_books_a_table_and_reads_what_was_booked(guest: Person) -> None:
    await guest.says("/start")
    print(guest.text, guest.buttons)
    for label in ("Забронировать столик", "2", "Любой подходящий", "28", "18:00 – 20:00", "Всё верно"):
        await guest.presses(label)
        print("-----\n", guest.text, guest.buttons)
    assert "Готово, столик ваш!" in guest.text
    assert "суббота, 28 ноября" in guest.text
    assert "18:00 – 20:00" in guest.text
    assert len(guest.bubbles) == 1
