# Напоминания до визита и ответы гостя на них

reminder = 🔔 <b>{ $days ->
        [0] Ждём вас сегодня
        [1] Ждём вас завтра
       *[other] Скоро ждём вас
    } в { $time }</b>

    { $visit }
    📍 { $address }

    { $state }
reminder-question = Всё в силе?
reminder-confirmed = ✅ Вы придёте — спасибо, что предупредили!
reminder-late = ⏱ Вы предупредили, что опоздаете на { $minutes } минут. Столик ждёт вас до { $until }.

button-come = ✅ Приду
button-late = ⏱ Опаздываю
button-cancel-visit = 🚫 Отменить
button-no-reminders = 🔕 Не напоминать
button-reminders = 🔔 Снова напоминать

reminders-off = Хорошо, больше не буду напоминать о бронях.
reminders-on = Хорошо, буду напоминать о бронях заранее.

visit-late-question = <b>Намного опоздаете?</b>
    Предупрежу ресторан, и столик подождёт.

    { $details }
visit-late-told = ⏱ Передали ресторану: вы опоздаете на { $minutes } минут. Столик ждёт вас до { $until }.
visit-on-time-told = 👍 Передали ресторану: вы придёте вовремя.
visit-late = ⏱ Опоздание { $minutes } минут, столик ждёт до { $until }
button-late-minutes = { $minutes } минут
button-on-time = 👍 Всё-таки вовремя

admin-grace = ⌛ Столик ждёт до { $until }
day-booking-late = { $time } ⏱+{ $minutes }

notice-guest-late = { $minutes ->
        [0] 👍 <b>Гость всё-таки придёт вовремя</b>
       *[other] ⏱ <b>Гость опаздывает на { $minutes } минут</b>
    }

    { $booking }

    Столик ждёт до { $until }.

error-grace-over = Столик уже не ждёт: визит давно начался. Позвоните нам, и мы что-нибудь придумаем: { $phone }
error-too-early-to-be-late = До визита ещё далеко. Если задержитесь, предупредите нас в день визита.
error-booking-moved-since = Бронь с тех пор перенесена. Загляните в «Мои брони».
