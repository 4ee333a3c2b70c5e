"""A booking's card as a picture: what a guest shows at the door, with the booking's link as a QR code.

Every colour is a place on one of three ramps, from a ground to what is written on it: so letters are smooth with one
byte a pixel, which is drawn quickly and makes a small file.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import chain
from math import ceil
from pathlib import Path
from types import MappingProxyType

import segno
from PIL import Image, ImageDraw, ImageFont

from app.bot.ticket.contents import Ticket
from app.bot.wording import guests_in, status_in
from app.domain.booking import LIVE, BookingStatus
from app.texts import Words

_FONTS = Path(__file__).parents[2] / "assets"
_NOT_DRAWN = re.compile(
    "[^ -~\u00a1-\u00ac\u00ae-\u0148\u014a-\u017f\u0400-\u0479\u048a-\u049d\u04a0-\u04ff"
    "\u2010-\u2027\u2030-\u203a\u20ac\u20b4\u20b8\u20bd\u2116\u2122]"
)
"""What our fonts have no letters for: emoji, and writing other than Latin and Cyrillic."""

_WIDTH, _EDGE = 900, 60
_INNER = _WIDTH - 2 * _EDGE
_CODE = 360
"""Of the QR code with its quiet zone: more than a third of the width."""
_QUIET = 4
"""Modules around it that the standard wants empty."""
_COLUMN = _INNER - _CODE - 40
_RIBBON = 84
_LONGEST = 300
_STEPS = 85


@dataclass(frozen=True, slots=True)
class _Ramp:
    """Grounds and what is written on them, as places in the palette."""

    number: int

    @property
    def ground(self) -> int:
        return self.number * _STEPS

    @property
    def ink(self) -> int:
        return self.ground + _STEPS - 1

    def tint(self, share: float) -> int:
        """Between the two."""
        return self.ground + round((_STEPS - 1) * share)


_PAPER, _HEAD, _MARK = _Ramp(0), _Ramp(1), _Ramp(2)
_Colour = tuple[int, int, int]
_WHITE, _INK, _GREEN = (255, 255, 255), (28, 36, 34), (18, 74, 64)
_AMBER, _RED, _GREY = (161, 92, 7), (165, 42, 42), (92, 99, 97)
_S = BookingStatus
_MARKED: Mapping[BookingStatus, _Colour] = MappingProxyType(
    {_S.PENDING: _AMBER, _S.CANCELED: _RED, _S.DECLINED: _RED, _S.EXPIRED: _RED}
)


def ticket_picture(words: Words, ticket: Ticket) -> bytes:
    """A PNG; takes some 20 ms."""
    card, venue = ticket.card, ticket.venue
    head = _Lines(_drawable(venue.name), _font("SemiBold", 52), _INNER, most=2)
    details = list(_details(words, ticket))
    day = _Lines(words.day(card.starts_at.date()), _font("SemiBold", 46), _INNER, most=2)
    marked = card.status not in LIVE
    top = 118 + head.height + 36
    body = top + (_RIBBON if marked else 0) + 48
    columns = body + day.height + 124
    foot = columns + max(_CODE + 40, sum(label.height + lines.height + 22 for label, lines in details))

    image = Image.new("L", (_WIDTH, foot + _EDGE), _PAPER.ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, _WIDTH, top), fill=_HEAD.ground)
    title = words.say("ticket-title", number=str(card.id))
    draw.text((_EDGE, 60), title, font=_font("Regular", 32), fill=_HEAD.tint(0.75))
    head.draw(draw, _EDGE, 112, fill=_HEAD.ink)
    if marked:
        draw.rectangle((0, top, _WIDTH, top + _RIBBON), fill=_MARK.ground)
        status = _capital(status_in(words, card.status))
        draw.text((_EDGE, top + _RIBBON / 2), status, font=_font("SemiBold", 36), fill=_MARK.ink, anchor="lm")
    day.draw(draw, _EDGE, body, fill=_PAPER.ink)
    time = words.span(card.starts_at, card.ends_at)
    draw.text((_EDGE, body + day.height + 8), time, font=_font("SemiBold", 60), fill=_PAPER.ink)
    y = columns
    for label, lines in details:
        y = label.draw(draw, _EDGE, y, fill=_PAPER.tint(0.55))
        y = lines.draw(draw, _EDGE, y, fill=_PAPER.ink) + 22
    _put_code(image, draw, ticket.link, words.say("ticket-scan"), columns)
    return _png(image, _MARKED.get(card.status, _GREY))


def _details(words: Words, ticket: Ticket) -> Iterator[tuple["_Lines", "_Lines"]]:
    """Labels, each with what stands below it."""
    card = ticket.card
    told = {
        words.say("ticket-guests"): guests_in(words, card.party_size),
        words.say("ticket-table", count=len(card.tables)): ", ".join(str(table.number) for table in card.tables),
        words.say("ticket-address"): words.language.of_texts(ticket.venue.address),
    }
    for label, text in told.items():
        if drawable := _drawable(text):
            name = _Lines(label, _font("Regular", 28), _COLUMN, most=1)
            yield name, _Lines(drawable, _font("SemiBold", 34), _COLUMN, most=5)


def _put_code(image: Image.Image, draw: ImageDraw.ImageDraw, link: str, caption: str, y: int) -> None:
    """On the right, whole pixels to a module, the caption below it."""
    code = segno.make_qr(link, error="m", boost_error=False)
    modules = bytes(chain.from_iterable(code.matrix))
    side = len(code.matrix)
    scale = _CODE // (side + 2 * _QUIET)
    dots = Image.frombytes("L", (side, side), modules).point(lambda dark: _PAPER.ink if dark else _PAPER.ground)
    dots = dots.resize((side * scale, side * scale), Image.Resampling.NEAREST)
    gap = (_CODE - side * scale) // 2
    left = _WIDTH - _EDGE - _CODE
    image.paste(dots, (left + gap, y + gap))
    font = _font("Regular", 24)
    draw.text((left + _CODE / 2, y + _CODE), caption, font=font, fill=_PAPER.tint(0.7), anchor="ma")


def _png(image: Image.Image, mark: _Colour) -> bytes:
    image.putpalette(bytes(chain(_ramp(_WHITE, _INK), _ramp(_GREEN, _WHITE), _ramp(mark, _WHITE))))
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _ramp(ground: _Colour, ink: _Colour) -> Iterator[int]:
    for step in range(_STEPS):
        for begin, end in zip(ground, ink, strict=True):
            yield begin + (end - begin) * step // (_STEPS - 1)


def _drawable(text: str) -> str:
    """One line of at most so many letters as could be shown at all."""
    text = unicodedata.normalize("NFC", text[:_LONGEST]).replace("\u00a0", " ")
    return " ".join(_NOT_DRAWN.sub("", text).split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class _Lines:
    """A text in as many lines of that width as it takes, at `most` so many; what is left of it is dots."""

    def __init__(self, text: str, font: ImageFont.FreeTypeFont, width: int, *, most: int) -> None:
        self._font = font
        self._lines = _wrapped(text, font, width, most)
        ascent, descent = font.getmetrics()
        self._step = ascent + descent
        self.height = self._step * len(self._lines)

    def draw(self, draw: ImageDraw.ImageDraw, x: int, y: int, *, fill: int) -> int:
        """Below it the next one begins."""
        for number, line in enumerate(self._lines):
            draw.text((x, y + number * self._step), line, font=self._font, fill=fill)
        return y + self.height


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> Sequence[str]:
    lines = [""]
    for word in _fitting(text.split(), font, width):
        longer = f"{lines[-1]} {word}".lstrip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = _shortened(longer, font, width)
            break
        else:
            lines.append(word)
    return lines


def _fitting(words: Sequence[str], font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """The words, those in parts that no line could hold."""
    for word in words:
        rest = word
        while rest:
            cut = _letters(rest, font, width)
            yield rest[:cut]
            rest = rest[cut:]


def _letters(text: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    """So many of them fit, one at least."""
    return max(1, bisect_right(range(1, len(text) + 1), width, key=lambda count: ceil(font.getlength(text[:count]))))


def _shortened(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    room = int(width - font.getlength("…"))
    return f"{line[: _letters(line, font, room)].rstrip()}…"


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """Laid out by Pillow alone: the same picture on every machine."""
    return ImageFont.truetype(_FONTS / f"Inter-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)
