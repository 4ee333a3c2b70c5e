from aiogram.fsm.state import State, StatesGroup


class BookingState(StatesGroup):
    count = State()
    table = State()
    booking_date = State()
    booking_time = State()
    waiting = State()
    confirmation = State()
    privacy = State()
    success = State()
    repeat_day = State()
    """As at an earlier visit: on which day?"""
    repeat_taken = State()
    """Not on that day: what is nearest."""
