"""Phone numbers: kept as E.164, shown as people write them."""

import phonenumbers
from phonenumbers import PhoneNumberFormat

from app.domain.errors import PhoneUnclear


def phone_of(text: str) -> str:
    """`+79991234567`, of an international number with or without its plus. Raises PhoneUnclear."""
    try:
        number = phonenumbers.parse(f"+{text.strip().lstrip('+')}")
    except phonenumbers.NumberParseException:
        raise PhoneUnclear from None
    if not phonenumbers.is_possible_number(number):
        raise PhoneUnclear
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown_phone(phone: str) -> str:
    """+7 999 123-45-67, of what `phone_of` has made."""
    return phonenumbers.format_number(phonenumbers.parse(phone), PhoneNumberFormat.INTERNATIONAL)
