# Очередь на освободившееся место

offer = 🎉 <b>Место освободилось!</b>

    { $booking }

    Держу его за вами { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
       *[many] { $minutes } минут
    }, до { $until }. Бронируем?
offer-over = ⌛ <b>Время вышло</b>
    Это предложение больше не действует.

    { $booking }
told-offer-passed = ⌛ <b>Время вышло: место предложено следующим в очереди</b>

    { $booking }

    Если оно ещё свободно, его можно забронировать. Или встаньте в очередь снова — сообщу, когда что-то освободится.
button-take-offer = ✅ Забронировать
button-decline-offer = Нет, спасибо
button-time-left = ⏱ Сколько осталось?
button-take-offer-late = 🍽 Забронировать, если свободно
button-wait-again = ⏳ Ждать снова
offer-time-left = Держу место за вами ещё { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
       *[many] { $minutes } минут
    }, до { $until }.
offer-time-over = Время вышло. Если место ещё свободно, его можно забронировать.
offer-taken = 🎉 <b>Готово, столик ваш!</b>
offer-declined = <b>Хорошо, место достанется следующим в очереди</b>

    { $booking }

    Если планы изменятся, встаньте в очередь снова.
offer-lost = <b>Увы, это место уже заняли</b>

    { $booking }

    Встаньте в очередь снова — сообщу, когда что-то освободится.
offer-begun = <b>На это время уже не забронировать: оно вот-вот начнётся или началось</b>

    { $booking }

offer-consent = 🔒 Правила хранения данных обновились. Нажимая «Забронировать», вы разрешаете нам хранить ваше имя и брони.
button-wait = 🔔 Сообщить, если освободится
button-wait-day = Весь день: { $times }
button-wait-morning = Утром: { $times }
button-wait-lunch = В обед: { $times }
button-wait-afternoon = Днём: { $times }
button-wait-evening = Вечером: { $times }
button-leave-queue = ✖️ Выйти из очереди
button-leave-entry = ✖️ Не ждать: { $day }, { $times }
button-take-entry = ✅ Забронировать { $day }, { $time } — до { $until }

waiting-question = <b>Какое время вам подойдёт?</b>
    { $day } · { $guests }

    Как только освободится место, пришлю его вам и ненадолго придержу.
waiting-consent = 🔒 Нажимая на время, вы разрешаете нам хранить ваше имя и место в очереди.
waiting-unclear = Выберите кнопкой ниже, какого времени подождать.
waiting-joined = <b>Вы в очереди</b>

    { $entry }

    Как только место освободится, пришлю его сюда и ненадолго придержу, потом оно достанется следующим.
waiting-entry = ⏳ { $day }, { $times } · { $guests }
    { $place }
waiting-between = с { $first } до { $last }
waiting-ahead = { $ahead ->
        [0] Вы первые в очереди.
        [one] Перед вами { $ahead } компания.
        [few] Перед вами { $ahead } компании.
       *[many] Перед вами { $ahead } компаний.
    }
waiting-offered = Место на { $time } держу за вами до { $until }.
waiting-left = Вы вышли из очереди.
waiting-list = <b>Ждёте места</b>
    { $entries }
day-waiting = ⏳ Ждут места: { $count }

error-place-is-free = Ждать не нужно: место уже есть. Выберите время.
error-too-many-waiting = Вы уже ждёте места { $limit ->
        [one] в { $limit } очереди
       *[other] в { $limit } очередях
    } — больше пока нельзя. Выйти из очереди можно в «Мои брони».
error-waiting-not-found = Вас нет в этой очереди.
