"""What becomes of the thanks after a visit once it has its stars."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton

from app.bot.actions import WordsAction
from app.bot.screen import Screen, button
from app.notifications.buttons import follow_up_rows, stars_row
from app.services.views import Review
from app.texts import Html, Words, stars_of

_FINE = 4
_BEST = 5


def review_text(words: Words, review: Review, phone: str) -> Html:
    key = "review-best" if review.stars == _BEST else "review-fine" if review.stars == _FINE else "review-sorry"
    return words.html(key, stars=stars_of(review.stars), phone=phone)


def review_screen(words: Words, review: Review, phone: str) -> Screen:
    """All is said, or may be said later."""
    say = button(words.say("button-say-words"), WordsAction(verb="say", booking_id=review.booking_id))
    return Screen(review_text(words, review, phone), review_rows(words, review, [] if review.comment else [say]))


def words_question(words: Words, review: Review, phone: str) -> Html:
    """A line would be welcome, and is typed."""
    question = words.html("review-words" if review.stars >= _FINE else "review-words-sorry")
    return Html(f"{review_text(words, review, phone)}\n\n{question}")


def words_rows(words: Words, review: Review) -> list[list[InlineKeyboardButton]]:
    enough = button(words.say("button-no-words"), WordsAction(verb="enough", booking_id=review.booking_id))
    return review_rows(words, review, [enough])


def review_rows(words: Words, review: Review, more: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """The stars stay, so that a slip of the finger can be put right."""
    return [stars_row(words, review.booking_id, review.stars), [*more], *follow_up_rows(words, review.booking_id)]
