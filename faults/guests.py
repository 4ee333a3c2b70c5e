"""Several guests who book, cancel, begin and leave, over and over, and remember what they were told."""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count, pairwise
from types import TracebackType
from typing import Self

from faults.audit import FOLLOW_UPS, REMINDER
from faults.site import Site
from faults.visit import NoVisit, Visit
from faults.wizard import Wish, walk
from playground.client import AmbiguousButton, Delivery, NoSuchButton, NotAcknowledged, NotSeen, Person, SeenMessage
from playground.seen import best_places

PATIENCE = 110.0
"""Seconds that a guest waits for an answer: Telegram offers a press again for 150."""
MOST_VISITS = 4
GOES_ON_WITHIN = 90.0
CANCELS, LEAVES = 0.2, 0.15
"""How many of all that guests do."""
_IN_VAIN = (NoSuchButton, AmbiguousButton, NotSeen, NotAcknowledged, NoVisit)
"""What ends a try of a guest: a table is gone, or a window did not come."""
_NUMBERS = count(20_001)
SITTING = re.compile(r"\d\d:\d\d – \d\d:\d\d")
_TIME = re.compile(r"\d\d:\d\d")


def _came_by_itself(message: SeenMessage) -> bool:
    """Before or after a visit: nobody was asking."""
    return message.text.startswith(REMINDER) or any(words in message.text for words in FOLLOW_UPS)


class Guest:
    """`visits` is what they were told they have; `doubts` are those for which no answer told what became of a press."""

    def __init__(self, person: Person, site: Site, chance: random.Random, thinks: float) -> None:
        self.person = person
        self.visits: set[Visit] = set()
        self.doubts: set[Visit] = set()
        self.past: set[Visit] = set()
        """Those that are over."""
        self.booked: list[Visit] = []
        """What they were told of, one after another."""
        self.done = 0
        """How many things they were about came to an end."""
        self.longest_wait = 0.0
        self.unanswered: list[str] = []
        self._site = site
        self._chance = chance
        self._thinks = thinks

    @property
    def name(self) -> str:
        return str(self.person.card["first_name"])

    async def do_something(self) -> None:
        """One thing, to its end. What does not come about for want of a table or an answer is left."""
        with suppress(*_IN_VAIN):
            what = self._chance.random()
            if self.doubts:
                await self.look_up()
            elif self.visits and (what < CANCELS or len(self.visits - self.past) >= MOST_VISITS):
                await self._cancel()
            elif what < CANCELS + LEAVES:
                await walk(self, self._chance.choice(("count", "date", "confirmation")), self._wish())
            else:
                await self._book()

    async def look_up(self) -> None:
        """Whoever is in doubt looks into «Мои брони», and believes it of what they doubt."""
        await self._open_list()
        found = set()
        for place in self._listed():
            await self._wait(self.person.press_data(*place, timeout=PATIENCE))
            visit = Visit.told(self.window.text)
            if "забронирована" in self.window.text:
                found.add(visit)
            await self.press("Назад")
        self.visits = self.visits - self.doubts | self.doubts & found
        self.doubts.clear()

    @property
    def window(self) -> SeenMessage:
        """The newest thing that was said, messages before and after a visit aside: they come when they want."""
        for message in reversed(self.person.messages):
            if not message.outgoing and not _came_by_itself(message):
                return message
        raise NotSeen(f"the bot has not written yet\n{self.screen()}")

    # -- what a walk through the bot needs

    @property
    def buttons(self) -> list[str]:
        return [button.text for button in self.window.buttons]

    def screen(self) -> str:
        return self.person.screen()

    async def send(self, text: str, /) -> None:
        await self._wait(self.person.send(text, timeout=PATIENCE))

    async def press(self, words: str, /) -> None:
        """In the window: what came by itself may have the same words on a button of its own."""
        buttons = self.window.buttons
        places = best_places(words, [button.text for button in buttons])
        if len(places) != 1 or (pressed := buttons[places[0]]).data is None:
            raise NoSuchButton(f"«{words}» is on {len(places)} buttons\n{self.screen()}")
        await self._wait(self.person.press_data(pressed.message_id, pressed.data, timeout=PATIENCE))

    # -- in parts

    def _wish(self) -> Wish:
        """Few days and parties, so that guests meet."""
        day = self._site.today + timedelta(days=self._chance.choice((1, 1, 2)))
        return Wish(day=day, party=self._chance.choice((2, 2, 3, 4, 6)))

    async def _book(self) -> None:
        await walk(self, "time", self._wish())
        free = [text for text in self.buttons if SITTING.search(text)]
        if not free:
            return
        await self.press(self._chance.choice(free))
        if "Всё верно?" not in self.window.text:
            return
        visit = Visit.told(self.window.text)
        self.doubts.add(visit)
        await self.press("Всё верно")
        if "столик ваш" in (answer := self.window.text):
            self.visits.add(Visit.told(answer))
            self.booked.append(visit)
            self.doubts.clear()

    async def _cancel(self) -> None:
        await self._open_list()
        if not (listed := self._listed()):
            return
        await self._wait(self.person.press_data(*self._chance.choice(listed), timeout=PATIENCE))
        visit = Visit.told(self.window.text)
        await self.press("Отменить бронь")
        self.doubts.add(visit)
        await self.press("Да, отменить")
        if "Бронь отменена" in self.window.text:
            self.visits.discard(visit)
            self.doubts.clear()

    async def _open_list(self) -> None:
        await self.send("/start")
        await self.press("Мои брони")
        if "Мои брони" not in self.window.text:
            raise NoSuchButton(f"the list did not open\n{self.screen()}")

    def _listed(self) -> list[tuple[int, str]]:
        """Buttons with a time on them, by message and data: two may read the same."""
        buttons = [button for button in self.window.buttons if _TIME.search(button.text)]
        return [(button.message_id, button.data) for button in buttons if button.data]

    async def _wait(self, delivery: Awaitable[Delivery]) -> None:
        began = time.monotonic()
        try:
            settled = await delivery
            if settled.outcome != "acknowledged":
                self.unanswered.append(f"An update of {self.name} was {settled.outcome}.")
        except NotAcknowledged as reason:
            self.unanswered.append(f"{self.name}: {str(reason).partition(chr(10))[0]}.")
            raise
        finally:
            self.longest_wait = max(self.longest_wait, time.monotonic() - began)
        await asyncio.sleep(self._chance.uniform(0, self._thinks))


