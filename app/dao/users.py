"""People, known by (channel, external id)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.dao.base import Dao
from app.dao.models import UserRow
from app.domain.events import Recipient
from app.domain.people import Channel, Language, Person


@dataclass(frozen=True, slots=True)
class StoredUser:
    id: int
    channel: Channel
    external_id: int
    first_name: str
    last_name: str | None
    username: str | None
    language: str | None
    language_chosen: bool
    blocked_at: datetime | None
    no_follow_ups: bool

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def is_called_like(self, person: Person) -> bool:
        return (self.first_name, self.last_name, self.username) == (
            person.first_name,
            person.last_name,
            person.username,
        )


USER = (
    UserRow.id,
    UserRow.channel,
    UserRow.external_id,
    UserRow.first_name,
    UserRow.last_name,
    UserRow.username,
    UserRow.language,
    UserRow.language_chosen,
    UserRow.blocked_at,
    UserRow.no_follow_ups,
)
"""The columns of a `StoredUser`, in its order."""

_known_as = and_(UserRow.channel == bindparam("known_channel"), UserRow.external_id == bindparam("known_external_id"))
_find = select(*USER).where(_known_as)
_lock = _find.with_for_update()
_rename = update(UserRow).where(_known_as)


def is_person(person: Person) -> ColumnElement[bool]:
    return and_(UserRow.channel == person.channel, UserRow.external_id == person.external_id)


def stored_user(row: Iterable[object]) -> StoredUser:
    """From the columns `USER`."""
    id_, channel, *rest = row
    return StoredUser(id_, Channel(channel), *rest)  # type: ignore[arg-type] # the columns' types are USER's


class UserReader(Dao):
    async def find(self, channel: Channel, external_id: int) -> StoredUser | None:
        row = await self._first(_find, _key(channel, external_id))
        return stored_user(row) if row else None

    async def languages(self, recipients: Iterable[Recipient]) -> dict[Recipient, str | None]:
        """Of those that are known."""
        by_channel: dict[Channel, list[int]] = {}
        for recipient in recipients:
            by_channel.setdefault(recipient.channel, []).append(recipient.external_id)
        wanted = [
            and_(UserRow.channel == channel, UserRow.external_id.in_(external_ids))
            for channel, external_ids in by_channel.items()
        ]
        if not wanted:
            return {}
        query = select(UserRow.channel, UserRow.external_id, UserRow.language).where(or_(*wanted))
        rows = await self._session.rows(query)
        return {Recipient(channel=Channel(row.channel), external_id=row.external_id): row.language for row in rows}


class UserWriter(UserReader):
    async def lock(self, person: Person, *, now: datetime) -> StoredUser:
        """The person's row, locked until the transaction ends; written only if it is new or a name has changed."""
        user = await self._locked(person)
        if user is None:
            await self._add(person, now)
            user = await self._locked(person)
            assert user is not None  # noqa: S101 - just inserted, by us or by somebody faster
        elif not user.is_called_like(person):
            await self.rename(person)
        return user

    async def find_locked(self, person: Person) -> StoredUser | None:
        """As `lock`, of somebody who may be unknown and then remains so."""
        return await self._locked(person)

    async def rename(self, person: Person) -> None:
        values = {"first_name": person.first_name, "last_name": person.last_name, "username": person.username}
        await self._session.send(_rename.values(values), _key(person.channel, person.external_id))

    async def change(self, channel: Channel, external_id: int, **values: object) -> None:
        await self._session.send(_rename.values(values), _key(channel, external_id))

    async def _locked(self, person: Person) -> StoredUser | None:
        row = await self._first(_lock, _key(person.channel, person.external_id))
        return stored_user(row) if row else None

    async def _add(self, person: Person, now: datetime) -> None:
        values = {
            "channel": person.channel,
            "external_id": person.external_id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "username": person.username,
            "language": Language.of(person.language_code),
            "created_at": now,
        }
        await self._session.send(insert(UserRow).values(values).on_conflict_do_nothing())


def _key(channel: Channel, external_id: int) -> dict[str, object]:
    return {"known_channel": channel, "known_external_id": external_id}
