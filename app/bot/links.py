"""What a link to the bot carries: `https://t.me/<bot>?start=<payload>`, signed, so that nobody makes one up.

A payload is a letter that says what kind of link it is, and what follows is of that kind. A booking's is its number and
the second in which it was made, with a signature: 33 letters, of the 64 that Telegram allows.
"""

import hashlib
import hmac
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from aiogram import Bot

from app.services.views import BookingCard

BOOKING = "b"
"""The kind of link that leads to a booking."""
_BODY = struct.Struct(">QI")
_SIGNATURE = 12
"""Bytes: 96 bits, which nobody guesses over the network."""
_SIGNED = re.compile(r"[A-Za-z0-9_-]{32}")


class BookingLink(NamedTuple):
    """`made_at` in seconds since 1970: after a restored backup another booking may have that number."""

    booking_id: int
    made_at: int

    @classmethod
    def to(cls, card: BookingCard) -> "BookingLink":
        return cls(card.id, int(card.created_at.timestamp()))


def booking_payload(token: str, link: BookingLink) -> str:
    body = _BODY.pack(*link)
    return BOOKING + urlsafe_b64encode(body + _signature(token, body)).decode("ascii")


def read_booking_payload(token: str, payload: str) -> BookingLink | None:
    """None: it is not ours, or not whole."""
    if payload[:1] != BOOKING or not _SIGNED.fullmatch(payload, 1):
        return None
    signed = urlsafe_b64decode(payload[1:])
    body, signature = signed[: _BODY.size], signed[_BODY.size :]
    return BookingLink(*_BODY.unpack(body)) if hmac.compare_digest(signature, _signature(token, body)) else None


async def chat_link(bot: Bot) -> str:
    return f"https://t.me/{(await bot.me()).username}"


async def booking_link(bot: Bot, card: BookingCard) -> str:
    """Opens the booking for its guest and for staff, and nothing for anybody else."""
    return f"{await chat_link(bot)}?start={booking_payload(bot.token, BookingLink.to(card))}"


def _signature(token: str, body: bytes) -> bytes:
    """With a key of its own: what is signed here is good nowhere else."""
    key = hmac.digest(token.encode(), b"binary-bites/links", hashlib.sha256)
    return hmac.digest(key, BOOKING.encode() + body, hashlib.sha256)[:_SIGNATURE]
