"""Without RabbitMQ: the queue is in the database, and nobody notices a difference."""

from playground.client import Person

from tests.background.conftest import House, guest


async def test_every_admin_reads_who_booked_what_and_when(house: House, owner: Person, host: Person) -> None:
    async with house.open():
        await house.book(guest(name="Анна <b>", username="anna_k"))
        for admin in (owner, host):
            seen = await admin.wait_for("Новая бронь")
            print(seen.text, seen.body)
            assert "Анна <b> (@anna_k)" in seen.text
            assert "Стол №1 · 2 гостя" in seen.text
            assert "пятница, 27 ноября" in seen.text
            assert "18:00 – 20:00" in seen.text
