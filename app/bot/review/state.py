from aiogram.fsm.state import State, StatesGroup


class ReviewState(StatesGroup):
    words = State()
    """A line may be typed."""
