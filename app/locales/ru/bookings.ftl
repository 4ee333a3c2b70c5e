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
booking-status = { $status }
booking-cancel-question = <b>Отменить эту бронь?</b>

    { $details }
booking-hide-question = <b>Бронь ещё в силе.</b> Если удалить запись, она будет отменена.

    { $details }
booking-canceled = Бронь отменена. Будем рады видеть вас в другой раз!
booking-hidden = Запись удалена.

button-ask-to-cancel = 🙏 Попросить об отмене
booking-late = Перенести или отменить бронь самостоятельно можно было до { $until }; теперь решает ресторан.
booking-cancel-requested = Вы попросили ресторан отменить бронь. Ждём его ответа.
booking-ask-question = <b>Попросить ресторан отменить бронь?</b>
    Отменить самостоятельно можно было до { $until }; теперь решает ресторан. До его ответа бронь в силе.

    { $details }
button-confirm-ask = Да, попросить
booking-asked = Просьба отправлена. Ответ придёт сюда.
booking-pending = Ответ придёт до { $until }; места пока придержаны за вами.

status-pending = ждёт ответа ресторана
status-declined = ресторан отказал
status-held = ждёт подтверждения
status-expired = не подтверждена вовремя
status-booked = забронирована
status-confirmed = подтверждена
status-seated = гости за столом
status-canceled = отменена
status-no-show = гости не пришли
status-completed = визит состоялся
