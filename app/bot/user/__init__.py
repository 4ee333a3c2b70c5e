"""«Мои брони»: a guest's own bookings."""
