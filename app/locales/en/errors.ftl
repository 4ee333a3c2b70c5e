# Refusals and trouble

error-slot-taken = Sorry, this table has just been taken for this time. Here is what is still free.
error-sitting-over = This time has already begun. Please choose another one.
error-too-soon = That is too soon: a table is booked at least { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
    } ahead. Please choose another time.
error-overlapping = You already have a booking at that time, see “My bookings”. Please choose another time.
error-cancel-too-late = It is too late to cancel alone: the restaurant decides. Open the booking and ask to cancel it, or call { $phone }.
error-day-not-offered = Booking is not open for this day. Please choose another one.
error-party-too-large = Our largest table seats { $largest ->
    [one] { $largest } guest
   *[other] { $largest } guests
    }. For a larger party please call us: { $phone }.
    Or choose a smaller number.
error-no-table-for-party = We have no table for just that many guests. Call us and we will find a way: { $phone }.
    Or choose another number.
error-too-many-bookings = You already have { $limit ->
    [one] { $limit } upcoming booking
   *[other] { $limit } upcoming bookings
    } — that is the most for now. You can cancel one in “My bookings”.
error-booking-not-found = You have no such booking.
error-booking-changed = The booking has changed. Its status is now: { $status }.
error-visit-started = The visit has already begun, the booking cannot be changed or cancelled.
error-consent-needed = The text on how we keep your data has changed: have a look at it and confirm once more.
error-visit-going-on = You are our guest right now, so you can be forgotten after { $until }. Enjoy your visit!
error-staff-not-forgotten = You run the restaurant, and the bot has to know you. First ask to be taken off the list of administrators.
error-not-allowed = This is for the restaurant’s staff only.
error-booking-closed = Booking is closed for now. Please call us: { $phone }.
error-not-open-yet = Booking is closed for now. Please look in a little later.
error-bug = Sorry, something went wrong. We are looking into it; please try again.
error-store-away = One moment, we have a hiccup. Your message is not lost: I will answer as soon as I can.
