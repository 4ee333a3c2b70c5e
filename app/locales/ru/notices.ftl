# Что рассказывает бот сам: администраторам о бронях, гостям после визита

notice-booking-created = 🆕 <b>Новая бронь</b>

    { $booking }
notice-booking-canceled = 🚫 <b>Бронь отменена</b>

    { $booking }
notice-booking-hidden = 🗑 <b>Гость удалил бронь из своего списка</b>

    { $booking }
notice-booking = 👤 { $guest }
    🍽 { $count ->
        [one] Стол №{ $tables }
       *[other] Столы №{ $tables }
    } · { $party ->
        [one] { $party } гость
        [few] { $party } гостя
       *[many] { $party } гостей
    }
    📅 { $day }
    🕒 { $time }
notice-guest-unnamed = Гость
notice-service-started = 🟢 Бот запущен · { $moment }
notice-service-stopped = 🔴 Бот остановлен · { $moment }

button-book-again = 🍽 Забронировать снова
button-no-follow-ups = 🔕 Не присылать
