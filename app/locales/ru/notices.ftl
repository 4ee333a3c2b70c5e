# Что рассказывает бот сам: администраторам о бронях, гостям после визита

notice-booking-created = 🆕 <b>Новая бронь</b>

    { $booking }
notice-booking-canceled = 🚫 <b>Бронь отменена</b>

    { $booking }
notice-booking-hidden = 🗑 <b>Гость удалил бронь из своего списка</b>

    { $booking }
notice-booking = 👤 { $guest }
    { $visit }
notice-visit = 🍽 { $count ->
        [one] Стол №{ $tables }
       *[other] Столы №{ $tables }
    } · { $party ->
        [one] { $party } гость
        [few] { $party } гостя
       *[many] { $party } гостей
    }
    📅 { $day }
    🕒 { $time }
notice-guest-erased = гость без имени
notice-guest-unnamed = Гость
notice-service-started = 🟢 Бот запущен · { $moment }
notice-service-stopped = 🔴 Бот остановлен · { $moment }

button-book-again = 🍽 Забронировать снова
button-no-follow-ups = 🔕 Не присылать

notice-booking-requested = ❓ <b>Большая компания: примем?</b>

    { $booking }

    Столы придержаны, ответ ждут до { $until }.
notice-booking-lapsed = ⌛ <b>На запрос никто не ответил, столы снова свободны</b>

    { $booking }
notice-cancel-requested = 🙏 <b>Гость просит отменить бронь</b>
    Отменить сам гость уже не может, решать вам.

    { $booking }
button-accept = ✅ Принять
button-decline = ✖️ Отказать
button-let-go = 🚫 Отменить бронь гостя
button-keep-booking = 📅 Оставить в силе

told-booking-accepted = ✅ <b>Ресторан подтвердил вашу бронь</b>

    { $booking }

    Ждём вас: { $address }.
told-booking-declined = 😔 <b>Ресторан не сможет вас принять</b>

    { $booking }

    Выберите другое время или позвоните: { $phone }.
told-booking-lapsed = ⌛ <b>Ресторан не успел ответить, бронь не состоялась</b>

    { $booking }

    Простите. Позвоните нам: { $phone } — или выберите другое время.
told-booking-canceled = 🚫 <b>Ресторан отменил вашу бронь</b>

    { $booking }

    Вопросы — по телефону { $phone }.
told-cancel-refused = 📅 <b>Бронь остаётся в силе</b>
    Ресторан не смог её отменить. Позвоните, если у вас не получается прийти: { $phone }.

    { $booking }
