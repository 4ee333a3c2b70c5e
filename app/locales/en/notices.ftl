# What the bot says of its own accord: to admins about bookings, to guests after the visit

notice-booking-created = 🆕 <b>New booking</b>

    { $booking }
notice-booking-canceled = 🚫 <b>Booking cancelled</b>

    { $booking }
notice-booking-hidden = 🗑 <b>The guest removed a booking from their list</b>

    { $booking }
notice-booking = 👤 { $guest }
    { $visit }
notice-visit = 🍽 { $count ->
        [one] Table { $tables }
       *[other] Tables { $tables }
    } · { $party ->
        [one] { $party } guest
       *[other] { $party } guests
    }
    📅 { $day }
    🕒 { $time }
notice-guest-erased = a guest without a name
notice-guest-unnamed = Guest
notice-service-started = 🟢 The bot is running · { $moment }
notice-service-stopped = 🔴 The bot has stopped · { $moment }

button-book-again = 🍽 Book again
button-no-follow-ups = 🔕 No more messages

notice-booking-requested = ❓ <b>A large party: shall we take it?</b>

    { $booking }

    The tables are held; an answer is expected by { $until }.
notice-booking-lapsed = ⌛ <b>Nobody answered a request; its tables are free again</b>

    { $booking }
notice-cancel-requested = 🙏 <b>A guest asks to cancel</b>
    The guest can no longer cancel alone, so it is for you to decide.

    { $booking }
button-accept = ✅ Accept
button-decline = ✖️ Decline
button-let-go = 🚫 Cancel the guest’s booking
button-keep-booking = 📅 Keep it

told-booking-accepted = ✅ <b>The restaurant has confirmed your booking</b>

    { $booking }

    We are expecting you: { $address }.
told-booking-declined = 😔 <b>The restaurant cannot take your party</b>

    { $booking }

    Please choose another time or call: { $phone }.
told-booking-lapsed = ⌛ <b>The restaurant did not answer in time, so nothing is booked</b>

    { $booking }

    We are sorry. Please call { $phone } or choose another time.
told-booking-canceled = 🚫 <b>The restaurant has cancelled your booking</b>

    { $booking }

    For questions please call { $phone }.
told-cancel-refused = 📅 <b>Your booking stands</b>
    The restaurant could not cancel it. Please call if you cannot come: { $phone }.

    { $booking }
