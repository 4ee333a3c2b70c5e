"""What is typed is tidied, not cut; what is stored is read whoever has stored it."""

import pytest

from app.domain.errors import PhoneUnclear, WishTooLong, WishUnreadable
from app.domain.phones import phone_of, shown_phone
from app.domain.wishes import Occasion, Wish, Wishes, tidied


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" орехи \t и\u00a0мёд ", "орехи и мёд"),
        ("a\r\n\r\n\v\u2028b\n", "a\nb"),
        ("я\0б\x07л\ud800око", "яблоко"),
        ("שולחן 👨‍👩‍👧 \u202etrap", "שולחן 👨‍👩‍👧 \u202etrap"),
        ("и\u0306од", "йод"),
        ("\n".join("123456789abc"), "\n".join("123456789") + "\na b c"),
    ],
)
def test_letters_of_all_scripts_stay_and_what_nobody_sees_goes(typed: str, kept: str) -> None:
    assert tidied(typed, longest=30) == kept


@pytest.mark.parametrize("typed", ["", " \n ", "\0\x01", "\u200b\u202e\u2066"])
def test_what_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(WishUnreadable):
        tidied(typed, longest=30)


def test_what_is_too_long_is_refused_with_the_limit() -> None:
    assert tidied(" 12345 ", longest=5) == "12345"
    with pytest.raises(WishTooLong) as refusal:
        tidied("123456", longest=5)
    assert refusal.value.params == {"limit": 5, "length": 6}


def test_only_what_is_wished_is_stored_and_the_unknown_is_passed_over() -> None:
    assert Wishes().stored() == {}
    assert not Wishes()
    wishes = Wishes(Occasion.DATE, 2, "мёд")
    assert wishes.stored() == {"occasion": "date", "high_chairs": 2, "allergies": "мёд"}
    assert Wishes.of(wishes.stored() | {"parking": True, "told": {}}) == wishes
    assert Wishes.of({"occasion": "wedding", "comment": "."}) == Wishes(comment=".")
    assert wishes.unlike(Wishes(Occasion.DATE, 1)) == (Wish.HIGH_CHAIRS, Wish.ALLERGIES)


@pytest.mark.parametrize("sent", ["79991234567", "+79991234567", " +7 (999) 123-45-67"])
def test_a_number_is_kept_as_e164_and_shown_as_people_write_it(sent: str) -> None:
    assert phone_of(sent) == "+79991234567"
    assert shown_phone("+79991234567") == "+7 999 123-45-67"


@pytest.mark.parametrize("sent", ["", "+", "7900", "88801234567", "<b>", "9" * 4000, "\0"])
def test_what_cannot_be_called_is_no_number(sent: str) -> None:
    with pytest.raises(PhoneUnclear):
        phone_of(sent)
