"""People: met with /start, remembered with their language and what they do not want."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.dao.database import Database, WriteDao
from app.dao.users import StoredUser
from app.domain.clock import Clock
from app.domain.events import Recipient
from app.domain.people import Channel, Language, Person
from app.services.views import UserCard


class UserService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def meet(self, person: Person) -> UserCard:
        """/start: the person is known from now on, under today's name, and reachable again."""
        async with self._db.read() as dao:
            user = await dao.users.find(person.channel, person.external_id)
        if user is None or not user.is_called_like(person) or user.blocked_at or _speaks_otherwise(user, person):
            user = await self._write(person)
        return _card(user)

    async def find(self, person: Person) -> UserCard | None:
        return await self.find_by_id(person.channel, person.external_id)

    async def find_by_id(self, channel: Channel, external_id: int) -> UserCard | None:
        async with self._db.read() as dao:
            user = await dao.users.find(channel, external_id)
        return _card(user) if user else None

    async def choose_language(self, person: Person, language: Language) -> None:
        """Also somebody unknown, who is known from then on."""

        async def choose(dao: WriteDao) -> None:
            await dao.users.lock(person, now=self._clock.now())
            await dao.users.change(person.channel, person.external_id, language=language, language_chosen=True)

        await self._db.write(choose)

    async def stop_follow_ups(self, person: Person) -> None:
        await self._change(person, no_follow_ups=True)

    async def resume_follow_ups(self, person: Person) -> None:
        await self._change(person, no_follow_ups=False)

    async def set_reminders(self, person: Person, wanted: bool) -> None:
        """Whether they are reminded of what they have booked."""
        await self._change(person, no_reminders=not wanted)

    async def keep_phone(self, person: Person, phone: str | None) -> None:
        """As E.164; None: it is known no longer."""
        await self._change(person, phone=phone)

    async def mark_blocked(self, channel: Channel, external_id: int) -> None:
        """Messages to them are refused; until the next /start."""
        now = self._clock.now()
        await self._db.write(lambda dao: dao.users.change(channel, external_id, blocked_at=now))

    async def languages(self, recipients: Iterable[Recipient]) -> dict[Recipient, Language]:
        """Of all of them; whoever is unknown reads Russian."""
        wanted = list(recipients)
        async with self._db.read() as dao:
            known = await dao.users.languages(wanted)
        return {recipient: Language.of(known.get(recipient)) for recipient in wanted}

    async def _write(self, person: Person) -> StoredUser:
        async def write(dao: WriteDao) -> StoredUser:
            user = await dao.users.lock(person, now=self._clock.now())
            changes: dict[str, Any] = {}
            if user.blocked_at:
                changes["blocked_at"] = None
            if _speaks_otherwise(user, person):
                changes["language"] = Language.of(person.language_code)
            if changes:
                await dao.users.change(person.channel, person.external_id, **changes)
            return replace(user, **changes)

        return await self._db.write(write)

    async def _change(self, person: Person, **values: object) -> None:
        """Of whoever is known: a button from before they were forgotten makes nobody known again."""
        await self._db.write(lambda dao: dao.users.change(person.channel, person.external_id, **values))


def _speaks_otherwise(user: StoredUser, person: Person) -> bool:
    """Their client says another language than before, and they have not chosen one."""
    if user.language_chosen or person.language_code is None:
        return False
    return user.language != Language.of(person.language_code)


def _card(user: StoredUser) -> UserCard:
    return UserCard(
        id=user.id,
        channel=user.channel,
        external_id=user.external_id,
        full_name=user.full_name,
        username=user.username,
        language=Language.of(user.language),
        language_chosen=user.language_chosen,
        blocked=user.blocked_at is not None,
        no_follow_ups=user.no_follow_ups,
        no_reminders=user.no_reminders,
    )
