"""What is kept of a person: what they agree to, what is known, a copy of it, and forgetting it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

import orjson
from loguru import logger

from app.dao.bookings import StoredBooking
from app.dao.database import Database, ReadDao, WriteDao
from app.dao.personal import StoredMessage, StoredVisit, StoredWaiting
from app.dao.users import StoredUser
from app.domain.booking import CANCELABLE, LIVE, BookingStatus
from app.domain.clock import Clock
from app.domain.errors import BookingChanged, StaffNotForgotten, VisitGoingOn
from app.domain.events import BookingCanceled
from app.domain.people import Actor, Language, Person
from app.domain.policy import VenuePolicy
from app.domain.waiting import WaitingStatus
from app.domain.wishes import Wishes
from app.services.cards import snapshot
from app.services.changes import OnChange, nobody_counts
from app.services.holds import give_up
from app.services.offers import give_back
from app.services.plans import Plan, Plans, Policy
from app.services.seats import vacate
from app.services.views import PersonalData, PrivacyNotice

_BATCH = 50
_MOST = 10_000
"""Of each kind in a copy: it is one message's file, and nobody has that many."""


class PersonalDataService:
    def __init__(
        self, db: Database, clock: Clock, policy: Policy, plans: Plans, on_change: OnChange = nobody_counts
    ) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._plans = plans
        self._on_change = on_change

    async def notice(self) -> PrivacyNotice:
        """The text as it stands."""
        async with self._db.read() as dao:
            return _notice(await self._plan(dao))

    async def to_agree(self, person: Person) -> str | None:
        """The version that they are to agree to with their next booking; None: they have."""
        async with self._db.read() as dao:
            plan = await self._plan(dao)
            user = await dao.users.find(person.channel, person.external_id)
        version = plan.privacy.version
        return None if user and user.consent_version == version else version

    async def known(self, person: Person) -> PersonalData | None:
        """None: nothing is."""
        async with self._db.read() as dao:
            user = await dao.users.find(person.channel, person.external_id)
            if user is None:
                return None
            zone = (await self._plan(dao)).zone
            counts = await dao.personal.counts(user.id, now=self._clock.now())
        return PersonalData(
            full_name=user.full_name,
            username=user.username,
            phone=user.phone,
            language=Language.of(user.language),
            reminders=not user.no_reminders,
            follow_ups=not user.no_follow_ups,
            consent_version=user.consent_version,
            consent_at=user.consent_at and user.consent_at.astimezone(zone),
            bookings=counts.bookings,
            upcoming=counts.upcoming,
            waiting=counts.waiting,
            reviews=counts.reviews,
        )

    async def export(self, person: Person) -> bytes | None:
        """All of it as JSON, in the shape of docs/privacy.md; None: there is nothing."""
        async with self._db.read() as dao:
            user = await dao.users.find(person.channel, person.external_id)
            if user is None:
                return None
            plan, personal = await self._plan(dao), dao.personal
            since = await personal.known_since(user.id)
            visits = await personal.visits(user.id, limit=_MOST)
            tables = await personal.tables(user.id)
            waiting = await personal.waiting(user.id, limit=_MOST)
            messages = await personal.messages(user.id, limit=_MOST)
        zone = plan.zone
        copy = {
            "made_at": self._clock.now().astimezone(zone),
            "venue": plan.card.name,
            "complete": max(len(visits), len(waiting), len(messages)) < _MOST,
            "person": _person(user, since, zone),
            "bookings": [_visit(visit, tables.get(visit.id, ()), zone) for visit in visits],
            "waiting": [_waiting(entry, zone) for entry in waiting],
            "messages": [_message(message, zone) for message in messages],
        }
        return orjson.dumps(copy, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    async def forget(self, actor: Actor) -> bool:
        """Cancels what is to come, also after the deadline, and leaves nothing that tells who it was.

        False: there is nobody to forget, which is said of the same wish a second time, too. Raises StaffNotForgotten,
        VisitGoingOn, and BookingChanged if somebody seats them at this very moment.
        """
        if actor.is_staff_of(self._policy.venue_id):
            raise StaffNotForgotten
        now = self._clock.now()

        async def forget(dao: WriteDao) -> int | None:
            user = await dao.users.find_locked(actor.person)
            return None if user is None else await self._forget(dao, user, now)

        canceled = await self._db.write(forget)
        if canceled is None:
            return False
        self._on_change(BookingStatus.CANCELED, canceled)
        logger.info("A guest is forgotten; bookings to come that are cancelled: {}", canceled)
        return True

    async def forget_old(self) -> int:
        """All whose last visit or waiting lies longer ago than the policy says; in small bites."""
        days = (await self._policy_now()).forget_after_days
        if days is None:
            return 0
        now = self._clock.now()
        before = now - timedelta(days=days)
        forgotten = 0
        while True:
            async with self._db.read() as dao:
                idle = await dao.personal.idle(before, but=self._policy.owners, limit=_BATCH)
            bite = await self._forget_idle(idle, before, now) if idle else 0
            forgotten += bite
            if bite < _BATCH:
                return forgotten

    async def forget_wishes(self) -> int:
        """Of visits that were over longer ago than the policy says; in small bites."""
        days = (await self._policy_now()).forget_wishes_after_days
        if days is None:
            return 0
        before = self._clock.now() - timedelta(days=days)
        forgotten = 0
        while True:
            async with self._db.read() as dao:
                old = await dao.personal.with_wishes(before, limit=_BATCH)
            if not old:
                return forgotten
            forgotten += await self._drop_wishes(old)

    async def _drop_wishes(self, booking_ids: Sequence[int]) -> int:
        return await self._db.write(lambda dao: dao.personal.drop_wishes(booking_ids))

    async def _forget_idle(self, user_ids: Sequence[int], before: datetime, now: datetime) -> int:
        async def forget(dao: WriteDao) -> int:
            users = await dao.personal.lock_idle(user_ids, before)
            for user in users:
                await dao.personal.erase(user.id, now=now)
            await dao.personal.forget_talks([user.external_id for user in users])
            return len(users)

        return await self._db.write(forget)

    async def _forget(self, dao: WriteDao, user: StoredUser, now: datetime) -> int:
        """How many bookings were cancelled."""
        plan = await self._plan(dao)
        ids = await dao.personal.occupying(user.id)
        bookings = await dao.bookings.get_many(ids) if ids else []
        if here := next((one for one in bookings if one.status in LIVE and one.starts_at <= now < one.ends_at), None):
            raise VisitGoingOn(until=f"{here.ends_at.astimezone(plan.zone):%H:%M}")
        for booking in bookings:
            if booking.waiting_id is not None:
                await give_back(dao, booking, booking.waiting_id, WaitingStatus.LEFT, now)
            elif booking.status is BookingStatus.HELD:
                await give_up(dao, booking.id, now)
        to_come = [one for one in bookings if one.status in CANCELABLE and one.starts_at > now]
        if to_come:
            await _cancel(dao, to_come, now)
        await dao.personal.erase(user.id, now=now)
        await dao.personal.forget_talks([user.external_id])
        return len(to_come)

    async def _policy_now(self) -> VenuePolicy:
        async with self._db.read() as dao:
            return (await self._plan(dao)).policy

    async def _plan(self, dao: ReadDao) -> Plan:
        return await self._plans.get(dao, self._policy.venue_id)


async def _cancel(dao: WriteDao, bookings: Sequence[StoredBooking], now: datetime) -> None:
    """The restaurant is told as of any cancellation; by then they are nobody's."""
    for booking in bookings:
        if not await dao.bookings.move(booking, BookingStatus.CANCELED, now=now):
            raise BookingChanged(status=booking.status)
    await vacate(dao, [booking.id for booking in bookings], now)
    await dao.outbox.announce(*(BookingCanceled(occurred_at=now, booking=snapshot(one)) for one in bookings))


def _notice(plan: Plan) -> PrivacyNotice:
    return PrivacyNotice(
        version=plan.privacy.version,
        dated=plan.privacy.date,
        text={language.value: text for language, text in plan.privacy.text.items()},
        venue=plan.card,
        forget_after_days=plan.policy.forget_after_days,
        forget_wishes_after_days=plan.policy.forget_wishes_after_days,
    )


def _person(user: StoredUser, since: datetime | None, zone: tzinfo) -> Mapping[str, object]:
    agreed = {"version": user.consent_version, "at": _local(user.consent_at, zone)}
    return {
        "messenger": user.channel,
        "id": user.external_id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "phone": user.phone,
        "language": user.language,
        "language_chosen": user.language_chosen,
        "known_since": _local(since, zone),
        "blocked_the_bot_at": _local(user.blocked_at, zone),
        "reminders": not user.no_reminders,
        "messages_after_visits": not user.no_follow_ups,
        "consent": agreed if user.consent_version else None,
    }


def _visit(visit: StoredVisit, tables: Sequence[int], zone: tzinfo) -> Mapping[str, object]:
    review = {"stars": visit.stars, "comment": visit.comment, "at": _local(visit.reviewed_at, zone)}
    return {
        "status": visit.status,
        "day": visit.service_date,
        "starts_at": _local(visit.starts_at, zone),
        "ends_at": _local(visit.ends_at, zone),
        "guests": visit.party_size,
        "tables": tables,
        "wishes": Wishes.of(visit.wishes).stored(),
        "late_minutes": visit.late_minutes,
        "moved": visit.sequence,
        "made_at": _local(visit.created_at, zone),
        "changed_at": _local(visit.changed_at, zone),
        "asked_to_cancel_at": _local(visit.cancel_requested_at, zone),
        "removed_from_list_at": _local(visit.hidden_at, zone),
        "review": review if visit.stars is not None else None,
    }


def _waiting(entry: StoredWaiting, zone: tzinfo) -> Mapping[str, object]:
    return {
        "status": entry.status,
        "day": entry.service_date,
        "earliest": _local(entry.earliest, zone),
        "latest": _local(entry.latest, zone),
        "guests": entry.party_size,
        "since": _local(entry.created_at, zone),
        "changed_at": _local(entry.changed_at, zone),
    }


def _message(message: StoredMessage, zone: tzinfo) -> Mapping[str, object]:
    body = orjson.loads(message.body)
    return {
        "kind": body.get("kind"),
        "of": (body.get("event") or {}).get("kind"),
        "text": body.get("text"),
        "planned_for": _local(message.available_at, zone),
        "sent_at": _local(message.published_at, zone),
    }


def _local(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None
