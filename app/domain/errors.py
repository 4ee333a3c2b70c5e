"""What can be refused, and the text that tells the person so."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal that a person is told about.

    `text_key` names the Fluent message, `params` fill it; `log_level` says how loud the log is about it.
    """

    text_key: ClassVar[str]
    log_level: ClassVar[str] = "INFO"

    def __init__(self, message: str = "", **params: str | int) -> None:
        super().__init__(message or type(self).__name__)
        self.params = params


class SlotTaken(DomainError):
    """Somebody else was faster, or no table of that size is left."""

    text_key = "error-slot-taken"


class SittingOver(DomainError):
    """The sitting has begun already."""

    text_key = "error-sitting-over"


class TooSoon(DomainError):
    """It begins so soon that the kitchen could not prepare; `params`: `minutes`."""

    text_key = "error-too-soon"


class OverlappingBooking(DomainError):
    """The guest has another booking at the same time."""

    text_key = "error-overlapping"


class CancelTooLate(DomainError):
    """From the policy's deadline on the restaurant decides; `params`: `phone`."""

    text_key = "error-cancel-too-late"


class MoveTooLate(DomainError):
    """As `CancelTooLate`, of moving a booking; `params`: `phone`."""

    text_key = "error-move-too-late"


class DayNotOffered(DomainError):
    """The day lies in the past or beyond the horizon, or has no such sitting."""

    text_key = "error-day-not-offered"


class PartyTooLarge(DomainError):
    """Neither a table nor a combination has that many seats; `params`: `largest`, `phone`."""

    text_key = "error-party-too-large"


class NoTableForParty(PartyTooLarge):
    """Not too large, but all tables are for more guests or for fewer; `params`: `phone`."""

    text_key = "error-no-table-for-party"


class PartyMovesByPhone(DomainError):
    """The restaurant decides on parties that large, also where they move; `params`: `largest`, `phone`."""

    text_key = "error-party-moves-by-phone"


class TooManyBookings(DomainError):
    """The guest has MAX_LIVE_BOOKINGS live bookings; `params`: `limit`."""

    text_key = "error-too-many-bookings"


class BookingNotFound(DomainError):
    """There is no such booking for this person; also said of other people's bookings, so that ids reveal nothing."""

    text_key = "error-booking-not-found"
    log_level = "WARNING"


class PlaceIsFree(DomainError):
    """There is no need to wait."""

    text_key = "error-place-is-free"


class TooManyWaiting(DomainError):
    """The guest waits for as many times as one may; `params`: `limit`."""

    text_key = "error-too-many-waiting"


class WaitingNotFound(DomainError):
    """There is no such place in the queue for this person; also said of other people's."""

    text_key = "error-waiting-not-found"
    log_level = "WARNING"


class BookingChanged(DomainError):
    """The booking's status no longer allows it; `params`: `status`."""

    text_key = "error-booking-changed"


class BookingMovedSince(DomainError):
    """The button speaks of the booking as it was before it was moved."""

    text_key = "error-booking-moved-since"


class VisitAlreadyStarted(DomainError):
    text_key = "error-visit-started"


class ConsentNeeded(DomainError):
    """The guest has not seen what is kept of them, or not as it is written now."""

    text_key = "error-consent-needed"


class VisitOver(DomainError):
    """Nothing can be wished for it any more."""

    text_key = "error-visit-over"


class WishTooLong(DomainError):
    """It is not cut silently; `params`: `limit`, `length`."""

    text_key = "error-wish-too-long"


class WishUnreadable(DomainError):
    """Nothing is left of it to be read."""

    text_key = "error-wish-unreadable"


class PhoneNotYours(DomainError):
    """Somebody else's contact, or one of which nobody knows whose it is."""

    text_key = "error-phone-not-yours"


class PhoneUnclear(DomainError):
    """No number that could be called."""

    text_key = "error-phone-unclear"


class GraceOver(DomainError):
    """The visit has begun, and the table waits no longer; `params`: `phone`."""

    text_key = "error-grace-over"


class TooEarlyToBeLate(DomainError):
    """The visit is further away than a day."""

    text_key = "error-too-early-to-be-late"


class VisitGoingOn(DomainError):
    """Whoever sits at a table is not forgotten before they have left; `params`: `until`."""

    text_key = "error-visit-going-on"


class StaffNotForgotten(DomainError):
    """Whom the settings name the service has to know."""

    text_key = "error-staff-not-forgotten"


class NotAllowed(DomainError):
    """Only staff of the venue may do this."""

    text_key = "error-not-allowed"
    log_level = "WARNING"


class BookingClosed(DomainError):
    """The venue has no tables or no sittings yet; `params`: `phone`."""

    text_key = "error-booking-closed"


class NotOpenYet(BookingClosed):
    """Nobody has told us anything of the venue, not even its phone."""

    text_key = "error-not-open-yet"


class NotToBeRated(DomainError):
    """The visit did not take place, or too long ago; `params`: `days`."""

    text_key = "error-not-to-be-rated"


class NothingToRepeat(DomainError):
    """The visit did not take place."""

    text_key = "error-nothing-to-repeat"


class NothingSaid(DomainError):
    """A comment in which there is nothing to be seen."""

    text_key = "review-unclear"


class CommentTooLong(DomainError):
    """`params`: `limit`, `length`."""

    text_key = "review-too-long"


class SeedError(Exception):
    """A mistake in one of the owner's files: one sentence with file, entry and field."""


class SchemaError(Exception):
    """The database is of a revision that this code does not know: one sentence with the remedy."""


class DatabaseInUse(Exception):
    """Another process has the SQLite file: one sentence with the remedy."""


class StoreUnavailable(Exception):
    """A store (database, dialog storage, Redis) is away or too busy; asking again later may work."""
