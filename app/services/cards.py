"""Rows into what edges may see."""

from datetime import datetime, timedelta

from app.dao.bookings import StoredBooking
from app.dao.users import StoredUser
from app.domain.booking import CANCELABLE, EXPECTED, may_cancel_alone, may_move_alone, status_at
from app.domain.errors import BookingNotFound
from app.domain.events import BookingSnapshot
from app.domain.reminders import day_before
from app.domain.wishes import Wishes, may_wish
from app.services.plans import Plan
from app.services.views import BookingCard, GuestName


def guest_name(user: StoredUser) -> GuestName:
    return GuestName(
        user.id,
        user.channel,
        user.external_id,
        user.full_name,
        user.username,
        user.phone,
        erased=user.erased_at is not None,
    )


def booking_card(booking: StoredBooking, plan: Plan, *, now: datetime) -> BookingCard:
    zone = plan.zone
    deadline = plan.policy.cancel_deadline(booking.starts_at, booking.service_date, zone)
    cancelable = booking.status in CANCELABLE and booking.starts_at > now
    status = status_at(booking.status, booking.hold_until, now=now)
    alone = may_cancel_alone(booking.status, deadline=deadline, now=now)
    return BookingCard(
        id=booking.id,
        venue_id=booking.venue_id,
        status=booking.status,
        party_size=booking.party_size,
        tables=booking.tables,
        service_date=booking.service_date,
        starts_at=booking.starts_at.astimezone(zone),
        ends_at=booking.ends_at.astimezone(zone),
        hold_until=booking.hold_until.astimezone(zone) if booking.hold_until else None,
        created_at=booking.created_at.astimezone(zone),
        changed_at=booking.changed_at.astimezone(zone),
        can_cancel=cancelable and alone,
        guest=guest_name(booking.user),
        can_ask_to_cancel=cancelable and not alone,
        cancel_requested=booking.cancel_requested_at is not None,
        cancel_until=deadline.astimezone(zone),
        wishes=Wishes.of(booking.wishes),
        can_wish=may_wish(status, ends_at=booking.ends_at, now=now),
        can_move=may_move_alone(booking.status, starts_at=booking.starts_at, deadline=deadline, now=now),
        sequence=booking.sequence,
        late_minutes=booking.late_minutes,
        grace_until=grace_until(booking, plan).astimezone(zone),
        can_be_late=can_be_late(booking, plan, now=now),
        waiting_id=booking.waiting_id,
    )


def grace_until(booking: StoredBooking, plan: Plan) -> datetime:
    """The table waits as long as the policy says, and as late as the guest has said to be."""
    return booking.starts_at + plan.policy.grace + timedelta(minutes=booking.late_minutes)


def can_be_late(booking: StoredBooking, plan: Plan, *, now: datetime) -> bool:
    return booking.status in EXPECTED and late_since(booking, plan) <= now < grace_until(booking, plan)


def late_since(booking: StoredBooking, plan: Plan) -> datetime:
    """From the day before on a guest may know."""
    return day_before(booking.starts_at, plan.zone)


def snapshot(booking: StoredBooking) -> BookingSnapshot:
    return BookingSnapshot(
        booking_id=booking.id,
        venue_id=booking.venue_id,
        user_id=booking.user.id,
        tables=tuple(table.number for table in booking.tables),
        party_size=booking.party_size,
        service_date=booking.service_date,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        sequence=booking.sequence,
    )


def found(booking: StoredBooking | None) -> StoredBooking:
    """Raises BookingNotFound."""
    if booking is None:
        raise BookingNotFound
    return booking
