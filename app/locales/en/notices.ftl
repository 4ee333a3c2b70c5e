# What the bot says of its own accord: to admins about bookings, to guests after the visit

notice-booking-created = 🆕 <b>New booking</b>

    { $booking }
notice-booking-canceled = 🚫 <b>Booking cancelled</b>

    { $booking }
notice-booking-hidden = 🗑 <b>The guest removed a booking from their list</b>

    { $booking }
notice-booking = 👤 { $guest }
    🍽 { $count ->
        [one] Table { $tables }
       *[other] Tables { $tables }
    } · { $party ->
        [one] { $party } guest
       *[other] { $party } guests
    }
    📅 { $day }
    🕒 { $time }
notice-guest-unnamed = Guest
notice-service-started = 🟢 The bot is running · { $moment }
notice-service-stopped = 🔴 The bot has stopped · { $moment }

button-book-again = 🍽 Book again
button-no-follow-ups = 🔕 No more messages
