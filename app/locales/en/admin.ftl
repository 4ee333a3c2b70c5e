# Admin panel

button-user-stats = 👥 User statistics
button-booking-stats = 📊 Booking statistics
button-day = 📋 Bookings
button-guests = 🙋 Guests
button-panel = 🔑 Admin panel
button-today = Today
button-previous-day = ◀️ { $day }
button-next-day = { $day } ▶️
button-filter-all = all
button-filter-chosen = • { $status }
button-day-booking = { $mark } { $time } · { $tables } · { $guests } · { $name }

admin-panel = <b>Admin panel</b>
    What shall we look at?

user-stats = <b>Users</b>

    Total: { $total }
    New today: { $today }
    New this week: { $week }
    With bookings: { $booked }
    Blocked the bot: { $blocked }
booking-stats = <b>Bookings</b>

    Today: { $today } · { $guests }
    Upcoming: { $upcoming }
    Total: { $total }

    { $statuses }
booking-stats-line = { $mark } { $status }: { $count }

day-bookings = <b>Bookings · { $day }</b>
    { $filter }: { $total }
day-bookings-none = <b>Bookings · { $day }</b>
    { $filter }: none so far.
filter-all = All

admin-booking = <b>Guest’s booking</b>

    { $details }

    👤 { $guest }
    { $mark } { $status }
    Created { $created }

guest-list = <b>Guests</b> · { $total } in all

    { $lines }
guest-list-none = <b>Guests</b>
    Nobody yet.
guest-line = { $guest } — { $bookings ->
    [one] { $bookings } booking
   *[other] { $bookings } bookings
    }, { $upcoming } upcoming
