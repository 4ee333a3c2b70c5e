# Перенос брони

button-move = 🔁 Перенести

moving = 🔁 <b>Переносим бронь:</b> { $booking }
    Пока не подтвердите новую, она в силе.
booking-line = { $day }, { $time } · { $guests } · { $table }
move-question = <b>Переносим бронь?</b>

    Было: { $before }

    { $details }

    { $promise }
move-done = <b>Готово, бронь перенесена!</b>

    { $details }

    Ждём вас: { $address }. Изменятся планы — бронь в «Мои брони».
move-unchanged = <b>Ничего не изменилось:</b> вы выбрали то же время и тот же стол.

    { $details }

    Бронь в силе. Ждём вас: { $address }.
move-given-up = Хорошо, ничего не переносим: бронь остаётся как была.

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
