# «Мои брони»

button-cancel-booking = 🚫 Отменить бронь
button-hide = 🗑 Удалить запись
button-confirm-cancel = Да, отменить
button-confirm-hide = Да, удалить
button-keep = Нет, оставить
button-booking = { $mark } { $day }, { $time } · { $guests }

bookings = <b>Мои брони</b>
    Нажмите на бронь, чтобы увидеть подробности.
bookings-none = <b>Мои брони</b>
    Здесь пока пусто. Забронируем столик?

booking-card = <b>Ваша бронь</b>

    { $details }

    { $status }
booking-cancel-question = <b>Отменить эту бронь?</b>

    { $details }
booking-hide-question = <b>Бронь ещё в силе.</b> Если удалить запись, она будет отменена.

    { $details }
booking-canceled = Бронь отменена. Будем рады видеть вас в другой раз!
booking-hidden = Запись удалена.

status-held = ждёт подтверждения
status-expired = не подтверждена вовремя
status-booked = забронирована
status-confirmed = подтверждена
status-seated = гости за столом
status-canceled = отменена
status-no-show = гости не пришли
status-completed = визит состоялся