class Evening:
    """Guests are there inside the block; on leaving it, each ends what they are about."""

    def __init__(self, site: Site, chance: random.Random, *, guests: int = 8, thinks: float = 0.5) -> None:
        """`thinks` is the longest time, in seconds, between two presses of a guest."""
        self.guests: list[Guest] = []
        self.findings: list[str] = []
        """A fault may add a sentence of its own."""
        self._site = site
        self.chance = chance
        self._number = guests
        self._thinks = thinks
        self._leave = asyncio.Event()
        self._news = asyncio.Condition()
        self._here = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._here.__aenter__()
        for number in (next(_NUMBERS) for _ in range(self._number)):
            person = await self._site.chat.join(id=number, first_name=f"Гость {number}")
            guest = Guest(person, self._site, random.Random(self.chance.random()), self._thinks)
            self.guests.append(guest)
            self._here.create_task(self._stay(guest))
        await self.goes_on()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave.set()
        await self._here.__aexit__(kind, error, trace)

    @property
    def booked(self) -> int:
        """How many bookings guests were told of until now."""
        return sum(len(guest.booked) for guest in self.guests)

    @property
    def longest_wait(self) -> float:
        return max(guest.longest_wait for guest in self.guests)

    @property
    def shown_twice(self) -> int:
        """How many windows came once more, with nothing done in between: an update that was handled twice."""
        chats = (
            [(message.outgoing, message.text) for message in guest.person.messages if not _came_by_itself(message)]
            for guest in self.guests
        )
        return sum(one == other and not one[0] for chat in chats for one, other in pairwise(chat))

    async def moment(self, longest: float = 1.0) -> None:
        """Lets a random time pass, of up to so many seconds."""
        await asyncio.sleep(self.chance.uniform(0, longest))

    async def goes_on(self, bookings: int = 2) -> None:
        """Until so many more are booked: guests get through."""
        wanted = self.booked + bookings
        if not await self._comes_about(lambda: self.booked >= wanted):
            self.findings.append(f"Nobody could book for {GOES_ON_WITHIN:g} s.")

    async def all_go_on(self) -> None:
        """Until each guest has ended what they are about: nobody waits for an answer to what they did before."""
        before = {guest: guest.done for guest in self.guests}
        if not await self._comes_about(lambda: all(guest.done > done for guest, done in before.items())):
            self.findings.append(f"Somebody got no answer for {GOES_ON_WITHIN:g} s.")

    async def _comes_about(self, true: Callable[[], bool]) -> bool:
        try:
            async with asyncio.timeout(GOES_ON_WITHIN), self._news:
                await self._news.wait_for(true)
        except TimeoutError:
            return False
        return True

    def time_has_passed(self) -> None:
        """What was booked is over: there is room for more."""
        for guest in self.guests:
            guest.past |= guest.visits

    def forgive(self) -> None:
        """That presses had no answer: Telegram posts them again ever more seldom, and forgets them after a while."""
        for guest in self.guests:
            guest.unanswered.clear()

    async def look_up(self) -> None:
        """Whoever could not see what became of a press, looks."""
        for guest in self.guests:
            if guest.doubts:
                try:
                    await guest.look_up()
                except _IN_VAIN as reason:
                    self.findings.append(f"{guest.name} cannot look up what they have: {reason}.")

    async def _stay(self, guest: Guest) -> None:
        while not self._leave.is_set():
            await guest.do_something()
            guest.done += 1
            async with self._news:
                self._news.notify_all()
