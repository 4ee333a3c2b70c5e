"""The tables. Times are UTC, statuses are words: whoever reads them needs no knowledge of the code."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.domain.booking import BookingStatus
from app.domain.waiting import OPEN, WaitingStatus


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC on every database; SQLite alone would give it back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:  # noqa: ARG002 - given by SQLAlchemy
        """PostgreSQL's driver gives UTC by itself."""
        return _of_sqlite if dialect.name == "sqlite" else None


@lru_cache(maxsize=4096)
def _of_sqlite(stored: str | None) -> datetime | None:
    """Remembered: a month of bookings begins at the same few hundred moments."""
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class VenueRow(Base):
    """One restaurant. `languages` is a list of codes, `texts` holds about and greeting by language."""

    __tablename__ = "venues"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    about: Mapped[dict[str, str]] = mapped_column(Json)
    greeting: Mapped[dict[str, str]] = mapped_column(Json)
    address: Mapped[dict[str, str]] = mapped_column(Json)
    phone: Mapped[str] = mapped_column(String(40))
    time_zone: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[str]] = mapped_column(Json)
    follow_ups: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """`[{"after": seconds, "text": {language: text}}]`, relative to the visit's end."""
    policy: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default=text("'{}'"))
    """As in venue.json, without what is the default: see `VenuePolicy`."""
    combinations: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    """`[{"name": name, "tables": [id, id], "seats": most, "min_seats": least}]`."""
    privacy: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default=text("'{}'"))
    """As in venue.json: what guests agree to. Empty: the text that comes with the service."""
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Grows with every change of the venue, its tables and slots: what a process remembers is good while it stands."""


class UserRow(Base):
    """A person known by (channel, external id). `language` is what they chose, else what their client says."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[int] = mapped_column(BigInteger)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    username: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    language_chosen: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    phone: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when messages are refused: the bot is blocked or the account is gone; until the next /start."""
    no_follow_ups: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    no_reminders: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    consent_version: Mapped[str | None] = mapped_column(String(32))
    """Of the text on personal data that the guest has agreed to last."""
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when nobody knows who it was: only bookings and marks without a name are left."""


class TableRow(Base):
    """A table of the venue. One that left the owner's file is retired: not offered, its bookings stand."""

    __tablename__ = "tables"
    __table_args__ = (
        Index(
            "uq_tables_venue_id_number",
            "venue_id",
            "number",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        CheckConstraint("min_seats >= 1 AND max_seats >= min_seats", name="seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    venue_id: Mapped[int] = mapped_column(ForeignKey(VenueRow.id))
    number: Mapped[int]
    min_seats: Mapped[int] = mapped_column(SmallInteger)
    max_seats: Mapped[int] = mapped_column(SmallInteger)
    zone: Mapped[str] = mapped_column(String(100))
    description: Mapped[dict[str, str]] = mapped_column(Json)
    """By language."""
    priority: Mapped[int]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TimeSlotRow(Base):
    """A sitting offered every day, in local wall time; an end at or before the start is on the next day."""

    __tablename__ = "time_slots"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    venue_id: Mapped[int] = mapped_column(ForeignKey(VenueRow.id))
    start_time: Mapped[time] = mapped_column(Time)
    end_time: Mapped[time] = mapped_column(Time)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


OPEN_WAITING = f"status IN ({', '.join(repr(status.value) for status in OPEN)})"


class BookingRow(Base):
    """A party at one or more tables for a stretch of time."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(status.value) for status in BookingStatus)})", name="status"),
        CheckConstraint("party_size >= 1", name="party_size"),
        CheckConstraint("status NOT IN ('held', 'pending') OR hold_until IS NOT NULL", name="hold"),
        CheckConstraint("ends_at > starts_at", name="stay"),
        Index(
            "uq_bookings_one_hold",
            "user_id",
            unique=True,
            sqlite_where=text("status = 'held' AND waiting_id IS NULL"),
            postgresql_where=text("status = 'held' AND waiting_id IS NULL"),
        ),
        Index("ix_bookings_user_id_ends_at", "user_id", "ends_at"),
        Index("ix_bookings_venue_id_service_date", "venue_id", "service_date", "starts_at"),
        Index("ix_bookings_status_ends_at", "status", "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey(VenueRow.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(UserRow.id))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey(TimeSlotRow.id))
    """None: it begins on the venue's grid."""
    service_date: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    party_size: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[str] = mapped_column(String(16))
    hold_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of what is held or pending: from then on it blocks nobody."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the guest no longer sees it in the own history; the restaurant's record stays."""
    buffer_minutes: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """For which its tables stay taken after `ends_at`."""
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the guest, too late to cancel, waits for the restaurant's word."""
    sequence: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """How often it was moved: what was planned or said for an earlier one no longer holds."""
    late_minutes: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """How late the guest has said to be."""
    wishes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default=text("'{}'"))
    """`{"occasion": word, "allergies": text, "high_chairs": count, "comment": text}`, without what is not wished.

    As long as the restaurant does not know of a change, `told` is what it knows.
    """
    replaces_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("bookings.id"))
    """Of a hold: the guest's booking that moves there. It may lie on that one's own cells."""
    waiting_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("waiting.id"), index=True)
    """Of a hold that was offered to somebody who waited."""


