# Перенос брони

error-move-too-late = Перенести самостоятельно уже нельзя: решает ресторан. Позвоните: { $phone }. Бронь остаётся в силе.
error-party-moves-by-phone = Если вас больше { $largest ->
    [one] { $largest } гостя
   *[other] { $largest } гостей
    }, бронь переносит ресторан: позвоните { $phone }.
    Или выберите меньшее число.

notice-booking-moved = 🔁 <b>Бронь перенесена</b>

    👤 { $guest }

    Было:
    { $before }

    Стало:
    { $visit }
