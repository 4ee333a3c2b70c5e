"""Whom the service knows, and what it remembers of them."""

from app.domain.events import Recipient
from app.domain.people import Channel, Language, Person
from app.services import Services
from tests.services.house import EVENING, TOMORROW, guest

ANNA = Person(7, "Анна", "Иванова", "anna", "ru")


async def test_a_stranger_is_met_once_and_then_known(services: Services) -> None:
    assert await services.users.find(ANNA) is None
    met = await services.users.meet(ANNA)
    assert (met.full_name, met.username, met.language, met.blocked) == ("Анна Иванова", "anna", Language.RU, False)
    assert await services.users.find(ANNA) == met
    assert await services.users.meet(ANNA) == met
    assert await services.users.find_by_id(Channel.TELEGRAM, 7) == met


async def test_a_new_name_is_noted(services: Services) -> None:
    await services.users.meet(ANNA)
    renamed = await services.users.meet(Person(7, "Anna", None, None, "ru"))
    assert (renamed.full_name, renamed.username) == ("Anna", None)


async def test_the_clients_language_counts_until_one_is_chosen(services: Services) -> None:
    english = Person(7, "Anna", language_code="en-GB")
    assert (await services.users.meet(english)).language is Language.EN
    assert (await services.users.meet(Person(7, "Anna", language_code="ru"))).language is Language.RU
    assert (await services.users.meet(Person(7, "Anna"))).language is Language.RU
    await services.users.choose_language(english, Language.EN)
    chosen = await services.users.meet(Person(7, "Anna", language_code="ru"))
    assert (chosen.language, chosen.language_chosen) == (Language.EN, True)


async def test_a_blocked_chat_is_remembered_until_the_next_start(services: Services) -> None:
    await services.users.meet(ANNA)
    await services.users.mark_blocked(Channel.TELEGRAM, ANNA.external_id)
    blocked = await services.users.find(ANNA)
    assert blocked is not None
    assert blocked.blocked
    assert not (await services.users.meet(ANNA)).blocked


async def test_someone_unknown_can_choose_before_they_were_met(services: Services) -> None:
    await services.users.choose_language(ANNA, Language.EN)
    await services.users.stop_follow_ups(ANNA)
    card = await services.users.find(ANNA)
    assert card is not None
    assert (card.language, card.no_follow_ups, card.no_reminders) == (Language.EN, True, False)


async def test_reminders_are_switched_off_and_on_again(services: Services) -> None:
    await services.users.meet(ANNA)
    for wanted in (False, True):
        await services.users.set_reminders(ANNA, wanted)
        card = await services.users.find(ANNA)
        assert card is not None
        assert card.no_reminders is not wanted


async def test_what_somebody_unknown_does_not_want_makes_them_known_to_nobody(services: Services) -> None:
    """They were forgotten, and press what still stands in their chat."""
    await services.users.set_reminders(ANNA, False)
    await services.users.stop_follow_ups(ANNA)
    await services.users.keep_phone(ANNA, "+79991234567")
    assert await services.users.find(ANNA) is None


async def test_booking_is_enough_to_be_known(services: Services) -> None:
    who = guest(1, "Anna", language_code="en")
    await services.bookings.hold(who, party=2, day=TOMORROW, slot_id=EVENING)
    card = await services.users.find(who.person)
    assert card is not None
    assert (card.full_name, card.language, card.language_chosen) == ("Anna", Language.EN, False)


async def test_whoever_is_unknown_reads_russian(services: Services) -> None:
    await services.users.meet(Person(8, "Ann", language_code="en"))
    known, unknown = Recipient(external_id=8), Recipient(external_id=9)
    assert await services.users.languages([known, unknown]) == {known: Language.EN, unknown: Language.RU}
    assert await services.users.languages([]) == {}