class WaitingRow(Base):
    """A party that takes a place as soon as one is freed; it may begin between `earliest` and `latest`."""

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(status.value) for status in WaitingStatus)})", name="status"),
        CheckConstraint("party_size >= 1", name="party_size"),
        CheckConstraint("latest >= earliest", name="times"),
        Index(
            "uq_waiting_open",
            "user_id",
            "service_date",
            "earliest",
            "latest",
            unique=True,
            sqlite_where=text(OPEN_WAITING),
            postgresql_where=text(OPEN_WAITING),
        ),
        Index(
            "ix_waiting_open",
            "venue_id",
            "service_date",
            "id",
            sqlite_where=text(OPEN_WAITING),
            postgresql_where=text(OPEN_WAITING),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    """In the order in which they came."""
    venue_id: Mapped[int] = mapped_column(ForeignKey(VenueRow.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(UserRow.id), index=True)
    service_date: Mapped[date] = mapped_column(Date)
    earliest: Mapped[datetime] = mapped_column(UtcDateTime)
    latest: Mapped[datetime] = mapped_column(UtcDateTime)
    party_size: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    """In the guest's chat, of the latest offer: it is edited when its time is up."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewRow(Base):
    """What a guest thought of a visit, from 1 (bad) to 5."""

    __tablename__ = "reviews"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    booking_id: Mapped[int] = mapped_column(BigId, ForeignKey(BookingRow.id), primary_key=True, autoincrement=False)
    stars: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BookingTableRow(Base):
    """Which tables a booking has or had."""

    __tablename__ = "booking_tables"

    booking_id: Mapped[int] = mapped_column(BigId, ForeignKey(BookingRow.id), primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey(TableRow.id), primary_key=True)


class TableCellRow(Base):
    """15 minutes of one table: the only truth about occupancy. The primary key is what keeps two parties apart."""

    __tablename__ = "table_cells"
    __table_args__ = (Index("ix_table_cells_cell_start", "cell_start"), {"sqlite_with_rowid": False})

    table_id: Mapped[int] = mapped_column(ForeignKey(TableRow.id), primary_key=True)
    cell_start: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    booking_id: Mapped[int] = mapped_column(BigId, ForeignKey(BookingRow.id), index=True)


BULK = "coalesce(substr(dedup_key, 1, 9), '') IN ('follow_up', 'reminder:')"
"""Of the outbox: what comes in bulk. Without parameters, since an index serves only a query that says the same."""


class OutboxRow(Base):
    """A message that is to reach a queue. `published_at` ends it; `dead_at` says that it was given up, and why."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("queue", "message_id"),
        UniqueConstraint("dedup_key"),
        *(
            Index(name, "available_at", "id", sqlite_where=text(waiting), postgresql_where=text(waiting))
            for name, waiting in (
                ("ix_outbox_urgent", f"published_at IS NULL AND dead_at IS NULL AND NOT ({BULK})"),
                ("ix_outbox_bulk", f"published_at IS NULL AND dead_at IS NULL AND {BULK}"),
            )
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64))
    """Unique per queue: one event goes to several queues under the same id."""
    queue: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """The message as JSON, as it is published."""
    dedup_key: Mapped[str | None] = mapped_column(String(200))
    """What may exist only once: (event, recipient) of a notice, (booking, kind, number) of a follow-up."""
    booking_id: Mapped[int | None] = mapped_column(BigId, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProcessedMessageRow(Base):
    """A message whose effects are committed: the same one again does nothing."""

    __tablename__ = "processed_messages"
    __table_args__ = ({"sqlite_with_rowid": False},)

    consumer: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    processed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DialogRow(Base):
    """Everything one conversation remembers: states and data by destiny, and the last updates handled."""

    __tablename__ = "dialogs"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    """`bot:chat:user[:thread][:business connection]`."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class NoticeStampRow(Base):
    """When the deployment last said a thing that it says at most so often (started, stopped)."""

    __tablename__ = "notice_stamps"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServedRevisionRow(Base):
    """A revision whose code can work on this database: its own, and an earlier one while all that it needs is there."""

    __tablename__ = "served_revisions"

    revision: Mapped[str] = mapped_column(String(32), primary_key=True)
