"""People, known by (channel, external id)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, bindparam, select, update
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
    no_reminders: bool
    phone: str | None
    consent_version: str | None
    consent_at: datetime | None
    erased_at: datetime | None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name

    def is_person(self, person: Person) -> bool:
        return (self.channel, self.external_id) == (person.channel, person.external_id)

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
    UserRow.no_reminders,
    UserRow.phone,
    UserRow.consent_version,
    UserRow.consent_at,
    UserRow.erased_at,
)
"""The columns of a `StoredUser`, in its order."""

IS_KNOWN = and_(UserRow.channel == bindparam("known_channel"), UserRow.external_id == bindparam("known_external_id"))
"""The row of one person; `known` gives its parameters."""

_find = select(*USER).where(IS_KNOWN)
_lock = _find.with_for_update()
_change = update(UserRow).where(IS_KNOWN)
_add = insert(UserRow).on_conflict_do_nothing().returning(*USER)
_languages = select(UserRow.external_id, UserRow.language).where(
    UserRow.channel == bindparam("of_channel"), UserRow.external_id.in_(bindparam("external_ids", expanding=True))
)


def known(channel: Channel, external_id: int) -> dict[str, object]:
    return {"known_channel": channel, "known_external_id": external_id}


def stored_user(row: Iterable[object]) -> StoredUser:
    """From the columns `USER`."""
    id_, channel, *rest = row
    return StoredUser(id_, Channel(channel), *rest)  # type: ignore[arg-type] # the columns' types are USER's


class UserReader(Dao):
    async def find(self, channel: Channel, external_id: int) -> StoredUser | None:
        row = await self._first(_find, known(channel, external_id))
        return stored_user(row) if row else None

    async def languages(self, recipients: Iterable[Recipient]) -> dict[Recipient, str | None]:
        """Of those that are known."""
        by_channel: dict[Channel, list[int]] = {}
        for recipient in recipients:
            by_channel.setdefault(recipient.channel, []).append(recipient.external_id)
        found: dict[Recipient, str | None] = {}
        for channel, external_ids in by_channel.items():
            rows = await self._session.rows(_languages, {"of_channel": channel, "external_ids": external_ids})
            found |= {Recipient(channel=channel, external_id=external_id): language for external_id, language in rows}
        return found


class UserWriter(UserReader):
    async def lock(self, person: Person, *, now: datetime) -> StoredUser:
        """The person's row, locked until the transaction ends; written only if it is new or a name has changed."""
        user = await self._locked(person) or await self._added(person, now) or await self._locked(person)
        assert user is not None  # noqa: S101 - inserted just now, by us or by somebody faster
        if user.is_called_like(person):
            return user
        await self.rename(person)
        return replace(user, first_name=person.first_name, last_name=person.last_name, username=person.username)

    async def find_locked(self, person: Person) -> StoredUser | None:
        """As `lock`, of somebody who may be unknown and then remains so."""
        return await self._locked(person)

    async def rename(self, person: Person) -> None:
        values = {"first_name": person.first_name, "last_name": person.last_name, "username": person.username}
        await self._session.send(_change, values | known(person.channel, person.external_id))

    async def change(self, channel: Channel, external_id: int, **values: object) -> None:
        await self._session.send(_change, values | known(channel, external_id))

    async def _locked(self, person: Person) -> StoredUser | None:
        row = await self._first(_lock, known(person.channel, person.external_id))
        return stored_user(row) if row else None

    async def _added(self, person: Person, now: datetime) -> StoredUser | None:
        """None: somebody was faster."""
        values = {
            "channel": person.channel,
            "external_id": person.external_id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "username": person.username,
            "language": Language.of(person.language_code),
            "created_at": now,
        }
        rows = await self._session.rows(_add, [values])
        return stored_user(rows[0]) if rows else None
