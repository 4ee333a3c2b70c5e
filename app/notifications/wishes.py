"""Wishes and a phone in words: the same in notices and on cards."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.domain.phones import shown_phone
from app.domain.wishes import Occasion, Wish, Wishes
from app.services.views import BookingCard, GuestName
from app.texts import Html, Words, name_of

_OCCASIONS: Mapping[Occasion, str] = MappingProxyType(
    {
        Occasion.BIRTHDAY: "occasion-birthday",
        Occasion.ANNIVERSARY: "occasion-anniversary",
        Occasion.DATE: "occasion-date",
        Occasion.BUSINESS: "occasion-business",
        Occasion.CHILDREN: "occasion-children",
        Occasion.OTHER: "occasion-other",
    }
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        Wish.OCCASION: "wish-name-occasion",
        Wish.HIGH_CHAIRS: "wish-name-high-chairs",
        Wish.ALLERGIES: "wish-name-allergies",
        Wish.COMMENT: "wish-name-comment",
    }
)


def occasion_in(words: Words, occasion: Occasion) -> str:
    return words.say(_OCCASIONS[occasion])


def written(text: str) -> str:
    """What a person has typed: right-to-left letters in a line turn nothing else."""
    return "\n".join(name_of(line) for line in text.splitlines())


def wishes_in(words: Words, wishes: Wishes) -> Html:
    """A line for each; empty if nothing is wished."""
    lines: list[Html] = []
    if wishes.occasion:
        lines.append(words.html("wish-occasion", what=occasion_in(words, wishes.occasion)))
    if wishes.high_chairs:
        lines.append(words.html("wish-high-chairs", count=wishes.high_chairs))
    if wishes.allergies:
        lines.append(words.html("wish-allergies", what=written(wishes.allergies)))
    if wishes.comment:
        lines.append(words.html("wish-comment", what=written(wishes.comment)))
    return Html("\n".join(lines))


def with_wishes(words: Words, text: Html, card: BookingCard) -> Html:
    """The text, and below it what the guest wishes, if anything."""
    wishes = wishes_in(words, card.wishes)
    return Html(f"{text}\n\n{wishes}") if wishes else text


def with_phone(words: Words, text: Html, guest: GuestName) -> Html:
    """For staff: the text, and below it the number to call, if the guest has given one."""
    return Html(f"{text}\n{phone_in(words, guest.phone)}") if guest.phone else text


def phone_in(words: Words, phone: str) -> Html:
    return words.html("guest-phone", phone=shown_phone(phone))


def changes_in(words: Words, changed: Iterable[str], wishes: Wishes) -> Html:
    """Which of the wishes are new, and which are no more."""
    known = [wish for wish in changed if wish in _NAMES]
    new = [words.say(_NAMES[wish]) for wish in known if getattr(wishes, wish)]
    gone = [words.say(_NAMES[wish]) for wish in known if not getattr(wishes, wish)]
    lines = [words.html("wishes-new", what=", ".join(new))] if new else []
    if gone:
        lines.append(words.html("wishes-gone", what=", ".join(gone)))
    return Html("\n".join(lines))
