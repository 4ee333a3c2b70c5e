# Админ-панель

button-user-stats = 👥 Статистика по пользователям
button-booking-stats = 📊 Статистика по броням
button-day = 📋 Брони
button-guests = 🙋 Гости
button-panel = 🔑 В админ-панель
button-today = Сегодня
button-previous-day = ◀️ { $day }
button-next-day = { $day } ▶️
button-filter-all = все
button-filter-chosen = • { $status }
button-day-booking = { $mark } { $time } · { $tables } · { $guests } · { $name }

admin-panel = <b>Админ-панель</b>
    Что посмотрим?

user-stats = <b>Пользователи</b>

    Всего: { $total }
    Новых сегодня: { $today }
    Новых за неделю: { $week }
    С бронями: { $booked }
    Заблокировали бота: { $blocked }
booking-stats = <b>Брони</b>

    Сегодня: { $today } · { $guests }
    Впереди: { $upcoming }
    Всего: { $total }

    { $statuses }
booking-stats-line = { $mark } { $status }: { $count }

day-bookings = <b>Брони · { $day }</b>
    { $filter }: { $total }
day-bookings-none = <b>Брони · { $day }</b>
    { $filter }: пока ни одной.
filter-all = Все

admin-booking = <b>Бронь гостя</b>

    { $details }

    👤 { $guest }
    { $mark } { $status }
    Создана { $created }

guest-list = <b>Гости</b> · всего { $total }

    { $lines }
guest-list-none = <b>Гости</b>
    Пока никого.
guest-line = { $guest } — { $bookings ->
    [one] { $bookings } бронь
    [few] { $bookings } брони
   *[many] { $bookings } броней
    }, впереди { $upcoming }
