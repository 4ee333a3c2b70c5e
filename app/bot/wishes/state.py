from aiogram.fsm.state import State, StatesGroup


class WishesState(StatesGroup):
    overview = State()
    occasion = State()
    high_chairs = State()
    allergies = State()
    comment = State()
    phone = State()
    contact = State()
